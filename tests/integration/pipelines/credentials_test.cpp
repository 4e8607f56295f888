// Logins that the server renews, with the whole program: what it gives is kept before it is used, once for all streams,
// and shown nowhere.
#include "integration/pipelines/pipeline_test.hpp"

#include <integ/hmac.hpp>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <future>
#include <mutex>
#include <set>

namespace integration {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

// A token server that takes each refresh token once, and the API behind it.
class Credentials : public PipelineTest {
 protected:
  Credentials() {
    api.set_handler("/token", [this](const fixture_api::Request& request) { return login(request); });
    for (int i = 1; i <= 20; ++i) {
      const std::string path = std::string(i < 10 ? "/s0" : "/s") + std::to_string(i);
      api.set_handler(path, [this](const fixture_api::Request& request) { return page(request); });
    }
  }

  std::string refresh() const { return "refresh-canary-" + std::to_string(generation_); }
  std::string access() const { return "access-canary-" + std::to_string(generation_); }
  std::string config(const std::string& token = "refresh-canary-0") const {
    return R"({"url":")" + api.url() + R"(","client_id":"me","client_secret":"secret-canary","refresh_token":")" +
           token + "\"}";
  }
  void write_pipeline(const std::string& streams = "[s01]", const std::string& more = "",
                      const std::string& token = "refresh-canary-0") {
    folder.write("p.yaml", pipeline("login", config(token), "{protocol: jsonl, bare: true}",
                                    (streams == "all" ? "" : "streams: " + streams + "\n") + more));
  }
  void write_platform_files() {
    folder.write("config.json", config());
    folder.write("catalog.json",
                 R"({"streams":[{"stream":{"name":"s01","json_schema":{},"supported_sync_modes":["full_refresh"]},)"
                 R"("sync_mode":"full_refresh","destination_sync_mode":"append"}]})");
    folder.write("singer.json", R"({"streams":[{"tap_stream_id":"s01","stream":"s01","schema":{},)"
                                R"("metadata":[{"breadcrumb":[],"metadata":{"selected":true}}]}]})");
  }
  // Ends the program as if the power went, when the new access token is used for the first time.
  Outcome killed_at_first_use(const std::vector<std::string>& words) {
    std::promise<void> used, killed;
    const auto until = killed.get_future().share();
    api.set_handler("/s01",
                    [&used, until, first = std::make_shared<std::atomic<bool>>(true)](const fixture_api::Request&) {
                      if (first->exchange(false)) used.set_value();
                      until.wait_for(patience);
                      return fixture_api::Response{};
                    });
    auto run = start(words);
    EXPECT_EQ(used.get_future().wait_for(patience), std::future_status::ready);
    run->kill(SIGKILL);
    Outcome out = run->wait();
    killed.set_value();
    api.set_handler("/s01", [this](const fixture_api::Request& request) { return page(request); });
    return out;
  }

  fixture_api::Response page(const fixture_api::Request& request) {
    const std::lock_guard lock(mutex_);
    if (request.header("Authorization") != "Bearer " + access()) {
      return {.status = 401, .body = "{\"sent\":\"" + std::string(request.header("Authorization")) + "\"}"};
    }
    // So that a token of two milliseconds has died by the next request.
    std::this_thread::sleep_for(std::chrono::milliseconds(3));
    return {.body = R"({"items":[{"id":1}]})"};
  }

  std::string expires_in_ = "3600";  // as JSON; "" for none
  std::atomic<int> generation_{0};

 private:
  fixture_api::Response login(const fixture_api::Request& request) {
    const std::lock_guard lock(mutex_);
    const std::string form =
        "grant_type=refresh_token&refresh_token=" + refresh() + "&client_id=me&client_secret=secret-canary&scope=read";
    if (request.method != "POST" || request.body != form) {
      return {.status = 400, .body = R"({"error":"invalid_grant","error_description":"got )" + request.body + "\"}"};
    }
    ++generation_;
    return {.body = R"({"access_token":")" + access() + R"(","refresh_token":")" + refresh() + "\"" +
                    (expires_in_.empty() ? "" : ",\"expires_in\":" + expires_in_) + "}"};
  }
  std::mutex mutex_;
};

