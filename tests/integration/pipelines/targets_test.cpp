// Records fed to somebody else's loader: a program as a Singer target or an Airbyte destination. What hurts most is a
// state that is stored although the loader has not said that it has the records.
#include "integration/pipelines/pipeline_test.hpp"

#include <algorithm>
#include <csignal>
#include <set>

namespace integration {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

// What all targets here share: records go to got.txt when they are "stored", states are answered as Python writes them.
constexpr const char* kTarget = R"py(
import json, os, sys
stored = open("got.txt", "a")
waiting = []

def store():
    for record in waiting:
        stored.write(record + "\n")
    stored.flush()
    waiting.clear()

def say(value):
    sys.stdout.write(json.dumps(value, sort_keys=True) + "\n")
    sys.stdout.flush()
)py";

// A Singer target that stores all at the end, and then gives the last state back.
constexpr const char* kStoresAtTheEnd = R"py(
for line in sys.stdin:
    message = json.loads(line)
    if message["type"] == "RECORD":
        waiting.append(message["record"]["name"])
    elif message["type"] == "STATE":
        state = message["value"]
store()
say(state)
)py";

class Targets : public PipelineTest {
 protected:
  static std::string record(int id) { return R"({"name":"n)" + std::to_string(id) + R"(","url":"u"})"; }
  // Pages of one record each, with a state after each.
  void serve(int pages) {
    for (int page = 0; page < pages; ++page) {
      api.set_page(page == 0 ? "/api/v2/pokemon" : "/p" + std::to_string(page),
                   page_of(record(page), page + 1 < pages ? api.url("/p" + std::to_string(page + 1)) : ""));
    }
  }
  void target(const std::string& code) { folder.write("target.py", kTarget + code); }
  void singer(const std::string& more = "") {
    folder.write("p.yaml", pokemon("{protocol: singer, command: [python3, target.py]}", more));
  }
  std::vector<std::string> got() const { return lines_of(folder.read("got.txt")); }
};

// A log line may be an object of JSON: what is a state, the states tell that were sent.
TEST_F(Targets, AnObjectThatWasNeverSentIsNoState) {
  api.set_page("/s01", R"({"items":[{"id":1,"label":"x"}]})");
  folder.write("p.yaml", pipeline("crowd", "{url: \"" + api.url() + "\", token: canary-7391}",
                                  "{protocol: singer, command: [python3, target.py]}", "streams: [s01]\n"));
  const std::string log = R"(say({"level": "info", "message": "1 row for canary-7391"}))";
  const std::string reads = R"py(
for line in sys.stdin:
    message = json.loads(line)
    if message["type"] == "STATE":
        state = message["value"]
)py";
  target(reads + "say(state)\n" + log + "\nsay({\"bookmarks\": {}})\n");
  const Outcome run = integ({"run", "p.yaml"});
  EXPECT_EQ(run.exit_code, 0) << run;
  EXPECT_THAT(run.err, AllOf(HasSubstr(R"(python3: {"level": "info", "message": "1 row for ***"})"),
                             Not(HasSubstr("canary-7391")), Not(HasSubstr("back")), Not(HasSubstr("bookmarks"))));
  EXPECT_EQ(state(), "s01 {}\n");

  target(reads + log + "\n");
  EXPECT_THAT(integ({"run", "p.yaml"}).err, AllOf(HasSubstr("1 row for ***"), HasSubstr("gave no state back")));
}

TEST_F(Targets, ASingerTargetGetsTheRecordsAndItsStatesAreStored) {
  serve(5);
  target(std::string(kStoresAtTheEnd) + "sys.stderr.write('5 rows loaded\\n')\n");
  singer();
  const Outcome run = integ({"run", "p.yaml"});
  EXPECT_EQ(run.exit_code, 0) << run;
  EXPECT_THAT(run.out, IsEmpty());
  EXPECT_THAT(run.err, HasSubstr("python3: 5 rows loaded"));
  EXPECT_THAT(got(), ElementsAre("n0", "n1", "n2", "n3", "n4"));
  EXPECT_EQ(state(), "pokemon {}\n");
}

