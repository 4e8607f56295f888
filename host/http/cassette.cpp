#include "http/cassette.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "json/document.hpp"
#include "json/text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace integ::http {

namespace {

using Why = TransportError::Why;

constexpr std::array<std::pair<Why, std::string_view>, 9> kWhys = {{{Why::connect, "connect"},
                                                                    {Why::tls, "tls"},
                                                                    {Why::reset_early, "reset_early"},
                                                                    {Why::reset, "reset"},
                                                                    {Why::timeout, "timeout"},
                                                                    {Why::too_large, "too_large"},
                                                                    {Why::bad_url, "bad_url"},
                                                                    {Why::decode, "decode"},
                                                                    {Why::other, "other"}}};

std::string_view name_of(Why why) {
  for (const auto& [each, name] : kWhys) {
    if (each == why) return name;
  }
  return "other";
}

Why why_of(std::string_view wanted) {
  for (const auto& [why, name] : kWhys) {
    if (name == wanted) return why;
  }
  return Why::other;
}

// What credentials are called in URLs, forms and JSON, whatever the case and with '-' for '_'. Names of cursors
// ("next_page_token") are none of them.
bool is_secret_name(std::string_view name) {
  constexpr std::array<std::string_view, 22> kNames = {"access_token",
                                                       "refresh_token",
                                                       "id_token",
                                                       "auth_token",
                                                       "session_token",
                                                       "token",
                                                       "client_secret",
                                                       "secret",
                                                       "password",
                                                       "passwd",
                                                       "api_key",
                                                       "apikey",
                                                       "key",
                                                       "code",
                                                       "assertion",
                                                       "client_assertion",
                                                       "code_verifier",
                                                       "sig",
                                                       "signature",
                                                       "x_amz_signature",
                                                       "x_amz_security_token",
                                                       "x_amz_credential"};
  std::string plain = lower(name);
  std::replace(plain.begin(), plain.end(), '-', '_');
  return std::find(kNames.begin(), kNames.end(), plain) != kNames.end();
}

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

std::string masked_body(const std::string& body, const Secrets& secrets) {
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

void append_headers(std::string& out, const std::vector<Header>& headers, const Secrets& secrets) {
  out += '[';
  for (const Header& header : headers) {
    if (out.back() != '[') out += ',';
    out += '[';
    json::append_quoted(out, header.name);
    out += ',';
    std::string value = is_secret_header(header) || secrets.contains(header.value) ? std::string(kMask) : header.value;
    // "Location: https://..." and "Link: <https://...>" hold URLs that a server made.
    if (equal_ignoring_case(header.name, "Location")) value = cassette_url(value, secrets);
    json::append_quoted(out, secrets.mask(value));
    out += ']';
  }
  out += ']';
}

std::string hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    (out += kDigits[byte >> 4]) += kDigits[byte & 15];
  }
  return out;
}

std::string from_hex(std::string_view digits) {
  std::string out;
  const auto value = [](char c) { return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10); };
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
    out += static_cast<char>(value(digits[i]) << 4 | value(digits[i + 1]));
  }
  return out;
}

void write_body(json::ObjectWriter& object, const std::string& body, const Secrets& secrets) {
  if (body.empty()) return;
  if (find_invalid_utf8(body) == std::string::npos) {
    object.text("body", masked_body(body, secrets));
  } else {
    object.text("body_hex", hex(secrets.mask(body)));
  }
}

std::vector<Header> headers_of(const json::Node* list) {
  std::vector<Header> out;
  if (list == nullptr || !list->is_array()) return out;
  for (std::uint64_t i = 0; i < list->count; ++i) {
    const json::Node& pair = list->items[i];
    if (pair.is_array() && pair.count == 2) {
      out.push_back({std::string(pair.items[0].text), std::string(pair.items[1].text), false});
    }
  }
  return out;
}

std::string body_of(const json::Node& side) {
  const std::string_view digits = side.string("body_hex");
  return digits.empty() ? std::string(side.string("body")) : from_hex(digits);
}

Recorded parse_line(const std::string& line) {
  const json::Document document = json::Document::parse(line);
  const json::Node* request = document.root().member("request");
  const json::Node* answer = document.root().member("answer");
  const json::Node* failure = document.root().member("failure");
  if (request == nullptr || request->string("method").empty() || request->string("url").empty()) {
    throw Error(Kind::config, "an exchange needs a request with method and url");
  }
  Recorded out;
  out.request.method = std::string(request->string("method"));
  out.request.url = std::string(request->string("url"));
  out.request.headers = headers_of(request->member("headers"));
  out.request.body = body_of(*request);
  if (answer != nullptr) {
    const json::Node* status = answer->member("status");
    if (status == nullptr || status->type != json::Type::integer || status->integer < 200 || status->integer > 999) {
      throw Error(Kind::config, "an answer needs its status");
    }
    out.status = static_cast<int>(status->integer);
    out.headers = headers_of(answer->member("headers"));
    out.body = body_of(*answer);
  } else if (failure != nullptr) {
    const json::Node* permanent = failure->member("permanent");
    out.failure = TransportError{why_of(failure->string("why")), std::string(failure->string("message")),
                                 permanent != nullptr && permanent->boolean};
  } else {
    throw Error(Kind::config, "an exchange needs an answer or a failure");
  }
  return out;
}

}  // namespace

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

std::string cassette_line(const Recorded& exchange, const Secrets& secrets) {
  std::string request;
  json::ObjectWriter out(request);
  out.text("method", exchange.request.method).text("url", cassette_url(exchange.request.url, secrets));
  std::string headers;
  append_headers(headers, exchange.request.headers, secrets);
  out.raw("headers", headers);
  write_body(out, exchange.request.body, secrets);
  out.close();

  std::string line;
  json::ObjectWriter whole(line);
  whole.raw("request", request);
  std::string part;
  json::ObjectWriter other(part);
  if (exchange.failure) {
    other.text("why", name_of(exchange.failure->why))
        .text("message", secrets.mask(exchange.failure->message))
        .boolean("permanent", exchange.failure->permanent);
  } else {
    headers.clear();
    append_headers(headers, exchange.headers, secrets);
    other.number("status", exchange.status).raw("headers", headers);
    write_body(other, exchange.body, secrets);
  }
  other.close();
  whole.raw(exchange.failure ? "failure" : "answer", part);
  whole.close();
  return line;
}

std::vector<Recorded> parse_cassette(const std::string& text, const std::string& name) {
  std::vector<Recorded> out;
  std::size_t at = 0;
  for (int number = 1; at < text.size(); ++number) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string line(trimmed(std::string_view(text).substr(at, end - at)));
    at = end + 1;
    if (line.empty()) continue;
    try {
      out.push_back(parse_line(line));
    } catch (const Error& error) {
      throw Error(Kind::config, "not a line of a recording: " + error.message()).at({.file = name, .line = number});
    }
  }
  return out;
}

}  // namespace integ::http
