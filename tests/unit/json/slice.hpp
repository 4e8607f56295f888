// Slicing in tests: a page in pieces of a given size, and what came of it as one comparable value.
#pragma once

#include "json/slicer.hpp"
#include "json/stream_slicer.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace integ::json {

inline std::ostream& operator<<(std::ostream& out, SliceError::Why why) {
  constexpr const char* kNames[] = {"cut", "malformed", "no_array", "no_object", "too_deep", "invalid_utf8"};
  return out << kNames[static_cast<int>(why)];
}

}  // namespace integ::json

namespace integ::test {

struct Outcome {
  std::vector<std::string> records;
  std::string skeleton;
  std::vector<std::string> observed;
  std::size_t replaced = 0;
  bool null_array = false;
  bool missing = false;
  std::optional<json::SliceError::Why> error;
  std::size_t offset = 0;
  std::string message;

  bool operator==(const Outcome&) const = default;

  // Records are added to those that are there, the rest is set.
  void take(const json::Slices& slices) {
    for (const auto record : slices.records) records.emplace_back(record);
    skeleton = slices.skeleton.text();
    observed = slices.observed;
    replaced += slices.replaced_utf8;
    null_array = slices.null_array;
    missing = slices.missing_array;
  }
  void take(const json::SliceError& why) {
    error = why.why;
    offset = why.offset;
    message = why.message;
  }
};

inline std::ostream& operator<<(std::ostream& out, const Outcome& o) {
  if (o.error) return out << *o.error << " at " << o.offset << ": " << o.message;
  for (const auto& record : o.records) out << "record " << record << "\n";
  out << "skeleton " << o.skeleton;
  for (const auto& value : o.observed) out << "\nobserved " << value;
  return out;
}

inline std::vector<std::size_t> cuts_every(std::size_t piece, std::size_t size) {
  std::vector<std::size_t> cuts;
  for (std::size_t at = piece; at < size; at += piece) cuts.push_back(at);
  return cuts;
}

// Feeds `text` in two parts, or in pieces of `piece` bytes; the page moves before each of them.
class Feeder {
 public:
  explicit Feeder(json::SliceOptions options) : slicer_(std::move(options)) {}

  Outcome whole(std::string_view text) { return pieces(text, text.size() + 1); }
  Outcome pieces(std::string_view text, std::size_t piece) { return at(text, cuts_every(piece, text.size())); }
  Outcome at(std::string_view text, const std::vector<std::size_t>& cuts) {
    Outcome outcome;
    try {
      slicer_.reset();
      std::string page;
      std::size_t from = 0;
      for (const std::size_t cut : cuts) {
        std::string moved(page + std::string(text.substr(from, cut - from)));
        page.swap(moved);
        slicer_.feed(page);
        from = cut;
      }
      page += text.substr(from);
      outcome.take(slicer_.finish(page));
    } catch (const json::SliceError& error) {
      outcome.take(error);
    }
    return outcome;
  }

 private:
  json::Slicer slicer_;
};

// The same by a StreamSlicer, which gives its records away as soon as they close; those stay beside an error.
class StreamFeeder {
 public:
  explicit StreamFeeder(json::SliceOptions options) : slicer_(std::move(options)) {}

  Outcome pieces(std::string_view text, std::size_t piece) { return at(text, cuts_every(piece, text.size())); }
  Outcome at(std::string_view text, const std::vector<std::size_t>& cuts) {
    Outcome outcome;
    largest_ = 0;
    try {
      slicer_.reset();
      std::string page;
      std::size_t from = 0;
      for (const std::size_t cut : cuts) {
        page += text.substr(from, cut - from);
        slicer_.feed(page);
        take(page, outcome);
        from = cut;
      }
      page += text.substr(from);
      slicer_.end(page);
      take(page, outcome);
      outcome.take(slicer_.rest(page));
    } catch (const json::SliceError& error) {
      outcome.take(error);
    }
    return outcome;
  }
  // The most that was left in the page.
  std::size_t largest() const { return largest_; }

 private:
  void take(std::string& page, Outcome& outcome) {
    if (slicer_.closed() > 0) {
      std::string text;
      const json::Slices slices = slicer_.placed(slicer_.take(page, text));
      page.shrink_to_fit();  // it moves
      for (const auto record : slices.records) outcome.records.emplace_back(record);
      outcome.replaced += slices.replaced_utf8;
    }
    largest_ = std::max(largest_, page.size());
  }

  json::StreamSlicer slicer_;
  std::size_t largest_ = 0;
};

inline Outcome slice(std::string_view text, json::SliceOptions options) {
  return Feeder(std::move(options)).whole(text);
}

inline json::SliceOptions lines() {
  json::SliceOptions options;
  options.lines = true;
  return options;
}

inline json::SliceOptions at(std::string pointer) {
  json::SliceOptions options;
  options.records = std::move(pointer);
  return options;
}

}  // namespace integ::test
