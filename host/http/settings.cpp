#include "http/settings.hpp"

#include "base/text.hpp"
#include "http/inflate_brotli.hpp"
#include "http/proxies.hpp"

#include <charconv>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <string_view>
#include <utility>

namespace integ::http {

namespace {

using json::Node;
using json::Type;

constexpr double kMostSeconds = 366.0 * 86'400;
constexpr double kMostBytes = 1e12;

[[noreturn]] void refuse(const std::string& pointer, const std::string& message, bool unknown = false) {
  throw SettingsError{pointer, message, unknown};
}

std::string shown(const Node& node) {
  switch (node.type) {
    case Type::object:
      return "an object";
    case Type::array:
      return "a list";
    case Type::null:
      return "null";
    default:
      return "'" + sanitised(node.text, 40) + "'";
  }
}

std::string quoted(std::string_view key) { return "'" + std::string(key) + "'"; }

double number(const std::string& pointer, const Node& node, double least, double most) {
  double value = node.number;
  bool good = node.type == Type::integer || node.type == Type::number;
  if (node.is_string()) {
    const std::string_view text = trimmed(node.text);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    good = !text.empty() && error == std::errc() && end == text.data() + text.size();
  }
  if (!good || !std::isfinite(value)) refuse(pointer, "expected a number, got " + shown(node));
  if (value < least || value > most) refuse(pointer, shown(node) + " is out of range");
  return value;
}

int whole(const std::string& pointer, const Node& node, int least, int most) {
  const double value = number(pointer, node, least, most);
  if (value != std::floor(value)) refuse(pointer, "expected a whole number, got " + shown(node));
  return static_cast<int>(value);
}

milliseconds duration(const std::string& pointer, const Node& node) {
  if (node.type == Type::integer || node.type == Type::number) {
    return milliseconds(static_cast<std::int64_t>(std::ceil(number(pointer, node, 0, kMostSeconds) * 1000)));
  }
  if (!node.is_string()) refuse(pointer, "expected a duration like 30s, got " + shown(node));
  const auto value = parse_duration_ms(trimmed(node.text));
  if (!value) refuse(pointer, "expected a duration like 500ms, 30s, 5m or 2h, got " + shown(node));
  if (*value < 0 || static_cast<double>(*value) > kMostSeconds * 1000)
    refuse(pointer, shown(node) + " is out of range");
  return milliseconds(*value);
}

std::size_t size(const std::string& pointer, const Node& node) {
  if (!node.is_string()) return static_cast<std::size_t>(number(pointer, node, 1, kMostBytes));
  const auto value = parse_bytes(node.text);
  if (!value) refuse(pointer, "expected a size in bytes or like 256MiB, got " + shown(node));
  if (!(*value >= 1 && *value <= kMostBytes)) refuse(pointer, shown(node) + " is out of range");
  return static_cast<std::size_t>(*value);
}

bool boolean(const std::string& pointer, const Node& node) {
  if (node.type == Type::boolean) return node.boolean;
  if (node.is_string() && (node.text == "true" || node.text == "false")) return node.text == "true";
  refuse(pointer, "expected true or false, got " + shown(node));
}

std::string text(const std::string& pointer, const Node& node) {
  if (!node.is_string()) refuse(pointer, "expected text, got " + shown(node));
  return std::string(node.text);
}

std::vector<std::string> texts(const std::string& pointer, const Node& node) {
  if (node.is_string()) return {std::string(node.text)};
  if (!node.is_array()) refuse(pointer, "expected a list of texts, got " + shown(node));
  std::vector<std::string> out;
  for (std::uint64_t i = 0; i < node.count; ++i) out.push_back(text(pointer + "/" + std::to_string(i), node.items[i]));
  return out;
}

using Setter = std::function<void(const std::string& pointer, const Node& value)>;
using Members = std::map<std::string, Setter, std::less<>>;

void each_member(const std::string& pointer, const Node& node, const Members& members) {
  if (!node.is_object()) refuse(pointer, "expected an object, got " + shown(node));
  for (std::uint64_t i = 0; i < node.count; ++i) {
    const std::string_view key = node.keys[i];
    const auto member = members.find(key);
    if (member == members.end()) {
      std::vector<std::string> known;
      for (const auto& [name, setter] : members) known.push_back(name);
      const auto near = nearest(key, known);
      refuse(pointer + "/" + std::string(key),
             "unknown key " + quoted(sanitised(key, 60)) +
                 (near ? ", did you mean " + quoted(*near) + "?" : "; known are " + listed(known)),
             true);
    }
    member->second(pointer + "/" + std::string(key), node.items[i]);
  }
}

// "404", 404, "400-499", "4xx"
void status_range(const std::string& pointer, const Node& node, Rule& rule) {
  const auto bad = [&] { refuse(pointer, "expected a status like 404, 400-499 or 4xx, got " + shown(node)); };
  const auto parse = [&](std::string_view digits) {
    int value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc() || end != digits.data() + digits.size() || value < 100 || value > 599) bad();
    return value;
  };
  if (node.type != Type::integer && !node.is_string()) bad();
  const std::string_view range = trimmed(node.text);
  if (range.size() == 3 && (range.ends_with("xx") || range.ends_with("XX"))) {
    rule.status_from = parse(std::string(1, range[0]) + "00");
    rule.status_to = rule.status_from + 99;
    return;
  }
  const std::size_t dash = range.find('-');
  rule.status_from = parse(trimmed(range.substr(0, dash)));
  rule.status_to = dash == std::string_view::npos ? rule.status_from : parse(trimmed(range.substr(dash + 1)));
  if (rule.status_to < rule.status_from) bad();
}

Rule::Then then(const std::string& pointer, const Node& node) {
  static const std::map<std::string, Rule::Then, std::less<>> kActions = {
      {"retry", Rule::Then::retry},     {"fail", Rule::Then::fail},
      {"ignore", Rule::Then::ignore},   {"rate_limited", Rule::Then::rate_limited},
      {"refresh", Rule::Then::refresh},
  };
  const auto found = kActions.find(text(pointer, node));
  if (found == kActions.end())
    refuse(pointer, "expected retry, fail, ignore, rate_limited or refresh, got " + shown(node));
  return found->second;
}

Rule rule(const std::string& pointer, const Node& node) {
  Rule out;
  bool has_then = false;
  each_member(pointer, node,
              {{"status", [&](const std::string& at, const Node& value) { status_range(at, value, out); }},
               {"header", [&](const std::string& at, const Node& value) { out.header = text(at, value); }},
               {"pointer",
                [&](const std::string& at, const Node& value) {
                  out.pointer = text(at, value);
                  if (!out.pointer.starts_with('/')) refuse(at, "expected a JSON pointer like /error/code");
                }},
               {"equals",
                [&](const std::string& at, const Node& value) {
                  if (value.is_object() || value.is_array()) refuse(at, "expected one value, got " + shown(value));
                  out.equals = std::string(value.text);
                  out.has_equals = true;
                }},
               {"then", [&](const std::string& at, const Node& value) {
                  out.then = then(at, value);
                  has_then = true;
                }}});
  if (!has_then) refuse(pointer, "a rule needs 'then'");
  if (out.status_from == 0 && out.header.empty() && out.pointer.empty()) {
    refuse(pointer, "a rule needs 'status', 'header' or 'pointer'");
  }
  if (out.has_equals && out.header.empty() && out.pointer.empty()) {
    refuse(pointer, "'equals' needs 'header' or 'pointer'");
  }
  return out;
}

}  // namespace

