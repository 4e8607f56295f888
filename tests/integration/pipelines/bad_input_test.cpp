// What an operator gets wrong: told with its place, exit code 2, and everything is as it was.
#include "integration/pipelines/pipeline_test.hpp"

namespace integration {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class BadInput : public PipelineTest {
 protected:
  // A good run first, so that there is something to spoil.
  void SetUp() override {
    api.set_page("/api/v2/pokemon", page_of(R"({"name":"a","url":"u"})"));
    folder.write("good.yaml", pokemon());
    const Outcome run = integ({"run", "good.yaml"});
    ASSERT_EQ(run.exit_code, 0) << run.err;
    api.forget_requests();
  }

  // Runs it and checks that nothing but the complaint came of it.
  std::string complaint(const std::vector<std::string>& arguments, const Extra& extra = {}) {
    const auto before = files();
    const Outcome run = integ(arguments, extra);
    EXPECT_EQ(run.exit_code, 2) << run.err;
    EXPECT_EQ(run.out, "");
    EXPECT_EQ(api.count(), 0U);
    EXPECT_EQ(files(), before);
    return run.err;
  }
  std::string complaint_about(const std::string& yaml, const Extra& extra = {}) {
    folder.write("bad.yaml", yaml);
    return complaint({"run", "bad.yaml"}, extra);
  }
};

TEST_F(BadInput, YamlSyntax) {
  EXPECT_EQ(complaint_about("name: p\nconnector: pokeapi\nconfig: {url: [1, 2\noutput: {protocol: jsonl}\n"),
            "integ: bad.yaml:4:7: not valid YAML: expected ',' or ']'\n");
}

TEST_F(BadInput, UnknownKeyWithTheNearest) {
  EXPECT_EQ(complaint_about(pokemon("{protocol: sqlite, path: out.db}", "streems: [pokemon]\n")),
            "integ: bad.yaml:6:1: a pipeline: unknown key 'streems', did you mean 'streams'?\n");
}

TEST_F(BadInput, UnknownKeyOfTheConnector) {
  EXPECT_EQ(complaint_about("name: p\nconnector: pokeapi\nconfig:\n  urrl: http://127.0.0.1:1\n"
                            "output: {protocol: jsonl}\n"),
            "integ: bad.yaml:4:3: config: unknown key 'urrl', did you mean 'url'?\n");
}

TEST_F(BadInput, UnknownKeyOfTheOutputAndOfHttp) {
  const std::string said =
      complaint_about(pokemon("{protocol: sqlite, path: out.db, mod: append}", "http: {max_atempts: 2}\n"));
  EXPECT_THAT(said, AllOf(HasSubstr("bad.yaml:4:42: output: unknown key 'mod', did you mean 'mode'?"),
                          HasSubstr("bad.yaml:6:8: http.max_atempts: unknown key 'max_atempts', did you mean "
                                    "'max_attempts'?")))
      << said;
}

TEST_F(BadInput, WrongType) {
  EXPECT_EQ(complaint_about(pokemon("{protocol: sqlite, path: out.db}", "concurrency: many\n")),
            "integ: bad.yaml:6:14: concurrency: expected an integer from 1 to 1000, found 'many'\n");
  EXPECT_EQ(complaint_about(pokemon("{protocol: sqlite, path: out.db}", "streams: 7\n")),
            "integ: bad.yaml:6:10: streams: expected a list of stream names or a map, found a number\n");
}

TEST_F(BadInput, MissingConnectorWithThoseThatExist) {
  EXPECT_THAT(complaint_about(pipeline("pokemn", "{}", "{protocol: jsonl}")),
              AllOf(StartsWith("integ: bad.yaml:2:12: no connector 'pokemn'"), HasSubstr("pokeapi"),
                    HasSubstr("updates"), HasSubstr("guarded"), HasSubstr(plugin_folder())));
}

TEST_F(BadInput, MissingAdapterWithThoseThatExist) {
  EXPECT_THAT(complaint_about(pokemon("{protocol: sqlit}")),
              AllOf(StartsWith("integ: bad.yaml:4:20: there is no output protocol 'sqlit'"),
                    HasSubstr("airbyte, jsonl, singer and sqlite")));
}

TEST_F(BadInput, EveryViolationOfTheSchemaWithItsPath) {
  const std::string said = complaint_about(
      "name: p\nconnector: guarded\nconfig:\n  url: 5\n  page_size: 1000\n  extra: x\noutput: {protocol: jsonl}\n");
  EXPECT_THAT(said, AllOf(HasSubstr("bad.yaml:6:3: config: unknown key 'extra'")));
  const std::string twice = complaint_about(
      "name: p\nconnector: guarded\nconfig:\n  url: http://127.0.0.1:1\n  page_size: 1000\noutput: {protocol: "
      "jsonl}\n");
  EXPECT_THAT(twice, AllOf(HasSubstr("bad.yaml:5:14: config.page_size: "), HasSubstr("100"),
                           HasSubstr("bad.yaml:3:1: config.token: "), HasSubstr("required")))
      << twice;
}

// F086: what is secret is not shown because it is wrong.
TEST_F(BadInput, ASecretOfTheWrongTypeIsNotShown) {
  const std::string said =
      complaint_about(pipeline("guarded", "{url: \"http://127.0.0.1:1\", token: [canary-1234]}", "{protocol: jsonl}"));
  EXPECT_THAT(said, AllOf(HasSubstr("config.token"), Not(HasSubstr("canary")))) << said;
}

TEST_F(BadInput, UnreadableFile) {
  EXPECT_EQ(complaint({"run", "missing.yaml"}), "integ: cannot read missing.yaml: No such file or directory\n");
  EXPECT_THAT(complaint({"run", "good.yaml", "missing"}), HasSubstr("cannot read missing: No such file or directory"));
}

TEST_F(BadInput, UnwritableOutput) {
  const std::string before = state();
  for (const char* output : {"sqlite, path: no/such/out", "jsonl, path: no/such/out", "airbyte, path: no/such/out",
                             "singer, path: no/such/out", "jsonl, path: \"no/such/out-{stream}\""}) {
    folder.write("bad.yaml", pokemon(std::string("{protocol: ") + output + "}"));
    const Outcome run = integ({"run", "bad.yaml"});
    EXPECT_EQ(run.exit_code, 2) << run.err;
    EXPECT_EQ(run.out, "");
    EXPECT_THAT(lines_of(run.err), ::testing::SizeIs(1)) << run.err;
    EXPECT_THAT(run.err, AllOf(StartsWith("integ: bad.yaml:4:"), HasSubstr("no/such/out"), HasSubstr("No such file")));
  }
  EXPECT_EQ(api.count(), 0U);
  EXPECT_EQ(state(), before);
  EXPECT_FALSE(folder.has("no"));
}

TEST_F(BadInput, TwoPipelinesOfOneNameInOneStore) {
  const std::string one = "{name: p, connector: pokeapi, output: {protocol: jsonl}, state: {path: state.db}}\n";
  EXPECT_THAT(complaint_about("pipelines:\n  - " + one + "  - " + one),
              AllOf(StartsWith("integ: bad.yaml:3:12: the pipeline 'p' is there twice in the store state.db"),
                    HasSubstr("bad.yaml:2")));
  folder.write("other.yaml", pokemon("{protocol: jsonl}"));
  EXPECT_THAT(complaint({"run", "good.yaml", "other.yaml"}), HasSubstr("other.yaml:1:7: the pipeline 'p'"));
}

TEST_F(BadInput, AnOutputThatWouldTakeAnothersFileAway) {
  EXPECT_THAT(complaint_about(pokemon("{protocol: jsonl, path: state.db}")),
              AllOf(StartsWith("integ: bad.yaml:4:"), HasSubstr("state.db is the store of the states")));
  const auto two = [&](const std::string& first, const std::string& second, const std::string& stream) {
    const auto one = [](const std::string& name, const std::string& of, const std::string& path) {
      return "  - {name: " + name + ", connector: pokeapi, config: {url: \"http://127.0.0.1:1\"}, streams: [" + of +
             "], output: {protocol: jsonl, path: " + path + "}}\n";
    };
    return "pipelines:\n" + one("a", "pokemon", first) + one("b", stream, second);
  };
  EXPECT_THAT(complaint_about(two("out.jsonl", "./sub/../out.jsonl", "berry")),
              AllOf(StartsWith("integ: bad.yaml:3:"), HasSubstr("'a' and 'b' would both write into")));
  const std::string by_stream = "'{stream}.jsonl'";
  EXPECT_THAT(complaint_about(two(by_stream, by_stream, "pokemon")), HasSubstr("would both write into"));
  folder.write("apart.yaml", two(by_stream, by_stream, "berry"));
  EXPECT_EQ(integ({"validate", "apart.yaml"}).exit_code, 0);
}

// F097
TEST_F(BadInput, UnknownStreamWithTheNearest) {
  EXPECT_THAT(complaint_about(pokemon("{protocol: sqlite, path: out.db}", "streams: [pokeman]\n")),
              StartsWith("integ: bad.yaml:6:11: connector pokeapi has no stream 'pokeman', did you mean 'pokemon'? "
                         "It has pokemon, "));
  EXPECT_THAT(complaint({"run", "good.yaml", "--stream", "pokeman"}),
              StartsWith("integ: --stream: connector pokeapi has no stream 'pokeman', did you mean 'pokemon'? "
                         "It has pokemon, "));
}

TEST_F(BadInput, UnknownField) {
  EXPECT_THAT(complaint_about(pokemon("{protocol: sqlite, path: out.db}", "streams:\n  pokemon:\n    fields: [nme]\n")),
              AllOf(StartsWith("integ: bad.yaml:8:"), HasSubstr("no field 'nme', did you mean 'name'?")));
}

TEST_F(BadInput, AStateThatIsNoJson) {
  const std::string before = state();
  const std::vector<std::string> set = {"state", "set", "p", "--store", "state.db", "--stream", "pokemon"};
  const auto with = [&](std::initializer_list<std::string> more) {
    std::vector<std::string> all = set;
    all.insert(all.end(), more);
    return complaint(all);
  };
  EXPECT_THAT(with({}), HasSubstr("the state:1:1: this is no valid JSON"));
  EXPECT_THAT(with({"{\"next\": nope}"}), HasSubstr("the state:1:10: this is no valid JSON"));
  EXPECT_THAT(with({"[1]"}), HasSubstr("expected a JSON object"));
  EXPECT_THAT(complaint({"state", "set", "p", "--store", "state.db", "--stream", "pokemon", "-"}, {.input = "{"}),
              HasSubstr("this is no valid JSON"));
  EXPECT_EQ(state(), before);
}

TEST_F(BadInput, StateOfAPipelineThatIsNotThere) {
  const auto before = files();
  const Outcome run = integ({"state", "show", "q", "--store", "state.db"});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.err, HasSubstr("has no pipeline 'q'"));
  const Outcome none = integ({"state", "show", "p", "--store", "none.db"});
  EXPECT_EQ(none.exit_code, 2);
  EXPECT_THAT(none.err, HasSubstr("there is no state store none.db"));
  EXPECT_EQ(files(), before);
}

