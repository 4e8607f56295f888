#include "fixture_api/updates.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <stdexcept>
#include <utility>

namespace fixture_api {
namespace {

bool is_instant(std::string_view text) {
  constexpr std::string_view shape = "0000-00-00T00:00:00Z";
  return std::equal(text.begin(), text.end(), shape.begin(), shape.end(),
                    [](char c, char s) { return s == '0' ? c >= '0' && c <= '9' : c == s; });
}

}  // namespace

Updates::Updates() {
  int minute = 0;
  for (const char* part : {"a", "b", "c"}) {
    for (std::size_t i = 1; i <= items_per_part; ++i, ++minute) {
      char id[32];
      char instant[32];
      std::snprintf(id, sizeof id, "%s-%03zu", part, i);
      std::snprintf(instant, sizeof instant, "2026-01-01T%02d:%02d:00Z", minute / 60, minute % 60);
      parts_[part].push_back({id, instant});
    }
  }
}

std::optional<Response> Updates::answer(const Request& request) {
  if (request.path != "/updates") return std::nullopt;
  const std::lock_guard lock(mutex_);
  if (auto refusal = refused(request)) return refusal;

  const std::string part(request.parameter("part"));
  if (!parts_.contains(part)) return json_error(404, "part is a, b or c");
  const std::string_view since = request.parameter("since");
  if (!since.empty() && !is_instant(since)) return json_error(400, "since is like 2026-01-01T00:00:00Z");
  std::size_t number = 1;
  if (const std::string_view text = request.parameter("page"); !text.empty()) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number == 0) {
      return json_error(400, "page counts from 1");
    }
  }
  if (part == "b" && number == 2 && !std::exchange(failed_once_, true)) return json_error(503, "try again");
  return page(part, since, number);
}

std::optional<Response> Updates::refused(const Request& request) {
  const std::string_view nonce = request.header("X-Nonce");
  if (nonce.empty()) return json_error(400, "the header X-Nonce is missing");
  if (!nonces_.emplace(nonce).second) return json_error(409, "nonce was used before");
  return std::nullopt;
}

Response Updates::page(const std::string& part, std::string_view since, std::size_t number) {
  std::vector<Item> found;
  std::ranges::copy_if(parts_.at(part), std::back_inserter(found),
                       [since](const Item& item) { return item.updated_at > since; });
  std::ranges::stable_sort(found, {}, &Item::updated_at);

  const std::size_t begin = std::min((number - 1) * items_per_page, found.size());
  const std::size_t end = std::min(begin + items_per_page, found.size());
  Response response;
  response.body = "{\"items\":[";
  for (std::size_t i = begin; i < end; ++i) {
    if (i != begin) response.body += ',';
    response.body +=
        R"({"id":")" + found[i].id + R"(","part":")" + part + R"(","updated_at":")" + found[i].updated_at + "\"}";
  }
  response.body += "],\"next_page\":" + (end < found.size() ? std::to_string(number + 1) : "null") + "}";
  return response;
}

void Updates::add(const std::string& part, Item item) {
  if (!is_instant(item.updated_at)) throw std::invalid_argument("not an instant: " + item.updated_at);
  const std::lock_guard lock(mutex_);
  parts_.at(part).push_back(std::move(item));
}

std::vector<Updates::Item> Updates::items(const std::string& part) const {
  const std::lock_guard lock(mutex_);
  return parts_.at(part);
}

}  // namespace fixture_api
