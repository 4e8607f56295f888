// What went wrong for others with systems of this kind, reduced to the smallest server that shows it.
#include "integration/pipelines/pipeline_test.hpp"

#include <atomic>
#include <future>

namespace integration {
namespace {

using fixture_api::Request;
using fixture_api::Response;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class Field : public PipelineTest {
 protected:
  static std::string record(const std::string& name) { return R"({"name":")" + name + R"(","url":"u"})"; }
  // Runs pokeapi into JSON Lines on standard output.
  Outcome read(const std::string& more = "", const Extra& extra = {}) {
    folder.write("p.yaml", pokemon("{protocol: jsonl, bare: true}", more));
    return integ({"run", "p.yaml"}, extra);
  }
  std::vector<std::string> targets() const {
    std::vector<std::string> out;
    for (const Request& request : api.requests()) out.push_back(request.target);
    return out;
  }
};

TEST_F(Field, F004_ALinkToAHostThatIsNotOurs) {
  std::string elsewhere = api.url("/pokemon?offset=1");
  elsewhere.replace(elsewhere.find("127.0.0.1"), 9, "127.0.0.2");
  api.set_page("/api/v2/pokemon", page_of(record("a"), elsewhere));
  const Outcome refused = read();
  EXPECT_EQ(refused.exit_code, 1) << refused.err;
  EXPECT_THAT(lines_of(refused.out), ElementsAre(record("a")));
  EXPECT_THAT(refused.err, AllOf(HasSubstr("127.0.0.1"), HasSubstr("127.0.0.2"), HasSubstr("pin_origin")));
  EXPECT_EQ(api.count(), 1U);

  api.set_page("/pokemon?offset=1", page_of(record("b")));
  folder.write("q.yaml", "name: q\nconnector: pokeapi\nconfig: {url: \"" + api.url("/api/v2") +
                             "\"}\noutput: {protocol: jsonl, bare: true}\nhttp: {pin_origin: true}\n");
  const Outcome pinned = integ({"run", "q.yaml"});
  EXPECT_EQ(pinned.exit_code, 0) << pinned.err;
  EXPECT_THAT(lines_of(pinned.out), ElementsAre(record("a"), record("b")));
}

TEST_F(Field, F010_OneSlashBetweenBaseAndPath) {
  api.set_page("/pokemon", page_of(record("a")));
  api.set_page("/api/v2/pokemon", page_of(record("a")));
  for (const char* base : {"", "/", "/api/v2", "/api/v2/"}) {
    folder.write("p.yaml", pipeline("pokeapi", "{url: \"" + api.url(base) + "\"}", "{protocol: jsonl}"));
    EXPECT_EQ(integ({"run", "p.yaml", "--full-refresh"}).exit_code, 0) << base;
  }
  EXPECT_THAT(targets(), ElementsAre("/pokemon?limit=100", "/pokemon?limit=100", "/api/v2/pokemon?limit=100",
                                     "/api/v2/pokemon?limit=100"));
}

TEST_F(Field, F008_F011_LinksAreCompleteAndAnEmptyPageIsNotTheLast) {
  api.set_page("/api/v2/pokemon", page_of(record("a"), api.url("/p1?limit=1&limit=1")));
  api.set_page("/p1", page_of("", api.url("/p2")));
  api.set_page("/p2", page_of(record("b")));
  const Outcome run = read();
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(lines_of(run.out), ElementsAre(record("a"), record("b")));
  EXPECT_THAT(targets(), ElementsAre("/api/v2/pokemon?limit=100", "/p1?limit=1&limit=1", "/p2"));
}

TEST_F(Field, F026_FailingPagesAreRepeatedAndNotTheRun) {
  for (const int offset : {100, 300, 700, 1300}) {
    api.fail("/api/v2/pokemon?offset=" + std::to_string(offset) + "&limit=100", Fault::with_status(500));
  }
  const Outcome run = read();
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(lines_of(run.out).size(), 1302U);
  EXPECT_EQ(api.count(), 14U + 4U);
}

TEST_F(Field, F027_RefusedCredentialsAreNotRepeated) {
  api.fail("*", Fault::with_status(401).for_ever());
  const Outcome run = read();
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.err, HasSubstr("401"));
  EXPECT_EQ(api.count(), 1U);
}

TEST_F(Field, F034_WhatIsAnnouncedIsDecodedAndAnythingElseNamed) {
  Response packed;
  packed.body = "whatever";
  packed.headers = {{"Content-Encoding", "br"}};
  api.set_page("/api/v2/pokemon", packed);
  const Outcome refused = read();
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("Content-Encoding is br"), HasSubstr("gzip")));
  EXPECT_EQ(api.count(), 1U);
  EXPECT_EQ(api.requests().at(0).header("Accept-Encoding"), "gzip, deflate, zstd, identity");
}

