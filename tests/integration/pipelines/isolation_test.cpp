// A connector in the host's process and in one of its own: to a user there is no difference, to the byte.
#include "integration/pipelines/pipeline_test.hpp"

#include <algorithm>
#include <atomic>
#include <cctype>
#include <functional>
#include <regex>

namespace integration {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// Times are the one thing that differs between two runs. Looked for where a number begins: to have std::regex try every
// byte takes a minute under AddressSanitizer.
std::string without_times(const std::string& text) {
  static const std::regex time(
      R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z|1[6-9]\d{11}(\.0)?\b|\d+(\.\d+)? (s|min|ms)\b)");
  std::string out;
  std::smatch found;
  for (auto at = text.begin(); at != text.end();) {
    const bool inside = !out.empty() && std::isalnum(static_cast<unsigned char>(out.back())) != 0;
    if (!inside && std::isdigit(static_cast<unsigned char>(*at)) != 0 &&
        std::regex_search(at, text.end(), found, time, std::regex_constants::match_continuous)) {
      out += "TIME";
      at += found.length();
    } else {
      out += *at++;
    }
  }
  return out;
}

// What somebody sees of a run who can't look into it.
struct Seen {
  std::string out, err, state;
  int exit_code = 0;
  std::vector<std::string> requests;
};

class Isolation : public PipelineTest {
 protected:
  static constexpr const char* kIsolated = "isolation: process\n";

  Seen seen(const std::string& isolation, const std::string& yaml, const std::vector<std::string>& words,
            bool state_too = true) {
    const std::string name = isolation.empty() ? "here" : "apart";
    folder.write(name + ".yaml", std::regex_replace(yaml, std::regex("state.db"), name + ".db") + isolation);
    std::vector<std::string> arguments = words;
    arguments.push_back(name + ".yaml");
    api.forget_requests();
    const Outcome run = integ(arguments);
    Seen out;
    out.out = without_times(run.out);
    out.err = std::regex_replace(without_times(run.err), std::regex(name + "\\.(yaml|db)"), "NAME.$1");
    out.exit_code = run.exit_code;
    for (const fixture_api::Request& request : api.requests()) {
      std::string line = request.method + " " + request.target + " " + request.body;
      for (const auto& [header, value] : request.headers) line += "\n  " + header + ": " + value;
      // Of a nonce only that it is there.
      static const std::regex nonce("(-?[0-9]{18,}|[0-9a-f]{64})");
      out.requests.push_back(std::regex_replace(line, nonce, "NONCE"));
    }
    if (state_too) out.state = without_times(integ({"state", "show", "p", "--store", name + ".db"}).out);
    return out;
  }

  // Runs it in process and isolated, `times` times each, each with its own state: everything has to be equal. `reset`
  // puts the server back to its beginning.
  void expect_equal(
      const std::string& yaml, int times = 1, const std::function<void()>& reset = [] {},
      const std::vector<std::string>& words = {"run", "--log-level", "debug"}) {
    std::vector<Seen> here, apart;
    reset();
    for (int i = 0; i < times; ++i) here.push_back(seen("", yaml, words, words.front() == "run"));
    reset();
    for (int i = 0; i < times; ++i) apart.push_back(seen(kIsolated, yaml, words, words.front() == "run"));
    for (std::size_t i = 0; i < here.size(); ++i) {
      EXPECT_EQ(here[i].exit_code, apart[i].exit_code) << here[i].err << apart[i].err;
      EXPECT_EQ(here[i].out, apart[i].out);
      EXPECT_EQ(here[i].err, apart[i].err);
      EXPECT_EQ(here[i].state, apart[i].state);
      EXPECT_EQ(here[i].requests, apart[i].requests);
      EXPECT_FALSE(here[i].out.empty() && here[i].err.empty());
    }
    last_ = apart.back();
  }
  std::string with(const std::string& connector, const std::string& more = "", const std::string& config = "") {
    return pipeline(connector, "{url: \"" + api.url() + "\"" + config + "}", "{protocol: airbyte}",
                    "concurrency: 1\n" + more);
  }