TEST_F(Targets, OnlyWhatIsGivenBackIsStored) {
  serve(6);
  api.fail("/p3", Fault::stall_body(20).for_ever());
  // Gives each state back at once, and says so in another spelling.
  target(R"py(
for line in sys.stdin:
    message = json.loads(line)
    if message["type"] == "RECORD":
        waiting.append(message["record"]["name"])
    elif message["type"] == "STATE":
        store()
        say(message["value"])
)py");
  singer();
  const auto first = start({"run", "p.yaml"});
  ASSERT_TRUE(eventually([&] { return state() == "pokemon {\"next\":\"/p3\"}\n"; })) << state();
  first->kill(SIGKILL);
  first->wait();
  api.clear_faults();
  api.forget_requests();
  const Outcome second = integ({"run", "p.yaml"});
  EXPECT_EQ(second.exit_code, 0) << second;
  EXPECT_EQ(api.requests().front().path, "/p3");
  ASSERT_TRUE(eventually([&] { return got().size() == 6; }));
  EXPECT_THAT(got(), ElementsAre("n0", "n1", "n2", "n3", "n4", "n5"));
}

// A state waits for the file with the last record that it covers, and for the target to say that it has it.
TEST_F(Targets, BatchesAreFedAsMessagesAndTheirStatesAreStoredWhenTheyCameBack) {
  serve(5);
  api.fail("/p4", Fault::stall_body(20).for_ever());
  folder.write("out/.keep", "");
  target(R"py(
for line in sys.stdin:
    message = json.loads(line)
    if message["type"] == "BATCH":
        for url in message["manifest"]:
            waiting += [json.loads(record)["name"] for record in open(url[7:])]
    elif message["type"] == "STATE":
        store()
        say(message["value"])
)py");
  folder.write("p.yaml", pokemon("{protocol: singer, command: [python3, target.py], batch_config: {batch_size: 3, "
                                 "encoding: {compression: none}, storage: {root: out}}}"));
  const auto first = start({"run", "p.yaml"});
  ASSERT_TRUE(eventually([&] { return !state().empty(); }));
  first->kill(SIGKILL);
  first->wait();
  EXPECT_NE(state(), "pokemon {\"next\":\"/p4\"}\n") << "the fourth record is in no file that was named";
  api.clear_faults();
  const Outcome second = integ({"run", "p.yaml"});
  EXPECT_EQ(second.exit_code, 0) << second;
  EXPECT_EQ(state(), "pokemon {}\n");
  ASSERT_TRUE(eventually([&] {
    const std::vector<std::string> all = got();
    return std::set<std::string>(all.begin(), all.end()) == std::set<std::string>{"n0", "n1", "n2", "n3", "n4"};
  })) << folder.read("got.txt");
}

TEST_F(Targets, AStateThatNobodyGaveBackIsNotStored) {
  serve(3);
  target("for line in sys.stdin: pass\n");
  singer();
  const Outcome run = integ({"run", "p.yaml"});
  EXPECT_EQ(run.exit_code, 0) << run;
  EXPECT_THAT(run.err, HasSubstr("gave no state back"));
  EXPECT_EQ(state(), "");
}

TEST_F(Targets, ATargetThatDiesEndsTheRunWithItsLastWords) {
  const FixtureApi many({.port = 0, .pokemon = 3000, .page_size = 100});
  target(R"py(
for number, line in enumerate(sys.stdin):
    message = json.loads(line)
    if message["type"] == "RECORD":
        waiting.append(message["record"]["name"])
    if message["type"] == "STATE" and len(waiting) >= 100:
        store()
        say(message["value"])
        sys.stderr.write("psycopg2.OperationalError: no space left in tablespace\n")
        os._exit(3)
)py");
  folder.write("p.yaml", pipeline("pokeapi", "{url: \"" + many.url("/api/v2") + "\"}",
                                  "{protocol: singer, command: [python3, target.py]}"));
  const Outcome run = integ({"run", "p.yaml", "--report", "report.json"});
  EXPECT_EQ(run.exit_code, 1) << run;
  EXPECT_THAT(run.err, AllOf(HasSubstr("python3 ended with status 3"), HasSubstr("no space left in tablespace")));
  EXPECT_THAT(folder.read("report.json"), Not(HasSubstr(R"("status":"complete")")));
  EXPECT_FALSE(run.hung);
  // What is stored covers nothing but what the target has: the next run goes on there at the latest.
  const std::size_t had = got().size();
  target(kStoresAtTheEnd);
  const Outcome second = integ({"run", "p.yaml"});
  EXPECT_EQ(second.exit_code, 0) << second;
  std::vector<std::string> all = got();
  EXPECT_GE(all.size(), many.pokemon().size());
  EXPECT_GE(had, 100U);
  std::ranges::sort(all);
  const auto twice = std::ranges::unique(all);
  all.erase(twice.begin(), twice.end());
  EXPECT_EQ(all.size(), many.pokemon().size()) << "a record was lost";
}

