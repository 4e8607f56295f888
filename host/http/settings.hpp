// The policy of requests, from a connector's `http` text, a pipeline's `http:` and `--options`: one
// grammar, one parser. Later sources override earlier ones member by member; `rules` of all of them hold,
// the pipeline's first.
#pragma once

#include "json/document.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace integ::http {

using std::chrono::milliseconds;

// What a connector or an operator says about an answer that the defaults judge otherwise.
struct Rule {
  int status_from = 0;  // 0: every status
  int status_to = 0;
  std::string header;   // present, or with `equals` of that value
  std::string pointer;  // into the answer's JSON
  std::string equals;
  bool has_equals = false;
  enum class Then { retry, fail, ignore, rate_limited, refresh } then = Then::fail;
};

struct Settings {
  double requests_per_second = 0;  // 0: no limit
  int burst = 1;
  int max_attempts = 6;
  // Throttled answers are no attempts: they have max_throttled. But where the operator wrote max_attempts, every
  // failed attempt counts: who asked for two attempts does not want to wait for two hours.
  bool max_attempts_given = false;
  milliseconds max_failing{10 * 60'000};        // non-throttle time a request
  milliseconds max_throttled{2 * 60 * 60'000};  // throttled time a request
  milliseconds max_retry_after{60 * 60'000};
  milliseconds connect_timeout{10'000};
  milliseconds first_byte_timeout{60'000};
  milliseconds silence_timeout{60'000};
  milliseconds total_timeout{0};  // off
  std::size_t max_body = 256u << 20;
  std::size_t max_headers = 256u << 10;
  int max_redirects = 5;
  std::vector<std::string> allowed_hosts;  // narrows the connector's own list; empty: no narrowing
  bool pin_origin = false;
  std::string ca_bundle;           // instead of the system's authorities
  std::string client_certificate;  // files of PEM
  std::string client_key;          // "": in the certificate's file
  std::string client_key_password;
  std::string proxy;           // "": by http_proxy, https_proxy and all_proxy; "none": no proxy
  std::string no_proxy;        // "": by no_proxy
  bool block_private = false;  // only public addresses, whatever a name resolves to
  bool brotli = false;         // br is announced and decoded
  bool http2 = false;          // by TLS where the server has it, else HTTP/1.1
  std::string limit_header;    // "39/40" or "1": see calls_left()
  std::vector<Rule> rules;
};

// What is wrong with a settings text, with the pointer of the member ("/timeout") for callers that know
// file and line.
struct SettingsError {
  std::string pointer;
  std::string message;
  bool unknown = false;  // there is no such setting: the key is wrong, not its value
};

// Overlays `settings` with the members of `node` (an object, or nullptr: nothing). Throws SettingsError:
// unknown key with the nearest known one, wrong type, negative or absurd number. `timeout` means first
// byte and silence. Durations are "30s", "500ms", "5m", "2h", or a number of seconds; sizes are bytes or
// "64KiB", "256MiB", "1GiB". Numbers and booleans may come as text, since ${VAR} makes text of them.
void overlay(Settings& settings, const json::Node* node);

}  // namespace integ::http
