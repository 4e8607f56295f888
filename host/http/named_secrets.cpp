#include "http/named_secrets.hpp"

#include "base/error.hpp"
#include "base/secrets.hpp"
#include "base/text.hpp"
#include "base/url.hpp"
#include "json/document.hpp"

#include <algorithm>
#include <array>

namespace integ::http {

namespace {

constexpr std::string_view kSpace = " \t\r\n";

// Behind the closing quote of the string that begins at `quote`, or npos.
std::size_t string_end(std::string_view json, std::size_t quote) {
  for (std::size_t i = quote + 1; i < json.size(); ++i) {
    if (json[i] == '\\') {
      ++i;
    } else if (json[i] == '"') {
      return i + 1;
    }
  }
  return std::string_view::npos;
}

std::size_t behind_space(std::string_view text, std::size_t from) {
  return std::min(text.find_first_not_of(kSpace, from), text.size());
}

// Appends the value at `at` with its strings masked; where it ends, or npos where the text was cut in it.
std::size_t append_masked(std::string_view json, std::size_t at, std::string& out) {
  const bool list = json[at] == '[';
  if (list) out += json[at++];
  do {
    const std::size_t value = list ? json.find_first_of("\"]{[", at) : at;
    if (value == std::string_view::npos || json[value] != '"') return at;
    out += json.substr(at, value - at);
    ((out += '"') += kMask) += '"';
    at = string_end(json, value);
  } while (list && at != std::string_view::npos);
  return at;
}

// Whether a text stands there; its length, or 0. ASCII, any case.
std::size_t one_of(std::string_view text, std::size_t at, std::initializer_list<std::string_view> forms) {
  for (const std::string_view form : forms) {
    if (equal_ignoring_case(text.substr(at, form.size()), form)) return form.size();
  }
  return 0;
}

bool is_name_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-_.~%[]").find(c) != std::string_view::npos;
}

// A backslash ends a value, but where it is only one before a slash, as some writers of JSON have it.
std::size_t value_end(std::string_view text, std::size_t from) {
  for (std::size_t i = from; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size() && text[i + 1] == '/') continue;
    if (std::string_view("&#\"'<>\\ \t\r\n").find(text[i]) != std::string_view::npos) return i;
  }
  return text.size();
}

// In an answer that people are shown "code" and "key" name a mistake.
bool is_shown_secret(std::string_view name) {
  return is_secret_name(name) && !equal_ignoring_case(name, "code") && !equal_ignoring_case(name, "key");
}

// "Bad request: refresh_token=abc was used", "<refresh_token>abc</refresh_token>": what stands behind `sign`.
std::string mask_words(std::string_view text, char sign) {
  std::string out;
  std::size_t done = 0;
  for (std::size_t at = text.find(sign); at != std::string_view::npos; at = text.find(sign, at + 1)) {
    std::size_t name = at;
    while (name > done && is_name_byte(text[name - 1])) --name;
    const std::size_t end = sign == '>' ? std::min(text.find('<', at), text.size()) : value_end(text, at + 1);
    if (end <= at + 1 || !is_shown_secret(text.substr(name, at - name))) continue;
    (out += text.substr(done, at + 1 - done)) += kMask;
    at = (done = end) - 1;
  }
  out += text.substr(done);
  return out;
}

}  // namespace

std::string mask_members(std::string_view json, const IsSecretName& is_secret) {
  std::string out;
  std::size_t at = 0;
  for (;;) {
    const std::size_t quote = json.find('"', at);
    const std::size_t end = quote == std::string_view::npos ? quote : string_end(json, quote);
    if (end == std::string_view::npos) break;
    out += json.substr(at, end - at);
    at = end;
    const std::size_t colon = behind_space(json, end);
    if (colon >= json.size() || json[colon] != ':') continue;
    if (!is_secret(json.substr(quote + 1, end - quote - 2))) continue;
    const std::size_t value = behind_space(json, colon + 1);
    if (value >= json.size() || (json[value] != '"' && json[value] != '[')) continue;
    out += json.substr(end, value - end);
    at = append_masked(json, value, out);
    if (at == std::string_view::npos) return out;
  }
  out += json.substr(at);
  return out;
}

std::string mask_pairs(std::string_view pairs,
                       const std::function<std::string(std::string_view name, std::string_view value)>& mask) {
  std::string out;
  while (!pairs.empty()) {
    const std::size_t end = std::min(pairs.find('&'), pairs.size());
    const std::string_view pair = pairs.substr(0, end);
    const std::size_t equals = pair.find('=');
    out += pair.substr(0, equals);
    if (equals != std::string_view::npos) (out += '=') += mask(pair.substr(0, equals), pair.substr(equals + 1));
    if (end < pairs.size()) out += '&';
    pairs.remove_prefix(std::min(end + 1, pairs.size()));
  }
  return out;
}

std::string mask_links(std::string_view text, const MaskValue& mask) {
  std::string out;
  std::size_t done = 0;
  for (std::size_t at = text.find_first_of("?&\\"); at != std::string_view::npos;) {
    const std::size_t before = one_of(text, at, {"&amp;", "&#38;", "&#x26;", "?", "&", "\\u0026", "\\u003f"});
    const std::size_t name = at + std::max<std::size_t>(before, 1);
    std::size_t end = name;
    while (before > 0 && end < text.size() && is_name_byte(text[end])) ++end;
    const std::size_t equals = end > name ? one_of(text, end, {"=", "\\u003d"}) : 0;
    if (equals > 0 && is_secret_name(percent_decode(text.substr(name, end - name)))) {
      const std::size_t value = end + equals;
      const std::size_t until = value_end(text, value);
      if (until > value) out.append(text, done, value - done).append(mask(text.substr(value, until - value)));
      if (until > value) done = until;
      end = until;
    }
    at = text.find_first_of("?&\\", std::max(end, name));
  }
  out.append(text, done);
  return out;
}

std::string mask_named(std::string_view text) {
  std::string out = mask_members(text, is_shown_secret);
  out = mask_links(out, [](std::string_view) { return std::string(kMask); });
  return mask_words(mask_words(out, '='), '>');
}

bool is_token_request(const Request& request) {
  constexpr std::string_view kGrant = "grant_type=";
  return request.body.starts_with(kGrant) || request.body.find("&" + std::string(kGrant)) != std::string::npos;
}

std::string told_error(std::string_view body) {
  try {
    const json::Document document = json::Document::parse(std::string(body));
    std::string out(document.root().string("error"));
    const std::string_view more = document.root().string("error_description");
    if (!out.empty() && !more.empty()) out += ": ";
    return out.append(more);
  } catch (const Error&) {
    return {};
  }
}

}  // namespace integ::http