void overlay(Settings& settings, const json::Node* node) {
  if (node == nullptr) return;
  Settings s = settings;
  std::vector<Rule> rules;
  const auto time = [](milliseconds& member) {
    return [&member](const std::string& at, const Node& value) { member = duration(at, value); };
  };
  const auto bytes = [](std::size_t& member) {
    return [&member](const std::string& at, const Node& value) { member = size(at, value); };
  };
  const auto word = [](std::string& member) {
    return [&member](const std::string& at, const Node& value) { member = text(at, value); };
  };
  const auto count = [](int& member, int least, int most) {
    return [&member, least, most](const std::string& at, const Node& value) { member = whole(at, value, least, most); };
  };
  // A limit of no time at all would fail every request.
  const auto limit = [](milliseconds& member) {
    return [&member](const std::string& at, const Node& value) {
      member = duration(at, value);
      if (member.count() == 0) refuse(at, "a time-out of 0 would fail every request");
    };
  };
  each_member(
      "", *node,
      {{"requests_per_second",
        [&](const std::string& at, const Node& value) { s.requests_per_second = number(at, value, 0, 1e6); }},
       {"burst", count(s.burst, 1, 1'000'000)},
       {"max_attempts",
        [&](const std::string& at, const Node& value) {
          s.max_attempts = whole(at, value, 1, 1000);
          s.max_attempts_given = true;
        }},
       {"max_failing", time(s.max_failing)},
       {"max_throttled", time(s.max_throttled)},
       {"max_retry_after", time(s.max_retry_after)},
       {"connect_timeout", limit(s.connect_timeout)},
       {"first_byte_timeout", limit(s.first_byte_timeout)},
       {"silence_timeout", limit(s.silence_timeout)},
       {"total_timeout", time(s.total_timeout)},
       {"timeout",
        [&](const std::string& at, const Node& value) {
          limit(s.first_byte_timeout)(at, value);
          s.silence_timeout = s.first_byte_timeout;
        }},
       {"max_body", bytes(s.max_body)},
       {"max_headers", bytes(s.max_headers)},
       {"max_redirects", count(s.max_redirects, 0, 50)},
       {"allowed_hosts", [&](const std::string& at, const Node& value) { s.allowed_hosts = texts(at, value); }},
       {"pin_origin", [&](const std::string& at, const Node& value) { s.pin_origin = boolean(at, value); }},
       {"ca_bundle", word(s.ca_bundle)},
       {"client_certificate", word(s.client_certificate)},
       {"client_key", word(s.client_key)},
       {"client_key_password", word(s.client_key_password)},
       {"proxy",
        [&](const std::string& at, const Node& value) {
          s.proxy = text(at, value);
          if (const std::string fault = proxy_fault(s.proxy); !fault.empty()) {
            refuse(at, "the proxy can't be used: " + fault);
          }
        }},
       {"no_proxy", word(s.no_proxy)},
       {"block_private", [&](const std::string& at, const Node& value) { s.block_private = boolean(at, value); }},
       {"brotli",
        [&](const std::string& at, const Node& value) {
          s.brotli = boolean(at, value);
          if (s.brotli && !brotli_is_built()) refuse(at, "this build has no Brotli (Meson's option brotli)");
        }},
       {"http2", [&](const std::string& at, const Node& value) { s.http2 = boolean(at, value); }},
       {"limit_header", word(s.limit_header)},
       {"rules", [&](const std::string& at, const Node& value) {
          if (!value.is_array()) refuse(at, "expected a list of rules, got " + shown(value));
          for (std::uint64_t i = 0; i < value.count; ++i) {
            rules.push_back(rule(at + "/" + std::to_string(i), value.items[i]));
          }
        }}});
  s.rules.insert(s.rules.begin(), rules.begin(), rules.end());
  settings = std::move(s);
}

}  // namespace integ::http