  // The fixture API answers 503 to the second page of a part once.
  void ask_for_all_updates() {
    folder.write("warm.yaml", std::regex_replace(with("updates"), std::regex("state.db"), "warm.db"));
    EXPECT_EQ(integ({"run", "warm.yaml"}).exit_code, 0);
  }

  // Without lines that tell of waits: which of them are shown is a matter of time.
  const std::vector<std::string> quietly_{"run", "--log-level", "error"};
  Seen last_;
};

TEST_F(Isolation, PokeapiIsTheSame) {
  expect_equal(pipeline("pokeapi", "{url: \"" + api.url("/api/v2") + "\"}", "{protocol: airbyte}"), 2);
  EXPECT_THAT(last_.err, HasSubstr("1,302 records"));
  EXPECT_EQ(last_.requests.size(), 14U);
}

TEST_F(Isolation, SlicesTheirStatesAndTheirFoldAreTheSame) {
  ask_for_all_updates();
  expect_equal(with("updates"), 2);
  EXPECT_THAT(last_.state, HasSubstr("since"));
}

TEST_F(Isolation, RequestsThatAreBuiltAnewAreTheSame) {
  ask_for_all_updates();
  const auto two_failures = [this] {
    api.clear_faults();
    api.fail("*", Fault::with_status(503).times(2));
  };
  expect_equal(with("updates"), 1, two_failures, quietly_);
  EXPECT_THAT(last_.state, HasSubstr("since"));
  std::atomic<int> asked{0};
  api.set_handler("/things", [&](const fixture_api::Request&) {
    if (asked++ % 3 == 0) return fixture_api::json_error(503, "not now");
    return fixture_api::Response{.body = asked % 3 == 2 ? R"({"items":[{"id":1}],"next_page":2})"
                                                        : R"({"items":[{"id":2}],"next_page":null})"};
  });
  expect_equal(
      with("signed", "", ", secret: signing-canary"), 1, [&] { api.clear_faults(), asked = 0; }, quietly_);
  EXPECT_EQ(last_.requests.size(), 3U);
  EXPECT_THAT(last_.out, Not(HasSubstr("signing-canary")));
}

TEST_F(Isolation, TwentyStreamsAndASecretInALogAreTheSame) {
  for (int i = 1; i <= 20; ++i) {
    const std::string name = std::string(i < 10 ? "/s0" : "/s") + std::to_string(i);
    api.set_page(name, "{\"items\":[{\"id\":" + std::to_string(i) + ",\"label\":\"\xC3\xA9\\u0000\"}],\"next\":null}");
  }
  expect_equal(with("crowd", "", ", token: token-canary, tags: [a, b]"));
  EXPECT_THAT(last_.out + last_.err, Not(HasSubstr("token-canary")));
  EXPECT_EQ(last_.requests.size(), 20U);
}

TEST_F(Isolation, StreamedEmissionsAreTheSame) {
  std::string items, lines;
  for (int i = 1; i <= 2'000; ++i) {
    const std::string record = R"({"id":)" + std::to_string(i) + R"(,"name":"a longer name"})";
    items += (i > 1 ? "," : "") + record;
    lines += record + "\n";
  }
  api.set_page("/array", R"({"at":"now","items":[)" + items + R"(],"count":2000})");
  for (const char* path : {"/lines", "/whole"}) api.set_page(path, lines, "application/jsonl");
  expect_equal(with("exports", "streams: [array, lines, whole]\n"), 2);
  EXPECT_EQ(std::ranges::count(last_.out, '\n') > 6'000, true);
}

TEST_F(Isolation, EveryWayOfPagingIsTheSame) {
  const std::string self = api.url();
  for (const std::string name : {"next_link", "link_header", "page_number", "page_from_zero", "offset", "cursor",
                                 "marker", "has_more", "far_offset", "changes", "long"}) {
    api.set_handler("/" + name, [self, name](const fixture_api::Request& request) {
      const bool again = request.target.find("n=2") != std::string::npos ||
                         request.parameter("page") == (name == "page_from_zero" ? "1" : "2") ||
                         request.parameter("offset") == "3" || !request.parameter("cursor").empty() ||
                         !request.parameter("after").empty() || !request.parameter("continuation").empty();
      fixture_api::Response out;
      out.body = again
                     ? R"({"items":[{"id":4,"at":"2024-01-02"}],"next":null,"has_more":false})"
                     : R"({"items":[{"id":1,"at":"2024-01-01"},{"id":2,"at":"2024-01-01"},{"id":3,"at":"2024-01-02"}],)"
                       R"("next":")" +
                           self + "/" + name + R"(?n=2","cursor":"c2","continuation":"c2","has_more":true})";
      return out;
    });
  }
  expect_equal(with("paged"), 2);
}

