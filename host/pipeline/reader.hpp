// Reading the grammar of a pipeline: what each key has to be, said at the place where it is not.
#pragma once

#include "pipeline/pipeline.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace integ::pipeline {

// Fills what `root` says into a Pipeline; `options` reads the sections of load_options alone.
Pipeline read_pipeline(const std::string& file, Value root, bool options);

// "unknown key 'conector', did you mean 'connector'?", or with all of `known` when none is near.
std::string unknown_key(const std::string& key, const std::vector<std::string>& known);
// Throws when `map` is no map, or has a key that is not known. `what` is "output", or "a pipeline".
void check_map(const std::string& file, const Value& map, const std::string& what,
               const std::vector<std::string>& known);
// `path` as an operator means it in a file of `directory`.
std::string joined(const std::string& directory, const std::string& path);

}  // namespace integ::pipeline
