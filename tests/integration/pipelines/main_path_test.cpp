// A connector pulled end to end into each output.
#include "integration/support/integ.hpp"

#include <gmock/gmock.h>

#include <string>

namespace {

using namespace integration;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class MainPath : public IntegTest {
 protected:
  std::string pipeline(const std::string& output) const {
    return "name: pokemon\nconnector: pokeapi\nconfig:\n  url: " + api.url("/api/v2") + "\noutput:\n" + output +
           "state: {path: state.db}\n";
  }
};

TEST_F(MainPath, EveryRecordOnceIntoSqlite) {
  folder.write("p.yaml", pipeline("  protocol: sqlite\n  path: out.db\n"));
  const Outcome run = integ({"run", "p.yaml"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(run.out, "");
  const Database database(folder.path("out.db"));
  EXPECT_EQ(database.number("select count(*) from pokemon"), 1302);
  EXPECT_EQ(database.column("select name from pokemon order by rowid"), api.pokemon());
}

}  // namespace
