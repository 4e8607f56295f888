#include "http/cassette.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "http/cassette_mask.hpp"
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

void append_headers(std::string& out, const std::vector<Header>& headers, const Secrets& secrets, LinkMasks& links) {
  out += '[';
  for (const Header& header : headers) {
    if (out.back() != '[') out += ',';
    out += '[';
    json::append_quoted(out, header.name);
    out += ',';
    json::append_quoted(out, cassette_header(header, secrets, links));
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

void write_body(json::ObjectWriter& object, const std::string& body, const Secrets& secrets, LinkMasks& links) {
  if (body.empty()) return;
  if (find_invalid_utf8(body) == std::string::npos) {
    object.text("body", cassette_body(body, secrets, links));
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

std::string cassette_line(const Recorded& exchange, const Secrets& secrets, LinkMasks& links) {
  std::string request;
  json::ObjectWriter out(request);
  out.text("method", exchange.request.method).text("url", cassette_url(exchange.request.url, secrets));
  std::string headers;
  append_headers(headers, exchange.request.headers, secrets, links);
  out.raw("headers", headers);
  write_body(out, exchange.request.body, secrets, links);
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
    append_headers(headers, exchange.headers, secrets, links);
    other.number("status", exchange.status).raw("headers", headers);
    write_body(other, exchange.body, secrets, links);
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
