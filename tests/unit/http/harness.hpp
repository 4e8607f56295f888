// A client with everything around it, over a real or a scripted transport, on a clock that only sleeps move.
#pragma once

#include "base/cancellation.hpp"
#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "http/client.hpp"

#include <deque>
#include <functional>
#include <string>
#include <vector>

namespace integ::http::testing {

// Collects lines.
class Lines final : public LogWriter {
 public:
  void write(const LogLine& line) override { lines.push_back(line); }
  std::vector<LogLine> lines;
};

// Accepts what is whole JSON by the looks of it: '{' ... '}'; else says what the bytes are.
class LooksAcceptor final : public Acceptor {
 public:
  void begin() override {
    ++begun;
    shown = 0;
  }
  void more(std::string& body) override { shown = body.size(); }
  Judgement judge(Answer& answer) override;
  std::string value_at(const Answer& answer, std::string_view pointer) override;

  int begun = 0;
  std::size_t shown = 0;
  bool refuse = false;
};

// Answers from a script; each step may throw a TransportError.
class ScriptedTransport final : public Transport {
 public:
  struct Sent {
    Request request;
    bool fresh = false;
    Steady::time_point at;
  };
  using Step = std::function<void(Receiver&)>;

  explicit ScriptedTransport(Clock& clock) : clock_(clock) {}
  void perform(const Attempt& attempt, Receiver& receiver, const Cancellation& cancellation) override;

  ScriptedTransport& then(int status, std::string body = "{}", std::vector<Header> headers = {});
  ScriptedTransport& then_fail(TransportError::Why why, bool permanent = false);
  ScriptedTransport& then_do(Step step);

  std::vector<Sent> sent;

 private:
  Clock& clock_;
  std::deque<Step> steps_;  // the last one stays
};

struct Harness {
  explicit Harness(Settings given = {}, const std::vector<std::string>& allowed = {"127.0.0.1", "api.test"});
  // Over another transport.
  Harness(Transport& other, Settings given, const std::vector<std::string>& allowed);

  Client::Outcome exchange(const Request& request);
  Client::Outcome get(const std::string& url, std::vector<Header> headers = {});
  // As the link of that page.
  Client::Outcome follow(const Request& request, const std::string& page_url);
  // The Error that it must throw.
  Error error_of(const Request& request);
  Error error_of_get(const std::string& url);

  std::int64_t slept_ms() { return (clock.unix_ns() - started_ns) / 1'000'000; }

  ManualClock clock;
  std::int64_t started_ns = clock.unix_ns();
  Secrets secrets;
  Lines lines;
  Log log{secrets, lines, Level::debug};
  ScriptedTransport transport{clock};
  Settings settings;
  Client client;
  LooksAcceptor acceptor;
  Cancellation cancellation;
  StreamCounters counters;
  Budget budget;
  Answer failed;
};

Request get_request(const std::string& url);

}  // namespace integ::http::testing
