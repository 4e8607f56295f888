// What becomes of an answer by the judgement of who asked for it, whole or while it comes.
#include "base/error.hpp"
#include "harness.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace integ::http::testing {
namespace {

using ::testing::HasSubstr;
using Why = TransportError::Why;

const std::string kUrl = "http://api.test/orders?token=abc";

TEST(ClientAcceptor, VerdictsOfTheAcceptor) {
  Harness cut;
  cut.transport.then(200, "{\"a\":").then(200, "").then(200, "<html>").then(200);
  EXPECT_EQ(cut.get(kUrl).answer.status, 200);
  EXPECT_EQ(cut.transport.sent.size(), 4u);

  Harness malformed;
  malformed.transport.then(200, "nonsense");
  const Error error = malformed.error_of_get(kUrl);
  EXPECT_EQ(error.kind(), Kind::malformed);
  EXPECT_THAT(error.message(), HasSubstr("offset 0"));
  EXPECT_EQ(malformed.transport.sent.size(), 2u) << "tried twice";

  Harness refused;
  refused.acceptor.refuse = true;
  refused.transport.then(200);
  EXPECT_EQ(refused.error_of_get(kUrl).kind(), Kind::malformed);
  EXPECT_EQ(refused.transport.sent.size(), 1u);

  Harness empty;
  empty.transport.then(200, "");
  EXPECT_EQ(empty.error_of_get(kUrl).kind(), Kind::transient);
  EXPECT_EQ(empty.transport.sent.size(), 6u);
}

TEST(ClientAcceptor, HtmlBehindARedirectIsASignInPage) {
  Harness h;
  for (int i = 0; i < 2; ++i) {
    h.transport.then(302, "", {{"Location", "/login", false}}).then(200, "<html>sign in</html>");
  }
  const Error error = h.error_of_get(kUrl);
  EXPECT_EQ(error.kind(), Kind::auth);
  EXPECT_EQ(h.transport.sent.size(), 4u);
}

// Takes all bytes off the body, until it has enough of them.
class Taker final : public Acceptor {
 public:
  void begin() override { taken.clear(); }
  void head(const Answer& answer) override {
    labels.push_back(answer.header("X-Page") ? *answer.header("X-Page") : "");
  }
  void more(std::string& body) override {
    taken += body;
    body.clear();
    if (taken.size() >= enough) throw Enough{};
  }
  bool streams() const noexcept override { return true; }
  Judgement judge(Answer&) override {
    ++judged;
    return {verdict, "no"};
  }
  std::string value_at(const Answer&, std::string_view) override { return {}; }

  std::string taken;
  std::size_t enough = std::string::npos;
  Verdict verdict = Verdict::accept;
  std::vector<std::string> labels;
  int judged = 0;
};

TEST(ClientAcceptor, AnAcceptorThatTakesTheBodyIsHeldToNoSizeOfIt) {
  Settings settings;
  settings.max_body = 1000;
  Harness h(settings);
  h.transport.then(200, std::string(5000, 'x'), {{"Content-Length", "5000"}, {"X-Page", "1"}});
  Taker taker;
  h.client.exchange(get_request(kUrl), taker, {"s", &h.cancellation, &h.counters}, h.budget, &h.failed);
  EXPECT_EQ(taker.taken.size(), 5000u);
  EXPECT_EQ(taker.labels, std::vector<std::string>{"1"});
  EXPECT_EQ(taker.judged, 1);
  // What is no page is not its to take.
  Harness failing(settings);
  failing.transport.then(404, std::string(5000, 'x'));
  EXPECT_THROW(
      failing.client.exchange(get_request(kUrl), taker, {"s", &h.cancellation, &h.counters}, h.budget, &h.failed),
      Error);
  EXPECT_EQ(taker.judged, 1);
}

TEST(ClientAcceptor, AnAcceptorThatHasEnoughEndsTheExchange) {
  Harness h;
  bool went_on = false;
  h.transport.then_do([&](Receiver& receiver) {
    receiver.head(200, {});
    receiver.piece("0123456789");
    went_on = true;
  });
  Taker taker;
  taker.enough = 5;
  const Client::Outcome outcome =
      h.client.exchange(get_request(kUrl), taker, {"s", &h.cancellation, &h.counters}, h.budget, &h.failed);
  EXPECT_EQ(outcome.answer.status, 200);
  EXPECT_FALSE(went_on);
  EXPECT_EQ(taker.judged, 1);
  EXPECT_EQ(h.transport.sent.size(), 1u);
}

TEST(ClientAcceptor, ABodyThatChangedIsFinalAtOnce) {
  Harness h;
  h.transport.then(200);
  Taker taker;
  taker.verdict = Acceptor::Verdict::changed;
  try {
    h.client.exchange(get_request(kUrl), taker, {"s", &h.cancellation, &h.counters}, h.budget, &h.failed);
    ADD_FAILURE() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), INTEG_E_NETWORK);
  }
  EXPECT_EQ(h.transport.sent.size(), 1u);
}

// Hours of a body that came well are no time spent on failing: the repeat is not refused for them.
TEST(ClientAcceptor, ALongBodyThatBreaksIsRepeated) {
  Harness h;
  h.transport.then_do([&](Receiver& receiver) {
    receiver.head(200, {});
    receiver.piece("01234");
    h.clock.advance(std::chrono::hours(3));
    throw TransportError{Why::reset, "gone", false};
  });
  h.transport.then(200, "0123456789");
  Taker taker;
  h.client.exchange(get_request(kUrl), taker, {"s", &h.cancellation, &h.counters}, h.budget, &h.failed);
  EXPECT_EQ(taker.taken, "0123456789");
}

TEST(ClientAcceptor, NoContentIsNotJudged) {
  for (const int status : {204, 205}) {
    Harness h;
    h.acceptor.refuse = true;
    h.transport.then(status, "");
    EXPECT_EQ(h.get(kUrl).answer.status, status);
  }
}

}  // namespace
}  // namespace integ::http::testing
