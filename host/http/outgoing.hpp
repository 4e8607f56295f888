// What goes over the wire for one hop: headers checked and completed, and made safe for another origin.
// Pure functions.
#pragma once

#include "base/secrets.hpp"
#include "base/url.hpp"
#include "http/exchange.hpp"

#include <string>
#include <string_view>

namespace integ::http {

// Throws Error of kind config for a method or a header that could smuggle another one (control characters);
// the value is never shown.
void check_request(const Request& request);

// Accept-Encoding (always ours: exactly what can be decoded), User-Agent and Cookie are added.
void complete(Request& request, std::string_view user_agent, const std::string& cookies, bool brotli);

// For a hop to another origin: Authorization, Cookie, every secret header and every header or query value
// that holds a known secret are left out.
void strip_secrets(Request& request, Url& url, const Secrets& secrets);

// The method and body that follow a redirect of that status (RFC 9110, 15.4).
void follow(Request& request, int status);

}  // namespace integ::http