TEST_F(Credentials, F091_ARunKilledAtTheFirstUseHasTheRotatedTokenInItsStore) {
  write_pipeline();
  killed_at_first_use({"run", "p.yaml"});
  EXPECT_EQ(api.count("/token"), 1U);
  const Outcome again = integ({"run", "p.yaml"});
  EXPECT_EQ(again.exit_code, 0) << again;
  EXPECT_EQ(generation_, 2);
  const Outcome shown = integ({"state", "show", "p", "--store", "state.db"});
  EXPECT_THAT(shown.out, AllOf(HasSubstr("refresh_token"), HasSubstr("***"), Not(HasSubstr("canary"))));
  for (const char* verb : {"check", "discover"}) {
    const Outcome looked = integ({verb, "p.yaml"});
    EXPECT_EQ(looked.exit_code, 0) << looked;
  }
  const Outcome last = integ({"run", "p.yaml"});
  EXPECT_EQ(last.exit_code, 0) << last;
}

// Whoever puts a new token into the pipeline wants that one.
TEST_F(Credentials, AnOperatorsNewTokenGoesBeforeTheKeptOne) {
  write_pipeline();
  EXPECT_EQ(integ({"run", "p.yaml"}).exit_code, 0);
  generation_ = 40;
  const Outcome lost = integ({"run", "p.yaml"});
  EXPECT_EQ(lost.exit_code, 1) << lost;
  EXPECT_THAT(lost.err, HasSubstr("invalid_grant"));
  write_pipeline("[s01]", "", refresh());
  const Outcome run = integ({"run", "p.yaml"});
  EXPECT_EQ(run.exit_code, 0) << run;
  EXPECT_THAT(run.err, HasSubstr("no longer used"));
  const Outcome next = integ({"run", "p.yaml"});
  EXPECT_EQ(next.exit_code, 0) << next;
  EXPECT_THAT(next.err, Not(HasSubstr("no longer used")));
}

TEST_F(Credentials, AirbyteHasTheNewConfigurationBeforeItIsUsed) {
  write_platform_files();
  const Outcome run =
      killed_at_first_use({"source", "login", "read", "--config", "config.json", "--catalog", "catalog.json"});
  EXPECT_THAT(run.out, AllOf(HasSubstr(R"("type":"CONTROL")"), HasSubstr("CONNECTOR_CONFIG"), HasSubstr(refresh())));
  for (const std::string& line : lines_of(run.out)) {
    const auto message = ::integ::json::Document::parse(line);
    const auto* changed = message.find("/control/connectorConfig/config/refresh_token");
    if (changed == nullptr) continue;
    EXPECT_EQ(changed->text, refresh());
    EXPECT_EQ(message.find("/control/connectorConfig/config/client_id")->text, "me") << "whole, not a patch";
  }
  generation_ = 0;
  const Outcome check = integ({"source", "login", "check", "--config", "config.json"});
  EXPECT_EQ(check.exit_code, 0) << check;
  EXPECT_THAT(check.out, AllOf(HasSubstr(refresh()), HasSubstr("SUCCEEDED")));
}

TEST_F(Credentials, ATapRewritesItsConfigFileBeforeItIsUsed) {
  write_platform_files();
  const auto mode =
      std::filesystem::perms::owner_read | std::filesystem::perms::owner_write | std::filesystem::perms::group_read;
  std::filesystem::permissions(folder.path("config.json"), mode);
  const std::vector<std::string> words{"tap", "login", "--config", "config.json", "--catalog", "singer.json"};
  killed_at_first_use(words);
  const auto kept = ::integ::json::Document::parse(folder.read("config.json"));
  EXPECT_EQ(kept.find("/refresh_token")->text, refresh());
  EXPECT_EQ(kept.find("/client_secret")->text, "secret-canary");
  EXPECT_EQ(std::filesystem::status(folder.path("config.json")).permissions(), mode);
  const Outcome again = integ(words);
  EXPECT_EQ(again.exit_code, 0) << again;
}

TEST_F(Credentials, ATapThatCantKeepANewTokenSaysSoAndDoesNotUseIt) {
  write_platform_files();
  const Extra environment{.environment = {{"TAP_LOGIN_REFRESH_TOKEN", "refresh-canary-0"}}};
  folder.write("rest.json", R"({"url":")" + api.url() + R"(","client_id":"me","client_secret":"secret-canary"})");
  const Outcome variable =
      integ({"tap", "login", "--config", "rest.json", "--config", "ENV", "--catalog", "singer.json"}, environment);
  EXPECT_NE(variable.exit_code, 0);
  EXPECT_THAT(variable.err,
              AllOf(HasSubstr("TAP_LOGIN_REFRESH_TOKEN"), HasSubstr("can't be kept"), Not(HasSubstr("canary"))));
  EXPECT_EQ(api.count("/s01"), 0U);
}

