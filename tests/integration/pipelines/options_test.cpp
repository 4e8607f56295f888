// The command line of `integ run`, and runs of several pipelines.
#include "integration/pipelines/pipeline_test.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>

namespace integration {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

using ::testing::Not;
using Document = ::integ::json::Document;

class Options : public PipelineTest {};

TEST_F(Options, DryRunRequestsAndWritesNothing) {
  folder.write("p.yaml", pokemon());
  const auto before = files();
  const Outcome run = integ({"run", "p.yaml", "--dry-run"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.err, AllOf(HasSubstr("pokemon (incremental)"), HasSubstr("sqlite")));
  EXPECT_EQ(api.count(), 0U);
  EXPECT_EQ(files(), before);
}

TEST_F(Options, SetChangesAValue) {
  folder.write("p.yaml", "name: p\nconnector: pokeapi\nstreams: [pokemon]\noutput: {protocol: sqlite, path: out.db}\n");
  const Outcome run = integ({"run", "p.yaml", "--set", "config.url=" + api.url(), "--set", "output.path=other.db",
                             "--set", "state.path=state.db"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_FALSE(folder.has("out.db"));
  EXPECT_EQ(Database(folder.path("other.db")).number("select count(*) from pokemon"), 1302);
  EXPECT_TRUE(folder.has("state.db"));
}

TEST_F(Options, SetOfAnUnknownKeyIsRefused) {
  folder.write("p.yaml", pokemon());
  const Outcome run = integ({"run", "p.yaml", "--set", "config.urk=x"});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.err, HasSubstr("did you mean 'url'?"));
  EXPECT_EQ(api.count(), 0U);
}

class Guarded : public PipelineTest {
 protected:
  Guarded() {
    for (const char* path : {"/things", "/others"}) {
      api.set_handler(path, [](const fixture_api::Request& request) {
        const std::string page(request.parameter("page"));
        fixture_api::Response response;
        response.body = "{\"items\":[{\"id\":" + page +
                        "}],\"next_page\":" + (page == "3" ? "null" : std::to_string(std::stoi(page) + 1)) + "}";
        return response;
      });
    }
  }
  std::string guarded(const std::string& more = "") {
    return pipeline("guarded", "{url: \"" + api.url() + "\", token: canary-1234}", "{protocol: sqlite, path: out.db}",
                    more);
  }
};

TEST_F(Guarded, StreamChoosesOne) {
  folder.write("p.yaml", guarded());
  const Outcome run = integ({"run", "p.yaml", "--stream", "others"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(api.count("/things"), 0U);
  EXPECT_EQ(api.count("/others"), 3U);
  EXPECT_EQ(database().number("select count(*) from others"), 3);
  const Outcome all = integ({"run", "p.yaml"});
  ASSERT_EQ(all.exit_code, 0) << all.err;
  EXPECT_EQ(api.count("/things"), 3U);
}

// One stream fails, the other is complete: 3, and the report says which is which.
TEST_F(Guarded, ReportTellsEachStream) {
  api.fail("/things", Fault::with_status(404).at(2).for_ever());
  folder.write("p.yaml", guarded());
  const Outcome run = integ({"run", "p.yaml", "--report", "report.json"});
  EXPECT_EQ(run.exit_code, 3) << run.err;
  const Document report = Document::parse(folder.read("report.json"));
  EXPECT_EQ(report.find("/exit_code")->integer, 3);
  ASSERT_EQ(report.find("/pipelines")->count, 1U);
  const auto text = [&](const std::string& pointer) {
    const auto* node = report.find("/pipelines/0" + pointer);
    return node == nullptr ? std::string("missing") : std::string(node->text);
  };
  EXPECT_EQ(text("/name"), "p");
  EXPECT_EQ(text("/status"), "partial");
  EXPECT_EQ(text("/records"), "4");
  EXPECT_EQ(text("/streams/0/name"), "things");
  EXPECT_EQ(text("/streams/0/status"), "failed");
  EXPECT_EQ(text("/streams/0/records"), "1");
  EXPECT_EQ(text("/streams/0/error/kind"), "not_found");
  EXPECT_THAT(text("/streams/0/error/message"), HasSubstr("404"));
  EXPECT_EQ(text("/streams/1/status"), "complete");
  EXPECT_THAT(folder.read("report.json"), Not(HasSubstr("canary")));
}

TEST_F(Options, FullRefreshReadsAllAnew) {
  folder.write("p.yaml", updates());
  ASSERT_EQ(integ({"run", "p.yaml"}).exit_code, 0);
  api.forget_requests();
  const Outcome next = integ({"run", "p.yaml"});
  ASSERT_EQ(next.exit_code, 0) << next.err;
  EXPECT_THAT(next.err, HasSubstr(" 0 records"));
  api.forget_requests();
  const Outcome full = integ({"run", "p.yaml", "--full-refresh"});
  ASSERT_EQ(full.exit_code, 0) << full.err;
  EXPECT_THAT(full.err, HasSubstr(" 75 records"));
  for (const auto& request : api.requests("/updates")) EXPECT_EQ(request.parameter("since"), "") << request.target;
  EXPECT_EQ(database().number("select count(*) from updates"), 75);
}

// An hour of silence, and a second of patience: what came before is there, with its state.
TEST_F(Options, TimeoutEndsCleanly) {
  api.fail("/api/v2/pokemon?offset=200&limit=100", Fault::stall_body(10).for_ever());
  folder.write("p.yaml", pokemon());
  const Outcome run = integ({"run", "p.yaml", "--timeout", "2s"});
  EXPECT_EQ(run.exit_code, 1) << run.err;
  EXPECT_EQ(count(), 200);
  EXPECT_THAT(state(), HasSubstr("offset=200"));
  api.clear_faults();
  ASSERT_EQ(integ({"run", "p.yaml"}).exit_code, 0);
  EXPECT_EQ(database().number("select count(*) from pokemon"), 1302);
}

TEST_F(Options, TimeoutThatIsNoDuration) {
  folder.write("p.yaml", pokemon());
  const Outcome run = integ({"run", "p.yaml", "--timeout", "soon"});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.err, HasSubstr("--timeout soon: expected a duration"));
  EXPECT_EQ(api.count(), 0U);
}

TEST_F(Options, QuietSaysNothingButErrors) {
  folder.write("p.yaml", pokemon());
  const Outcome good = integ({"run", "p.yaml", "--quiet"});
  EXPECT_EQ(good.exit_code, 0);
  EXPECT_EQ(good.err, "");
  api.fail("*", Fault::with_status(404).for_ever());
  const Outcome bad = integ({"run", "p.yaml", "-q"});
  EXPECT_EQ(bad.exit_code, 1);
  EXPECT_EQ(lines_of(bad.err).size(), 1U) << bad.err;
  EXPECT_THAT(bad.err, HasSubstr("404"));
}

TEST_F(Options, LogLinesAsJson) {
  api.fail("*", Fault::with_status(404).at(3).for_ever());
  folder.write("p.yaml", pokemon());
  const Outcome run = integ({"run", "p.yaml", "--log-format", "json"});
  EXPECT_EQ(run.exit_code, 1);
  std::string levels;
  for (const std::string& line : lines_of(run.err)) {
    const Document entry = Document::parse(line);
    EXPECT_TRUE(entry.find("/ts") != nullptr && entry.find("/message") != nullptr) << line;
    levels += std::string(entry.root().string("level")) + " ";
  }
  EXPECT_THAT(levels, HasSubstr("error"));
}

TEST_F(Options, SeveralPipelinesOfAFileAndOfAFolder) {
  const auto entry = [&](const std::string& name) {
    return "  - {name: " + name + ", connector: pokeapi, config: {url: \"" + api.url() +
           "\"}, streams: [pokemon], output: {protocol: sqlite, path: " + name + ".db}, state: {path: state.db}}\n";
  };
  folder.write("many/several.yaml", "pipelines:\n" + entry("a") + entry("b"));
  folder.write("many/third.yml",
               "name: c\nconnector: pokeapi\nconfig: {url: \"" + api.url() +
                   "\"}\nstreams: [pokemon]\noutput: {protocol: sqlite, path: ../c.db}\nstate: {path: state.db}\n");
  folder.write("many/notes.txt", "no pipeline\n");
  const Outcome run = integ({"run", "many"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  for (const char* file : {"many/a.db", "many/b.db", "c.db"}) {
    EXPECT_EQ(Database(folder.path(file)).number("select count(*) from pokemon"), 1302) << file;
  }
  EXPECT_THAT(lines_of(integ({"state", "list", "--store", "many/state.db"}).out), ElementsAre("a", "b", "c"));
}

TEST_F(Options, OnePipelineFailsTheOthersRun) {
  folder.write("a.yaml",
               "name: a\nconnector: pokeapi\nconfig: {url: \"" + api.url("/nowhere") +
                   "\"}\nstreams: [pokemon]\noutput: {protocol: sqlite, path: a.db}\nstate: {path: state.db}\n");
  folder.write("b.yaml",
               "name: b\nconnector: pokeapi\nconfig: {url: \"" + api.url() +
                   "\"}\nstreams: [pokemon]\noutput: {protocol: sqlite, path: b.db}\nstate: {path: state.db}\n");
  const Outcome run = integ({"run", "a.yaml", "b.yaml"});
  EXPECT_EQ(run.exit_code, 3) << run.err;
  EXPECT_THAT(run.err, AllOf(HasSubstr("pipeline a"), HasSubstr("b: 1 of 1 stream complete")));
  EXPECT_EQ(Database(folder.path("b.db")).number("select count(*) from pokemon"), 1302);
}

// One wrong file, and nothing of any begins.
TEST_F(Options, AllIsCheckedBeforeAnythingBegins) {
  folder.write("a.yaml", pokemon());
  folder.write("b.yaml", "name: b\nconnector: nope\noutput: {protocol: jsonl}\n");
  const auto before = files();
  const Outcome run = integ({"run", "a.yaml", "b.yaml"});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_EQ(api.count(), 0U);
  EXPECT_EQ(files(), before);
}

// Counts who is on the way at once; all wait until `wanted` are.
class Meeting {
 public:
  explicit Meeting(int wanted) : wanted_(wanted) {}
  void attend() {
    std::unique_lock lock(mutex_);
    most_ = std::max(most_.load(), ++here_);
    changed_.notify_all();
    changed_.wait_for(lock, std::chrono::seconds(20), [this] { return most_ >= wanted_; });
    --here_;
  }
  int most() const { return most_; }

 private:
  const int wanted_;
  std::mutex mutex_;
  std::condition_variable changed_;
  int here_ = 0;
  std::atomic<int> most_ = 0;
};

TEST_F(Options, ConcurrencyBoundsWhatRunsAtOnce) {
  for (const int wanted : {1, 3}) {
    Meeting meeting(wanted);
    FixtureApi server;
    server.set_handler("/updates", [&](const fixture_api::Request& request) {
      meeting.attend();
      fixture_api::Response response;
      response.body = R"({"items":[{"id":")" + std::string(request.parameter("part")) +
                      R"(","part":"a","updated_at":"2026-01-01T00:00:00Z"}],"next_page":null})";
      return response;
    });
    folder.write("p.yaml", pipeline("updates", "{url: \"" + server.url() + "\"}", "{protocol: jsonl}",
                                    "concurrency: " + std::to_string(wanted) + "\n"));
    const Outcome run = integ({"run", "p.yaml", "--full-refresh"});
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(lines_of(run.out).size(), 3U);
    EXPECT_EQ(meeting.most(), wanted);
    server.stop();
  }
}

TEST_F(Options, ValidateRequestsNothing) {
  folder.write("p.yaml", pokemon());
  const auto before = files();
  const Outcome valid = integ({"validate", "p.yaml"});
  EXPECT_EQ(valid.exit_code, 0) << valid.err;
  EXPECT_THAT(valid.out, HasSubstr("p.yaml: p is valid (connector pokeapi 1.0.0, output sqlite)"));
  EXPECT_EQ(integ({"validate", "p.yaml", "--set", "config.url=ftp://x"}).exit_code, 2);
  EXPECT_EQ(api.count(), 0U);
  EXPECT_EQ(files(), before);
}

TEST_F(Options, CheckReadsAndWritesNothing) {
  folder.write("p.yaml", pokemon());
  const auto before = files();
  const Outcome good = integ({"check", "p.yaml"});
  EXPECT_EQ(good.exit_code, 0) << good.err;
  EXPECT_THAT(good.out, HasSubstr("p: the configuration is valid"));
  EXPECT_GE(api.count(), 1U);
  api.fail("*", Fault::with_status(401).for_ever());
  const Outcome bad = integ({"check", "p.yaml"});
  EXPECT_EQ(bad.exit_code, 1);
  EXPECT_THAT(bad.err, AllOf(HasSubstr("pipeline p"), HasSubstr("401")));
  EXPECT_EQ(files(), before);
}

TEST_F(Options, DiscoverPrintsTheStreams) {
  folder.write("p.yaml", updates());
  const Outcome run = integ({"discover", "p.yaml"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  const Document catalog = Document::parse(run.out);
  EXPECT_EQ(catalog.find("/streams/0/name")->text, "updates");
  EXPECT_NE(catalog.find("/streams/0/json_schema/properties/updated_at"), nullptr);
  EXPECT_EQ(api.count(), 0U);
}

TEST_F(Options, PluginDirIsLookedAtFirst) {
  plugins = {};
  folder.write("p.yaml", updates("{protocol: jsonl}"));
  EXPECT_EQ(integ({"run", "p.yaml"}).exit_code, 2);
  const Outcome run = integ({"run", "p.yaml", "--plugin-dir", test_plugin_folder()});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(lines_of(run.out).size(), 75U);
}

}  // namespace
}  // namespace integration
