#include "fixture_api/names.hpp"

#include <array>
#include <string_view>
#include <unordered_set>

namespace fixture_api {
namespace {

constexpr auto first_generation = std::to_array<std::string_view>({
    "bulbasaur",  "ivysaur",   "venusaur",   "charmander", "charmeleon", "charizard",  "squirtle",   "wartortle",
    "blastoise",  "caterpie",  "metapod",    "butterfree", "weedle",     "kakuna",     "beedrill",   "pidgey",
    "pidgeotto",  "pidgeot",   "rattata",    "raticate",   "spearow",    "fearow",     "ekans",      "arbok",
    "pikachu",    "raichu",    "sandshrew",  "sandslash",  "nidoran-f",  "nidorina",   "nidoqueen",  "nidoran-m",
    "nidorino",   "nidoking",  "clefairy",   "clefable",   "vulpix",     "ninetales",  "jigglypuff", "wigglytuff",
    "zubat",      "golbat",    "oddish",     "gloom",      "vileplume",  "paras",      "parasect",   "venonat",
    "venomoth",   "diglett",   "dugtrio",    "meowth",     "persian",    "psyduck",    "golduck",    "mankey",
    "primeape",   "growlithe", "arcanine",   "poliwag",    "poliwhirl",  "poliwrath",  "abra",       "kadabra",
    "alakazam",   "machop",    "machoke",    "machamp",    "bellsprout", "weepinbell", "victreebel", "tentacool",
    "tentacruel", "geodude",   "graveler",   "golem",      "ponyta",     "rapidash",   "slowpoke",   "slowbro",
    "magnemite",  "magneton",  "farfetchd",  "doduo",      "dodrio",     "seel",       "dewgong",    "grimer",
    "muk",        "shellder",  "cloyster",   "gastly",     "haunter",    "gengar",     "onix",       "drowzee",
    "hypno",      "krabby",    "kingler",    "voltorb",    "electrode",  "exeggcute",  "exeggutor",  "cubone",
    "marowak",    "hitmonlee", "hitmonchan", "lickitung",  "koffing",    "weezing",    "rhyhorn",    "rhydon",
    "chansey",    "tangela",   "kangaskhan", "horsea",     "seadra",     "goldeen",    "seaking",    "staryu",
    "starmie",    "mr-mime",   "scyther",    "jynx",       "electabuzz", "magmar",     "pinsir",     "tauros",
    "magikarp",   "gyarados",  "lapras",     "ditto",      "eevee",      "vaporeon",   "jolteon",    "flareon",
    "porygon",    "omanyte",   "omastar",    "kabuto",     "kabutops",   "aerodactyl", "snorlax",    "articuno",
    "zapdos",     "moltres",   "dratini",    "dragonair",  "dragonite",  "mewtwo",     "mew",
});

constexpr auto beginnings = std::to_array<std::string_view>(
    {"aqua",  "blaze", "bram", "cind",  "clov",  "crag", "drift", "ember", "fern", "flint", "frost", "gale",
     "glim",  "gran",  "hail", "ivor",  "jade",  "kelp", "lum",   "marsh", "moss", "nim",   "oak",   "pebb",
     "quill", "rook",  "shad", "spark", "thorn", "umbr", "verd",  "wisp",  "zeph", "tide",  "solar"});
constexpr auto endings = std::to_array<std::string_view>(
    {"asaur", "achu", "adon",  "agon", "aking", "aling", "ander", "aquin", "arix", "aroo",  "atops", "avern",
     "eeon",  "elk",  "erak",  "etto", "ibble", "icune", "idon",  "ingo",  "ion",  "irrel", "isaur", "itar",
     "izard", "oise", "olith", "onix", "ooze",  "opod",  "oray",  "otter", "ox",   "ulent", "unk",   "uxray"});

}  // namespace

std::vector<std::string> pokemon_names(std::size_t count) {
  std::vector<std::string> names;
  std::unordered_set<std::string> taken;
  names.reserve(count);
  const auto take = [&](std::string name) {
    if (names.size() < count && taken.insert(name).second) names.push_back(std::move(name));
  };
  for (const std::string_view name : first_generation) take(std::string(name));
  for (std::size_t form = 1; names.size() < count; ++form) {
    const std::string suffix = form == 1 ? "" : "-form-" + std::to_string(form);
    for (const std::string_view ending : endings) {
      for (const std::string_view beginning : beginnings) {
        take(std::string(beginning).append(ending).append(suffix));
      }
    }
  }
  return names;
}

}  // namespace fixture_api