TEST_F(Isolation, LoginsAndChangedConfigurationsAreTheSame) {
  std::atomic<int> generation{0};
  api.set_handler("/token", [&](const fixture_api::Request&) {
    const std::string number = std::to_string(++generation);
    return fixture_api::Response{.body = R"({"access_token":"access-canary-)" + number +
                                         R"(","refresh_token":"refresh-canary-)" + number + R"(","expires_in":3600})"};
  });
  for (const char* path : {"/s01", "/s02"}) {
    api.set_handler(path, [&](const fixture_api::Request& request) {
      if (request.header("Authorization") != "Bearer access-canary-" + std::to_string(generation)) {
        return fixture_api::json_error(401, "who are you");
      }
      return fixture_api::Response{.body = R"({"items":[{"id":1}]})"};
    });
  }
  expect_equal(with("login", "streams: [s01, s02]\n",
                    ", client_id: me, client_secret: secret-canary, refresh_token: refresh-canary-0"),
               2, [&] { generation = 0; });
  EXPECT_EQ(generation, 2);
  EXPECT_THAT(last_.out + last_.err, Not(HasSubstr("canary")));
}

TEST_F(Isolation, AnswersInOtherFormatsAreTheSame) {
  const auto report = [&](const std::string& parser, const std::string& records, const std::string& body,
                          const std::string& type) {
    api.set_page("/report", body, type);
    expect_equal(
        with("reports", "http: {max_attempts: 1}\n", ", parser: '" + parser + "', records: '" + records + "'"));
  };
  report("csv", "", "id,name\n1,a\n2,b\n", "text/csv");
  report("", "", "{\"id\":\"1\"}\n{\"id\":\"2\"}\n", "application/x-ndjson");
  report("xml?array=list.item", "/list/item", "<list><item><id>1</id></item></list>", "text/xml");
  report("", "/rows", "{\"rows\":\n[{\"id\":\n\"1\"},{\"id\":\"\xff\"}]}", "application/json");
  report("", "/rows", "no JSON at all", "text/plain");
  report("", "/rows", "{\"rows\":[{\"id\":", "application/json");
  report("", "/rows", "{\"rows\":[1]}", "application/json");
  report("yaml", "", "a: 1", "text/yaml");
}

