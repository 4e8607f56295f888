#include "http/limits.hpp"

#include "http/retry_after.hpp"

#include <chrono>
#include <optional>

namespace integ::http {

namespace {

// How long a full bucket is left alone whose rate nobody told (`requests_per_second`): most leak one or two
// requests a second.
constexpr milliseconds kUnknownLeak{1000};

}  // namespace

void heed_limits(const Answer& answer, const Settings& settings, Gates& gates, const std::string& origin,
                 Clock& clock) {
  if (answer.status == 0) return;
  const RateLimit limit = rate_limit(answer, clock.unix_ms(), settings.max_retry_after);
  if (limit.exhausted && limit.reset) gates.close(origin, clock.steady() + *limit.reset);

  if (settings.limit_header.empty()) return;
  const std::string* value = answer.header(settings.limit_header);
  const std::optional<double> left = value != nullptr ? calls_left(*value) : std::nullopt;
  if (!left) return;
  if (settings.requests_per_second > 0) {
    gates.spent(origin, settings.burst - *left, clock.steady());
  } else if (*left < 1) {
    gates.close(origin, clock.steady() + kUnknownLeak);
  }
}

}  // namespace integ::http
