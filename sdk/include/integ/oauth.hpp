// OAuth 2 as a function for Source::authorize():
//
//   .authorize(integ::auth::client_credentials("https://login.example.com/token").scope("read"))
//   .authorize(integ::auth::refresh_token("{config:/url}/oauth/token"))
//
// The client's id and secret are the configuration's /client_id and /client_secret unless said otherwise,
// the refresh token is its /refresh_token. The token's host must be among allowed_hosts(). The access token
// is got once for all streams, kept in memory, and got anew before `expires_in` is over and once when a
// server refuses it. A refresh token that the server replaces is stored before the access token is used:
// where, is the host's business (Airbyte's platform, Singer's --config file, the state store of a pipeline).
#pragma once

#include <integ/authorize.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace integ {
inline namespace v1 {
namespace detail {

// {"a":{"b":"value"}} of "/a/b".
inline std::string patch_of(std::string_view pointer, std::string_view value) {
  std::string open, close;
  while (!pointer.empty()) {
    pointer.remove_prefix(1);
    const auto end = std::min(pointer.find('/'), pointer.size());
    std::string key;
    for (std::size_t i = 0; i < end; ++i) {
      const bool escaped = pointer[i] == '~' && i + 1 < end;
      if (escaped) ++i;
      key += escaped ? (pointer[i] == '1' ? '/' : '~') : pointer[i];
    }
    open += '{' + detail::quoted(key) + ':';
    close += '}';
    pointer.remove_prefix(end);
  }
  return open + detail::quoted(value) + close;
}

inline double number_in(std::string_view text) {
  double number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// How long a token is good. 3600 and "3600" alike; absent, 0 and what is no number say nothing: until refused.
inline std::chrono::milliseconds lifetime(const Value& expires_in) {
  const double seconds = number_in(expires_in.is_string() || expires_in.is_number() ? expires_in.text() : "");
  constexpr double most = 365.0 * 24 * 3600;
  if (!(seconds > 0)) return {};
  return std::chrono::milliseconds(static_cast<std::int64_t>(std::min(seconds, most) * 1000));
}

}  // namespace detail

namespace auth {

class OAuth2 {
 public:
  enum class Grant { client_credentials, refresh_token };
  // `token_url` may hold {config:/pointer}.
  OAuth2(Grant grant, std::string token_url) : grant_(grant), token_url_(std::move(token_url)) {}

  // Where the configuration has them. Without a secret (a public client), "" as its pointer.
  OAuth2& client(std::string id, std::string secret) { return id_ = std::move(id), secret_ = std::move(secret), *this; }
  OAuth2& token(std::string refresh_token) { return refresh_token_ = std::move(refresh_token), *this; }
  // The client's id and secret as basic authentication and not in the form.
  OAuth2& basic() { return basic_ = true, *this; }
  OAuth2& scope(std::string scope) { return field("scope", std::move(scope)); }
  // One more field of the form; may hold {config:/pointer}.
  OAuth2& field(std::string name, std::string value) {
    return fields_.emplace_back(std::move(name), std::move(value)), *this;
  }
  // How the API takes the access token, where it is not "Authorization: Bearer".
  OAuth2& sent_as(std::string header, std::string before = {}) {
    return header_ = std::move(header), before_ = std::move(before), *this;
  }

  void operator()(HttpContext& ctx) const {
    Response page;
    ask(ctx, page);
    const std::string access = page.string("/access_token");
    if (access.empty() && page.at("/error").is_string()) refused(page);  // some say so with a 200
    if (access.empty()) detail::raise(Failure::auth, "The token server answered without an access_token.");
    ctx.mark_secret(access);
    keep_rotated(ctx, page.string("/refresh_token"));
    ctx.set_auth(Auth().header(header_, before_ + access).valid_for(detail::lifetime(page.at("/expires_in"))));
  }

 private:
  Request request(HttpContext& ctx) const {
    const bool refresh = grant_ == Grant::refresh_token;
    std::vector<std::pair<std::string, std::string>> form{
        {"grant_type", refresh ? "refresh_token" : "client_credentials"}};
    if (refresh) form.emplace_back("refresh_token", detail::configured(ctx, refresh_token_));
    const std::string id = detail::configured(ctx, id_);
    const std::string secret = secret_.empty() ? "" : detail::configured(ctx, secret_);
    if (!basic_) form.emplace_back("client_id", id);
    if (!basic_ && !secret.empty()) form.emplace_back("client_secret", secret);
    for (const auto& [name, value] : fields_) form.emplace_back(name, detail::filled(ctx, value));
    auto out = Request(detail::filled(ctx, token_url_)).form_body(form).header("Accept", "application/json").no_auth();
    // A refresh token may be good for one use only: when it is not known what became of the first request, a second
    // one could make the server revoke all there is.
    out.retry_safe(!refresh);
    if (basic_) out.basic_auth(encoded(id), encoded(secret));
    return out;
  }
  // RFC 6749, 2.3.1: form-encoded before it is base64.
  static std::string encoded(const std::string& text) {
    std::string out;
    detail::append_percent(out, text);
    return out;
  }
  void ask(HttpContext& ctx, Response& page) const {
    const Request sent = request(ctx);
    for (int tries = 1;; ++tries) {
      const Status status = ctx.try_fetch(sent, page);
      if (status) return;
      if (status.ends_the_run()) detail::must(status.code());
      const int http = page.status();
      // It answered, and did nothing. How long it asks to wait is what the host lets the next one wait for.
      if ((http == 429 || http == 503) && tries < kTries && !asks_too_much(page)) {
        ctx.sleep(std::chrono::seconds(1 << tries));
        continue;
      }
      if (http != 400 && http != 401 && http != 403) detail::must(status.code());
      refused(page);
    }
  }
  // Longer than a login is waited for. A date is left to the host.
  static bool asks_too_much(const Response& page) { return detail::number_in(page.header("Retry-After")) > 3600; }
  // RFC 6749, 5.2.
  [[noreturn]] static void refused(const Response& page) {
    const auto text = [&](const char* pointer) {
      const Value value = page.at(pointer);
      return value.is_string() ? std::string(value.text()) : std::string();
    };
    std::string why = text("/error");
    if (const std::string more = text("/error_description"); !more.empty()) why += (why.empty() ? "" : ", ") + more;
    if (why.empty()) why = "status " + std::to_string(page.status());
    detail::raise(Failure::auth, "The token server refused the login: " + why);
  }
  void keep_rotated(HttpContext& ctx, const std::string& token) const {
    if (grant_ != Grant::refresh_token || token.empty()) return;
    if (token == detail::configured(ctx, refresh_token_)) return;
    ctx.mark_secret(token);
    ctx.update_config(Json{detail::patch_of(refresh_token_, token)});
  }

  static constexpr int kTries = 4;
  Grant grant_;
  std::string token_url_;
  std::string id_ = "/client_id", secret_ = "/client_secret", refresh_token_ = "/refresh_token";
  std::string header_ = "Authorization", before_ = "Bearer ";
  std::vector<std::pair<std::string, std::string>> fields_;
  bool basic_ = false;
};

inline OAuth2 client_credentials(std::string token_url) {
  return {OAuth2::Grant::client_credentials, std::move(token_url)};
}
inline OAuth2 refresh_token(std::string token_url) { return {OAuth2::Grant::refresh_token, std::move(token_url)}; }

}  // namespace auth
}  // namespace v1
}  // namespace integ
