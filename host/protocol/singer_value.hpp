// Singer's state: one value for all streams, written whole each time.
//
// Not thread-safe; owned by a session. The value is put together from the texts of its parts, so that what
// came in and is nobody's of ours goes out byte for byte.
#pragma once

#include "model/state.hpp"

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace integ::protocol {

class SingerValue {
 public:
  // `incoming` is the value of the last run, or "". Throws Error of kind config when it is no object.
  explicit SingerValue(std::string_view incoming);

  void bookmark(const std::string& id, std::string_view state);
  void started(const std::string& id);
  void completed(const std::string& id);
  // Nothing is being synced any more: the run is over, and well.
  void all_done() { active_.clear(); }

  // {..., "bookmarks":{...}, "currently_syncing": ID or null}
  std::string text() const;

 private:
  std::vector<std::pair<std::string, std::string>> others_;  // in their order: top-level members that are not ours
  std::vector<std::string> order_;                           // of the bookmarks
  std::map<std::string, std::string> bookmarks_;
  std::vector<std::string> active_;  // streams that began and did not complete; the last one began last
};

// The value that says what is stored elsewhere, a state a stream.
std::string singer_value(const State& stored);

}  // namespace integ::protocol
