// JSON pointers (RFC 6901) as paths and back: Airbyte wants paths, Singer top-level names.
#pragma once

#include "model/stream.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace integ::protocol {

// "/a/b~1c" is {"a", "b/c"}; "" is {}.
std::vector<std::string> path_of(std::string_view pointer);
std::string pointer_of(const std::vector<std::string>& path);
// "/a" is "a"; nothing for a pointer that goes deeper.
std::optional<std::string> top_level_name(std::string_view pointer);
std::vector<std::vector<std::string>> paths_of(const std::vector<Key>& keys);
// [["a","b"]]
std::string paths_json(const std::vector<std::vector<std::string>>& paths);
// True when `pointer` is `ancestor` or lies below it.
bool within(std::string_view pointer, std::string_view ancestor);

}  // namespace integ::protocol
