// Answers that no disk has to hold: made anew for each request, from a template of records whose numbers are replaced.
// Prints its URL, serves until SIGTERM, SIGINT or the end of standard input (the bench is gone).
//
//   /growth/RECORDS/pokemon[?page=N]   pages of 1000 records of 200 bytes, chained by next links
//   /latency/STREAM[?page=N]           50 pages of 10 records, each 50 ms after the request
//   /body/MIB/array, lines, packed     one body of records of 1 KB: an array, JSON Lines, JSON Lines in gzip
//   /body/MIB/records                  how many records these have
#include "fixture_api/listener.hpp"
#include "records.hpp"
#include "support/packed.hpp"

#include <charconv>
#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

namespace {

using fixture_api::Delivery;
using fixture_api::Request;
using fixture_api::Response;

constexpr std::uint64_t kFirst =
    1'000'000'000;  // numbers keep their ten digits up to the ten thousand millionth record
constexpr std::size_t kDigits = 10;
constexpr std::uint64_t kGrowthPage = 1000;
constexpr std::uint64_t kLatencyPages = 50;
constexpr std::uint64_t kLatencyRecords = 10;
constexpr std::chrono::milliseconds kLatency{50};
constexpr std::uint64_t kPiece = 1000;  // records a piece of a body: 1 MB

// `count` records with `between` between them, as text whose numbers can be moved on.
class Records {
 public:
  Records(std::uint64_t count, std::size_t bytes, std::string_view between) {
    std::mt19937 random(1);
    for (std::uint64_t i = 0; i < count; ++i) {
      const std::string record = bench::record(kFirst + i, bytes, bench::Text::plain, random);
      const std::string digits = std::to_string(kFirst + i);
      if (i > 0) text_ += between;
      for (std::size_t at = 0; (at = record.find(digits, at)) != std::string::npos; at += kDigits) {
        places_.push_back({text_.size() + at, i});
      }
      text_ += record;
    }
  }

  const std::string& text() const { return text_; }
  // The same records, numbered from `first`.
  std::string from(std::uint64_t first) const {
    std::string out = text_;
    for (const Place& place : places_) {
      std::to_chars(out.data() + place.at, out.data() + place.at + kDigits, kFirst + first + place.record);
    }
    return out;
  }

 private:
  struct Place {
    std::size_t at;
    std::uint64_t record;
  };
  std::string text_;
  std::vector<Place> places_;
};

std::uint64_t number(std::string_view text) {
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::vector<std::string> parts(std::string_view path) {
  std::vector<std::string> out;
  for (std::size_t at = 1; at <= path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    out.emplace_back(path.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

class Answers {
 public:
  Delivery operator()(const Request& request) const {
    const std::vector<std::string> part = parts(request.path);
    const std::string here = "http://" + std::string(request.header("Host")) + request.path;
    const std::uint64_t page = number(request.parameter("page"));
    if (part.size() == 3 && part[0] == "growth") {
      return {.response = chained(growth_, "results", here, page, number(part[1]) / kGrowthPage, kGrowthPage)};
    }
    if (part.size() == 2 && part[0] == "latency") {
      return {.response = chained(latency_, "items", here, page, kLatencyPages, kLatencyRecords),
              .first_byte_delay = kLatency};
    }
    if (part.size() == 3 && part[0] == "body") return {.response = body(number(part[1]), part[2])};
    return {.response = fixture_api::json_error(404, "no such benchmark")};
  }

 private:
  static Response chained(const Records& records, const std::string& array, const std::string& here, std::uint64_t page,
                          std::uint64_t pages, std::uint64_t a_page) {
    const std::string next = page + 1 < pages ? '"' + here + "?page=" + std::to_string(page + 1) + '"' : "null";
    Response out;
    out.body = R"({"next":)" + next + ",\"" + array + "\":[" + records.from(page * a_page) + "]}";
    return out;
  }

  Response body(std::uint64_t mib, const std::string& form) const {
    Response out;
    const Records& records = form == "array" ? array_ : lines_;
    const std::uint64_t pieces = (mib << 20) / array_.text().size();
    if (form == "records") {
      out.body = std::to_string(pieces * kPiece);
      return out;
    }
    out.content_type = form == "array"   ? "application/json"
                       : form == "lines" ? "application/x-ndjson"
                                         : "application/gzip";
    out.pieces = [this, form, &records, pieces, at = std::uint64_t{0}]() mutable -> std::optional<std::string> {
      const std::uint64_t piece = at++;
      const bool last = piece + 1 == pieces;
      if (piece >= pieces) return "";
      if (form == "packed") return packed_;
      if (form == "lines") return records.from(piece * kPiece) + "\n";
      return (piece == 0 ? R"({"at":"2024-01-02T03:04:05Z","items":[)" : "") + records.from(piece * kPiece) +
             (last ? R"(],"count":)" + std::to_string(pieces * kPiece) + "}" : ",");
    };
    return out;
  }

  Records growth_{kGrowthPage, 200, ","};
  Records latency_{kLatencyRecords, 1000, ","};
  Records array_{kPiece, 1000, ","};
  Records lines_{kPiece, 1000, "\n"};
  std::string packed_ = support::gzip(lines_.text() + "\n");
};

}  // namespace

int main() {
  try {
    const auto answers = std::make_shared<const Answers>();
    fixture_api::Listener listener(0, [answers](const Request& request) { return (*answers)(request); });
    std::printf("http://127.0.0.1:%u\n", unsigned{listener.port()});
    std::fflush(stdout);
    char ignored = 0;
    while (::read(STDIN_FILENO, &ignored, 1) > 0) {
    }
    listener.stop();
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_server: %s\n", error.what());
    return 1;
  }
}