TEST_F(BadInput, MissingVariable) {
  EXPECT_EQ(
      complaint_about("name: p\nconnector: pokeapi\nconfig:\n  url: http://${NOPE}/x\noutput: {protocol: jsonl}\n"),
      "integ: bad.yaml:4:15: the variable NOPE is not set; set it, or give a default: ${NOPE:-default}\n");
}

TEST_F(BadInput, DuplicateKey) {
  EXPECT_EQ(complaint_about(pokemon("{protocol: sqlite, path: out.db}", "name: q\n")),
            "integ: bad.yaml:6:1: the key 'name' is there twice, first in line 1\n");
}

TEST_F(BadInput, MergeKey) {
  EXPECT_EQ(complaint_about("name: p\nconnector: pokeapi\nconfig:\n  <<: {url: \"http://127.0.0.1:1\"}\n"
                            "output: {protocol: jsonl}\n"),
            "integ: bad.yaml:4:3: '<<' does not merge here; write the keys out\n");
}

// F081: a value is a value, whatever it holds.
TEST_F(BadInput, ANewlineInAVariableAddsNoKeys) {
  const std::string said = complaint_about("name: ${NAME}\nconnector: pokeapi\noutput: {protocol: jsonl}\n",
                                           {.environment = {{"NAME", "p\nconnector: other"}}});
  EXPECT_THAT(said, AllOf(StartsWith("integ: bad.yaml:1:7: name: "), HasSubstr("control characters"),
                          Not(HasSubstr("no connector"))));
}

// F083: lines and columns are counted behind a byte order mark and with CRLF as an editor counts them.
TEST_F(BadInput, PlacesBehindABomAndWithCrlf) {
  EXPECT_THAT(complaint_about("\xEF\xBB\xBFnaem: p\r\nconnector: pokeapi\r\n"), StartsWith("integ: bad.yaml:1:1: "));
  EXPECT_THAT(complaint_about("\xEF\xBB\xBFname: p\r\nconnector: pokeapi\r\noutput: {protocol: jsonl}\r\n"
                              "concurrency: many\r\n"),
              StartsWith("integ: bad.yaml:4:14: "));
}

}  // namespace
}  // namespace integration
