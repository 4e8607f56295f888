// The lists of PokeAPI v2 as it pages them, and a pokemon by its id:
//   GET /api/v2/RESOURCE?limit=L&offset=O -> {"count","next","previous","results":[{"name","url"}]}
//   GET /api/v2/pokemon/ID/               -> {"id","name","height","weight",...}
// and the same without /api/v2. Links are absolute, made from the request's Host header. Resources beside pokemon have
// few entries each, and five of them no names.
#pragma once

#include "fixture_api/exchange.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fixture_api {

// Immutable after construction, so every thread may ask it.
class PokeApi {
 public:
  // `page_cap`: the most records a page holds whatever the request asks for; 0: what it asks for.
  PokeApi(std::size_t pokemon, std::size_t page_cap);

  // Nothing where the path is not one of PokeAPI's.
  std::optional<Response> answer(const Request& request) const;
  // pokemon first; the names of their lists' streams.
  static const std::vector<std::string>& resources();
  // How many entries each resource beside pokemon has.
  static constexpr std::size_t others = 3;
  const std::vector<std::string>& names() const { return names_; }

 private:
  Response list(const Request& request, const std::string& base, const std::string& resource) const;
  Response pokemon(std::string_view id) const;

  std::vector<std::string> names_;
  std::size_t page_cap_;
};

}  // namespace fixture_api
