// What the documented rules of the sqlite output make of records, and whether a table is that.
#pragma once

#include "integration/support/database.hpp"
#include "json_tree.hpp"
#include "streams.hpp"

#include <string>
#include <vector>

namespace properties {

// "" when the stream's table holds these records and nothing else: in upsert and replace one row a key, the last one's.
std::string difference(const integration::Database& database, const Stream& stream, const std::vector<Json>& records,
                       bool appended);

}  // namespace properties
