#include "fixture_api/pokeapi.hpp"

#include "fixture_api/names.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

namespace fixture_api {
namespace {

constexpr std::size_t default_limit = 20;  // PokeAPI's own

// PokeAPI numbers its special forms from 10001 on; 1025 is how many ordinary ones it has.
std::size_t id_of(std::size_t index) { return index < 1025 ? index + 1 : 10001 + (index - 1025); }

std::optional<std::size_t> number(std::string_view text, std::size_t fallback) {
  if (text.empty()) return fallback;
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string link(const std::string& base, std::size_t offset, std::size_t limit) {
  return "\"" + base + "/pokemon?offset=" + std::to_string(offset) + "&limit=" + std::to_string(limit) + "\"";
}

}  // namespace

PokeApi::PokeApi(std::size_t pokemon, std::size_t page_cap) : names_(pokemon_names(pokemon)), page_cap_(page_cap) {}

std::optional<Response> PokeApi::answer(const Request& request) const {
  std::string_view path = request.path;
  if (path.ends_with('/')) path.remove_suffix(1);
  for (const std::string_view prefix : {"/api/v2", ""}) {
    if (path.starts_with(prefix) && path.substr(prefix.size()) == "/pokemon") {
      if (request.method != "GET") return json_error(405, "only GET is answered here");
      return list(request, "http://" + std::string(request.header("Host")) + std::string(prefix));
    }
  }
  return std::nullopt;
}

Response PokeApi::list(const Request& request, const std::string& base) const {
  const auto offset = number(request.parameter("offset"), 0);
  auto limit = number(request.parameter("limit"), default_limit);
  if (!offset || !limit) return json_error(400, "limit and offset are whole numbers");
  if (*limit == 0) limit = default_limit;
  if (page_cap_ != 0) limit = std::min(*limit, page_cap_);

  const std::size_t begin = std::min(*offset, names_.size());
  const std::size_t end = begin + std::min(*limit, names_.size() - begin);
  Response response;
  std::string& body = response.body;
  body = "{\"count\":" + std::to_string(names_.size());
  body += ",\"next\":" + (end < names_.size() ? link(base, end, *limit) : "null");
  body += ",\"previous\":" + (begin > 0 ? link(base, begin - std::min(begin, *limit), *limit) : "null");
  body += ",\"results\":[";
  for (std::size_t i = begin; i < end; ++i) {
    if (i != begin) body += ',';
    body += R"({"name":")" + names_[i] + R"(","url":")" + base + "/pokemon/" + std::to_string(id_of(i)) + "/\"}";
  }
  body += "]}";
  return response;
}

}  // namespace fixture_api
