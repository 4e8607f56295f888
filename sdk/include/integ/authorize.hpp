// Functions for Source::authorize() that need no code, from members of the configuration by JSON pointer:
//
//   .authorize(integ::auth::bearer("/token"))
//   .authorize(integ::auth::basic("/user", "/password"))
//   .authorize(integ::auth::header("X-Api-Key", "/api_key"))
//   .authorize(integ::auth::query("api_key", "/api_key"))
//
// Credentials that have to be fetched, OAuth 2, are in oauth.hpp. What they give goes on every request but
// those that say no_auth(), and is never shown. These do not change, so a server that refuses them is not
// asked again. A value that is missing or empty ends the run with a sentence for the user.
#pragma once

#include <integ/auth.hpp>
#include <integ/context.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace integ {
inline namespace v1 {

using Authorize = std::function<void(HttpContext&)>;

namespace detail {

// A configured text, which the run can't do without.
inline std::string configured(const HttpContext& ctx, const std::string& pointer) {
  const Value value = ctx.document(INTEG_DOC_CONFIG).at(pointer);
  std::string text = value.is_string() || value.is_number() ? std::string(value.text()) : std::string();
  if (text.empty()) raise(Failure::config, "The configuration has no text at " + pointer + ", which the login needs.");
  return text;
}
// The same where it goes into a header, which a line break that was copied with a key would spoil, or, in the coded
// form of basic(), make a wrong password without a word.
inline std::string on_one_line(const std::string& text, const std::string& pointer) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) continue;
    raise(Failure::config, "The configuration has a control character at " + pointer +
                               ", a line break perhaps: that can't be a part of a login.");
  }
  return text;
}
inline std::string header_text(const HttpContext& ctx, const std::string& pointer) {
  return on_one_line(configured(ctx, pointer), pointer);
}
// Text with {config:/pointer} in it, as allowed_hosts() has it.
inline std::string filled(const HttpContext& ctx, const std::string& text) {
  std::string out;
  for (std::size_t at = 0;;) {
    const auto open = text.find("{config:", at);
    const auto close = open == text.npos ? text.npos : text.find('}', open);
    if (close == text.npos) return out + text.substr(at);
    std::string value = configured(ctx, text.substr(open + 8, close - open - 8));
    // A base and a path meet with one slash.
    while (value.ends_with('/') && text.compare(close + 1, 1, "/") == 0) value.pop_back();
    out.append(text, at, open - at).append(value);
    at = close + 1;
  }
}

}  // namespace detail

namespace auth {

inline Authorize bearer(std::string token) {
  return [token = std::move(token)](HttpContext& ctx) { ctx.set_auth(Auth().bearer(detail::header_text(ctx, token))); };
}
// An empty password is one: many APIs take a key as the user.
inline Authorize basic(std::string user, std::string password) {
  return [user = std::move(user), password = std::move(password)](HttpContext& ctx) {
    const std::string secret = ctx.document(INTEG_DOC_CONFIG).at(password).string();
    ctx.set_auth(Auth().basic(detail::header_text(ctx, user), detail::on_one_line(secret, password)));
  };
}
// `before` goes in front of the key, "Token " say.
inline Authorize header(std::string name, std::string key, std::string before = {}) {
  return [name = std::move(name), key = std::move(key), before = std::move(before)](HttpContext& ctx) {
    ctx.set_auth(Auth().header(name, before + detail::header_text(ctx, key)));
  };
}
// In place of a parameter of that name, which a link of the server's may have. A link that goes into a state is kept
// without it; a state that holds the key in any other way is refused.
inline Authorize query(std::string name, std::string key) {
  return [name = std::move(name), key = std::move(key)](HttpContext& ctx) {
    ctx.set_auth(Auth().query(name, detail::configured(ctx, key)));
  };
}

}  // namespace auth
}  // namespace v1
}  // namespace integ
