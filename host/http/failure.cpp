#include "http/failure.hpp"

#include "base/query.hpp"
#include "base/text.hpp"
#include "base/url.hpp"
#include "http/named_secrets.hpp"

#include <algorithm>
#include <utility>

namespace integ::http {

namespace {

constexpr std::size_t kPieceRead = 4096;
constexpr std::size_t kPieceShown = 200;
constexpr std::size_t kMessageShown = 1000;

integ_status status_for(int http_status, Class what) {
  if (what == Class::throttled) return INTEG_E_RATE_LIMITED;
  if (what == Class::unauthorized) return INTEG_E_AUTH;  // by a rule, it can be any status
  switch (http_status) {
    case 401:
      return INTEG_E_AUTH;
    case 403:
      return INTEG_E_FORBIDDEN;
    case 404:
    case 410:
      return INTEG_E_NOT_FOUND;
    default:
      return INTEG_E_HTTP;
  }
}

// What the server said, raw: it is masked and sanitised when the error is made.
std::string piece_of(const Answer& answer) {
  if (!answer.body || answer.body->empty()) return {};
  return answer.body->substr(0, kPieceRead);
}

// As they are written and as they are meant. "false" is everywhere.
template <class F>
void each_query_value(std::string_view url, F see) {
  url = url.substr(0, url.find('#'));
  const std::size_t question = std::min(url.find('?'), url.size());
  each_pair(url.substr(std::min(question + 1, url.size())), [&see](auto, std::string_view value, auto) {
    if (value.empty() || value == "false") return;
    see(value);
    const std::string meant = percent_decode(value);
    if (meant != value) see(std::string_view(meant));
  });
}

// As much of the piece as people may see.
std::string shown(const Failure& failure, const Request& request) {
  const bool good = failure.http_status < 300;
  if (is_token_request(request) || (request.login && good)) return told_error(failure.piece);
  return mask_named(failure.piece);
}

}  // namespace

Failure failure_of(const TransportError& error) {
  using Why = TransportError::Why;
  Failure failure;
  failure.what = classify(error);
  failure.message = error.message;
  switch (error.why) {
    case Why::connect:
      failure.message = "no connection: " + error.message;
      failure.sent = false;
      break;
    case Why::tls:
      failure.message = "no secure connection: " + error.message;
      failure.sent = false;
      if (error.permanent) failure.status = INTEG_E_CONFIG;
      break;
    case Why::reset_early:
    case Why::reset:
      failure.message = "the connection ended before the answer was whole: " + error.message;
      break;
    case Why::timeout:
      failure.status = INTEG_E_TIMEOUT;
      break;
    case Why::too_large:
      failure.status = INTEG_E_LIMIT;
      break;
    case Why::bad_url:
      failure.status = INTEG_E_CONFIG;
      failure.sent = false;
      break;
    case Why::decode:
      failure.status = INTEG_E_MALFORMED;
      break;
    case Why::other:
      break;
  }
  return failure;
}

Failure failure_of(const Answer& answer, const Judged& judged) {
  Failure failure;
  failure.what = judged.what;
  failure.wait = judged.wait;
  failure.http_status = answer.status;
  failure.status = status_for(answer.status, judged.what);
  failure.message = "the server answered " + status_text(answer.status);
  if (answer.status == 304) failure.message += ", though no condition was sent";
  if (answer.status > 300 && answer.status < 400 && answer.status != 304 && answer.header("Location") == nullptr) {
    failure.message += " without a Location";
  }
  if (answer.status == 407) failure.message += " (that was a proxy; its user and password go into the proxy's URL)";
  failure.piece = piece_of(answer);
  return failure;
}

Failure failure_of(const Answer& answer, const Acceptor::Judgement& judgement, bool redirected) {
  using Verdict = Acceptor::Verdict;
  Failure failure;
  failure.http_status = answer.status;
  failure.message = judgement.message;
  failure.piece = std::string_view(judgement.piece).substr(0, kPieceRead);
  failure.what = Class::transient;
  failure.status = INTEG_E_MALFORMED;
  switch (judgement.verdict) {
    case Verdict::accept:
      break;
    case Verdict::cut:
      failure.status = INTEG_E_NETWORK;
      failure.http_status = 0;
      break;
    case Verdict::malformed:
      failure.twice_at_most = true;
      break;
    case Verdict::html:
      if (!redirected) break;
      failure.status = INTEG_E_AUTH;
      failure.twice_at_most = true;
      failure.message = "the request was redirected to a page for people, a sign-in page it seems: " + failure.message;
      break;
    case Verdict::changed:
      failure.what = Class::permanent;
      failure.status = INTEG_E_NETWORK;
      failure.http_status = 0;
      break;
    case Verdict::too_large:
      failure.status = INTEG_E_LIMIT;
      failure.what = Class::permanent;
      break;
    case Verdict::refuse:
      failure.what = Class::permanent;
      break;
  }
  return failure;
}

void hide_echoes(Request& shown, const Answer& answer, const std::vector<std::string>& hops) {
  const auto hide = [&shown](std::string_view value) { shown.headers.push_back({{}, std::string(value), true}); };
  for (const std::string& hop : hops) each_query_value(hop, hide);
  each_query_value(answer.url, hide);
  for (const Header& header : answer.headers) {
    if (!equal_ignoring_case(header.name, "Set-Cookie")) continue;
    const std::string_view pair = std::string_view(header.value).substr(0, header.value.find(';'));
    hide(trimmed(pair.substr(std::min(pair.find('=') + 1, pair.size()))));
  }
}

std::string masked(std::string_view text, const Request& request, const Secrets& secrets, std::size_t limit) {
  Secrets own;
  register_userinfo(request.url, own);
  each_query_value(request.url, [&own](std::string_view value) { own.add(value); });
  for (const Header& header : request.headers) {
    const bool authorization = equal_ignoring_case(header.name, "Authorization");
    if (!header.secret && !authorization) continue;
    own.add(header.value);
    const std::size_t space = header.value.find(' ');  // "Bearer <token>": a server may echo the token alone
    if (space != std::string::npos) own.add(trimmed(std::string_view(header.value).substr(space)));
  }
  return sanitised(own.mask(secrets.mask(text)), limit);
}

std::string sentence(const Failure& failure, const Request& request, const Secrets& secrets) {
  std::string text = masked(mask_named(failure.message), request, secrets, kMessageShown);
  // Masked as a whole before it is cut, so that no half of a secret stays.
  const std::string piece = shown(failure, request);
  if (!piece.empty()) text += ": " + masked(piece, request, secrets, kPieceShown);
  return text;
}

std::string masked_request(const Request& request, const Secrets& secrets) {
  return request.method + " " + masked_url(request.url, secrets);
}

}  // namespace integ::http
