// The keys of a pipeline, their defaults, and each mistake at its place.

#include "support.hpp"

namespace integ::pipeline::test {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kMinimal = "name: p\nconnector: c\noutput: {protocol: jsonl}\n";

TEST(Grammar, Defaults) {
  const Pipeline p = pipeline(kMinimal);
  EXPECT_EQ(p.name, "p");
  EXPECT_EQ(p.connector, "c");
  EXPECT_EQ(p.protocol, "jsonl");
  EXPECT_EQ(p.concurrency, 20);
  EXPECT_FALSE(p.streams);
  EXPECT_FALSE(p.log_level);
  EXPECT_EQ(p.state_path, p.directory + "/.integ/state.db");
  EXPECT_EQ(p.config_json(""), "{}");
  EXPECT_EQ(p.http_json(), "");
  EXPECT_EQ(p.output_json(""), "{}");
}

TEST(Grammar, Everything) {
  const Pipeline p = pipeline(
      "name: pokemon\nconnector: pokeapi\nconfig:\n  url: ${URL:-https://a.test}\n"
      "streams: {pokemon: {mode: full_refresh, fields: [name, /a/b]}, berry: , items: {mode: incremental}}\n"
      "output: {protocol: sqlite, path: out/p.db, batch: 5}\nstate: {path: s/x.db}\nconcurrency: ${N}\n"
      "http: {requests_per_second: 20, timeout: 30s, allowed_hosts: [\"{config:/url}\"]}\n"
      "log: {level: debug, format: json}\nisolation: in_process\n",
      {{"N", "7"}});
  ASSERT_EQ(p.streams->size(), 3U);
  EXPECT_EQ(p.streams->at(0).mode, SyncMode::full_refresh);
  EXPECT_EQ(p.streams->at(0).fields, (std::vector<std::string>{"name", "/a/b"}));
  EXPECT_EQ(p.streams->at(1).name, "berry");
  EXPECT_FALSE(p.streams->at(1).mode);
  EXPECT_EQ(p.streams->at(2).mode, SyncMode::incremental);
  EXPECT_EQ(p.concurrency, 7);
  EXPECT_EQ(p.state_path, p.directory + "/s/x.db");
  EXPECT_EQ(p.config_json(""), R"({"url":"https://a.test"})");
  EXPECT_EQ(p.output_json(""), R"({"path":")" + p.directory + R"(/out/p.db","batch":5})");
  EXPECT_EQ(p.http_json(), R"({"requests_per_second":20,"timeout":"30s","allowed_hosts":["{config:/url}"]})");
  EXPECT_EQ(p.log_level, Level::debug);
  EXPECT_EQ(p.log_as_json, true);
}

TEST(Grammar, PathsThatStayAsTheyAre) {
  EXPECT_EQ(pipeline("name: p\nconnector: c\noutput: {protocol: jsonl, path: '-'}\n").output_json(""),
            R"({"path":"-"})");
  EXPECT_EQ(pipeline("name: p\nconnector: c\noutput: {protocol: jsonl, path: /x/y}\nstate: {path: /z}\n").state_path,
            "/z");
}

TEST(Grammar, MistakesWithTheirPlace) {
  struct Case {
    const char* text;  // behind kMinimal, or alone when it has a name of its own
    int line;
    int column;
    const char* says;
  };
  const std::vector<Case> cases = {
      {"conector: x\n", 4, 1, "unknown key 'conector', did you mean 'connector'?"},
      {"zzz: x\n", 4, 1, "unknown key 'zzz'; expected one of name, connector, config"},
      {"state: {pth: x}\n", 4, 9, "state: unknown key 'pth', did you mean 'path'?"},
      {"state: x\n", 4, 8, "state: expected a map with the keys path, found text"},
      {"state: {path: ''}\n", 4, 15, "state.path: expected a path, found an empty text"},
      {"streams: 5\n", 4, 10, "streams: expected a list of stream names or a map, found a number"},
      {"streams:\n", 4, 1, "expected a list of stream names or a map, found nothing"},
      {"streams: []\n", 4, 10, "leave the key out for all streams"},
      {"streams: [a, b, a]\n", 4, 17, "'a' is there twice"},
      {"streams: [a, {b: c}]\n", 4, 14, "streams: expected a name, found a map"},
      {"streams: [\"a\\nb\"]\n", 4, 11, "can't hold line breaks"},
      {"streams: {a: {mode: incr}}\n", 4, 21, "streams.a.mode: expected full_refresh or incremental, found 'incr'"},
      {"streams: {a: {modes: x}}\n", 4, 15, "did you mean 'mode'?"},
      {"streams: {a: {fields: name}}\n", 4, 23, "streams.a.fields: expected a list of field names, found text"},
      {"streams: {a: full_refresh}\n", 4, 14, "streams.a: expected a map with the keys mode and fields, found text"},
      {"concurrency: many\n", 4, 14, "concurrency: expected an integer from 1 to 1000, found 'many'"},
      {"concurrency: 0\n", 4, 14, "found '0'"},
      {"concurrency: 1001\n", 4, 14, "found '1001'"},
      {"concurrency: 99999999999999999999\n", 4, 14, "an integer from 1 to 1000"},
      {"concurrency: [1]\n", 4, 14, "found a list"},
      {"config: [a]\n", 4, 9, "config: expected a map of the connector's settings, found a list"},
      {"config: true\n", 4, 9, "found a boolean"},
      {"http: fast\n", 4, 7, "http: expected a map, found text"},
      {"log: {level: loud}\n", 4, 14, "log.level: expected debug, info, warn or error, found 'loud'"},
      {"log: {format: xml}\n", 4, 15, "log.format: expected text or json, found 'xml'"},
      {"validate: on\n", 4, 11, "validate: expected off, warn or fail, found 'on'"},
      {"validate: [warn]\n", 4, 11, "validate: expected a map with the keys mode and sample, found a list"},
      {"validate: {sample: 5}\n", 4, 11, "validate: 'mode' is missing; expected off, warn or fail"},
      {"validate: {mode: loud}\n", 4, 18, "validate.mode: expected off, warn or fail, found 'loud'"},
      {"validate: {mode: warn, sample: 0}\n", 4, 32, "validate.sample: expected all or an integer from 1 to"},
      {"validate: {mode: warn, sample: -5}\n", 4, 32, "found '-5'"},
      {"validate: {mode: warn, sample: [1]}\n", 4, 32, "found a list"},
      {"validate: {mode: warn, sampel: 1}\n", 4, 24, "did you mean 'sample'?"},
      {"isolation: strict\n", 4, 12, "isolation: expected in_process or process, found 'strict'"},
  };
  for (const Case& c : cases) {
    EXPECT_THAT(pipeline_error(kMinimal + std::string(c.text)), IsAt(c.line, c.column, c.says)) << c.text;
  }
}

TEST(Grammar, Validate) {
  using Mode = Validation::Mode;
  struct Case {
    const char* text;
    Mode mode;
    std::uint64_t sample;
  };
  const std::vector<Case> cases = {
      {"", Mode::off, 1},
      {"validate:\n", Mode::off, 1},
      {"validate: off\n", Mode::off, 1},
      {"validate: warn\n", Mode::warn, 1000},
      {"validate: fail\n", Mode::fail, 1},
      {"validate: {mode: warn, sample: 20}\n", Mode::warn, 20},
      {"validate: {mode: warn, sample: all}\n", Mode::warn, 1},
      {"validate: {mode: fail, sample: 1000000000}\n", Mode::fail, 1'000'000'000},
  };
  for (const Case& c : cases) {
    const Pipeline p = pipeline(kMinimal + std::string(c.text));
    EXPECT_EQ(p.validation.mode, c.mode) << c.text;
    EXPECT_EQ(p.validation.sample, c.sample) << c.text;
  }
}

TEST(Grammar, WhatIsMissing) {
  EXPECT_THAT(pipeline_error("connector: c\noutput: {protocol: x}\n"), IsAt(1, 1, "'name' is missing"));
  EXPECT_THAT(pipeline_error("# x\nname: p\noutput: {protocol: x}\n"), IsAt(2, 1, "'connector' is missing"));
  EXPECT_THAT(pipeline_error("name: p\nconnector: c\n"), IsAt(1, 1, "'output' is missing"));
  EXPECT_THAT(pipeline_error("name: p\nconnector: c\noutput:\n"), IsAt(3, 1, "output: expected a map"));
  EXPECT_THAT(pipeline_error("name: p\nconnector: c\noutput: {path: x}\n"), IsAt(3, 9, "'protocol' is missing"));
  EXPECT_THAT(pipeline_error("name:\nconnector: c\noutput: {protocol: x}\n"), IsAt(1, 1, "found nothing"));
  EXPECT_THAT(pipeline_error(""), IsAt(1, 1, "the file is empty"));
  EXPECT_THAT(pipeline_error("# only a comment\n"), IsAt(1, 1, "the file is empty"));
  EXPECT_THAT(pipeline_error("name:p\n"), IsAt(1, 1, "expected a map"));
  EXPECT_THAT(pipeline_error("- name: p\n"), IsAt(1, 1, "found a list"));
}

TEST(Grammar, ANameFromAVariableIsANameOrRefused) {
  const std::string text = "name: ${NAME}\nconnector: pokeapi\noutput: {protocol: jsonl}\n";
  const Error error = pipeline_error(text, {{"NAME", "canary\nconnector: other"}});
  EXPECT_THAT(error, IsAt(1, 7, "name: a name can't hold line breaks"));
  EXPECT_THAT(error.what(), Not(HasSubstr("canary")));
  EXPECT_EQ(pipeline(text, {{"NAME", "p, connector: other # x"}}).name, "p, connector: other # x");
  EXPECT_EQ(pipeline(text, {{"NAME", "x"}}).connector, "pokeapi");
  EXPECT_THAT(pipeline_error(text, {{"NAME", "  "}}), IsAt(1, 7, "found an empty text"));
}

TEST(Grammar, SeveralPipelines) {
  const Folder folder;
  const std::string file = folder.write("all.yaml",
                                        "pipelines:\n  - name: a\n    connector: c\n    output: {protocol: jsonl}\n"
                                        "  - name: b\n    connector: c\n    output: {protocol: jsonl}\n");
  const auto all = load(file, environment({}), {{"concurrency", "3"}});
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[1].name, "b");
  EXPECT_EQ(all[0].concurrency + all[1].concurrency, 6);
  EXPECT_THAT(pipeline_error("pipelines: []\n"), IsAt(1, 12, "expected a list of pipelines, found an empty one"));
  EXPECT_THAT(pipeline_error("pipelines:\n  a: 1\n"), IsAt(2, 3, "expected a list of pipelines, found a map"));
  EXPECT_THAT(pipeline_error("pipelines:\n  - name: a\nconcurrency: 5\n"), IsAt(3, 1, "unknown key 'concurrency'"));
  EXPECT_THAT(pipeline_error("pipelines:\n  - name: a\n  -\n").message(), HasSubstr("'connector' is missing"));
}

TEST(Grammar, Overrides) {
  const std::string text = std::string(kMinimal) + "config: {url: ${UNSET}}\nstreams: [a]\n";
  const Pipeline p =
      pipeline("name: p\nconnector: c\noutput: {protocol: jsonl}\nconfig:\n  url: ${UNSET}\nstreams: [a]\n",
               {{"V", "v: #"}}, {{"config.url", "x${V}"}, {"config.new.deep", "1"}, {"streams.0", "b"}, {"name", "q"}});
  EXPECT_EQ(p.config_json(""), R"({"url":"xv: #","new":{"deep":1}})");
  EXPECT_EQ(p.streams->at(0).name, "b");
  EXPECT_EQ(p.name, "q");

  const Error unknown = pipeline_error(kMinimal, {}, {{"conector", "x"}});
  EXPECT_EQ(unknown.where().file, "--set conector");
  EXPECT_THAT(unknown.message(), HasSubstr("did you mean 'connector'?"));
  EXPECT_THAT(pipeline_error(kMinimal, {}, {{"concurrency", "many"}}).what(),
              AllOf(HasSubstr("--set concurrency: concurrency: expected an integer"), EndsWith("found 'many'")));
  EXPECT_EQ(pipeline_error(kMinimal, {}, {{"config..x", "1"}}).where().file, "--set config..x");
  EXPECT_THAT(pipeline_error(kMinimal, {}, {{"name.x", "1"}}).message(), HasSubstr("a key in a text"));
  EXPECT_THAT(pipeline_error(kMinimal, {}, {{"config.t", "${NONE}"}}).message(), HasSubstr("NONE is not set"));
}

TEST(Grammar, Places) {
  const Pipeline p = pipeline(
      "name: p\nconnector: c\noutput: {protocol: jsonl}\nstreams: [a, pokeman]\nconfig:\n  user:\n    a/b: 5\n");
  const auto place = [&](const std::string& pointer) {
    return std::pair(p.place(pointer).line, p.place(pointer).column);
  };
  EXPECT_EQ(place("/config/user/a~1b"), std::pair(7, 10));
  EXPECT_EQ(place("/config/user/missing"), std::pair(6, 3));
  EXPECT_EQ(place("/config/missing/too"), std::pair(5, 1));
  EXPECT_EQ(place("/streams/pokeman"), std::pair(4, 14));
  EXPECT_EQ(place("/streams/1"), std::pair(4, 14));
  EXPECT_EQ(place("/nothing"), std::pair(1, 1));
  const Where key = p.place("/config/user/a~1b", Pipeline::Part::key);
  EXPECT_EQ(std::pair(key.line, key.column), std::pair(7, 5));
  EXPECT_EQ(p.error("/output/protocol", "x", Pipeline::Part::key).where().column, 10);
  EXPECT_THAT(error_of([&] {
                p.check_streams({"a", "pokemon", "berry"});
              }),
              IsAt(4, 14, "unknown stream 'pokeman', did you mean 'pokemon'? (c has a, pokemon and berry)"));
  p.check_streams({"pokeman", "a"});
}

TEST(Grammar, TheOptionsThatAreGivenGoBeforeThoseOfTheEnvironment) {
  EXPECT_EQ(options_file("", environment({})), "");
  EXPECT_EQ(options_file("", environment({{"INTEG_OPTIONS", "env.yaml"}})), "env.yaml");
  EXPECT_EQ(options_file("given.yaml", environment({{"INTEG_OPTIONS", "env.yaml"}})), "given.yaml");
}

TEST(Grammar, Options) {
  const Folder folder;
  const Pipeline p = load_options(
      folder.write("o.json", R"({"concurrency": 4, "http": {"timeout": "5s"}, "validate": "warn"})"), environment({}));
  EXPECT_EQ(p.concurrency, 4);
  EXPECT_EQ(p.validation.mode, Validation::Mode::warn);
  EXPECT_EQ(p.http_json(), R"({"timeout":"5s"})");
  EXPECT_THAT(error_of([&] { load_options(folder.write("x.yaml", "htpp: {}\n"), environment({})); }),
              IsAt(1, 1, "did you mean 'http'?"));
}

}  // namespace
}  // namespace integ::pipeline::test