TEST_F(Field, F041_FiveHundredLevelsPass) {
  const std::string deep = R"({"name":"a","x":)" + std::string(500, '[') + std::string(500, ']') + "}";
  api.set_page("/api/v2/pokemon", page_of(deep));
  const Outcome run = read();
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(lines_of(run.out), ElementsAre(deep));
}

TEST_F(Field, F042_OneEnormousRecord) {
  const std::string big = std::string(R"({"name":"a","x":")").append(30'000'000, 'x') + "\"}";
  api.set_page("/api/v2/pokemon", page_of(big + "," + big));
  const Outcome run = read();
  EXPECT_EQ(run.exit_code, 0) << run.err;
  const auto lines = lines_of(run.out);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_TRUE(lines[0] == big && lines[1] == big);
  std::vector<std::string> warnings;
  for (const std::string& line : lines_of(run.err)) {
    if (line.find("WARN") != std::string::npos) warnings.push_back(line);
  }
  EXPECT_THAT(warnings, ElementsAre(AllOf(HasSubstr("pokemon"), HasSubstr("30"))));
}

TEST_F(Field, F043_MemoryDoesNotGrowWithThePages) {
  constexpr int kPages = 2000;
  std::string records;
  for (int i = 0; i < 200; ++i)
    records += (i > 0 ? "," : "") + record(std::string(480, 'a' + static_cast<char>(i % 26)));
  std::promise<pid_t> started;
  const std::shared_future<pid_t> pid = started.get_future().share();
  std::atomic<std::size_t> early{0}, late{0};
  std::atomic<int> asked{0};
  api.set_handler("/api/v2/pokemon", [&](const Request&) {
    const int page = ++asked;
    if (page == kPages / 20) early = peak_memory(pid.get());
    if (page == kPages) late = peak_memory(pid.get());
    return Response{.body =
                        page_of(records, page == kPages ? "" : api.url("/api/v2/pokemon?p=" + std::to_string(page)))};
  });
  folder.write("p.yaml", pokemon("{protocol: jsonl, bare: true}"));
  const auto process = start({"run", "p.yaml"}, {.environment = {}, .input = "", .out_file = "/dev/null"});
  started.set_value(process->pid());
  const Outcome run = process->wait();
  ASSERT_EQ(run.exit_code, 0) << run;
  EXPECT_EQ(asked, kPages);
  EXPECT_GT(early, 0U);
  // A page is 100 KB: if a twentieth of each stayed, it would be more than this.
  constexpr std::size_t kNoise = 8U << 20;
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // which keep what was freed for a while
  EXPECT_LT(late, early + kNoise) << early << " bytes after " << kPages / 20 << " pages";
#endif
}

TEST_F(Field, F044_ABadPageGivesNothing) {
  api.set_page("/api/v2/pokemon", R"({"next":null,"results":[{"name":"good"},{"name":"a","x":NaN}]})");
  const Outcome run = read();
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_EQ(run.out, "");
}

TEST_F(Field, F047_BrokenUtf8IsReplacedAndSaid) {
  api.set_page("/api/v2/pokemon", page_of("{\"name\":\"a\xFF\"},{\"name\":\"b\xFF\"}"));
  const Outcome run = read();
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(lines_of(run.out), ElementsAre("{\"name\":\"a\xEF\xBF\xBD\"}", "{\"name\":\"b\xEF\xBF\xBD\"}"));
  EXPECT_THAT(run.err, AllOf(HasSubstr("[pokemon] 2 "), HasSubstr("U+FFFD")));
}

TEST_F(Field, F048_TheErrorsBodyIsShownWithoutControlCharacters) {
  api.fail("*", Fault::with_status(403).body("<h1>Forbidden:\x07 plan \x1b[31mexpired</h1>", "text/html").for_ever());
  const Outcome run = read();
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.err, AllOf(HasSubstr("403"), HasSubstr("Forbidden"), Not(HasSubstr("\x1b")), Not(HasSubstr("\x07"))));
}

