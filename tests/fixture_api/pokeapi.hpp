// The list of pokemon as PokeAPI pages it:
//   GET /api/v2/pokemon?limit=L&offset=O -> {"count","next","previous","results":[{"name","url"}]}
// and the same at /pokemon. Links are absolute, made from the request's Host header.
#pragma once

#include "fixture_api/exchange.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace fixture_api {

// Immutable after construction, so every thread may ask it.
class PokeApi {
 public:
  // `page_cap`: the most records a page holds whatever the request asks for; 0: what it asks for.
  PokeApi(std::size_t pokemon, std::size_t page_cap);

  // Nothing where the path is not one of PokeAPI's.
  std::optional<Response> answer(const Request& request) const;
  const std::vector<std::string>& names() const { return names_; }

 private:
  Response list(const Request& request, const std::string& base) const;

  std::vector<std::string> names_;
  std::size_t page_cap_;
};

}  // namespace fixture_api
