// A request, put together by hand and sent by HttpContext.
//
//   auto request = integ::Request(config.url).path("orders").query("limit", 100)
//                      .bearer(config.token)
//                      .header("X-Time", [&] { return integ::DateTime(ctx.now()).text(); });    // late: anew for each
//                      attempt
//
// A value: copies are independent (`clone()` says so in words). The functions of late values are called on
// the thread that sends, once an attempt. Nothing is sent, checked or encoded by the SDK beyond the path:
// the host percent-encodes the query, and asks allowed_hosts.
#pragma once

#include <integ/codec.hpp>
#include <integ/text.hpp>
#include <integ/types.hpp>
#include <integ/url.hpp>

#include <chrono>
#include <concepts>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace integ {
inline namespace v1 {

using Late = std::function<std::string()>;

class Request {
 public:
  // A header or query parameter.
  struct Part {
    std::string name;
    std::string value;
    Late late;  // where set, it gives the value of each attempt
    bool secret = false;
  };

  Request() = default;
  // `url` goes out as given: a base to add path() to, or a link that a server gave.
  explicit Request(std::string url) : url_(std::move(url)) {}
  // A whole URL taken apart, so that its parameters can be read and replaced by set_query().
  static Request from_raw_url(std::string_view url) {
    const auto mark = url.find('?');
    Request request{std::string(url.substr(0, mark == url.npos ? url.find('#') : mark))};
    if (origin_of(request.url_).empty()) detail::raise(Failure::argument, "'" + std::string(url) + "' is no whole URL");
    std::string_view rest = detail::split_url(url).query;
    while (!rest.empty()) {
      const auto end = rest.find('&');
      const auto pair = rest.substr(0, end);
      const auto equals = pair.find('=');
      if (!pair.empty()) {
        request.query_.push_back({detail::percent_decoded(pair.substr(0, equals)),
                                  equals == pair.npos ? "" : detail::percent_decoded(pair.substr(equals + 1)),
                                  {}});
      }
      rest = end == rest.npos ? std::string_view() : rest.substr(end + 1);
    }
    return request;
  }
  Request clone() const { return *this; }

  Request& method(std::string method) { return method_ = std::move(method), *this; }
  // Behind what is there, with exactly one slash between; may hold slashes itself. An integer is text.
  template <class T>
  Request& path(const T& text) {
    return url_ = detail::join_path(url_, value_of(text)), *this;
  }
  // One segment of the path, whatever it holds: an id with a slash in it stays one segment.
  template <class T>
  Request& segment(const T& text) {
    std::string encoded;
    detail::append_percent(encoded, value_of(text));
    return url_ = detail::join_path(url_, encoded), *this;
  }

  // The same request for a link that a server gave: it goes to that URL and nothing is added to it. On its
  // way to another origin it loses what is secret or made for each attempt.
  Request& follow(std::string link) {
    if (origin_of(link) != origin_of(url_)) {
      std::erase_if(headers_, [](const Part& part) {
        const std::string name = detail::lower(part.name);
        return hidden(part) || name == "authorization" || name == "cookie";
      });
      signer_ = nullptr;
    }
    query_.clear();
    url_ = std::move(link);
    return *this;
  }

  // Adds a parameter. Text, numbers, booleans, DateTime; a Secret is masked; of a list each element is a
  // parameter of that name; an optional without a value adds nothing; a function is late.
  template <class T>
  Request& query(std::string_view name, const T& value) {
    return add(query_, name, value, false);
  }
  template <class T>
  Request& query(std::string_view name, std::initializer_list<T> values) {
    for (const auto& value : values) add(query_, name, value, false);
    return *this;
  }
  template <class T>
  Request& secret_query(std::string_view name, const T& value) {
    return add(query_, name, value, true);
  }
  // In place of all parameters of that name.
  template <class T>
  Request& set_query(std::string_view name, const T& value) {
    std::erase_if(query_, [&](const Part& part) { return part.name == name; });
    return add(query_, name, value, false);
  }
  // The first parameter of that name, if any.
  std::optional<std::string> query_value(std::string_view name) const { return first(query_, name); }

  template <class T>
  Request& header(std::string_view name, const T& value) {
    return add(headers_, name, value, false);
  }
  template <class T>
  Request& secret_header(std::string_view name, const T& value) {
    return add(headers_, name, value, true);
  }
  template <class T>
  Request& bearer(const T& token) {
    if constexpr (std::invocable<const T&>) {
      return secret_header("Authorization", Late([token] { return "Bearer " + value_of(token()); }));
    } else {
      return secret_header("Authorization", "Bearer " + value_of(token));
    }
  }
  template <class T>
  Request& basic_auth(std::string_view user, const T& password) {
    const std::string pair = std::string(user) + ":" + value_of(password);
    return secret_header("Authorization", "Basic " + detail::base64(pair));
  }

  // The body as bytes; with no method said, it is a POST.
  Request& body(std::string bytes, std::string_view content_type = {}) {
    body_ = std::move(bytes);
    late_body_ = nullptr;
    return typed(content_type);
  }
  Request& late_body(Late bytes, std::string_view content_type = {}) {
    late_body_ = std::move(bytes);
    return typed(content_type);
  }
  // Anything that to_json() writes: a struct with INTEG_FIELDS, a map, Json{"..."} as it is.
  template <class T>
  Request& json_body(const T& value) {
    return body(to_json(value), "application/json");
  }
  Request& form_body(const std::vector<std::pair<std::string, std::string>>& fields) {
    std::string bytes;
    for (const auto& [name, value] : fields) {
      if (!bytes.empty()) bytes += '&';
      detail::append_percent(bytes, name);
      bytes += '=';
      detail::append_percent(bytes, value);
    }
    return body(std::move(bytes), "application/x-www-form-urlencoded");
  }

  // Of one attempt; without it the host's own.
  Request& timeout(std::chrono::milliseconds limit) { return timeout_ = limit, *this; }
  // A POST or PATCH that may be sent twice without harm.
  Request& retry_safe(bool safe = true) { return flag(INTEG_REQUEST_RETRY_SAFE, safe); }
  // Without the credentials that `authorize` gave.
  Request& no_auth(bool none = true) { return flag(INTEG_REQUEST_NO_AUTH, none); }
  // How to read the answer: "json", "gzip,jsonl", "xml?array=items.item", "csv?delimiter=;"; without it, what it is.
  // The guide has a table of layers and options.
  Request& parser(std::string layers) { return parser_ = std::move(layers), *this; }
  // Called for each attempt with a copy whose late values are settled; may add to it: signatures.
  Request& sign(std::function<void(Request&)> signer) { return signer_ = std::move(signer), *this; }

  const std::string& url() const { return url_; }
  std::string method() const { return !method_.empty() ? method_ : (body_ || late_body_ ? "POST" : "GET"); }
  const std::vector<Part>& query() const { return query_; }
  const std::vector<Part>& headers() const { return headers_; }
  const std::optional<std::string>& body() const { return body_; }
  const std::string& parser() const { return parser_; }
  std::chrono::milliseconds timeout() const { return timeout_; }

  // True when a part of it is a function: such a request is built anew for each attempt.
  bool is_late() const {
    const auto late = [](const std::vector<Part>& parts) {
      for (const Part& part : parts) {
        if (part.late) return true;
      }
      return false;
    };
    return late_body_ || signer_ || late(query_) || late(headers_);
  }
  // A copy with every late value called for.
  Request settled() const {
    Request copy = *this;
    settle(copy.query_, query_);
    settle(copy.headers_, headers_);
    copy.late_body_ = nullptr;
    copy.signer_ = nullptr;
    if (late_body_) copy.body_ = late_body_();
    if (signer_) signer_(copy);
    return copy;
  }
  std::uint32_t flags() const { return flags_ | (is_late() ? std::uint32_t{INTEG_REQUEST_REBUILD} : 0U); }

  // For people: no secret, no late value, no body, no password of the URL.
  std::string to_string() const {
    std::string out = method() + " " + detail::without_userinfo(url_);
    bool first = url_.find('?') == std::string::npos;
    for (const Part& part : query_) {
      out += std::exchange(first, false) ? '?' : '&';
      detail::append_percent(out, part.name);
      out += '=';
      if (hidden(part)) {
        out += "***";
      } else {
        detail::append_percent(out, part.value);
      }
    }
    for (const Part& part : headers_)
      out.append("\n").append(part.name).append(": ").append(hidden(part) ? "***" : part.value);
    return out;
  }

 private:
  template <class T>
  static std::string value_of(const T& value) {
    if constexpr (std::convertible_to<T, std::string_view>) {
      return std::string(std::string_view(value));
    } else if constexpr (std::is_same_v<T, Secret>) {
      return value.reveal();
    } else if constexpr (std::is_same_v<T, DateTime>) {
      return value.text();
    } else if constexpr (std::is_same_v<T, char>) {
      return std::string(1, value);
    } else {
      static_assert(std::is_arithmetic_v<T>, "text, a number, a boolean, a DateTime or a Secret");
      return to_json(value);
    }
  }
  template <class T>
  Request& add(std::vector<Part>& to, std::string_view name, const T& value, bool secret) {
    if constexpr (detail::IsOptional<T>::value) {
      if (value) add(to, name, *value, secret);
    } else if constexpr (detail::IsContainer<T>::value) {
      for (const auto& one : value) add(to, name, one, secret);
    } else if constexpr (std::invocable<const T&>) {
      to.push_back({std::string(name), {}, [value] { return value_of(value()); }, secret});
    } else {
      to.push_back({std::string(name), value_of(value), {}, secret || std::is_same_v<T, Secret>});
    }
    return *this;
  }
  static std::optional<std::string> first(const std::vector<Part>& parts, std::string_view name) {
    for (const Part& part : parts) {
      if (part.name == name) return part.value;
    }
    return std::nullopt;
  }
  // The functions called are the original's, so that one which counts goes on counting.
  static void settle(std::vector<Part>& copies, const std::vector<Part>& originals) {
    for (std::size_t i = 0; i < originals.size(); ++i) {
      copies[i].late = nullptr;
      if (originals[i].late) copies[i].value = originals[i].late();
    }
  }
  static bool hidden(const Part& part) { return part.secret || part.late; }
  Request& flag(std::uint32_t bit, bool on) { return flags_ = on ? flags_ | bit : flags_ & ~bit, *this; }
  Request& typed(std::string_view content_type) {
    if (content_type.empty()) return *this;
    std::erase_if(headers_, [](const Part& part) { return detail::lower(part.name) == "content-type"; });
    return header("Content-Type", content_type);
  }

  std::string method_, url_, parser_;
  std::vector<Part> query_, headers_;
  std::optional<std::string> body_;
  Late late_body_;
  std::function<void(Request&)> signer_;
  std::chrono::milliseconds timeout_{0};
  std::uint32_t flags_ = 0;
};

namespace detail {

// A settled request in the ABI's shape. Borrows: lives no longer than `from`.
class RequestView {
 public:
  RequestView(const Request& from, std::uint32_t flags) : method_(from.method()) {
    pairs(query_, from.query());
    pairs(headers_, from.headers());
    raw_.size = sizeof(raw_);
    raw_.flags = flags;
    raw_.method = str(method_);
    raw_.url = str(from.url());
    raw_.query = query_.data();
    raw_.query_count = query_.size();
    raw_.headers = headers_.data();
    raw_.headers_count = headers_.size();
    if (from.body()) raw_.body = str(*from.body());
    raw_.parser = str(from.parser());
    raw_.timeout_ms = static_cast<std::uint32_t>(from.timeout().count());
  }
  RequestView(const RequestView&) = delete;
  RequestView& operator=(const RequestView&) = delete;
  const integ_request* get() const { return &raw_; }

 private:
  static void pairs(std::vector<integ_pair>& to, const std::vector<Request::Part>& from) {
    for (const auto& part : from) {
      to.push_back({str(part.name), str(part.value), part.secret ? std::uint32_t{INTEG_PAIR_SECRET} : 0U, 0});
    }
  }

  std::string method_;
  std::vector<integ_pair> query_, headers_;
  integ_request raw_{};
};

}  // namespace detail
}  // namespace v1
}  // namespace integ
