// Plug-ins that do what they must not.
#include "integration/pipelines/pipeline_test.hpp"

#include <csignal>

namespace integration {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class Hostile : public PipelineTest {
 protected:
  Hostile() { plugins = {hostile_plugin_folder(), plugin_folder()}; }
};

// F074
TEST_F(Hostile, WhatAPluginPrintsIsNotInTheOutput) {
  const std::string said = "connector prints-in-run printed to standard output: hello from a library";
  for (const std::string protocol : {"jsonl", "airbyte", "singer"}) {
    folder.write("p.yaml", pipeline("prints-in-run", "{}", "{protocol: " + protocol + "}"));
    const Outcome run = integ({"run", "p.yaml"});
    ASSERT_EQ(run.exit_code, 0) << run.err;
    EXPECT_THAT(run.out, AllOf(HasSubstr(R"({"id":1})"), HasSubstr(R"({"id":2})")));
    for (const std::string& line : lines_of(run.out)) EXPECT_THAT(line, StartsWith("{"));
    // Where the protocol has log messages it is one, unless the run was over when it was heard.
    EXPECT_THAT(run.out + run.err, HasSubstr(said));
    if (protocol == "airbyte") {
      for (const std::string& line : lines_of(run.out)) {
        EXPECT_TRUE(line.find("hello") == std::string::npos || line.starts_with(R"({"type":"LOG")")) << line;
      }
    } else {
      EXPECT_THAT(run.out, Not(HasSubstr("hello")));
    }
  }
}

TEST_F(Hostile, ACrashAtLoadIsNamedAndPassedOver) {
  folder.write("p.yaml", pokemon());
  const Outcome run = integ({"run", "p.yaml"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.err, AllOf(HasSubstr("crashes_when_loaded.so is passed over: "), HasSubstr("SIGABRT")));
  EXPECT_EQ(count(), 1302);
}

TEST_F(Hostile, FilesThatAreNoPluginsAreNamedAndPassedOver) {
  folder.write("junk/text.so", "no library\n");
  const std::string whole = support::file_text(plugin_folder() + "/pokeapi.so");
  folder.write("junk/cut.so", whole.substr(0, whole.size() / 2));
  plugins = {folder.path("junk"), plugin_folder()};
  folder.write("p.yaml", pokemon());
  const Outcome run = integ({"run", "p.yaml"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.err, AllOf(HasSubstr("text.so is passed over: "), HasSubstr("cut.so is passed over: ")));
}

// The run dies with its plug-in; what it held is free again for the next.
TEST_F(Hostile, ACrashInTheRunLeavesNothingLocked) {
  folder.write("p.yaml", pipeline("crashes-in-run", "{}", "{protocol: sqlite, path: out.db}"));
  const Outcome crashed = integ({"run", "p.yaml"});
  EXPECT_NE(crashed.exit_code, 0);
  folder.write("p.yaml", pokemon());
  const Outcome run = integ({"run", "p.yaml"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(count(), 1302);
}

TEST_F(Hostile, APluginThatSleepsIsWoken) {
  folder.write("p.yaml", pipeline("sleeps-in-run", "{}", "{protocol: jsonl}"));
  const auto run = start({"run", "p.yaml"});
  ASSERT_TRUE(run->wait_for_out(R"({"id":1})"));
  run->kill(SIGTERM);
  const Outcome stopped = run->wait();
  EXPECT_EQ(stopped.exit_code, 143) << stopped.err;
  EXPECT_FALSE(stopped.hung);
  EXPECT_THAT(lines_of(stopped.out), ElementsAre(HasSubstr(R"({"id":1})")));
}

}  // namespace
}  // namespace integration
