// The one exception type of the host, and the one table of status, kind and Airbyte failure_type.
//
//   throw Error(Kind::config, "unknown key 'conector', did you mean 'connector'?").at(place);
//   throw Error::status(INTEG_E_HTTP, 404, "the server answered 404 Not Found");
//
// An Error is thrown where the fault is found, gains its place (`where()`) on the way up, and is printed
// once, at the edge. Values of secrets never go into a message; masking happens again at the last writer.
#pragma once

#include <integ/abi.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace integ {

enum class Kind {
  config,        // the operator's file, command line or configuration
  auth,          // credentials refused
  not_found,     // the server says there is no such thing
  rate_limited,  // throttled beyond the budget
  transient,     // network, time-out, 5xx: another run may succeed
  http,          // any other answer of 400 and above
  malformed,     // the answer is not what was asked for
  plugin,        // a plug-in broke its contract, or failed without saying why
  output,        // records could not be written
  state,         // the state store
  cancelled,     // a person or a deadline asked to end
  internal,      // our own bug
};

// "config", "not_found", ...: the word used in reports and JSON logs.
std::string_view name_of(Kind kind) noexcept;
// "config_error", "transient_error" or "system_error".
std::string_view failure_type_of(Kind kind) noexcept;
// The kind of an ABI status; http_status tells 5xx (transient) from other 4xx under INTEG_E_HTTP.
Kind kind_of(integ_status status, int http_status = 0) noexcept;
// The ABI status that a kind crosses the boundary as, when no more exact one is known.
integ_status status_of(Kind kind) noexcept;

// Where an error happened. Empty members are unknown and not shown. `request` is already masked.
struct Where {
  std::string file;  // with line and column from 1, 0 unknown
  int line = 0;
  int column = 0;
  std::string pipeline;
  std::string stream;
  std::string slice;
  std::string request;
};

class Error : public std::runtime_error {
 public:
  Error(Kind kind, std::string message);
  // From an ABI status, keeping it and the HTTP status exactly.
  static Error of_status(integ_status status, std::string message, int http_status = 0);

  Kind kind() const noexcept { return kind_; }
  integ_status status() const noexcept { return status_; }
  int http_status() const noexcept { return http_status_; }
  // The sentence alone, without place.
  const std::string& message() const noexcept { return message_; }
  const Where& where() const noexcept { return where_; }

  // Adds what is not yet known of the place; what is known stays. Returns itself for `throw`.
  Error& at(const Where& where);
  // "file:line:column: message", or "stream s, slice k: message (GET http://...)".
  const char* what() const noexcept override { return rendered_.c_str(); }

 private:
  void render();

  Kind kind_;
  integ_status status_;
  int http_status_ = 0;
  std::string message_;
  Where where_;
  std::string rendered_;
};

}  // namespace integ
