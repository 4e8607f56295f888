// Why an attempt did not give a page, as a decision (what to do next) and as a sentence (what to say at
// the end). Plain data and pure functions.
#pragma once

#include "base/error.hpp"
#include "base/secrets.hpp"
#include "http/classify.hpp"
#include "http/exchange.hpp"
#include "http/transport.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace integ::http {

struct Failure {
  Class what = Class::permanent;
  integ_status status = INTEG_E_NETWORK;
  int http_status = 0;
  std::string message;
  std::string piece;                              // of the body, raw
  std::optional<std::chrono::milliseconds> wait;  // what the server asked for
  bool sent = true;                               // false: the request surely had no effect
  bool twice_at_most = false;                     // not what was asked for: one more attempt, no more
};

Failure failure_of(const TransportError& error);
// Of an answer that is no success, or that a rule refused.
Failure failure_of(const Answer& answer, const Judged& judged);
// Of a 2xx answer that the acceptor did not take; `redirected`: it came by way of a redirect.
Failure failure_of(const Answer& answer, const Acceptor::Judgement& judgement, bool redirected);

// For what an answer may repeat of its exchange: cookies that it set, and what stood in the URLs that it came by.
// Appended to `shown` as secret headers, for masked() and sentence().
void hide_echoes(Request& shown, const Answer& answer, const std::vector<std::string>& hops);

// Masks what is known to be secret, the request's own secret headers (which may be new each time and are not
// registered, so that the register does not grow), and the user and the query's values of its URL; then sanitised to
// `limit` bytes.
std::string masked(std::string_view text, const Request& request, const Secrets& secrets, std::size_t limit);
// The whole sentence.
std::string sentence(const Failure& failure, const Request& request, const Secrets& secrets);
// "GET https://api.example.com/items?page=***"
std::string masked_request(const Request& request, const Secrets& secrets);

}  // namespace integ::http
