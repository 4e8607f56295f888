// What a connector in a process of its own does to that process does not reach the host, and is told.
#include "integration/pipelines/pipeline_test.hpp"

#include <atomic>
#include <csignal>
#include <fstream>
#include <future>
#include <iterator>
#include <memory>

namespace integration {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// What a connector does to its process. A second pipeline shows that the host goes on.
class IsolatedHostile : public PipelineTest {
 protected:
  static constexpr const char* kIsolated = "isolation: process\n";

  IsolatedHostile() { plugins = {hostile_plugin_folder(), plugin_folder()}; }

  std::string two(const std::string& connector) {
    const auto one = [&](const std::string& name, const std::string& is, const std::string& config) {
      return "  - name: " + name + "\n    connector: " + is + "\n    config: " + config +
             "\n    output: {protocol: sqlite, path: " + name + ".db}\n    state: {path: state.db}\n    " + kIsolated;
    };
    return "pipelines:\n" + one("bad", connector, "{}") +
           one("good", "pokeapi", "{url: \"" + api.url("/api/v2") + "\"}");
  }
  // A run of that connector that has told its first record.
  std::unique_ptr<Process> started(const std::string& connector) {
    folder.write("p.yaml", pipeline(connector, "{}", "{protocol: jsonl}", kIsolated));
    auto run = start({"run", "p.yaml"});
    EXPECT_TRUE(run->wait_for_out(R"({"id":1})"));
    return run;
  }
  // The one process that a run has started, or -1.
  static pid_t worker_of(const Process& run) {
    const std::vector<pid_t> children = children_of(run.pid());
    return children.size() == 1 ? children.front() : -1;
  }
  long long rows(const std::string& file, const std::string& table) {
    return Database(folder.path(file)).number("select count(*) from " + table);
  }
};

TEST_F(IsolatedHostile, ACrashIsAnErrorOfItsPipelineAndTheNextOneRuns) {
  folder.write("p.yaml", two("crashes-in-run"));
  const Outcome run = integ({"run", "p.yaml"});
  EXPECT_EQ(run.exit_code, 3) << run;
  EXPECT_THAT(run.err, AllOf(HasSubstr("stream things"), HasSubstr("crashes_in_run.so crashed with SIGABRT"),
                             HasSubstr("the last state that it emitted is kept")));
  EXPECT_EQ(rows("bad.db", "things"), 1);
  EXPECT_EQ(rows("good.db", "pokemon"), 1302);
  EXPECT_THAT(integ({"state", "show", "bad", "--store", "state.db"}).out, HasSubstr(R"({"id":1})"));
}

TEST_F(IsolatedHostile, AnExitAndWhatWasSaidBeforeItAreTold) {
  folder.write("p.yaml", two("exits-in-run"));
  const Outcome run = integ({"run", "p.yaml"});
  EXPECT_EQ(run.exit_code, 3) << run;
  EXPECT_THAT(run.err, AllOf(HasSubstr("exits_in_run.so ended with status 7"), HasSubstr("it had emitted no state"),
                             HasSubstr("[things] the last words"),
                             HasSubstr("connector exits-in-run printed to standard error: said to standard error")));
  EXPECT_EQ(rows("good.db", "pokemon"), 1302);
}

TEST_F(IsolatedHostile, AWorkerThatSendsNonsenseIsKilled) {
  folder.write("p.yaml", two("meddles-in-run"));
  const Outcome run = integ({"run", "p.yaml"});
  EXPECT_EQ(run.exit_code, 3) << run;
  EXPECT_THAT(run.err, AllOf(HasSubstr("meddles_in_run.so was killed: a frame of its broke the protocol"),
                             HasSubstr("larger than a frame may be")));
  EXPECT_EQ(rows("bad.db", "things"), 1);
  EXPECT_EQ(rows("good.db", "pokemon"), 1302);
}

TEST_F(IsolatedHostile, AWorkerThatClosesItsSocketIsKilled) {
  folder.write("p.yaml", two("leaves-in-run"));
  const Outcome run = integ({"run", "p.yaml"});
  EXPECT_EQ(run.exit_code, 3) << run;
  EXPECT_THAT(run.err, HasSubstr("leaves_in_run.so was killed: it closed its channel and went on"));
  EXPECT_EQ(rows("good.db", "pokemon"), 1302);
}

TEST_F(IsolatedHostile, WhatItPrintsIsInTheLog) {
  for (const std::string connector : {"prints-in-run", "chatters-in-run"}) {
    folder.write("p.yaml", pipeline(connector, "{}", "{protocol: jsonl}", kIsolated));
    const Outcome run = integ({"run", "p.yaml"});
    EXPECT_EQ(run.exit_code, 0) << run.err.substr(0, 2000);
    for (const std::string& line : lines_of(run.out)) EXPECT_THAT(line, StartsWith("{"));
    EXPECT_THAT(run.err, HasSubstr("connector " + connector + " printed to standard output: "));
    EXPECT_THAT(run.out, HasSubstr(R"({"id":2})"));
  }
}

TEST_F(IsolatedHostile, APluginThatSleepsIsWoken) {
  const auto run = started("sleeps-in-run");
  run->kill(SIGTERM);
  const Outcome stopped = run->wait();
  EXPECT_EQ(stopped.exit_code, 143) << stopped;
  EXPECT_FALSE(stopped.hung);
  EXPECT_THAT(stopped.err, Not(HasSubstr("was killed")));
}

TEST_F(IsolatedHostile, APluginThatComputesForEverIsKilledWhenTheRunIsCancelled) {
  const auto run = started("loops-in-run");
  const pid_t worker = worker_of(*run);
  ASSERT_GT(worker, 0);
  run->kill(SIGTERM);
  const Outcome stopped = run->wait();
  EXPECT_EQ(stopped.exit_code, 143) << stopped;
  EXPECT_FALSE(stopped.hung);
  EXPECT_THAT(stopped.err, HasSubstr("loops_in_run.so was killed: it went on for 5 s after the run was cancelled"));
  EXPECT_NE(::kill(worker, 0), 0) << "and is no zombie";
}

// As the kernel does when memory is short.
TEST_F(IsolatedHostile, AWorkerThatIsKilledFromOutsideIsTold) {
  const auto run = started("sleeps-in-run");
  const pid_t worker = worker_of(*run);
  ASSERT_GT(worker, 0);
  ::kill(worker, SIGKILL);
  const Outcome ended = run->wait();
  EXPECT_EQ(ended.exit_code, 1) << ended;
  EXPECT_FALSE(ended.hung);
  EXPECT_THAT(ended.err, HasSubstr("sleeps_in_run.so crashed with SIGKILL"));
}

TEST_F(IsolatedHostile, AWorkerDiesWithItsHost) {
  const auto run = started("loops-in-run");
  const pid_t worker = worker_of(*run);
  ASSERT_GT(worker, 0);
  run->kill(SIGKILL);
  run->wait();
  EXPECT_TRUE(eventually([&] {
    std::ifstream stat("/proc/" + std::to_string(worker) + "/stat");
    std::string text(std::istreambuf_iterator<char>(stat), {});
    return text.empty() || text.find(") Z ") != std::string::npos;  // nobody may be there to reap it
  }));
}

// No code of the connector's is in the host, and none of the host's secrets in the worker.
TEST_F(IsolatedHostile, TheHostDoesNotLoadTheConnector) {
  std::promise<void> asked, end;
  std::atomic<bool> first{true};
  api.set_handler("/pokemon", [&, until = end.get_future().share()](const fixture_api::Request&) {
    if (first.exchange(false)) asked.set_value();
    until.wait_for(patience);
    return fixture_api::Response{.body = page_of("")};
  });
  folder.write("p.yaml", pipeline("pokeapi", "{url: \"" + api.url() + "\"}", "{protocol: jsonl}", kIsolated));
  const auto run = start({"run", "p.yaml"}, {.environment = {{"API_TOKEN", "environment-canary"}}});
  ASSERT_EQ(asked.get_future().wait_for(patience), std::future_status::ready);
  const pid_t worker = worker_of(*run);
  ASSERT_GT(worker, 0);
  const auto read = [](pid_t pid, const std::string& what) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/" + what);
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  EXPECT_THAT(read(run->pid(), "maps"), Not(HasSubstr("pokeapi.so")));
  EXPECT_THAT(read(worker, "maps"), HasSubstr("pokeapi.so"));
  EXPECT_THAT(read(worker, "environ"), AllOf(HasSubstr("PATH="), Not(HasSubstr("canary"))));
  end.set_value();
  EXPECT_EQ(run->wait().exit_code, 0);
}

}  // namespace
}  // namespace integration
