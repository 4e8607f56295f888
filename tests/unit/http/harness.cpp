#include "harness.hpp"

#include "base/error.hpp"

#include <gtest/gtest.h>

#include <utility>

namespace integ::http::testing {

Acceptor::Judgement LooksAcceptor::judge(Answer& answer) {
  const std::string& body = *answer.body;
  if (refuse) return {Verdict::refuse, "refused by the test"};
  if (body.empty()) return {Verdict::cut, "the answer is empty"};
  if (body.front() == '<') return {Verdict::html, "HTML where JSON was asked for", body};
  if (body.front() != '{') return {Verdict::malformed, "no JSON at offset 0"};
  if (body.back() != '}') return {Verdict::cut, "the JSON ends too early"};
  return {};
}

std::string LooksAcceptor::value_at(const Answer& answer, std::string_view pointer) {
  const std::string key = "\"" + std::string(pointer.substr(1)) + "\":";
  const std::size_t at = answer.body ? answer.body->find(key) : std::string::npos;
  if (at == std::string::npos) return {};
  const std::size_t from = at + key.size();
  return answer.body->substr(from, answer.body->find_first_of(",}", from) - from);
}

void ScriptedTransport::perform(const Attempt& attempt, Receiver& receiver, const Cancellation& cancellation) {
  cancellation.throw_if_cancelled();
  sent.push_back({*attempt.request, attempt.fresh_connection, clock_.steady()});
  const Step step = steps_.at(0);
  if (steps_.size() > 1) steps_.pop_front();
  step(receiver);
}

ScriptedTransport& ScriptedTransport::then_do(Step step) {
  steps_.push_back(std::move(step));
  return *this;
}

ScriptedTransport& ScriptedTransport::then(int status, std::string body, std::vector<Header> headers) {
  return then_do([status, body = std::move(body), headers = std::move(headers)](Receiver& receiver) {
    receiver.head(status, headers);
    if (!body.empty()) receiver.piece(body);
  });
}

ScriptedTransport& ScriptedTransport::then_fail(TransportError::Why why, bool permanent) {
  return then_do([why, permanent](Receiver&) { throw TransportError{why, "scripted", permanent}; });
}

Harness::Harness(Settings given, const std::vector<std::string>& allowed)
    : settings(std::move(given)), client(settings, allowed, "integ/0 test/0", {transport, clock, log, secrets, 7}) {}

Harness::Harness(Transport& other, Settings given, const std::vector<std::string>& allowed)
    : settings(std::move(given)), client(settings, allowed, "integ/0 test/0", {other, clock, log, secrets, 7}) {}

Client::Outcome Harness::exchange(const Request& request) {
  return client.exchange(request, acceptor, {"orders", &cancellation, &counters}, budget, &failed);
}

Client::Outcome Harness::get(const std::string& url, std::vector<Header> headers) {
  Request request = get_request(url);
  request.headers = std::move(headers);
  return exchange(request);
}

Client::Outcome Harness::follow(const Request& request, const std::string& page_url) {
  return client.exchange(request, acceptor, {"orders", &cancellation, &counters, page_url}, budget, &failed);
}

Error Harness::error_of(const Request& request) {
  try {
    exchange(request);
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "no error from " << request.url;
  return {Kind::internal, "no error"};
}

Error Harness::error_of_get(const std::string& url) { return error_of(get_request(url)); }

Request get_request(const std::string& url) {
  Request request;
  request.url = url;
  return request;
}

}  // namespace integ::http::testing
