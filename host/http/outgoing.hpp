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

// What may not stand in a header: it could smuggle another one.
bool has_control(std::string_view text);

// For a hop to another origin: Authorization, Cookie, every secret header and every header or query value
// that holds a known secret are left out. Whether there were any.
bool strip_secrets(Request& request, Url& url, const Secrets& secrets);

// For the same hop: throws Error of kind config that names both origins where the body holds a known secret. Nothing
// can be left out of a body.
void keep_secret_body(const Request& request, const Url& from, const Url& to, const Secrets& secrets);

// The method and body that follow a redirect of that status (RFC 9110, 15.4).
void follow(Request& request, int status);

}  // namespace integ::http
