// The lists of PokeAPI v2, https://pokeapi.co or a server like it: each resource a stream of names and links, page by
// page. With `details` the pokemon themselves are a stream beside their list. A run that was cut goes on at the page
// that its state names.
#include <integ/sdk.hpp>

namespace {

struct Config {
  std::string url = "https://pokeapi.co/api/v2";
  bool details = false;
};
INTEG_FIELDS(Config, url, details)

void integ_describe(integ::About<Config>& about) {
  about.title("PokeAPI").field(&Config::url).title("URL").description("The base of the API.").base_url();
  about.field(&Config::details).title("Details").description("Read pokemon-details, too: a request for each pokemon.");
}

struct Named {
  std::string name, url;
};
INTEG_FIELDS(Named, name, url)

struct Unnamed {
  std::string url;
};
INTEG_FIELDS(Unnamed, url)

struct Pokemon {
  std::int64_t id, order, height, weight, base_experience;
  std::string name, location_area_encounters;
  bool is_default;
  Named species;
  integ::JsonList abilities, forms, game_indices, held_items, moves, past_abilities, past_types, stats, types;
  integ::JsonObject cries, sprites;
};
INTEG_FIELDS(Pokemon, id, name, order, height, weight, base_experience, is_default, species, location_area_encounters,
             abilities, cries, forms, game_indices, held_items, moves, past_abilities, past_types, sprites, stats,
             types)

struct State {
  std::optional<std::string> next;  // the page to go on with; without it, begin at the first
  integ::Rest others;
};
INTEG_FIELDS(State, next, others)

integ::Request list(const integ::HttpContext& ctx, const std::string& resource) {
  return integ::Request(ctx.config<Config>().url).path(resource).query("limit", 100);
}

// The stream is called like its resource.
void read_list(integ::HttpContext& ctx) {
  auto state = ctx.state<State>();
  integ::pages(ctx, list(ctx, ctx.stream_name()), integ::next_link("/next"), "/results", integ::total("/count"),
               integ::checkpoint(state, state.next));
  ctx.emit_state(state);
}

// The list page by page, and of each page all pokemon: some of them are asked for ahead.
void read_details(integ::HttpContext& ctx) {
  if (!ctx.config<Config>().details) {
    return ctx.log(integ::LogLevel::info, "pokemon-details is not read: the configuration does not say details: true");
  }
  auto state = ctx.state<State>();
  auto request = list(ctx, "pokemon");
  auto pager = integ::next_link("/next");
  pager.begin(request);
  if (state.next) pager.go_to(request, *state.next);
  for (integ::Response page;;) {
    ctx.fetch(request, page);
    std::vector<integ::Request> pokemon;
    for (const integ::Value& one : page.at("/results").items()) {
      pokemon.emplace_back(page.resolve(one.at("/url").string()));
    }
    integ::emit_each(ctx, pokemon, "");
    if (!pager.next(request, {page, pokemon.size(), {}})) break;
    state.next = pager.position();
    ctx.emit_state(state);
  }
  state.next.reset();
  ctx.emit_state(state);
}

integ::Source pokeapi() {
  auto source = integ::Source::with_config<Config>("pokeapi", "1.0.0")
                    .title("PokeAPI")
                    .documentation_url("https://pokeapi.co/docs/v2");
  for (const char* name : {"pokemon",
                           "ability",
                           "berry",
                           "berry-firmness",
                           "berry-flavor",
                           "contest-type",
                           "egg-group",
                           "encounter-condition",
                           "encounter-method",
                           "encounter-condition-value",
                           "evolution-trigger",
                           "gender",
                           "generation",
                           "growth-rate",
                           "item",
                           "item-attribute",
                           "item-category",
                           "item-fling-effect",
                           "item-pocket",
                           "language",
                           "move",
                           "move-ailment",
                           "move-battle-style",
                           "move-category",
                           "move-damage-class",
                           "move-learn-method",
                           "move-target",
                           "nature",
                           "pal-park-area",
                           "pokeathlon-stat",
                           "pokedex",
                           "pokemon-color",
                           "pokemon-form",
                           "pokemon-habitat",
                           "pokemon-shape",
                           "pokemon-species",
                           "region",
                           "stat",
                           "type",
                           "version",
                           "version-group"}) {
    source.stream(integ::incremental<Named>(name).primary_key("/name").resumable(), read_list);
  }
  // Names of places are not unique: each of them is known by its URL.
  for (const char* name : {"location", "location-area"}) {
    source.stream(integ::incremental<Named>(name).primary_key("/url").resumable(), read_list);
  }
  for (const char* name : {"characteristic", "contest-effect", "evolution-chain", "machine", "super-contest-effect"}) {
    source.stream(integ::incremental<Unnamed>(name).primary_key("/url").resumable(), read_list);
  }
  return source.stream(integ::incremental<Pokemon>("pokemon-details").primary_key("/id").resumable(), read_details);
}

}  // namespace

INTEG_PLUGIN(pokeapi())