TEST_F(Credentials, TwentyStreamsLogInOnce) {
  write_pipeline("all", "concurrency: 20\n");
  const Outcome run = integ({"run", "p.yaml"});
  EXPECT_EQ(run.exit_code, 0) << run;
  EXPECT_EQ(lines_of(run.out).size(), 20U);
  EXPECT_EQ(api.count("/token"), 1U);
  EXPECT_EQ(api.count(), 21U);
}

TEST_F(Credentials, ARefusedLoginIsSentOnceForTwentyStreams) {
  write_pipeline("all", "concurrency: 20\n", "wrong-canary");
  const Outcome run = integ({"run", "p.yaml", "--log-level", "debug", "--report", "report.json"});
  EXPECT_EQ(run.exit_code, 1) << run;
  EXPECT_EQ(api.count("/token"), 1U);
  EXPECT_EQ(api.count(), 1U);
  EXPECT_THAT(run.err, AllOf(HasSubstr("invalid_grant"), Not(HasSubstr("canary"))));
  EXPECT_THAT(folder.read("report.json"), Not(HasSubstr("canary")));
}

TEST_F(Credentials, NothingOfATokenServersAnswerIsShownButItsError) {
  write_pipeline();
  const auto run_with = [&](int status, const std::string& body) {
    api.set_handler("/token",
                    [=](const fixture_api::Request&) { return fixture_api::Response{.status = status, .body = body}; });
    Outcome run = integ({"run", "p.yaml", "--log-level", "debug", "--report", "report.json"});
    EXPECT_EQ(run.exit_code, 1) << run;
    EXPECT_THAT(run.err + folder.read("report.json"), AllOf(HasSubstr("/token"), Not(HasSubstr("canary")))) << body;
    return run.err;
  };
  for (const char* body : {R"({"access_token":"canary-a","refresh_token":"canary-b",})", "access_token=canary-a",
                           R"({"access_token":"canary-a","refresh_token":"cana)",
                           R"({"data":{"access_token":"canary"}})", "<p>canary", R"({"access_token":["canary"]})"}) {
    run_with(200, body);
  }
  for (const int status : {400, 403, 500}) run_with(status, R"({"access_token":"canary-a","error":["x"]})");
  const std::string told = run_with(200, R"({"error":"bad_refresh_token","error_description":"it has expired"})");
  EXPECT_THAT(told, AllOf(HasSubstr("bad_refresh_token"), HasSubstr("it has expired"),
                          HasSubstr("POST " + api.url("/token")), Not(HasSubstr("/s01"))));
}

TEST_F(Credentials, ATokenServersRetryAfterIsHeeded) {
  write_pipeline();
  api.fail("/token", Fault::with_status(429).header("Retry-After", "4").times(1));
  const auto began = std::chrono::steady_clock::now();
  const Outcome run = integ({"run", "p.yaml"});
  EXPECT_EQ(run.exit_code, 0) << run;
  EXPECT_GE(std::chrono::steady_clock::now() - began, std::chrono::seconds(4)) << "2 s are the login's own";
  EXPECT_EQ(api.count("/token"), 2U);
  api.fail("/token", Fault::with_status(429).header("Retry-After", "7200").for_ever());
  EXPECT_EQ(integ({"run", "p.yaml"}).exit_code, 1);
  EXPECT_EQ(api.count("/token"), 3U);
}

TEST_F(Credentials, ACancelledRunDoesNotWaitForTheLogin) {
  write_pipeline("all", "concurrency: 20\n");
  std::promise<void> asked, end;
  std::atomic<int> logins{0};
  api.set_handler("/token", [&, until = end.get_future().share()](const fixture_api::Request&) {
    if (++logins == 1) asked.set_value();
    until.wait_for(patience);
    return fixture_api::Response{};
  });
  auto run = start({"run", "p.yaml"});
  EXPECT_EQ(asked.get_future().wait_for(patience), std::future_status::ready);
  run->kill(SIGINT);
  const Outcome out = run->wait();
  EXPECT_FALSE(out.hung);
  EXPECT_EQ(out.exit_code, 130) << out;
  EXPECT_EQ(logins, 1);
  end.set_value();
  api.stop();
}

