#include "http/outgoing.hpp"

#include "base/error.hpp"
#include "base/query.hpp"
#include "base/text.hpp"
#include "http/decode.hpp"

#include <algorithm>
#include <vector>

namespace integ::http {

namespace {

// RFC 9110, 5.6.2.
bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

bool has(const Request& request, std::string_view name) {
  return std::any_of(request.headers.begin(), request.headers.end(),
                     [&](const Header& each) { return equal_ignoring_case(each.name, name); });
}

bool holds_secret(std::string_view value, const Secrets& secrets) {
  return secrets.contains(value) || secrets.mask(value) != value;
}

// As a form or as anything else.
bool body_holds_secret(std::string_view body, const Secrets& secrets) {
  if (body.empty()) return false;
  if (holds_secret(body, secrets)) return true;
  std::string form(body);
  std::replace(form.begin(), form.end(), '+', ' ');
  if (holds_secret(form, secrets)) return true;
  bool found = false;
  each_pair(form, [&](auto, std::string_view value, auto) {  // short ones are known by their place alone
    found = found || secrets.contains(percent_decode(value));
  });
  return found;
}

}  // namespace

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7F;
  });
}

void check_request(const Request& request) {
  if (!is_token(request.method)) throw Error(Kind::config, "the request's method is no HTTP method");
  for (const Header& header : request.headers) {
    if (!is_token(header.name)) {
      throw Error(Kind::config, "'" + sanitised(header.name, 60) + "' is no name for a header");
    }
    if (has_control(header.value)) {
      throw Error(Kind::config, "the value of the header " + header.name +
                                    " holds control characters (a line break at its end?); it is not sent");
    }
  }
}

void complete(Request& request, std::string_view user_agent, const std::string& cookies, bool brotli) {
  std::erase_if(request.headers, [](const Header& each) { return equal_ignoring_case(each.name, "Accept-Encoding"); });
  request.headers.push_back({"Accept-Encoding", std::string(accept_encoding(brotli)), false});
  if (!user_agent.empty() && !has(request, "User-Agent")) {
    request.headers.push_back({"User-Agent", std::string(user_agent), false});
  }
  if (cookies.empty()) return;
  const auto own = std::find_if(request.headers.begin(), request.headers.end(),
                                [](const Header& each) { return equal_ignoring_case(each.name, "Cookie"); });
  if (own == request.headers.end()) {
    request.headers.push_back({"Cookie", cookies, true});
  } else {
    own->value.append("; ").append(cookies);
  }
}

bool strip_secrets(Request& request, Url& url, const Secrets& secrets) {
  bool stripped = 0 < std::erase_if(request.headers, [&](const Header& each) {
                    return each.secret || equal_ignoring_case(each.name, "Authorization") ||
                           equal_ignoring_case(each.name, "Proxy-Authorization") ||
                           equal_ignoring_case(each.name, "Cookie") || holds_secret(each.value, secrets);
                  });
  if (!url.has_query) return stripped;
  const std::string kept = pairs_without(url.query, [&](auto, std::string_view value) {
    const bool secret = holds_secret(value, secrets) || holds_secret(percent_decode(value), secrets);
    stripped = stripped || secret;
    return secret;
  });
  url.query = kept;
  url.has_query = !kept.empty();
  return stripped;
}

void keep_secret_body(const Request& request, const Url& from, const Url& to, const Secrets& secrets) {
  if (!body_holds_secret(request.body, secrets)) return;
  throw Error(Kind::config, "the way from " + from.origin() + " to " + to.origin() +
                                " would take a secret in the request's body to another origin; it is not followed");
}

void follow(Request& request, int status) {
  const bool to_get = status == 303 ? request.method != "HEAD" : status <= 302 && request.method == "POST";
  if (!to_get) return;
  request.method = "GET";
  request.body.clear();
  std::erase_if(request.headers, [](const Header& each) {
    return lower(each.name).starts_with("content-") || equal_ignoring_case(each.name, "Transfer-Encoding");
  });
}

}  // namespace integ::http
