// The pairs of a query or a form, "a=1&flag&b=": taken apart as they are written, nothing decoded.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace integ {

// Calls see(name, value, pair) for each; a pair without '=' has an empty value.
template <class F>
void each_pair(std::string_view pairs, F see) {
  while (!pairs.empty()) {
    const std::size_t end = std::min(pairs.find('&'), pairs.size());
    const std::string_view pair = pairs.substr(0, end);
    pairs.remove_prefix(std::min(end + 1, pairs.size()));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    see(pair.substr(0, equals), pair.substr(std::min(equals + 1, pair.size())), pair);
  }
}

// Those of which drop(name, value) is false, in their order.
template <class F>
std::string pairs_without(std::string_view pairs, F drop) {
  std::string kept;
  each_pair(pairs, [&](std::string_view name, std::string_view value, std::string_view pair) {
    if (drop(name, value)) return;
    if (!kept.empty()) kept += '&';
    kept += pair;
  });
  return kept;
}

}  // namespace integ
