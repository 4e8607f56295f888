// A server that fails: the run says where, keeps what came before, and the next one goes on from there.
#include "integration/pipelines/pipeline_test.hpp"

#include <atomic>

namespace integration {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string two_attempts = "http: {max_attempts: 2}\n";

struct Trouble {
  const char* name;
  Fault fault;
  std::vector<std::string> said;
};
void PrintTo(const Trouble& trouble, std::ostream* stream) { *stream << trouble.name; }

class HttpErrors : public PipelineTest, public ::testing::WithParamInterface<Trouble> {};

// The third of fourteen pages fails for ever.
TEST_P(HttpErrors, KeepsWhatCameBeforeAndGoesOnWhenHealed) {
  const std::string failing = "/api/v2/pokemon?offset=200&limit=100";
  api.fail(failing, Fault(GetParam().fault).for_ever());
  folder.write("p.yaml", pokemon("{protocol: sqlite, path: out.db, mode: append}", two_attempts));
  const Outcome run = integ({"run", "p.yaml"});
  EXPECT_EQ(run.exit_code, 1) << run.err;
  EXPECT_THAT(run.err,
              AllOf(HasSubstr("stream pokemon"), HasSubstr("GET " + api.url("/api/v2/pokemon?offset=***&limit=***"))));
  for (const std::string& said : GetParam().said) EXPECT_THAT(run.err, HasSubstr(said));
  EXPECT_EQ(database().column("select name from pokemon order by rowid"),
            std::vector<std::string>(api.pokemon().begin(), api.pokemon().begin() + 200));
  EXPECT_THAT(state(), HasSubstr("offset=200"));

  api.clear_faults();
  api.forget_requests();
  const Outcome healed = integ({"run", "p.yaml"});
  ASSERT_EQ(healed.exit_code, 0) << healed.err;
  EXPECT_EQ(api.requests().front().target, failing);
  EXPECT_EQ(database().column("select name from pokemon order by rowid"), api.pokemon());
}

INSTANTIATE_TEST_SUITE_P(
    Of, HttpErrors,
    ::testing::Values(Trouble{"NotFound", Fault::with_status(404), {"404"}},
                      Trouble{"ServerError", Fault::with_status(500), {"500", "planned fault"}},
                      Trouble{"Html", Fault::html(), {"expected JSON, but the answer is a page of HTML"}},
                      Trouble{"CutBody", Fault::cut_body(1000), {"ended before the answer was whole"}},
                      Trouble{"MalformedJson", Fault::malformed_json(), {"the JSON ends too early"}},
                      Trouble{"NoJson", Fault::with_body("{\"results\":[{]}"), {"the answer is not JSON"}},
                      // F044
                      Trouble{"NotANumber",
                              Fault::with_body(R"({"results":[{"name":"x"},{"name":"a","x":NaN}]})"),
                              {"the answer is not JSON", "NaN"}},
                      // F049
                      Trouble{"NoRecords",
                              Fault::with_body(R"({"success":false,"error":{"info":"invalid key"}})"),
                              {"/results", "invalid key"}},
                      // F048
                      Trouble{"ErrorAsHtml",
                              Fault::with_status(403).body("<h1>Forbidden: \x1bplan expired</h1>", "text/html"),
                              {"403", "plan expired"}},
                      // F029
                      Trouble{"Throttled", Fault::with_status(429), {"429"}},
                      // F041
                      Trouble{"TooDeep", Fault::with_body("{\"results\":" + std::string(200'000, '[')), {"deep"}}),
    [](const auto& one) { return std::string(one.param.name); });

class HttpTrouble : public PipelineTest {};

TEST_F(HttpTrouble, RefusedConnection) {
  std::string url;
  {
    const FixtureApi gone;
    url = gone.url("/api/v2");
  }
  folder.write("p.yaml", pokemon());
  ASSERT_EQ(integ({"run", "p.yaml"}).exit_code, 0);
  const std::string before = state();
  const Outcome run = integ({"run", "p.yaml", "--set", "config.url=" + url, "--set", "http.max_attempts=2"});
  EXPECT_EQ(run.exit_code, 1) << run.err;
  EXPECT_THAT(run.err, AllOf(HasSubstr("stream pokemon"), HasSubstr("GET " + url + "/pokemon"),
                             HasSubstr("Connection refused")));
  EXPECT_EQ(count(), 1302);
  EXPECT_EQ(state(), before);
}

// In the URL's user, in a parameter's name, in an echo of the answer: none is printed, at any level, nor kept in a log.
TEST_F(HttpTrouble, SecretsAreMasked) {
  api.set_handler("/things", [](const fixture_api::Request& request) {
    fixture_api::Response response;
    response.status = 403;
    response.body = R"({"error":"no access with )" + std::string(request.header("Authorization")) + "\"}";
    return response;
  });
  folder.write("p.yaml", pipeline("guarded", "{url: \"" + api.url() + "\", token: canary-1234}", "{protocol: airbyte}",
                                  "streams: [things]\n"));
  const Outcome run = integ({"run", "p.yaml", "--log-level", "debug", "--report", "report.json"});
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_EQ(api.requests("/things").front().header("Authorization"), "Bearer canary-1234");
  // Airbyte's messages on standard output hold the log, too.
  EXPECT_THAT(run.err, Not(HasSubstr("canary")));
  EXPECT_THAT(run.out, AllOf(HasSubstr("403"), HasSubstr("no access with"), Not(HasSubstr("canary"))));
  EXPECT_THAT(folder.read("report.json"), Not(HasSubstr("canary")));
}

TEST_F(HttpTrouble, SecretsInUrlsAreMasked) {
  api.set_page("/api/v2/pokemon", page_of(R"({"name":"a","url":"u"})", api.url("/p2?access_token=canary-5678&page=2")));
  std::string with_user = api.url("/api/v2");
  with_user.insert(with_user.find("//") + 2, "me:canary-1234@");
  folder.write("p.yaml", pokemon());
  const Outcome run = integ({"run", "p.yaml", "--log-level", "debug", "--set", "config.url=" + with_user});
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_EQ(api.count("/p2"), 1U);
  EXPECT_THAT(run.err, AllOf(HasSubstr("/p2?access_token=***&page=***"), Not(HasSubstr("canary")))) << run.err;
}

// The messages are for who reads the file later; the operator is told here.
TEST_F(HttpTrouble, ErrorsAreToldBesideAFileOfMessages) {
  api.fail("*", Fault::with_status(404).for_ever());
  folder.write("p.yaml", pokemon("{protocol: airbyte, path: out.json}"));
  const Outcome run = integ({"run", "p.yaml"});
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.err, AllOf(HasSubstr("ERROR"), HasSubstr("stream pokemon"), HasSubstr("404")));
  EXPECT_THAT(folder.read("out.json"), AllOf(HasSubstr("INCOMPLETE"), HasSubstr("404")));
}

// F024
TEST_F(HttpTrouble, AThrottling403IsWaitedFor) {
  std::atomic<int> asked = 0;
  FixtureApi server;
  server.set_handler("/pokemon", [&asked](const fixture_api::Request&) {
    const int nth = ++asked;
    fixture_api::Response response;
    response.body = page_of(R"({"name":"a","url":"u"})");
    if (nth < 3) response.status = 403;
    if (nth == 1) response.headers = {{"Retry-After", "1"}};
    const auto soon = std::chrono::system_clock::now().time_since_epoch() + std::chrono::seconds(2);
    const auto reset = std::chrono::duration_cast<std::chrono::seconds>(soon).count();
    if (nth == 2) response.headers = {{"X-RateLimit-Remaining", "0"}, {"X-RateLimit-Reset", std::to_string(reset)}};
    return response;
  });
  folder.write("p.yaml", pipeline("pokeapi", "{url: \"" + server.url() + "\"}", "{protocol: jsonl}"));
  const Outcome run = integ({"run", "p.yaml"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(lines_of(run.out).size(), 1U);
  EXPECT_EQ(asked, 3);
}

TEST_F(HttpTrouble, APlain403IsFinal) {
  api.fail("/api/v2/pokemon", Fault::with_status(403).for_ever());
  folder.write("p.yaml", pokemon("{protocol: jsonl}"));
  EXPECT_EQ(integ({"run", "p.yaml"}).exit_code, 1);
  EXPECT_EQ(api.count(), 1U);
}

// F028
TEST_F(HttpTrouble, NoAnswerAtAllIsTriedAgain) {
  api.set_page("/api/v2/pokemon", page_of(R"({"name":"a","url":"u"})"));
  api.fail("/api/v2/pokemon", Fault::close_connection());
  folder.write("p.yaml", pokemon("{protocol: jsonl}"));
  const Outcome run = integ({"run", "p.yaml"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(lines_of(run.out).size(), 1U);
  EXPECT_EQ(api.count(), 2U);
}

// F031
TEST_F(HttpTrouble, AShortBodyIsReadAgain) {
  api.fail("/api/v2/pokemon?offset=100&limit=100", Fault::cut_body(3000));
  folder.write("p.yaml", pokemon("{protocol: sqlite, path: out.db, mode: append}"));
  const Outcome run = integ({"run", "p.yaml"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(database().column("select name from pokemon order by rowid"), api.pokemon());
  EXPECT_EQ(api.count(), 15U);
}

// F038: the whole answer, kept alive, and then the socket is closed without a word.
TEST_F(HttpTrouble, AConnectionThatDiesIdleIsNoFailure) {
  api.fail("/api/v2/pokemon", Fault::cut_body(1'000'000).for_ever());
  folder.write("p.yaml", pokemon());
  const Outcome run = integ({"run", "p.yaml"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.err, HasSubstr(", 0 retries)"));
  EXPECT_EQ(database().column("select name from pokemon order by rowid"), api.pokemon());
}

// The token is in the page at every place around the cut of what is shown of a page.
TEST_F(HttpTrouble, ASecretInAPageIsNotShownInPart) {
  folder.write("p.yaml", pipeline("guarded", "{url: \"" + api.url() + "\", token: canary-0123456789}",
                                  "{protocol: jsonl}", "streams: [things]\nhttp: {max_attempts: 1}\n"));
  for (std::size_t before = 140; before <= 220; before += 8) {
    const std::string text = std::string(before, 'x') + "canary-0123456789" + std::string(200, 'y');
    for (const std::string& page : {"<p>" + text, "{\"text\":\"" + text + "\"}", "{\"items\":[\"" + text + "\"]}"}) {
      api.set_page("/things", page);
      const Outcome run = integ({"run", "p.yaml"});
      EXPECT_EQ(run.exit_code, 1) << run;
      EXPECT_THAT(run.err, AllOf(HasSubstr("xxxx"), Not(HasSubstr("cana")))) << before << page;
    }
  }
}

}  // namespace
}  // namespace integration
