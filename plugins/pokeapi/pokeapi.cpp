// The names of all Pokémon, page by page, from https://pokeapi.co or a server like it. A run that was cut
// goes on at the page that its state names.
#include <integ/sdk.hpp>

namespace {

struct Config {
  std::string url = "https://pokeapi.co/api/v2";
};
INTEG_FIELDS(Config, url)

void integ_describe(integ::About<Config>& about) {
  about.title("PokeAPI").field(&Config::url).title("URL").description("The base of the API.").pattern("^https?://");
}

struct Pokemon {
  std::string name, url;
};
INTEG_FIELDS(Pokemon, name, url)

struct State {
  std::optional<std::string> next;  // the page to go on with; without it, begin at the first
  integ::Rest others;
};
INTEG_FIELDS(State, next, others)

void read_pokemon(integ::HttpContext& ctx) {
  auto state = ctx.state<State>();
  const auto request = integ::Request(ctx.config<Config>().url).path("pokemon").query("limit", 100);
  integ::pages(ctx, request, integ::next_link("/next"), "/results", integ::checkpoint(state, state.next));
  ctx.emit_state(state);
}

}  // namespace

INTEG_PLUGIN(integ::Source::with_config<Config>("pokeapi", "1.0.0")
                 .title("PokeAPI")
                 .documentation_url("https://pokeapi.co/docs/v2")
                 .stream(integ::incremental<Pokemon>("pokemon").primary_key("/name").resumable(), read_pokemon))
