#include "base/error.hpp"

#include <array>

namespace integ {
namespace {

// The one table: what a kind is called, what Airbyte calls it, and the status it crosses the ABI as.
struct Row {
  Kind kind;
  std::string_view name;
  std::string_view failure_type;
  integ_status status;
};

constexpr std::array<Row, 12> kTable{{
    {Kind::config, "config", "config_error", INTEG_E_CONFIG},
    {Kind::auth, "auth", "config_error", INTEG_E_AUTH},
    {Kind::not_found, "not_found", "config_error", INTEG_E_NOT_FOUND},
    {Kind::rate_limited, "rate_limited", "transient_error", INTEG_E_RATE_LIMITED},
    {Kind::transient, "transient", "transient_error", INTEG_E_NETWORK},
    {Kind::http, "http", "system_error", INTEG_E_HTTP},
    {Kind::malformed, "malformed", "system_error", INTEG_E_MALFORMED},
    {Kind::plugin, "plugin", "system_error", INTEG_E_INTERNAL},
    {Kind::output, "output", "system_error", INTEG_E_OUTPUT},
    {Kind::state, "state", "system_error", INTEG_E_INTERNAL},
    {Kind::cancelled, "cancelled", "system_error", INTEG_CANCELLED},
    {Kind::internal, "internal", "system_error", INTEG_E_INTERNAL},
}};

const Row& row(Kind kind) noexcept {
  for (const Row& candidate : kTable) {
    if (candidate.kind == kind) return candidate;
  }
  return kTable.back();
}

void fill(std::string& mine, const std::string& theirs) {
  if (mine.empty()) mine = theirs;
}

}  // namespace

std::string_view name_of(Kind kind) noexcept { return row(kind).name; }
std::string_view failure_type_of(Kind kind) noexcept { return row(kind).failure_type; }
integ_status status_of(Kind kind) noexcept { return row(kind).status; }

Kind kind_of(integ_status status, int http_status) noexcept {
  switch (status) {
    case INTEG_E_CONFIG:
    case INTEG_E_ARGUMENT:
      return Kind::config;
    case INTEG_E_AUTH:
    case INTEG_E_FORBIDDEN:
      return Kind::auth;
    case INTEG_E_NOT_FOUND:
      return Kind::not_found;
    case INTEG_E_NETWORK:
    case INTEG_E_TIMEOUT:
      return Kind::transient;
    case INTEG_E_HTTP:
      return http_status >= 500 ? Kind::transient : Kind::http;
    case INTEG_E_RATE_LIMITED:
      return Kind::rate_limited;
    case INTEG_E_MALFORMED:
    case INTEG_E_SCHEMA:
    case INTEG_E_LIMIT:
      return Kind::malformed;
    case INTEG_E_OUTPUT:
      return Kind::output;
    case INTEG_CANCELLED:
      return Kind::cancelled;
    default:
      return Kind::plugin;
  }
}

Error::Error(Kind kind, std::string message)
    : std::runtime_error(message), kind_(kind), status_(status_of(kind)), message_(std::move(message)) {
  render();
}

Error Error::of_status(integ_status status, std::string message, int http_status) {
  Error error(kind_of(status, http_status), std::move(message));
  error.status_ = status;
  error.http_status_ = http_status;
  return error;
}

Error& Error::at(const Where& where) {
  if (where_.file.empty()) {
    where_.file = where.file;
    where_.line = where.line;
    where_.column = where.column;
  }
  fill(where_.pipeline, where.pipeline);
  fill(where_.stream, where.stream);
  fill(where_.slice, where.slice);
  fill(where_.request, where.request);
  render();
  return *this;
}

void Error::render() {
  std::string text;
  if (!where_.file.empty()) {
    text += where_.file;
    if (where_.line > 0) {
      text += ':' + std::to_string(where_.line);
      if (where_.column > 0) text += ':' + std::to_string(where_.column);
    }
    text += ": ";
  }
  if (!where_.pipeline.empty()) text += "pipeline " + where_.pipeline + ": ";
  if (!where_.stream.empty()) {
    text += "stream " + where_.stream;
    if (!where_.slice.empty()) text += ", slice " + where_.slice;
    text += ": ";
  }
  text += message_;
  if (!where_.request.empty() && message_.find(where_.request) == std::string::npos) {
    text += " (" + where_.request + ")";
  }
  rendered_ = std::move(text);
}

}  // namespace integ
