// What a server says of its limits, put to use at its host's gate. It only ever lowers the local budget, whatever
// the server says.
#pragma once

#include "base/clock.hpp"
#include "http/exchange.hpp"
#include "http/gate.hpp"
#include "http/settings.hpp"

#include <string>

namespace integ::http {

// Reads RateLimit, RateLimit-*, X-RateLimit-* and the settings' `limit_header` of an answer; no answer says nothing.
void heed_limits(const Answer& answer, const Settings& settings, Gates& gates, const std::string& origin, Clock& clock);

}  // namespace integ::http
