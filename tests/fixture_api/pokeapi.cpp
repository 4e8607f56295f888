#include "fixture_api/pokeapi.hpp"

#include "fixture_api/names.hpp"

#include <algorithm>
#include <charconv>
#include <sstream>
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

std::string link(const std::string& list, std::size_t offset, std::size_t limit) {
  return "\"" + list + "?offset=" + std::to_string(offset) + "&limit=" + std::to_string(limit) + "\"";
}

bool is_unnamed(std::string_view resource) {
  return resource == "characteristic" || resource == "contest-effect" || resource == "evolution-chain" ||
         resource == "machine" || resource == "super-contest-effect";
}

}  // namespace

PokeApi::PokeApi(std::size_t pokemon, std::size_t page_cap) : names_(pokemon_names(pokemon)), page_cap_(page_cap) {}

const std::vector<std::string>& PokeApi::resources() {
  static const std::vector<std::string> all = [] {
    std::vector<std::string> names;
    std::istringstream words(
        "pokemon ability berry berry-firmness berry-flavor characteristic contest-effect contest-type egg-group "
        "encounter-condition encounter-condition-value encounter-method evolution-chain evolution-trigger gender "
        "generation growth-rate item item-attribute item-category item-fling-effect item-pocket language location "
        "location-area machine move move-ailment move-battle-style move-category move-damage-class move-learn-method "
        "move-target nature pal-park-area pokeathlon-stat pokedex pokemon-color pokemon-form pokemon-habitat "
        "pokemon-shape pokemon-species region stat super-contest-effect type version version-group");
    for (std::string word; words >> word;) names.push_back(word);
    return names;
  }();
  return all;
}

std::optional<Response> PokeApi::answer(const Request& request) const {
  std::string_view path = request.path;
  if (path.ends_with('/')) path.remove_suffix(1);
  std::string_view prefix = "/api/v2";
  if (!path.starts_with(prefix)) prefix = "";
  path.remove_prefix(std::min(prefix.size() + 1, path.size()));
  const bool detail = path.starts_with("pokemon/");
  const std::string resource(detail ? "pokemon" : path);
  if (std::ranges::find(resources(), resource) == resources().end()) return std::nullopt;
  if (request.method != "GET") return json_error(405, "only GET is answered here");
  if (detail) return pokemon(path.substr(resource.size() + 1));
  return list(request, "http://" + std::string(request.header("Host")) + std::string(prefix) + "/", resource);
}

Response PokeApi::pokemon(std::string_view id) const {
  const auto wanted = number(id, 0);
  for (std::size_t i = 0; wanted && i < names_.size(); ++i) {
    if (id_of(i) != *wanted) continue;
    Response response;
    response.body = R"({"id":)" + std::string(id) + R"(,"name":")" + names_[i] + R"(","order":)" + std::to_string(i) +
                    R"(,"height":7,"weight":69,"base_experience":64,"is_default":true,"abilities":[{"slot":1}]})";
    return response;
  }
  return json_error(404, "no such pokemon");
}

Response PokeApi::list(const Request& request, const std::string& base, const std::string& resource) const {
  const bool pokemon = resource == "pokemon";
  const std::size_t count = pokemon ? names_.size() : others;
  const auto offset = number(request.parameter("offset"), 0);
  auto limit = number(request.parameter("limit"), default_limit);
  if (!offset || !limit) return json_error(400, "limit and offset are whole numbers");
  if (*limit == 0) limit = default_limit;
  if (page_cap_ != 0) limit = std::min(*limit, page_cap_);

  const std::string list = base + resource;
  const std::size_t begin = std::min(*offset, count);
  const std::size_t end = begin + std::min(*limit, count - begin);
  Response response;
  std::string& body = response.body;
  body = "{\"count\":" + std::to_string(count);
  body += ",\"next\":" + (end < count ? link(list, end, *limit) : "null");
  body += ",\"previous\":" + (begin > 0 ? link(list, begin - std::min(begin, *limit), *limit) : "null");
  body += ",\"results\":[";
  for (std::size_t i = begin; i < end; ++i) {
    if (i != begin) body += ',';
    body += '{';
    if (!is_unnamed(resource)) {
      body += R"("name":")" + (pokemon ? names_[i] : resource + "-" + std::to_string(i + 1)) + "\",";
    }
    body += R"("url":")" + list + "/" + std::to_string(pokemon ? id_of(i) : i + 1) + "/\"}";
  }
  body += "]}";
  return response;
}

}  // namespace fixture_api
