// Recording and replaying: no secret in the file, the same answers out of it, and words for what it lacks.
#include "http/cassette.hpp"

#include "base/error.hpp"
#include "harness.hpp"
#include "http/recorder.hpp"
#include "http/replay.hpp"
#include "json/document.hpp"
#include "packed.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

namespace integ::http::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using Why = TransportError::Why;

// A scripted transport that the recorder owns, while the test goes on writing its script.
class Borrowed final : public Transport {
 public:
  explicit Borrowed(Transport& to) : to_(to) {}
  void perform(const Attempt& attempt, Receiver& receiver, const Cancellation& cancellation) override {
    to_.perform(attempt, receiver, cancellation);
  }

 private:
  Transport& to_;
};

struct CassetteTest : ::testing::Test {
  Recorder recorder{secrets()};
  ManualClock clock;
  ScriptedTransport script{clock};
  RecordingTransport recording{std::make_unique<Borrowed>(script), recorder};
  Harness h{recording, {}, {"api.test"}};

  Secrets& secrets() { return known; }
  Secrets known;
};

TEST_F(CassetteTest, HoldsNoSecret) {
  known.add("canary-token-1");
  known.add("abc");  // short: masked by its place
  script
      .then(200, R"({"access_token":"canary-new-2", "expires_in": 60, "name":"x"})",
            {{"Set-Cookie", "sid=canary-cookie-3; Path=/", false},
             {"Location", "https://api.test/?sig=canary-sig-4", false}})
      .then(200, R"({"echo":"Bearer canary-late-5"})");
  Request login = get_request("https://me:canary-user-6@api.test/login?key=canary-key-7&page=2&short=abc");
  login.method = "POST";
  login.body = "grant_type=refresh_token&refresh_token=canary-refresh-8&scope=all";
  login.headers = {{"Authorization", "Basic canary-basic-9", false}, {"X-Api-Key", "canary-api-10", true}};
  h.exchange(login);
  h.get("https://api.test/items?next_page_token=cursor");
  known.add("canary-late-5");  // known only after it went over the wire
  const std::string text = recorder.text();
  EXPECT_THAT(text, Not(HasSubstr("canary")));
  EXPECT_THAT(text, AllOf(HasSubstr("https://***@api.test/login?key=***&page=2&short=***"),
                          HasSubstr(R"(\"access_token\":\"***\", \"expires_in\": 60, \"name\":\"x\")"),
                          HasSubstr("grant_type=refresh_token&refresh_token=***&scope=all"),
                          HasSubstr("next_page_token=cursor"), HasSubstr(R"("echo\":\"Bearer ***\")")));
}

