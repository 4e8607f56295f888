#include "http/classify.hpp"

#include "base/text.hpp"
#include "http/retry_after.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace integ::http {

using std::chrono::milliseconds;

namespace {

bool is_transient(int status) {
  // An unknown 5xx counts as a 500 (RFC 9110, 15): gateways have many of their own, 520 to 530 and 598 among them.
  if (status >= 500 && status <= 599) return status != 501 && status != 505;
  return status == 408 || status == 425;
}

// A string's JSON text is compared with and without its quotes: an operator writes THROTTLED.
bool same_value(std::string_view json, std::string_view wanted) {
  if (json == wanted) return true;
  return json.size() == wanted.size() + 2 && json.front() == '"' && json.back() == '"' &&
         json.substr(1, wanted.size()) == wanted;
}

bool matches(const Rule& rule, const Answer& answer,
             const std::function<std::string(std::string_view pointer)>& value_at) {
  if (rule.status_from != 0 && (answer.status < rule.status_from || answer.status > rule.status_to)) return false;
  if (!rule.header.empty()) {
    bool found = false;
    for (std::uint32_t nth = 0; const std::string* value = answer.header(rule.header, nth); ++nth) {
      found = found || !rule.has_equals || !rule.pointer.empty() || equal_ignoring_case(*value, rule.equals);
    }
    if (!found) return false;
  }
  if (!rule.pointer.empty()) {
    const std::string value = value_at(rule.pointer);
    if (value.empty() || (rule.has_equals && !same_value(value, rule.equals))) return false;
  }
  return true;
}

}  // namespace

Judged classify(const Answer& answer, std::int64_t local_ms, milliseconds max_retry_after) {
  const int status = answer.status;
  if (status >= 200 && status < 300) return {Class::success, std::nullopt};
  const auto wait = retry_after(answer, local_ms);
  if (status == 401) return {Class::unauthorized, std::nullopt};
  if (status == 429) {
    if (wait) return {Class::throttled, wait};
    return {Class::throttled, rate_limit(answer, local_ms, max_retry_after).reset};
  }
  if (wait && ((status >= 400 && status < 500) || status == 503)) return {Class::throttled, wait};
  if (status == 403) {
    const RateLimit limit = rate_limit(answer, local_ms, max_retry_after);
    if (limit.exhausted && limit.reset) return {Class::throttled, limit.reset};
  }
  if (is_transient(status)) return {Class::transient, wait};
  return {Class::permanent, std::nullopt};
}

Class classify(const TransportError& error) noexcept { return error.permanent ? Class::permanent : Class::transient; }

const Rule* matching_rule(const std::vector<Rule>& rules, const Answer& answer,
                          const std::function<std::string(std::string_view pointer)>& value_at) {
  for (const Rule& rule : rules) {
    if (matches(rule, answer, value_at)) return &rule;
  }
  return nullptr;
}

bool repeatable(const Request& request) noexcept {
  constexpr std::array<std::string_view, 5> kIdempotent = {"GET", "HEAD", "OPTIONS", "PUT", "DELETE"};
  if (request.retry_safe) return true;
  if (std::find(kIdempotent.begin(), kIdempotent.end(), request.method) != kIdempotent.end()) return true;
  return std::any_of(request.headers.begin(), request.headers.end(),
                     [](const Header& header) { return equal_ignoring_case(header.name, "Idempotency-Key"); });
}

bool is_conditional(const Request& request) noexcept {
  return std::any_of(request.headers.begin(), request.headers.end(), [](const Header& header) {
    return equal_ignoring_case(header.name, "If-None-Match") || equal_ignoring_case(header.name, "If-Modified-Since");
  });
}

std::string status_text(int status) {
  static constexpr std::array<std::pair<int, std::string_view>, 31> kReasons = {{
      {204, "No Content"},
      {300, "Multiple Choices"},
      {301, "Moved Permanently"},
      {302, "Found"},
      {303, "See Other"},
      {304, "Not Modified"},
      {307, "Temporary Redirect"},
      {308, "Permanent Redirect"},
      {400, "Bad Request"},
      {401, "Unauthorized"},
      {402, "Payment Required"},
      {403, "Forbidden"},
      {404, "Not Found"},
      {405, "Method Not Allowed"},
      {406, "Not Acceptable"},
      {407, "Proxy Authentication Required"},
      {408, "Request Timeout"},
      {409, "Conflict"},
      {410, "Gone"},
      {413, "Content Too Large"},
      {415, "Unsupported Media Type"},
      {422, "Unprocessable Content"},
      {425, "Too Early"},
      {429, "Too Many Requests"},
      {451, "Unavailable For Legal Reasons"},
      {500, "Internal Server Error"},
      {501, "Not Implemented"},
      {502, "Bad Gateway"},
      {503, "Service Unavailable"},
      {504, "Gateway Timeout"},
      {505, "HTTP Version Not Supported"},
  }};
  for (const auto& [code, reason] : kReasons) {
    if (code == status) return std::to_string(status) + " " + std::string(reason);
  }
  return std::to_string(status);
}

}  // namespace integ::http
