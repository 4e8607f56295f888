// The records that the shops and their like serve: lists by name, which a test changes while they are served.
//
//   api.shopify().put("orders", {{"id", "7"}, {"updated_at", json_text("2026-02-01T00:00:00Z")}});
#pragma once

#include "fixture_api/exchange.hpp"

#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fixture_api {

// Members by name, values as JSON; the first one is the key.
using Record = std::vector<std::pair<std::string, std::string>>;

// A JSON string of it, which holds nothing to be escaped.
std::string json_text(std::string_view text);
// The value of a member as text, without the quotes of a string; "" where it is null or not there.
std::string text_of(const Record& record, std::string_view member);
// As a JSON object; of the members only those that `names` lists by commas, all where it is empty.
std::string json_of(const Record& record, std::string_view names = {});
std::vector<std::string> split(std::string_view list, char separator);
// A whole number, `otherwise` where it is none.
std::size_t number_of(std::string_view text, std::size_t otherwise);
// The scheme, host and port that the request was sent to.
std::string base_of(const Request& request);

// Any thread may call anything.
class Records {
 public:
  // The most records that any page holds, whatever is asked for, so that few records are several pages.
  static constexpr std::size_t page_cap = 4;

  // In place of the record with its key, or behind the others.
  void put(const std::string& list, Record record);
  std::vector<Record> all(const std::string& list) const;
  // The values of one member, in order.
  std::vector<std::string> texts(const std::string& list, std::string_view member) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::vector<Record>> lists_;
};

// Part of a list, as JSON objects with commas between.
struct Slice {
  std::string objects;
  std::size_t end = 0;  // where the next one begins
};
Slice slice(const std::vector<Record>& records, std::size_t begin, std::size_t limit, std::string_view names = {});

}  // namespace fixture_api