TEST_F(Targets, ATargetThatFailsAtTheEndFailsTheRun) {
  serve(3);
  target(R"py(
said = False
for line in sys.stdin:
    message = json.loads(line)
    if message["type"] == "STATE" and message["value"]["bookmarks"].get("pokemon", {}).get("next") and not said:
        say(message["value"])
        said = True
sys.stderr.write("x" * 300000 + "\n")
sys.exit("the last batch was refused")
)py");
  singer();
  const Outcome run = integ({"run", "p.yaml"});
  EXPECT_EQ(run.exit_code, 1) << run;
  EXPECT_THAT(run.err, AllOf(HasSubstr("ended with status 1"), HasSubstr("the last batch was refused")));
  EXPECT_EQ(state(), "pokemon {\"next\":\"/p1\"}\n") << "what it gave back counts, what came after does not";
}

TEST_F(Targets, AnAirbyteDestinationHasACatalogAndAnswersStateMessages) {
  serve(4);
  target(R"py(
arguments = sys.argv[1:]
catalog = json.load(open(arguments[arguments.index("--catalog") + 1]))
stream = catalog["streams"][0]
say({"type": "LOG", "log": {"level": "WARN", "message": "%s %s %s" % (
    stream["stream"]["name"], stream["sync_mode"], stream["destination_sync_mode"])}})
states = []
for line in sys.stdin:
    message = json.loads(line)
    if message["type"] == "RECORD":
        waiting.append(message["record"]["data"]["name"])
    elif message["type"] == "STATE":
        states.append(message)
    elif message["type"] == "TRACE" and message["trace"]["type"] == "STREAM_STATUS":
        waiting.append(message["trace"]["stream_status"]["status"])
    else:
        sys.exit("unexpected " + line)
store()
states[-1]["state"]["destinationStats"] = {"recordCount": 4.0}
say(states[-1])
)py");
  folder.write("p.yaml", pokemon("{protocol: airbyte, command: [python3, target.py, write, --config, d.json]}"));
  const Outcome run = integ({"run", "p.yaml"});
  EXPECT_EQ(run.exit_code, 0) << run;
  EXPECT_THAT(run.err, HasSubstr("python3: pokemon incremental append_dedup"));
  EXPECT_THAT(got(), ElementsAre("STARTED", "RUNNING", "n0", "n1", "n2", "n3", "COMPLETE"));
  EXPECT_EQ(state(), "pokemon {}\n");
}

TEST_F(Targets, WhatADestinationSaysOfItsFailureIsInTheError) {
  serve(2);
  target(R"py(
sys.stdin.read()
say({"type": "TRACE", "trace": {"type": "ERROR", "emitted_at": 1, "error": {"message": "The bucket is gone"}}})
sys.exit(1)
)py");
  folder.write("p.yaml", pokemon("{protocol: airbyte, command: [python3, target.py]}"));
  const Outcome run = integ({"run", "p.yaml"});
  EXPECT_EQ(run.exit_code, 1) << run;
  EXPECT_THAT(run.err, HasSubstr("The bucket is gone"));
  EXPECT_EQ(state(), "");
}

TEST_F(Targets, ACommandThatIsWrongIsToldBeforeAnythingIsAsked) {
  serve(1);
  for (const char* command : {"[no-such-target]", "[./target.sh]", "[]", "target"}) {
    folder.write("p.yaml", pokemon(std::string("{protocol: singer, command: ") + command + "}"));
    const Outcome run = integ({"run", "p.yaml"});
    EXPECT_EQ(run.exit_code, 2) << command << run;
    EXPECT_THAT(run.err, HasSubstr("command")) << run;
  }
  folder.write("p.yaml", pokemon("{protocol: singer, path: x.jsonl, command: [python3, target.py]}"));
  const Outcome both = integ({"run", "p.yaml"});
  EXPECT_EQ(both.exit_code, 2) << both;
  EXPECT_THAT(both.err, HasSubstr("path and command"));
  EXPECT_EQ(api.count(), 0U);
}

TEST_F(Targets, ASignalLetsTheTargetFinish) {
  serve(3);
  api.fail("/p2", Fault::stall_body(20).for_ever());
  target(kStoresAtTheEnd);
  singer();
  const auto run = start({"run", "p.yaml"});
  ASSERT_TRUE(eventually([&] { return api.count("/p2") == 1; }));
  run->kill(SIGTERM);
  const Outcome end = run->wait();
  EXPECT_EQ(end.exit_code, 143) << end;
  EXPECT_THAT(got(), ElementsAre("n0", "n1"));
  EXPECT_EQ(state(), "pokemon {\"next\":\"/p2\"}\n");
}

}  // namespace
}  // namespace integration
