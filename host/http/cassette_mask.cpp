#include "http/cassette_mask.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace integ::http {

namespace {

bool is_secret_header(const Header& header) {
  constexpr std::array<std::string_view, 5> kNames = {"Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie",
                                                      "Authentication-Info"};
  return header.secret || std::any_of(kNames.begin(), kNames.end(),
                                      [&](std::string_view name) { return equal_ignoring_case(header.name, name); });
}

// "a=1&access_token=x" as a query or a form.
std::string masked_pairs(std::string_view pairs, const Secrets& secrets) {
  std::string out;
  while (!pairs.empty()) {
    const std::size_t end = std::min(pairs.find('&'), pairs.size());
    const std::string_view pair = pairs.substr(0, end);
    const std::size_t equals = pair.find('=');
    out += pair.substr(0, equals);
    if (equals != std::string_view::npos) {
      const std::string_view value = pair.substr(equals + 1);
      const bool secret = is_secret_name(pair.substr(0, equals)) || secrets.contains(value);
      (out += '=') += secret && !value.empty() ? kMask : value;
    }
    if (end < pairs.size()) out += '&';
    pairs.remove_prefix(std::min(end + 1, pairs.size()));
  }
  return out;
}

// The values of string members that are named like a secret, found without a tree: "name" : "value".
std::string masked_members(std::string_view json) {
  std::string out;
  std::size_t at = 0;
  const auto string_end = [&](std::size_t quote) {  // behind the closing quote, or npos
    for (std::size_t i = quote + 1; i < json.size(); ++i) {
      if (json[i] == '\\') {
        ++i;
      } else if (json[i] == '"') {
        return i + 1;
      }
    }
    return std::string_view::npos;
  };
  const auto behind_space = [&](std::size_t from) {
    const std::size_t found = json.find_first_not_of(" \t\r\n", from);
    return found == std::string_view::npos ? json.size() : found;
  };
  for (;;) {
    const std::size_t quote = json.find('"', at);
    const std::size_t end = quote == std::string_view::npos ? quote : string_end(quote);
    if (end == std::string_view::npos) break;
    out += json.substr(at, end - at);
    at = end;
    const std::size_t colon = behind_space(end);
    if (colon >= json.size() || json[colon] != ':') continue;
    if (!is_secret_name(json.substr(quote + 1, end - quote - 2))) continue;
    const std::size_t value = behind_space(colon + 1);
    if (value >= json.size() || json[value] != '"') continue;
    const std::size_t value_end = string_end(value);
    if (value_end == std::string_view::npos) break;
    out += json.substr(end, value - end);
    ((out += '"') += kMask) += '"';
    at = value_end;
  }
  out += json.substr(at);
  return out;
}

}  // namespace

std::string cassette_body(const std::string& body, const Secrets& secrets) {
  const std::string_view start = trimmed(std::string_view(body).substr(0, 64));
  std::string out;
  if (start.starts_with('{') || start.starts_with('[')) {
    out = masked_members(body);
  } else if (body.size() < 65'536 && body.find('=') != std::string::npos && body.find('\n') == std::string::npos) {
    out = masked_pairs(body, secrets);
  } else {
    out = body;
  }
  return secrets.mask(out);
}

std::string cassette_header(const Header& header, const Secrets& secrets) {
  if (is_secret_header(header) || secrets.contains(header.value)) return std::string(kMask);
  if (equal_ignoring_case(header.name, "Location")) return cassette_url(header.value, secrets);
  return secrets.mask(header.value);
}

std::string cassette_url(std::string_view url, const Secrets& secrets) {
  std::string out(url.substr(0, url.find('#')));
  const std::size_t question = out.find('?');
  std::string query = question == std::string::npos ? std::string() : out.substr(question + 1);
  out.erase(std::min(question, out.size()));
  const std::size_t authority = out.find("://");
  if (authority != std::string::npos) {
    const std::size_t end = std::min(out.find('/', authority + 3), out.size());
    const std::size_t at = out.rfind('@', end);
    if (at != std::string::npos && at > authority) out.replace(authority + 3, at - authority - 3, kMask);
  }
  if (question != std::string::npos) (out += '?') += masked_pairs(query, secrets);
  return secrets.mask(out);
}

}  // namespace integ::http
