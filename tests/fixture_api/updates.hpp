// An API made for incremental connectors with slices, a late header and one failure on the way:
//   GET /updates?part=a|b|c&since=INSTANT&page=N
//     -> {"items":[{"id","part","updated_at"}],"next_page":N+1|null}
// Items are those updated later than `since` (all without it), oldest first; pages count from 1. The header X-Nonce is
// required (400 without) and never accepted twice (409), not even when the first use was answered with an error.
// The second page of part b answers 503 the first time it is asked for.
#pragma once

#include "fixture_api/exchange.hpp"

#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace fixture_api {

// Any thread may call anything.
class Updates {
 public:
  static constexpr std::size_t items_per_part = 25;
  static constexpr std::size_t items_per_page = 10;

  struct Item {
    std::string id;
    std::string updated_at;  // like 2026-01-01T00:00:00Z: instants are compared as text
  };

  Updates();

  // Nothing where the path is not /updates.
  std::optional<Response> answer(const Request& request);
  // One more item, for a second run to find. `part` is a, b or c.
  void add(const std::string& part, Item item);
  std::vector<Item> items(const std::string& part) const;

 private:
  std::optional<Response> refused(const Request& request);
  Response page(const std::string& part, std::string_view since, std::size_t number);

  mutable std::mutex mutex_;
  std::map<std::string, std::vector<Item>, std::less<>> parts_;
  std::set<std::string, std::less<>> nonces_;
  bool failed_once_ = false;
};

}  // namespace fixture_api
