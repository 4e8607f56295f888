// `integ state show|set|clear --stream`: which stored stream a name means, and what is said of one that is not there.
#include "integration/pipelines/pipeline_test.hpp"

namespace integration {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class StateVerbs : public PipelineTest {
 protected:
  StateVerbs() {
    for (const char* stream : {"/orders", "/items", "/plain"}) api.set_page(stream, R"({"items":[{"id":7}]})");
    folder.write("p.yaml", pipeline("spaced", "{url: \"" + api.url() + "\"}", "{protocol: jsonl, path: out.jsonl}"));
  }

  void run_once() {
    const Outcome run = integ({"run", "p.yaml"});
    EXPECT_EQ(run.exit_code, 0) << run;
  }
  Outcome state_verb(const std::string& action, const std::vector<std::string>& more,
                     const std::string& of = "p.yaml") {
    std::vector<std::string> words{"state", action, of};
    if (of == "p") words.insert(words.end(), {"--store", "state.db"});
    words.insert(words.end(), more.begin(), more.end());
    return integ(words);
  }
  // What it complains of; it exits as for any mistake of usage, and changes nothing.
  std::string complaint(const std::string& action, const std::vector<std::string>& more, const std::string& of) {
    const std::string before = state();
    const Outcome run = state_verb(action, more, of);
    EXPECT_EQ(run.exit_code, 2) << run;
    EXPECT_EQ(run.out, "");
    EXPECT_EQ(state(), before);
    return run.err;
  }
};

TEST_F(StateVerbs, ANameFindsItsStreamWhateverTheNamespace) {
  run_once();
  for (const char* name : {"orders", "eu.orders"}) {
    EXPECT_THAT(lines_of(state_verb("show", {"--stream", name}).out),
                ElementsAre(AllOf(HasSubstr(R"("stream":"orders","namespace":"eu")"), HasSubstr(R"({"since":7})"))));
  }
  EXPECT_EQ(state_verb("clear", {"--stream", "orders"}).out, "cleared the state of 1 stream\n");
  EXPECT_EQ(state(), "items {\"since\":7}\nplain {\"since\":7}\n");
  for (const char* of : {"p", "p.yaml"}) {  // the cleared one is found again
    EXPECT_EQ(state_verb("set", {"--stream", "orders", R"({"since":3})"}, of).exit_code, 0);
  }
  EXPECT_EQ(state_verb("set", {"--stream", "items", "--namespace", "us", R"({"since":4})"}).exit_code, 0);
  EXPECT_EQ(state(), "items {\"since\":4}\norders {\"since\":3}\nplain {\"since\":7}\n");
  api.forget_requests();
  run_once();
  std::vector<std::string> asked;
  for (const auto& request : api.requests()) asked.push_back(request.target);
  EXPECT_THAT(asked, ::testing::UnorderedElementsAre("/orders?since=3", "/items?since=4", "/plain?since=7"));
}

TEST_F(StateVerbs, OfAStreamOfWhichNothingIsStoredThereIsNothingToShowOrClear) {
  run_once();
  for (const char* action : {"show", "clear"}) {
    for (const char* of : {"p", "p.yaml"}) {
      EXPECT_THAT(complaint(action, {"--stream", "ordres"}, of),
                  AllOf(StartsWith("integ: "), HasSubstr("no state of a stream 'ordres', did you mean 'orders'? It has "
                                                         "us.items, eu.orders and plain")));
      EXPECT_THAT(complaint(action, {"--stream", "orders", "--namespace", "us"}, of),
                  HasSubstr("no state of a stream 'us.orders'"));
    }
  }
  state_verb("clear", {"--stream", "plain"});
  EXPECT_THAT(complaint("show", {"--stream", "plain"}, "p"), HasSubstr("It has us.items and eu.orders"));
  EXPECT_THAT(complaint("clear", {"--stream", "plain"}, "p"), HasSubstr("It has us.items and eu.orders"));
}

TEST_F(StateVerbs, AMisspeltStreamIsNotSet) {
  EXPECT_THAT(
      state_verb("set", {"--stream", "ordres", "{}"}).err,
      HasSubstr("the pipeline 'p' has no stream 'ordres', did you mean 'orders'? It has eu.orders, us.items and "
                "plain"));
  run_once();
  EXPECT_THAT(complaint("set", {"--stream", "ordres", "{}"}, "p.yaml"), HasSubstr("did you mean 'orders'?"));
  EXPECT_THAT(complaint("set", {"--stream", "ordres", "{}"}, "p"),
              AllOf(HasSubstr("no state of a stream 'ordres', did you mean 'orders'?"), HasSubstr("by its file")));
}

TEST_F(StateVerbs, BeforeTheFirstRunThePipelinesFileKnowsItsStreams) {
  EXPECT_EQ(state_verb("set", {"--stream", "orders", R"({"since":3})"}).exit_code, 0);
  EXPECT_THAT(state_verb("show", {}).out, HasSubstr(R"("stream":"orders","namespace":"eu")"));
  const Outcome nowhere = integ({"state", "set", "q", "--store", "none.db", "--stream", "orders", "{}"});
  EXPECT_EQ(nowhere.exit_code, 2) << nowhere;
  EXPECT_FALSE(folder.has("none.db")) << "nothing was made";
}

// The connector need not be there; the names of the pipeline are enough.
TEST_F(StateVerbs, WithoutTheConnectorTheNamesOfThePipelineCount) {
  const auto write = [&](const std::string& more) {
    folder.write("p.yaml", pipeline("elsewhere", "{}", "{protocol: jsonl}", more));
  };
  write("streams: [orders]\n");
  EXPECT_THAT(state_verb("set", {"--stream", "ordres", "{}"}).err, HasSubstr("did you mean 'orders'? It has orders"));
  EXPECT_EQ(state_verb("set", {"--stream", "orders", R"({"since":3})"}).exit_code, 0);
  write("");
  const Outcome unknown = state_verb("set", {"--stream", "more", R"({"since":3})"});
  EXPECT_EQ(unknown.exit_code, 0) << unknown;
  EXPECT_THAT(unknown.err, HasSubstr("nothing is known of a stream 'more' of the pipeline 'p'"));
  EXPECT_EQ(state(), "more {\"since\":3}\norders {\"since\":3}\n");
}

// Whoever keeps the last STATE would lose the streams that were not read this time.
TEST_F(StateVerbs, EverySingerStateOfARunHoldsWhatIsStoredOfTheOtherStreams) {
  folder.write("p.yaml", pipeline("spaced", "{url: \"" + api.url() + "\"}", "{protocol: singer}"));
  run_once();
  for (const std::vector<std::string>& more : {std::vector<std::string>{}, {"--full-refresh"}}) {
    std::vector<std::string> words{"run", "p.yaml", "--stream", "orders"};
    words.insert(words.end(), more.begin(), more.end());
    const Outcome run = integ(words);
    EXPECT_EQ(run.exit_code, 0) << run;
    int states = 0;
    for (const std::string& line : lines_of(run.out)) {
      if (!line.starts_with(R"({"type":"STATE")")) continue;
      ++states;
      EXPECT_THAT(line, AllOf(HasSubstr(R"("us-items":{"since":7})"), HasSubstr(R"("plain":{"since":7})"),
                              HasSubstr(R"("eu-orders":{"since":7})")));
    }
    EXPECT_GE(states, 2);
  }
}

}  // namespace
}  // namespace integration