TEST_F(CassetteTest, LinksInsideOfAnswersAreMaskedAndFoundInTheReplay) {
  script
      .then(200, R"({"next":"https://api.test/n?access_token=canary-1&sig=canary-2&x=5"})",
            {{"Link", "<https://api.test/l?token=canary-3>; rel=next", false}})
      .then(200, R"({"next":"https://api.test/n?access_token=canary-1\u0026sig=canary-4\u0026x=5"})")
      .then(200, R"({"n":3})");
  h.get("https://api.test/p");
  h.get("https://api.test/n?access_token=canary-1&sig=canary-2&x=5");
  h.get("https://api.test/n?access_token=canary-1&sig=canary-4&x=5");
  EXPECT_THAT(recorder.text(), AllOf(Not(HasSubstr("canary")), HasSubstr("x=5")));

  Cassette cassette(parse_cassette(recorder.text(), "c.jsonl"), "c.jsonl", known);
  ReplayTransport replay(cassette);
  Harness again(replay, {}, {"api.test"});
  std::string url = "https://api.test/p";
  std::vector<std::string> links;
  for (int page = 0; page < 2; ++page) {
    const std::string body = *again.get(url).answer.body;
    const json::Document document = json::Document::parse(body);
    links.push_back(url = std::string(document.root().string("next")));
  }
  EXPECT_NE(links[0], links[1]) << "or pagers take them for a circle";
  EXPECT_EQ(*again.get(url).answer.body, R"({"n":3})");
}

TEST_F(CassetteTest, ReplaysWhatWasRecorded) {
  const std::string page = R"({"results":[{"name":"a\u0000b"}]})";
  const std::string binary = "{\"x\":\"\xFF\xFE\"}";
  script.then(500, "trouble")
      .then(200, packed(page, MAX_WBITS + 16), {{"Content-Encoding", "gzip", false}, {"X-Page", "1", false}})
      .then_fail(Why::reset)
      .then(200, binary)
      .then(204, "");
  h.get("https://api.test/p");
  h.get("https://api.test/binary");
  h.get("https://api.test/none");
  const std::string text = recorder.text();
  EXPECT_THAT(text, HasSubstr("results")) << "unpacked, so that it can be read";

  Cassette cassette(parse_cassette(text, "c.jsonl"), "c.jsonl", known);
  ReplayTransport replay(cassette);
  Harness again(replay, {}, {"api.test"});
  const Client::Outcome first = again.get("https://api.test/p");
  EXPECT_EQ(*first.answer.body, page);
  EXPECT_EQ(*first.answer.header("X-Page"), "1");
  EXPECT_TRUE(first.answer.delimited) << "by the end of its encoding, which is gone";
  EXPECT_EQ(again.counters.retries, 1u) << "failures are replayed, too";
  EXPECT_EQ(*again.get("https://api.test/binary").answer.body, binary);
  EXPECT_EQ(again.counters.retries, 2u);
  EXPECT_EQ(again.get("https://api.test/none").answer.status, 204);
}

TEST_F(CassetteTest, AnEndThatFramesToldIsToldInTheReplayToo) {
  script.then_do([](Receiver& receiver) {
    receiver.framed();
    receiver.head(200, {});
    receiver.piece("{}");
  });
  script.then(200, "{}");
  EXPECT_TRUE(h.get("https://api.test/framed").answer.delimited);
  EXPECT_FALSE(h.get("https://api.test/open").answer.delimited);
  Cassette cassette(parse_cassette(recorder.text(), "c.jsonl"), "c.jsonl", known);
  ReplayTransport replay(cassette);
  Harness again(replay, {}, {"api.test"});
  EXPECT_TRUE(again.get("https://api.test/framed").answer.delimited);
  EXPECT_FALSE(again.get("https://api.test/open").answer.delimited);
}

TEST_F(CassetteTest, AnErrorWhoseBodyWasCutIsTheSameErrorInTheReplay) {
  script.then_do([](Receiver& receiver) {
    receiver.head(404, {{"Content-Length", "50", false}});
    receiver.piece("no such thing");
    throw TransportError{Why::reset, "scripted", false};
  });
  EXPECT_EQ(h.error_of_get("https://api.test/x").status(), INTEG_E_NOT_FOUND);
  Cassette cassette(parse_cassette(recorder.text(), "c.jsonl"), "c.jsonl", known);
  ReplayTransport replay(cassette);
  Harness again(replay, {}, {"api.test"});
  EXPECT_EQ(again.error_of_get("https://api.test/x").status(), INTEG_E_NOT_FOUND);
}

TEST_F(CassetteTest, AsMuchAsWasEnoughIsRecorded) {
  struct Four final : Acceptor {
    void begin() override {}
    void more(std::string& body) override {
      if (body.size() >= 4) throw Enough{};
    }
    Judgement judge(Answer&) override { return {}; }
    std::string value_at(const Answer&, std::string_view) override { return {}; }
  } four;
  script.then_do([](Receiver& receiver) {
    receiver.head(200, {});
    for (;;) receiver.piece("ab");
  });
  h.client.exchange(get_request("https://api.test/p"), four, {"s", &h.cancellation, &h.counters}, h.budget, &h.failed);
  Cassette cassette(parse_cassette(recorder.text(), "c.jsonl"), "c.jsonl", known);
  ReplayTransport replay(cassette);
  Harness again(replay, {}, {"api.test"});
  const Client::Outcome outcome =
      again.client.exchange(get_request("https://api.test/p"), four, {"s", &again.cancellation, &again.counters},
                            again.budget, &again.failed);
  EXPECT_EQ(*outcome.answer.body, "abab");
}

TEST_F(CassetteTest, TheSameRequestGetsItsAnswersInOrderAndAnotherSecretDoesNotMatter) {
  known.add("first-secret");
  script.then(200, R"({"n":1})").then(200, R"({"n":2})");
  h.get("https://api.test/p?session=first-secret");
  h.get("https://api.test/p?session=first-secret");

  Secrets others;
  others.add("second-secret");
  Cassette cassette(parse_cassette(recorder.text(), "c.jsonl"), "c.jsonl", others);
  ReplayTransport replay(cassette);
  Harness again(replay, {}, {"api.test"});
  const std::string url = "https://api.test/p?session=second-secret";
  EXPECT_EQ(*again.get(url).answer.body, R"({"n":1})");
  EXPECT_EQ(*again.get(url).answer.body, R"({"n":2})");
  const Error used_up = again.error_of_get(url);
  EXPECT_EQ(used_up.kind(), Kind::config);
  EXPECT_THAT(used_up.message(), AllOf(HasSubstr("no further recording of GET https://api.test/p?session=***"),
                                       HasSubstr("c.jsonl"), HasSubstr("2 were used")));
  const Error never = again.error_of_get("https://api.test/q?session=second-secret");
  EXPECT_THAT(never.message(), AllOf(HasSubstr("no recording of GET https://api.test/q?session=***"),
                                     HasSubstr("the nearest is GET https://api.test/p?session=***")));
  EXPECT_EQ(again.counters.retries, 0u) << "it would not be there the next time either";
}

// Runs ask for what changed up to now.
TEST_F(CassetteTest, AnotherTimeInAUrlIsTheSameRequest) {
  script.then(500, "trouble").then(200, R"({"n":1})").then(200, R"({"n":2})").then(200, R"({"n":3})");
  h.get("https://api.test/p?to=2026-01-01T00%3A00%3A00.123Z&page=1");
  h.get("https://api.test/p?to=2026-01-01T00%3A00%3A00.123Z&page=2");
  h.get("https://api.test/p?filter=less-than(updated,2026-01-01T00:00:00%2B01:00)");

  Cassette cassette(parse_cassette(recorder.text(), "c.jsonl"), "c.jsonl", known);
  ReplayTransport replay(cassette);
  Harness again(replay, {}, {"api.test"});
  EXPECT_EQ(*again.get("https://api.test/p?to=2027-02-03T04%3A05%3A06Z&page=2").answer.body, R"({"n":2})");
  EXPECT_EQ(*again.get("https://api.test/p?to=2027-02-03T04%3A05%3A06Z&page=1").answer.body, R"({"n":1})");
  EXPECT_EQ(again.counters.retries, 1u);
  EXPECT_EQ(*again.get("https://api.test/p?filter=less-than(updated,2027-02-03T04:05:06.789000Z)").answer.body,
            R"({"n":3})");
  EXPECT_THAT(again.error_of_get("https://api.test/p?to=2027-02-03T04%3A05%3A06Z&page=1").message(),
              HasSubstr("no recording of"))
      << "all of them were used";
  EXPECT_THAT(again.error_of_get("https://api.test/p?to=2027&page=2").message(), HasSubstr("no recording of"));
}

TEST_F(CassetteTest, ARecordingHasALimit) {
  Recorder small(known, 100);
  RecordingTransport transport(std::make_unique<Borrowed>(script), small);
  Harness limited(transport, {}, {"api.test"});
  script.then(200, "{" + std::string(60, ' ') + "}");
  limited.get("https://api.test/1");
  EXPECT_THAT(limited.error_of_get("https://api.test/2").message(), HasSubstr("recording"));
}

TEST(Cassettes, ABrokenOneIsToldByLine) {
  const auto refusal = [](const std::string& text) {
    try {
      parse_cassette(text, "c.jsonl");
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string("none");
  };
  const std::string good = R"({"request":{"method":"GET","url":"http://a/"},"answer":{"status":200}})";
  EXPECT_EQ(refusal(good + "\r\n\n" + good), "none");
  for (const std::string& bad :
       {std::string("{"), std::string("{}"), std::string(R"({"request":{"method":"GET","url":"http://a/"}})"),
        std::string(R"({"request":{"method":"GET","url":"http://a/"},"answer":{"status":"200"}})")}) {
    EXPECT_THAT(refusal(good + "\n" + bad + "\n"), HasSubstr("c.jsonl:2")) << bad;
  }
}

}  // namespace
}  // namespace integ::http::testing
