// What a run has written, in each form that there is, read back as records by stream.
#pragma once

#include "support/folder.hpp"

#include <map>
#include <string>
#include <vector>

namespace properties {

// By "NAMESPACE/NAME", each record's text in its order.
using Records = std::map<std::string, std::vector<std::string>>;

Records of_airbyte(const std::string& lines);
// Records of files that BATCH names, too. `ids`: tap_stream_id to "NAMESPACE/NAME".
Records of_singer(const std::string& lines, const std::map<std::string, std::string>& ids);
Records of_lines(const std::string& lines);
Records of_bare_lines(const std::string& lines, const std::string& stream);
Records of_tsv(const std::string& lines);

// The content of all files in it whose name begins so, in the order of their names; unpacked as `compression` says.
std::string contents(const support::TempFolder& folder, const std::string& begin, const std::string& compression);

}  // namespace properties
