// Where the output goes: places that can't be written, or no longer, or by nobody else.
#include "integration/pipelines/pipeline_test.hpp"

#include <csignal>
#include <filesystem>

namespace integration {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class Places : public PipelineTest {
 protected:
  // Pages without end, each of 100 records of 1 KB.
  void serve_for_ever() {
    api.set_handler("/api/v2/pokemon", [this](const fixture_api::Request& request) {
      const std::string offset(request.parameter("offset"));
      const std::string next = std::to_string(offset.empty() ? 1 : std::stoi(offset) + 1);
      std::string records;
      for (int i = 0; i < 100; ++i) {
        records +=
            (i > 0 ? "," : "") + (R"({"name":")" + next) + "-" + std::to_string(i) + std::string(1000, 'x') + "\"}";
      }
      return fixture_api::Response{.body = page_of(records, api.url("/api/v2/pokemon?offset=" + next))};
    });
  }
};

// Descriptor 1 is where plug-ins print to: what was written there was lost, and its states stored.
TEST_F(Places, StandardOutputByAPathIsRefused) {
  std::filesystem::create_symlink("/dev/stdout", folder.path("link"));
  std::filesystem::create_symlink("link", folder.path("link.to.link"));
  for (const char* path : {"/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "link.to.link"}) {
    for (const char* protocol : {"jsonl", "singer", "airbyte"}) {
      folder.write("p.yaml", pokemon(std::string("{protocol: ") + protocol + ", path: " + path + "}"));
      for (const std::string& out_file : {std::string(), folder.path("out")}) {
        const Outcome run = integ({"run", "p.yaml"}, {.environment = {}, .input = {}, .out_file = out_file});
        EXPECT_EQ(run.exit_code, 2) << path << run;
        EXPECT_THAT(run.err, AllOf(HasSubstr("p.yaml:4"), HasSubstr("is standard output"),
                                   HasSubstr("leave path out to write there")));
      }
    }
  }
  EXPECT_EQ(api.count(), 0U);
  EXPECT_EQ(state(), "");
}

TEST_F(Places, AFileThatMayNotGrowIsAnErrorOfTheRun) {
  serve_for_ever();
  folder.write("p.yaml", pokemon("{protocol: jsonl, path: out.jsonl}"));
  const Outcome run = start_shell("ulimit -f 300; exec \"$INTEG\" run p.yaml")->wait();
  EXPECT_EQ(run.exit_code, 1) << run;
  EXPECT_THAT(run.err, HasSubstr("out.jsonl: File too large"));
  EXPECT_THAT(folder.files(), Each(Not(HasSubstr(".tmp-"))));
}

// What the host ignores, so that it hears of it as an error, is no business of the programs that it starts.
TEST_F(Places, ATargetIgnoresNoSignal) {
  folder.write("target.sh", "#!/bin/sh\ngrep SigIgn /proc/self/status >ignored.txt\ncat >/dev/null\n");
  std::filesystem::permissions(folder.path("target.sh"), std::filesystem::perms::owner_all);
  folder.write("p.yaml", pokemon("{protocol: singer, command: [./target.sh]}"));
  EXPECT_EQ(integ({"run", "p.yaml"}).exit_code, 0);
  const std::string ignored = folder.read("ignored.txt");  // SigIgn:, and a bit for each signal
  const unsigned long long signals = std::stoull(ignored.substr(ignored.find('\t')), nullptr, 16);
  EXPECT_EQ(signals & (1ULL << (SIGPIPE - 1)), 0U) << ignored;
  EXPECT_EQ(signals & (1ULL << (SIGXFSZ - 1)), 0U) << ignored;
}

TEST_F(Places, WhatAKilledRunLeftIsTakenAwayByTheNext) {
  serve_for_ever();
  folder.write("p.yaml", pokemon("{protocol: jsonl, path: out.jsonl}"));
  api.fail("/api/v2/pokemon", Fault::stall_body(500).for_ever());
  const auto first = start({"run", "p.yaml", "--report", "report.json"});
  ASSERT_TRUE(eventually([&] { return api.count() > 0; }));
  first->kill(SIGKILL);
  first->wait();
  // Whether the kill came before the file was made or after is luck: here it is.
  folder.write("out.jsonl.tmp-1-0", "half");
  folder.write("report.json.tmp-1-0", "half");
  api.clear_faults();
  api.set_handler("/api/v2/pokemon", [](const auto&) { return fixture_api::Response{.body = page_of("")}; });
  EXPECT_EQ(integ({"run", "p.yaml", "--report", "report.json"}).exit_code, 0);
  EXPECT_THAT(folder.files(), Each(Not(HasSubstr(".tmp-"))));
}

TEST_F(Places, AReaderThatLeavesEndsTheRunQuietly) {
  serve_for_ever();
  for (const char* protocol : {"jsonl", "airbyte", "singer"}) {
    folder.write("p.yaml", pokemon(std::string("{protocol: ") + protocol + "}"));
    const Outcome run =
        start_shell("\"$INTEG\" run p.yaml --full-refresh | head -1 >/dev/null; exit ${PIPESTATUS[0]}")->wait();
    EXPECT_EQ(run.exit_code, 1) << run;
    EXPECT_THAT(run.err, AllOf(Not(HasSubstr("ERROR")), Not(HasSubstr("Broken pipe")))) << protocol;
    const Outcome quiet = start_shell("\"$INTEG\" run -q p.yaml | head -1 >/dev/null; exit ${PIPESTATUS[0]}")->wait();
    EXPECT_EQ(quiet.exit_code, 1) << quiet;
    EXPECT_THAT(quiet.err, IsEmpty());
  }
}

TEST_F(Places, AFolderForTheCatalogIsMissedBeforeAnythingIsAsked) {
  folder.write("p.yaml", pokemon("{protocol: airbyte, command: [cat]}"));
  const Outcome run = integ({"run", "p.yaml"}, {.environment = {{"TMPDIR", "/no/such"}}, .input = {}, .out_file = {}});
  EXPECT_EQ(run.exit_code, 2) << run;
  EXPECT_THAT(run.err, AllOf(HasSubstr("p.yaml:4"), HasSubstr("TMPDIR: /no/such"), HasSubstr("No such file")));
  EXPECT_EQ(api.count(), 0U);
}

}  // namespace
}  // namespace integration