TEST_F(Credentials, F092_ATokenThatDiesInTheMiddleIsRenewed) {
  for (const char* stream : {"/s01", "/s02", "/s03", "/s04", "/s05"}) {
    api.set_handler(stream, [this](const fixture_api::Request& request) {
      return api.count() > 4 && request.header("Authorization") == "Bearer access-canary-1"
                 ? fixture_api::Response{.status = 401, .body = R"({"error":"expired"})"}
                 : page(request);
    });
  }
  write_pipeline("[s01, s02, s03, s04, s05]", "concurrency: 1\n");
  const Outcome run = integ({"run", "p.yaml"});
  EXPECT_EQ(run.exit_code, 0) << run;
  EXPECT_EQ(lines_of(run.out).size(), 5U);
  EXPECT_EQ(api.count("/token"), 2U);
  EXPECT_EQ(api.count(), 2U + 5U + 1U) << "two logins, five records, one refusal";
}

TEST_F(Credentials, ARefusedTokenIsRenewedOnceAndNoMore) {
  write_pipeline();
  api.fail("/s01", Fault::with_status(401).for_ever());
  const Outcome run = integ({"run", "p.yaml", "--log-level", "debug"});
  EXPECT_EQ(run.exit_code, 1) << run;
  EXPECT_EQ(api.count("/s01"), 2U);
  EXPECT_EQ(api.count("/token"), 2U);
  EXPECT_THAT(run.err, AllOf(HasSubstr("401"), Not(HasSubstr("canary"))));
  api.clear_faults();
  api.fail("/s01", Fault::with_status(401).times(1));
  const Outcome revoked = integ({"run", "p.yaml"});
  EXPECT_EQ(revoked.exit_code, 0) << revoked;
}

TEST_F(Credentials, TheirLifeIsReadAsServersSayIt) {
  const auto logins_with = [&](const std::string& expires_in) {
    expires_in_ = expires_in;
    const auto before = api.count("/token");
    write_pipeline("[s01, s02]", "concurrency: 1\n");
    const Outcome run = integ({"run", "p.yaml"});
    EXPECT_EQ(run.exit_code, 0) << expires_in << run;
    return api.count("/token") - before;
  };
  for (const char* for_ever : {"", "0", "\"0\"", "null", "\"soon\"", "-1", "3600", "\"3600\"", "1e300", "{}"}) {
    EXPECT_EQ(logins_with(for_ever), 1U) << for_ever;
  }
  for (const char* short_lived : {"0.002", "\"0.002\""}) EXPECT_EQ(logins_with(short_lived), 2U) << short_lived;
}

TEST_F(Credentials, ALoginInARecordingIsMasked) {
  write_pipeline("[s01]");
  const Outcome run = integ({"run", "p.yaml", "--log-level", "debug", "--record", "tape.jsonl"});
  EXPECT_EQ(run.exit_code, 0) << run;
  EXPECT_THAT(run.err, Not(HasSubstr("canary")));
  EXPECT_THAT(folder.read("tape.jsonl"), AllOf(HasSubstr("/token"), Not(HasSubstr("canary"))));
}

// A server that takes a nonce once, whatever it answers.
TEST_F(Credentials, ASignedRequestIsSignedAnewForEachAttempt) {
  std::mutex mutex;
  std::set<std::string> nonces;
  int repeated = 0, forged = 0;
  api.set_handler("/things", [&](const fixture_api::Request& request) {
    const std::lock_guard lock(mutex);
    const std::string nonce(request.header("X-Nonce"));
    const std::string page(request.parameter("page"));
    const std::string expected = ::integ::hex(::integ::hmac_sha256("signing-canary", nonce + "things" + page));
    if (!nonces.insert(nonce).second) return ++repeated, fixture_api::json_error(403, "this nonce was used");
    if (request.header("X-Signature") != expected) return ++forged, fixture_api::json_error(403, "forged");
    if (nonces.size() == 1) return fixture_api::json_error(503, "not now");
    return fixture_api::Response{.body = R"({"items":[{"id":)" + page + R"(}],"next_page":)" +
                                         (page == "1" ? "2}" : "null}")};
  });
  folder.write("p.yaml", pipeline("signed", "{url: \"" + api.url() + "\", secret: signing-canary}",
                                  "{protocol: jsonl, bare: true}"));
  const Outcome run = integ({"run", "p.yaml"});
  EXPECT_EQ(run.exit_code, 0) << run;
  EXPECT_THAT(lines_of(run.out), ElementsAre(R"({"id":1})", R"({"id":2})"));
  EXPECT_EQ(repeated, 0);
  EXPECT_EQ(forged, 0);
  EXPECT_EQ(nonces.size(), 3U);
}

}  // namespace
}  // namespace integration
