// Standard output of both command lines: whole protocol lines and nothing else, and what happens when it ends early.
#include "integration/platforms/platform_test.hpp"

#include <gmock/gmock.h>

#include <csignal>
#include <thread>

namespace integration {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class Stdout : public PlatformTest {
 protected:
  // Pages without end, each of 100 records of 1 KB.
  void serve_for_ever() {
    api.set_handler("/pokemon", [this](const fixture_api::Request& request) {
      const std::string offset(request.parameter("offset"));
      const std::string next = std::to_string(offset.empty() ? 1 : std::stoi(offset) + 1);
      std::vector<std::string> names;
      for (int i = 0; i < 100; ++i) names.push_back(next + "-" + std::to_string(i) + std::string(1000, 'x'));
      return fixture_api::Response{.body = page_of(pokemon_of(names), api.url("/pokemon?offset=" + next))};
    });
  }
  static std::string joined(const std::vector<std::string>& words) {
    std::string line = "\"$INTEG\"";
    for (const std::string& word : words) line += " " + word;
    return line;
  }
};

TEST_F(Stdout, APluginThatPrintsIsHeardOnStandardErrorOnly) {
  plugins = {hostile_plugin_folder()};
  folder.write("config.json", "{}");
  folder.write("catalog.json", configured({{"things", kIncremental}}));
  const Outcome source =
      integ({"source", "prints-in-run", "read", "--config", "config.json", "--catalog", "catalog.json"});
  EXPECT_EQ(source.exit_code, 0) << source;
  EXPECT_THAT(Messages(source.out).records(), ElementsAre(R"({"id":1})", R"({"id":2})"));
  EXPECT_THAT(source.out + source.err, HasSubstr("connector prints-in-run printed"));

  const Outcome tap = integ({"tap", "prints-in-run", "--config", "config.json"});
  EXPECT_EQ(tap.exit_code, 0) << tap;
  EXPECT_THAT(Messages(tap.out).records(), ElementsAre(R"({"id":1})", R"({"id":2})"));
  EXPECT_THAT(tap.out, Not(HasSubstr("hello")));
  EXPECT_THAT(tap.err, HasSubstr("tap prints-in-run printed to standard output: hello from a library"));

  EXPECT_EQ(integ({"source", "prints-in-run", "check", "--config", "config.json"}).exit_code, 0);
}

TEST_F(Stdout, MessagesAreWholeWhileAPluginPrintsLongLines) {
  plugins = {hostile_plugin_folder()};
  folder.write("config.json", "{}");
  folder.write("catalog.json", configured({{"things", kIncremental}}));
  const Outcome source =
      integ({"source", "chatters-in-run", "read", "--config", "config.json", "--catalog", "catalog.json"});
  EXPECT_EQ(source.exit_code, 0) << source;
  EXPECT_EQ(Messages(source.out).count("RECORD"), 500u);
  EXPECT_EQ(Messages(source.out).states("things").back(), R"({"id":500})");
  const Outcome tap = integ({"tap", "chatters-in-run", "--config", "config.json"});
  EXPECT_EQ(tap.exit_code, 0) << tap;
  EXPECT_EQ(Messages(tap.out).count("RECORD"), 500u);
  EXPECT_EQ(Messages(tap.out).lines().size(), Messages(tap.out).count("STATE") + 501u);
}

TEST_F(Stdout, AReaderThatLeavesEndsTheRunQuietly) {
  serve_for_ever();
  for (const auto& words : {read_words(), tap_words()}) {
    const Outcome run = shell(joined(words) + " | head -1 >/dev/null; exit ${PIPESTATUS[0]}");
    EXPECT_EQ(run.exit_code, 1) << run;
    EXPECT_EQ(run.err, "");
  }
}

TEST_F(Stdout, AFullDiskIsAnError) {
  serve_for_ever();
  std::vector<std::vector<std::string>> all{read_words(), tap_words(), {"source", "pokeapi", "spec"}};
  for (const char* flag : {"--discover", "--about", "--version"}) all.push_back({"tap", "pokeapi", flag});
  all.insert(all.end(), {{"version"}, {"describe", "pokeapi"}, {"plugins"}, {"--help"}});
  for (const auto& words : all) {
    const Outcome run = integ(words, {.environment = {}, .input = {}, .out_file = "/dev/full"});
    EXPECT_EQ(run.exit_code, 1) << run;
    EXPECT_THAT(run.err, HasSubstr("No space left"));
  }
}

TEST_F(Stdout, AClosedOneIsAnError) {
  for (const auto& words : {read_words(), tap_words()}) {
    const Outcome run = shell(joined(words) + " >&-");
    EXPECT_EQ(run.exit_code, 1) << run;
    EXPECT_NE(run.err, "");
  }
  EXPECT_EQ(api.count(), 0u);
}

TEST_F(Stdout, ASignalInTheMidstOfWritingLeavesWholeLinesAndAState) {
  serve_for_ever();
  for (const auto& words : {read_words(), tap_words()}) {
    const auto process = start(words);
    ASSERT_TRUE(process->wait_for_out("\"30-99x")) << "it wrote nothing";
    process->kill(SIGTERM);
    const Outcome run = process->wait();
    EXPECT_EQ(run.exit_code, 128 + SIGTERM) << run;
    const Messages messages(run.out);
    EXPECT_EQ(messages.count("RECORD") % 100, 0u) << "part of a page";
    EXPECT_EQ(messages.records_before_last_state(), messages.count("RECORD")) << "records without a state after them";
  }
}

// timeout(1) signals its child and then its group, a shell passes on what the terminal has told everyone: one wish.
TEST_F(Stdout, SignalsThatComeTogetherAreOneWish) {
  serve_for_ever();
  for (const auto& words : {read_words(), tap_words()}) {
    const auto process = start(words);
    ASSERT_TRUE(process->wait_for_out("\"30-99x")) << "it wrote nothing";
    process->kill(SIGINT);
    process->kill(SIGTERM);
    const Outcome run = process->wait();
    EXPECT_EQ(run.exit_code, 128 + SIGINT) << run;
    const Messages messages(run.out);
    EXPECT_EQ(messages.records_before_last_state(), messages.count("RECORD")) << "records without a state after them";
  }
}

TEST_F(Stdout, ASignalEndsACheckThatHangs) {
  api.fail("/pokemon", Fault::stall_body(0).for_ever());
  const auto process = start({"source", "pokeapi", "check", "--config", "config.json"});
  while (process->running() && api.count() == 0) std::this_thread::yield();
  process->kill(SIGTERM);
  const Outcome run = process->wait();
  EXPECT_EQ(run.exit_code, 128 + SIGTERM) << run;
  EXPECT_EQ(Messages(run.out).count("CONNECTION_STATUS"), 0u) << "an answer that nobody gave";
}

TEST_F(Stdout, ASignalWakesARunThatWaits) {
  serve_pages({{"a"}, {"b"}});
  api.fail("/p1", Fault::with_status(429).header("Retry-After", "50").for_ever());
  for (const auto& words : {read_words(), tap_words()}) {
    api.forget_requests();
    const auto process = start(words);
    ASSERT_TRUE(process->wait_for_out("\"/p1\"")) << "it wrote nothing";
    process->kill(SIGINT);
    const Outcome run = process->wait();
    EXPECT_EQ(run.exit_code, 128 + SIGINT) << run;
    EXPECT_EQ(Messages(run.out).count("RECORD"), 1u);
  }
}

TEST_F(Stdout, ARecordOfThirtyMegabytesIsOneLine) {
  const std::string large = R"({"name":")" + std::string(30 << 20, 'y') + R"("})";
  api.set_page("/pokemon", page_of(large));
  const Outcome run = tap();
  EXPECT_EQ(run.exit_code, 0) << run;
  EXPECT_EQ(Messages(run.out).records().front(), large);
  EXPECT_THAT(run.err, HasSubstr("pokemon"));
  EXPECT_LT(run.err.size(), 4096u);
}

}  // namespace
}  // namespace integration
