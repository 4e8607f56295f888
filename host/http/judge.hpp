// Whether an answer is what was asked for: its status, then what the acceptor says of its body, then the rules, which
// go before both. A function of its arguments; the acceptor and `answer.ignored` change.
#pragma once

#include "http/exchange.hpp"
#include "http/failure.hpp"
#include "http/settings.hpp"

#include <cstdint>
#include <optional>

namespace integ::http {

// Nothing when the answer is accepted, or when a rule says to ignore it. `redirected`: it came by way of a redirect;
// `local_ms`: the time here, for an answer that does not say its own.
std::optional<Failure> judge(Answer& answer, const Request& request, bool redirected, Acceptor& acceptor,
                             const Settings& settings, std::int64_t local_ms);

}  // namespace integ::http