TEST_F(Field, F082_ASecretFileEndsWithANewline) {
  api.set_handler("/things", [](const Request& request) {
    Response response;
    if (request.header("Authorization") != "Bearer canary-1234") response.status = 401;
    response.body = R"({"items":[{"id":1}],"next_page":null})";
    return response;
  });
  folder.write("url.txt", api.url() + "\n");
  folder.write("p.yaml", pipeline("guarded", "{url: \"${file:url.txt}\", token: \"${file:token}\"}",
                                  "{protocol: jsonl, bare: true}", "streams: [things]\n"));
  for (const char* newline : {"", "\n", "\r\n"}) {
    folder.write("token", std::string("canary-1234") + newline);
    const Outcome run = integ({"run", "p.yaml"});
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(run.out, "{\"id\":1}\n");
  }
  folder.write("token", "canary-1234\nX-More: 1\n");
  api.forget_requests();
  const Outcome refused = integ({"run", "p.yaml"});
  EXPECT_NE(refused.exit_code, 0);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("Authorization"), Not(HasSubstr("canary"))));
  EXPECT_EQ(api.count(), 0U);
}

TEST_F(Field, F083_BomAndCrlf) {
  api.set_page("/api/v2/pokemon", page_of(record("a")));
  std::string yaml = pokemon("{protocol: jsonl, bare: true}");
  for (std::size_t at = 0; (at = yaml.find('\n', at)) != std::string::npos; at += 2) yaml.insert(at, "\r");
  folder.write("p.yaml", "\xEF\xBB\xBF" + yaml);
  const Outcome run = integ({"run", "p.yaml"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(run.out, record("a") + "\n");
  EXPECT_TRUE(folder.has("state.db"));
}

TEST_F(Field, F090_TheDiskIsFull) {
  for (const char* protocol : {"airbyte", "singer", "jsonl"}) {
    folder.write("p.yaml", pokemon(std::string("{protocol: ") + protocol + "}"));
    const std::string before = state();
    const Outcome run = integ({"run", "p.yaml"}, {.out_file = "/dev/full"});
    EXPECT_EQ(run.exit_code, 1) << run.err;
    EXPECT_THAT(run.err, HasSubstr("No space left"));
    EXPECT_EQ(state(), before);
  }
}

TEST_F(Field, F093_TwoThousandPagesInFewLines) {
  const FixtureApi many({.port = 0, .pokemon = 2000, .page_size = 1});
  folder.write("p.yaml", pipeline("pokeapi", "{url: \"" + many.url() + "\"}", "{protocol: airbyte}"));
  const Outcome run = integ({"run", "p.yaml"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(many.count(), 2000U);
  EXPECT_LT(run.err.size(), 200'000U);
  std::size_t logs = 0;
  for (const std::string& line : lines_of(run.out)) {
    if (line.find(R"("type":"LOG")") != std::string::npos) logs += line.size();
  }
  EXPECT_LT(logs, 200'000U);
}

TEST_F(Field, F096_CookiesGoBackToTheirServerWithinARun) {
  api.set_handler("/api/v2/pokemon", [&](const Request&) {
    Response response;
    response.headers.emplace_back("Set-Cookie", "node=canary-1; Path=/");
    response.body = page_of(record("a"), api.url("/p1"));
    return response;
  });
  api.set_handler("/p1", [&](const Request& request) {
    Response response;
    if (request.header("Cookie") != "node=canary-1") response.status = 410;
    response.body = page_of(record("b"));
    return response;
  });
  folder.write("p.yaml", pokemon("{protocol: jsonl, bare: true}"));
  const Outcome run = integ({"run", "p.yaml", "--log-level", "debug"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(lines_of(run.out), ElementsAre(record("a"), record("b")));
  EXPECT_THAT(run.err, Not(HasSubstr("canary")));
  api.forget_requests();
  EXPECT_EQ(integ({"run", "p.yaml", "--full-refresh"}).exit_code, 0);
  EXPECT_EQ(api.requests("/api/v2/pokemon").front().header("Cookie"), "");
  api.stop();
}

}  // namespace
}  // namespace integration
