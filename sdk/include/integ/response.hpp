// An answer, held by the host. Made empty, filled by a call, used again for the next page:
//
//   integ::Response page;
//   ctx.emit_batch(request, page, "/results");
//   auto next = page.link("/next");
//
// What is readable after an emission is the skeleton: everything but the emitted array, of which only the
// count is left (unless it was emitted with keep). Not copied; not kept beyond the run.
#pragma once

#include <integ/codec.hpp>
#include <integ/link_header.hpp>
#include <integ/text.hpp>
#include <integ/url.hpp>
#include <integ/value.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace integ {
inline namespace v1 {

class Response {
 public:
  Response() = default;
  ~Response() { release(); }
  Response(Response&& other) noexcept
      : host_(other.host_), context_(other.context_), raw_(std::exchange(other.raw_, nullptr)) {}
  Response& operator=(Response&& other) noexcept {
    if (this != &other) {
      release();
      host_ = other.host_;
      context_ = other.context_;
      raw_ = std::exchange(other.raw_, nullptr);
    }
    return *this;
  }
  Response(const Response&) = delete;
  Response& operator=(const Response&) = delete;

  // 0 where no answer came.
  int status() const { return raw_ != nullptr ? host_->response_status(raw_) : 0; }
  bool ok() const { return status() >= 200 && status() < 300; }
  // After redirects: what relative links are relative to.
  std::string url() const { return raw_ != nullptr ? std::string(detail::view(host_->response_url(raw_))) : ""; }
  // Any case; "" where it is absent.
  std::string header(std::string_view name, std::uint32_t nth = 0) const {
    integ_str value{};
    if (raw_ != nullptr) detail::must(host_->response_header(raw_, detail::str(name), nth, &value));
    return std::string(detail::view(value));
  }
  std::vector<std::string> headers(std::string_view name) const {
    std::vector<std::string> all;
    integ_str value{};
    while (raw_ != nullptr) {
      const auto nth = static_cast<std::uint32_t>(all.size());
      detail::must(host_->response_header(raw_, detail::str(name), nth, &value));
      if (value.data == nullptr) break;
      all.emplace_back(detail::view(value));
    }
    return all;
  }
  // Borrowed, until the next use of this answer.
  std::string_view body() const {
    return raw_ != nullptr ? detail::view(host_->response_body(raw_)) : std::string_view();
  }

  // The body as JSON. A body that is none has no root: every look-up in it is absent.
  Value json() const {
    return raw_ != nullptr ? Value::root(host_, context_, host_->response_json(context_, raw_)) : Value();
  }
  Value at(std::string_view pointer) const { return json().at(pointer); }
  bool has(std::string_view pointer) const { return static_cast<bool>(at(pointer)); }
  std::string string(std::string_view pointer) const { return at(pointer).string(); }
  std::int64_t integer(std::string_view pointer, std::int64_t otherwise = 0) const {
    return at(pointer).integer(otherwise);
  }
  double number(std::string_view pointer, double otherwise = 0) const { return at(pointer).number(otherwise); }
  bool boolean(std::string_view pointer, bool otherwise = false) const { return at(pointer).boolean(otherwise); }
  // Elements there; of an emitted array, how many it had.
  std::uint64_t count(std::string_view pointer) const { return at(pointer).count(); }
  template <class T>
  T as(std::string_view pointer = {}) const {
    return detail::load<T>(at(pointer), "answer of " + detail::without_userinfo(url()), false, Failure::malformed);
  }

  // The link at `pointer` as a whole URL: absolute ones as they are, others resolved against url(). ""
  // where there is none: absent, null, false or an empty text.
  std::string link(std::string_view pointer) const {
    const Value found = at(pointer);
    if (!found || (found.is_bool() && !found.boolean())) return {};
    if (!found.is_string()) {
      detail::raise(Failure::malformed,
                    "a link was expected at '" + std::string(pointer) + "', " + found.kind_name() + " was found");
    }
    return resolve(found.text());
  }
  std::string resolve(std::string_view reference) const { return resolve_url(url(), reference); }
  // The target of a Link header's relation (RFC 8288, link_header.hpp), say "next"; "" where there is none.
  std::string link_header(std::string_view relation) const {
    for (const std::string& field : headers("Link")) {
      if (const std::string target = link_target(field, relation); !target.empty()) return resolve(target);
    }
    return {};
  }

 private:
  friend class HttpContext;

  void bind(const integ_host* host, integ_http_context* context) {
    if (host_ != host || context_ != context) release();
    host_ = host;
    context_ = context;
  }
  void release() {
    if (raw_ != nullptr) host_->response_release(context_, std::exchange(raw_, nullptr));
  }

  const integ_host* host_ = nullptr;
  integ_http_context* context_ = nullptr;
  integ_response* raw_ = nullptr;
};

}  // namespace v1
}  // namespace integ
