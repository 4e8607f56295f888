#include "fixture_api/pokeapi.hpp"

#include "integration/connectors/connectors_test.hpp"

#include <gmock/gmock.h>

#include <map>

namespace integration {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

using fixture_api::PokeApi;

class PokeApiConnector : public ConnectorTest {
 protected:
  PokeApiConnector() { configure(""); }
  void configure(const std::string& more) {
    connect("pokeapi", R"({"url":")" + api.url("/api/v2") + "\"" + more + "}", {});
  }
};

TEST_F(PokeApiConnector, EveryListOfTheApiIsAStream) {
  const Messages messages = read(PokeApi::resources());
  std::map<std::string, std::size_t> records;
  for (const std::string& stream : messages.texts("RECORD", "/record/stream")) ++records[stream];
  EXPECT_EQ(records.size(), PokeApi::resources().size());
  for (const auto& [stream, count] : records) {
    EXPECT_EQ(count, stream == "pokemon" ? api.pokemon().size() : PokeApi::others) << stream;
  }
}

TEST_F(PokeApiConnector, ItsExampleIsAValidPipeline) {
  const Outcome valid = run({"validate", INTEG_CONFIGS "/pokeapi.yaml"});
  EXPECT_EQ(valid.exit_code, 0) << valid;
}

TEST_F(PokeApiConnector, DetailsAreNotReadUnlessAskedFor) {
  const Messages messages = read({"pokemon-details"});
  EXPECT_EQ(messages.count("RECORD"), 0u);
  EXPECT_THAT(messages.texts("LOG", "/log/message"), Contains(HasSubstr("details: true")));
  EXPECT_EQ(api.count(), 0u);
}

// The details are a stream of their own, beside the list.
TEST_F(PokeApiConnector, DetailsAreOfEveryPokemonInTheOrderOfTheList) {
  configure(R"(,"details":true)");
  api.fail("/api/v2/pokemon/120/", Fault::with_status(429).header("Retry-After", "1"));
  const Messages messages = read({"pokemon", "pokemon-details"});
  std::vector<std::string> details;
  std::size_t listed = 0;
  for (const std::string& line : messages.of("RECORD")) {
    if (at(line, "/record/stream") == "pokemon") ++listed;
    if (at(line, "/record/stream") == "pokemon-details") details.push_back(at(line, "/record/data/name"));
  }
  EXPECT_EQ(listed, api.pokemon().size());
  EXPECT_EQ(details, api.pokemon());
  EXPECT_EQ(messages.states("pokemon-details").back(), "{}");
}

// There are location areas of one name: by name, a database would keep one of them.
TEST_F(PokeApiConnector, PlacesAreKnownByTheirUrl) {
  const std::string catalog = run({"source", "pokeapi", "discover"}).out;
  for (const std::string name : {"location", "location-area"}) {
    const std::size_t at = catalog.find("\"name\":\"" + name + "\"");
    ASSERT_NE(at, std::string::npos);
    const std::string key = "\"source_defined_primary_key\":";
    EXPECT_EQ(catalog.substr(catalog.find(key, at) + key.size(), 9), R"([["url"]])") << name;
  }
}

TEST_F(PokeApiConnector, DetailsThatWereCutGoOnAtTheirPage) {
  configure(R"(,"details":true)");
  api.fail("/api/v2/pokemon/250/", Fault::with_status(404).for_ever());
  folder.write("catalog.json", configured({{"pokemon-details", kIncremental}}));
  const Messages cut(run({"source", "pokeapi", "read", "--config", "config.json", "--catalog", "catalog.json"}).out);
  EXPECT_EQ(cut.count("RECORD"), 249u);
  api.clear_faults();
  const Messages rest = read({"pokemon-details"}, cut.airbyte_state());
  EXPECT_EQ(rest.count("RECORD"), api.pokemon().size() - 200);
}

}  // namespace
}  // namespace integration
