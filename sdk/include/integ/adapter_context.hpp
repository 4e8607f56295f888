// What the session of an adapter works with: how it fails, and what the host offers it.
#pragma once

#include <integ/abi.h>
#include <integ/text.hpp>

#include <cstdint>
#include <exception>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace integ {
inline namespace v1 {

// What a session throws to end a call with a status (INTEG_E_OUTPUT, INTEG_E_CONFIG, INTEG_CANCELLED, ...)
// and a sentence for a person.
class AdapterFailure : public std::exception {
 public:
  AdapterFailure(integ_status status, std::string message) : status_(status), message_(std::move(message)) {}
  integ_status status() const noexcept { return status_; }
  const char* what() const noexcept override { return message_.c_str(); }

 private:
  integ_status status_;
  std::string message_;
};

// What the host offers a session, from open until close returns. Cheap to copy.
class AdapterContext {
 public:
  AdapterContext(const integ_host* host, integ_http_context* context, integ_sink* sink)
      : host_(host), context_(context), sink_(sink) {}

  // The adapter's options, validated by the host against its schema; nullopt where the pointer leads nowhere
  // or to another type.
  std::optional<std::string> text_option(std::string_view pointer) const {
    const integ_value value = option(pointer);
    if (value.kind != INTEG_STRING) return std::nullopt;
    return std::string(value.text.data, value.text.size);
  }
  std::optional<std::int64_t> integer_option(std::string_view pointer) const {
    const integ_value value = option(pointer);
    return value.kind == INTEG_INT ? std::optional(value.integer) : std::nullopt;
  }
  std::optional<bool> bool_option(std::string_view pointer) const {
    const integ_value value = option(pointer);
    return value.kind == INTEG_BOOL ? std::optional(value.integer != 0) : std::nullopt;
  }

  // `level` is one of INTEG_LOG_...
  void log(std::int32_t level, std::string_view message) const {
    if (INTEG_HAS(host_, integ_host, log) && host_->log != nullptr) host_->log(context_, level, detail::str(message));
  }
  void warn(std::string_view message) const { log(INTEG_LOG_WARN, message); }
  // Since the Unix epoch, never going back.
  std::int64_t now_ns() const { return host_->now_ns(context_); }
  bool cancelled() const { return host_->cancelled(context_) != 0; }

  // The sink that the host opened; an adapter with NO_SINK has none. All parts go out as one piece.
  void write(std::span<const integ_str> parts) const { check(host_->write(sink_, parts.data(), parts.size())); }
  void write(std::string_view part) const {
    const integ_str one = detail::str(part);
    write(std::span(&one, 1));
  }
  void sync() const { check(host_->sync(sink_)); }

  const integ_host* host() const noexcept { return host_; }
  integ_http_context* raw() const noexcept { return context_; }
  integ_sink* sink() const noexcept { return sink_; }

 private:
  integ_value option(std::string_view pointer) const {
    integ_value value{};
    value.size = sizeof value;
    const integ_node* options = host_->document(context_, INTEG_DOC_OPTIONS);
    if (options == nullptr) return value;
    check(host_->get(context_, options, detail::str(pointer), &value));
    return value;
  }
  void check(integ_status status) const {
    if (status == INTEG_OK) return;
    std::string message;
    if (INTEG_HAS(host_, integ_host, error) && host_->error != nullptr) {
      const integ_str text = host_->error(context_);
      if (text.data != nullptr) message.assign(text.data, text.size);
    }
    throw AdapterFailure(status, std::move(message));
  }

  const integ_host* host_;
  integ_http_context* context_;
  integ_sink* sink_;
};

}  // namespace v1
}  // namespace integ
