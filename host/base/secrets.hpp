// What must never be shown, and the mask that keeps it so.
//
//   secrets.add(token);
//   log(secrets.mask(text));            // "...Bearer ***"
//
// A value is searched in plain, JSON-escaped and base64 form (at its three alignments), and each of them in any
// percent-encoding. Values under 5 bytes are masked by place only (headers, query parameters), not searched:
// a secret "1" would else blank every number. The mask does not show the length. Safe from every thread;
// owned by one process-wide run, shared by all that print.
#pragma once

#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

namespace integ {

inline constexpr std::string_view kMask = "***";

// Whether credentials are called so in URLs, forms and JSON, whatever the case and with '-' for '_'. Names of cursors
// ("next_page_token") are none of them.
bool is_secret_name(std::string_view name);

class Secrets {
 public:
  void add(std::string_view value);
  // A user's password, and both as basic authentication sends them, which servers echo.
  void add_login(std::string_view user, std::string_view password);
  bool empty() const;
  // The text with each occurrence of a secret replaced by kMask; occurrences that overlap become one.
  std::string mask(std::string_view text) const;
  // Whether a secret stands in the text in any form that mask() finds, for what is refused because of it. One of less
  // than 12 bytes counts where no letter or digit goes on beside it: a number may hold the digits of a PIN.
  bool stands_in(std::string_view text) const;
  // True when the value itself, whole, is a known secret (also a short one).
  bool contains(std::string_view value) const;

 private:
  mutable std::shared_mutex mutex_;
  std::vector<std::string> values_;    // as added
  std::vector<std::string> patterns_;  // all forms
};

}  // namespace integ