// All that a connector can ask and be answered.
class Everything : public Isolation {
 protected:
  Everything() {
    const std::string halves =
        R"({"left":[{"id":1,"what":"l"},{"id":3}],"right":[{"id":2},{"id":5,"what":"é"}],"note":"n",)";
    fixture_api::Response fetched{.body = halves + R"("deep":{"a":[1.10,null,true]}})"};
    fetched.headers.emplace_back("X-Twice", "one");
    fetched.headers.emplace_back("X-Twice", "two");
    api.set_page("/fetched", fetched);
    api.set_page("/large", halves + "\"filling\":\"" + std::string(200'000, 'x') + "\"}");
    api.set_handler("/batch", [](const fixture_api::Request& request) {
      const std::string page(request.parameter("page"));
      return fixture_api::Response{.body = R"({"items":[{"id":)" + page + R"(},{"id":2)" + page +
                                           R"(,"what":"b"}],"next":"n","count":2})"};
    });
    api.set_page("/missing", fixture_api::json_error(404, "no such thing"));
  }
};

TEST_F(Everything, WhatItWasAnsweredIsTheSame) {
  expect_equal(with("everything", "streams: [asks]\n"), 2);
  EXPECT_THAT(last_.out, AllOf(HasSubstr("only a warning"), HasSubstr("ill-formed"), HasSubstr("from another thread")));
  EXPECT_THAT(last_.out, HasSubstr("and now with a ***"));
}

TEST_F(Everything, WhatItFailedOfIsTheSame) {
  expect_equal(with("everything", "streams: [fails, invents]\n"));
  EXPECT_THAT(last_.out, AllOf(HasSubstr("the list could not be had"), HasSubstr("without having been given it")));
  EXPECT_EQ(last_.exit_code, 1);
}

TEST_F(Everything, SlicesInterleavedAndDiscoveredStreamsAreTheSame) {
  expect_equal(with("everything", "streams: [parts]\n"), 2);
  EXPECT_THAT(last_.state, HasSubstr("folded"));
  expect_equal(with("everything", "streams: [left, right]\n"), 2);
  EXPECT_THAT(last_.out, HasSubstr("as it was meant"));
  expect_equal(with("everything", "streams: [found]\n"), 2);
  EXPECT_THAT(last_.out, HasSubstr("table"));
  expect_equal(with("everything"));
}

TEST_F(Everything, CheckAndDiscoverAreTheSame) {
  expect_equal(with("everything"), 1, [] {}, {"check"});
  expect_equal(with("everything"), 1, [] {}, {"discover"});
  EXPECT_THAT(last_.out, HasSubstr("found"));
  expect_equal(with("updates"), 1, [] {}, {"check"});
  expect_equal(pipeline("pokeapi", "{url: \"" + api.url("/nowhere") + "\"}", "{protocol: jsonl}"), 1, [] {}, {"check"});
  EXPECT_THAT(last_.err, HasSubstr("404"));
}

TEST_F(Everything, ThePlatformsCommandLinesAreTheSame) {
  folder.write("config.json", R"({"url":")" + api.url() + "\"}");
  folder.write("isolated.yaml", kIsolated);
  folder.write("here.yaml", "isolation: in_process\n");
  folder.write(
      "catalog.json",
      R"({"streams":[{"stream":{"name":"found","namespace":"there","json_schema":{},)"
      R"("supported_sync_modes":["full_refresh"]},"sync_mode":"full_refresh","destination_sync_mode":"append"}]})");
  const std::vector<std::vector<std::string>> lines{
      {"source", "everything", "spec"},
      {"source", "everything", "check", "--config", "config.json"},
      {"source", "everything", "discover", "--config", "config.json"},
      {"source", "everything", "read", "--config", "config.json", "--catalog", "catalog.json"},
      {"tap", "everything", "--config", "config.json", "--discover"}};
  for (const std::vector<std::string>& line : lines) {
    std::vector<Outcome> runs;
    for (const char* options : {"here.yaml", "isolated.yaml"}) {
      runs.push_back(integ(line, {.environment = {{"INTEG_OPTIONS", options}}}));
      folder.write("config.json", R"({"url":")" + api.url() + "\"}");
    }
    EXPECT_EQ(without_times(runs[0].out), without_times(runs[1].out)) << line[2];
    EXPECT_EQ(without_times(runs[0].err), without_times(runs[1].err)) << line[2];
    EXPECT_EQ(runs[0].exit_code, runs[1].exit_code) << runs[1];
    EXPECT_EQ(runs[1].exit_code, 0) << runs[1];
  }
}

}  // namespace
}  // namespace integration
