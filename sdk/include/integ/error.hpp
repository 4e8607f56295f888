// How things go wrong in a plug-in, and how that reaches the host.
//
//   ctx.fetch(request, page);                       // throws when it did not work, nothing to check
//   if (!ctx.try_fetch(request, page)) { ... }      // the twin for those who want to look themselves
//   ctx.fail(integ::Failure::config, "The shop is closed.");
//
// The thrown type is private on purpose and no std::exception: an author's `catch (const std::exception&)`
// around a parser must not swallow a cancellation. The trampolines in entry.hpp turn it into the status
// that it stands for; nothing unwinds into the host.
#pragma once

#include <integ/abi.h>

#include <string>
#include <utility>

namespace integ {
inline namespace v1 {

// The negative statuses of the ABI by name.
enum class Failure : integ_status {
  internal = INTEG_E_INTERNAL,
  argument = INTEG_E_ARGUMENT,
  unsupported = INTEG_E_UNSUPPORTED,
  config = INTEG_E_CONFIG,
  auth = INTEG_E_AUTH,
  forbidden = INTEG_E_FORBIDDEN,
  network = INTEG_E_NETWORK,
  timeout = INTEG_E_TIMEOUT,
  http = INTEG_E_HTTP,
  rate_limited = INTEG_E_RATE_LIMITED,
  malformed = INTEG_E_MALFORMED,
  not_found = INTEG_E_NOT_FOUND,
  schema = INTEG_E_SCHEMA,
  limit = INTEG_E_LIMIT,
  output = INTEG_E_OUTPUT,
};

// What a host function answered. Converts to true when all is well.
class [[nodiscard]] Status {
 public:
  constexpr Status() = default;
  constexpr Status(integ_status code) : code_(code) {}  // NOLINT(google-explicit-constructor): a status is its code
  constexpr explicit operator bool() const { return code_ == INTEG_OK; }
  constexpr integ_status code() const { return code_; }
  constexpr bool failed() const { return code_ < 0; }
  constexpr bool is(Failure failure) const { return code_ == static_cast<integ_status>(failure); }
  // STOP or CANCELLED: not an error, but to be returned at once.
  constexpr bool ends_the_run() const { return code_ == INTEG_STOP || code_ == INTEG_CANCELLED; }

 private:
  integ_status code_ = INTEG_OK;
};

namespace detail {

// Carries a status through the plug-in's own frames. With an empty message the host knows already.
struct Thrown {
  integ_status status;
  std::string message;
};

[[noreturn]] inline void raise(Failure failure, std::string message) {
  throw Thrown{static_cast<integ_status>(failure), std::move(message)};
}

inline void must(integ_status status) {
  if (status != INTEG_OK) throw Thrown{status, {}};
}

}  // namespace detail
}  // namespace v1
}  // namespace integ
