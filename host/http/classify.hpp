// What an answer or a failure means for the request: pure functions, no clock but the one passed in.
#pragma once

#include "http/exchange.hpp"
#include "http/settings.hpp"
#include "http/transport.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace integ::http {

enum class Class {
  success,
  transient,     // another attempt may succeed
  throttled,     // the server asks for patience
  unauthorized,  // final, unless credentials can be made anew
  permanent,
};

struct Judged {
  Class what = Class::success;
  std::optional<std::chrono::milliseconds> wait;  // what the server asked for
};

// By status and headers alone. Redirects that can be followed do not come here.
Judged classify(const Answer& answer, std::int64_t local_ms, std::chrono::milliseconds max_retry_after);

Class classify(const TransportError& error) noexcept;

// The first rule that matches, or nullptr; `value_at` reads the body and is asked only by rules with a pointer.
const Rule* matching_rule(const std::vector<Rule>& rules, const Answer& answer,
                          const std::function<std::string(std::string_view pointer)>& value_at);

// Whether a request may be sent again although it may have had its effect.
bool repeatable(const Request& request) noexcept;

// Whether it asks for what is new only, so that a 304 is an answer.
bool is_conditional(const Request& request) noexcept;

// "404 Not Found"
std::string status_text(int status);

}  // namespace integ::http
