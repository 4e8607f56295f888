// Names of pokemon: the first generation by its real names, the rest made up in the same manner.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace fixture_api {

// `count` distinct names, the same ones in every run: bulbasaur, ivysaur, venusaur, ...
std::vector<std::string> pokemon_names(std::size_t count);

}  // namespace fixture_api
