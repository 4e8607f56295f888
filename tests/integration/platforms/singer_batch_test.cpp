// `integ tap NAME` with the Singer SDK's batch_config: records in files, states that cover what was named, and no more.
#include "integration/platforms/platform_test.hpp"

#include <gmock/gmock.h>

#include <csignal>
#include <set>
#include <thread>

namespace integration {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class SingerBatch : public PlatformTest {
 protected:
  std::string batch_config(int size, const std::string& more = "") const {
    return R"({"encoding":{"format":"jsonl","compression":"none"},"storage":{"root":"file://)" + folder.path("out") +
           R"("},"batch_size":)" + std::to_string(size) + more + "}";
  }
  void configure(int size) {
    folder.write("out/.keep", "");
    folder.write("batch.json", R"({"batch_config":)" + batch_config(size) + "}");
  }
  // The names in the files that a run's messages name, a text a file.
  std::vector<std::string> named(const std::string& out) const {
    std::vector<std::string> files;
    for (const std::string& url : Messages(out).texts("BATCH", "/manifest/0")) {
      EXPECT_THAT(url, ::testing::StartsWith("file://" + folder.path("out/")));
      std::string names;
      const std::string text = folder.read(url.substr(std::string("file://" + folder.path("")).size()));
      for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
        names += integration::at(text.substr(at, text.find('\n', at) - at), "/name");
      }
      files.push_back(names);
    }
    return files;
  }
};

TEST_F(SingerBatch, EveryRecordIsInAFileAndTheStateComesAfterThem) {
  serve_pages({{"a", "b"}, {"c"}, {"d", "e"}});
  configure(3);
  const Outcome run = tap({"--config", "batch.json"});
  ASSERT_EQ(run.exit_code, 0) << run;
  EXPECT_THAT(named(run.out), ElementsAre("abc", "de"));
  const Messages messages(run.out);
  EXPECT_EQ(messages.count("RECORD"), 0u);
  EXPECT_THAT(messages.lines().front(), HasSubstr("SCHEMA"));
  EXPECT_THAT(messages.lines().back(), HasSubstr(R"("currently_syncing":null)"));
  EXPECT_THAT(run.err, HasSubstr(R"("metric":"record_count","value":5)"));
}

TEST_F(SingerBatch, TheDefaultsAreTheSdks) {
  serve_pages({{"a"}});
  folder.write("out/.keep", "");
  Extra extra;
  extra.environment["TAP_POKEAPI_BATCH_CONFIG"] = R"({"storage":{"root":"out"}})";
  const Outcome run = integ(tap_words({"--config", "ENV"}), extra);
  ASSERT_EQ(run.exit_code, 0) << run;
  EXPECT_THAT(Messages(run.out).of("BATCH").front(),
              HasSubstr(R"("encoding":{"format":"jsonl","compression":"gzip"})"));
}

TEST_F(SingerBatch, ASettingThatIsNullIsOneThatWasLeftOut) {
  serve_pages({{"a"}});
  folder.write("null.json", R"({"url":")" + api.url() + R"(","batch_config":null,"activate_version":null})");
  const Outcome run = tap({"--config", "null.json"});
  EXPECT_EQ(run.exit_code, 0) << run;
  EXPECT_EQ(Messages(run.out).count("RECORD"), 1u);
  EXPECT_EQ(Messages(run.out).count("BATCH") + Messages(run.out).count("ACTIVATE_VERSION"), 0u);
}

TEST_F(SingerBatch, AKillLosesNothingThatAStateCovers) {
  std::vector<std::vector<std::string>> pages;
  for (char name = 'a'; name <= 'l'; ++name) pages.push_back({std::string(1, name)});
  serve_pages(pages);
  configure(4);
  api.fail("/p6", Fault::stall_body(20).for_ever());
  for (const int signal : {SIGKILL, SIGTERM}) {
    const auto first = start(tap_words({"--config", "batch.json"}));
    ASSERT_TRUE(first->wait_for_out(R"({"bookmarks":{"pokemon":{"next")"));
    while (first->running() && api.requests().back().path != "/p6") std::this_thread::yield();
    first->kill(signal);
    const Outcome killed = first->wait();
    const Messages before(killed.out);
    // Four are in the file that is full; two more were accepted, which whoever may still speak names.
    const std::vector<std::string> silenced{"abcd"};
    const std::vector<std::string> asked_to_stop{"abcd", "ef"};
    EXPECT_EQ(named(killed.out), signal == SIGKILL ? silenced : asked_to_stop);
    api.clear_faults();
    folder.write("state.json", before.singer_state());
    const Outcome second = tap({"--config", "batch.json", "--state", "state.json"});
    EXPECT_EQ(second.exit_code, 0) << second;
    std::set<char> seen;
    for (const std::string* out : {&killed.out, &second.out}) {
      for (const std::string& names : named(*out)) seen.insert(names.begin(), names.end());
    }
    EXPECT_EQ(std::string(seen.begin(), seen.end()), "abcdefghijkl");
    api.fail("/p6", Fault::stall_body(20).for_ever());
  }
}

TEST_F(SingerBatch, WhatIsWrongNamesTheFileAndTheKeyAndAsksForNothing) {
  configure(3);
  for (const auto& [text, expected] : std::vector<std::pair<std::string, std::string>>{
           {R"({"batch_config":{}})", "/batch_config/storage"},
           {R"({"batch_config":{"storage":{"root":"s3://x"}}})", "file:///FOLDER"},
           {R"({"batch_config":{"storage":{"root":"missing"}}})", "missing"},
           {R"({"batch_config":{"storage":{"root":"out"},"batch_size":0}})", "/batch_config/batch_size"},
           {R"({"batch_config":{"storage":{"root":"out"},"encoding":{"format":"parquet"}}})", "jsonl"},
           {R"({"activate_version":1})", "/activate_version"}}) {
    folder.write("wrong.json", text);
    const Outcome run = tap({"--config", "wrong.json"});
    EXPECT_EQ(run.exit_code, 2) << run;
    EXPECT_THAT(run.err, HasSubstr(expected));
    EXPECT_THAT(run.out, IsEmpty());
    // Discovery needs no valid configuration.
    EXPECT_EQ(integ({"tap", "pokeapi", "--discover", "--config", "wrong.json"}).exit_code, 0);
  }
  EXPECT_THAT(api.requests(), IsEmpty());
}

TEST_F(SingerBatch, AboutTellsOfItAndActivateVersionStandsBesideTheSettings) {
  EXPECT_THAT(integ({"tap", "pokeapi", "--about", "--format", "json"}).out,
              ::testing::AllOf(HasSubstr(R"("batch_config":{)"), HasSubstr(R"("batch","activate-version")")));
  serve_pages({{"a"}});
  folder.write("versions.json", R"({"activate_version":true})");
  folder.write("full.json", R"({"streams":[{"tap_stream_id":"pokemon","stream":"pokemon","schema":{},"metadata":)"
                            R"([{"breadcrumb":[],"metadata":{"replication-method":"FULL_TABLE"}}]}]})");
  const Outcome run = tap({"--config", "versions.json", "--catalog", "full.json"});
  EXPECT_EQ(run.exit_code, 0) << run;
  EXPECT_EQ(Messages(run.out).count("ACTIVATE_VERSION"), 2u);
}

}  // namespace
}  // namespace integration
