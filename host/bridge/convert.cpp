#include "bridge/convert.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/url.hpp"

#include <algorithm>
#include <cstring>

namespace integ::bridge {
namespace {

[[noreturn]] void refuse(integ_status status, std::string message) {
  throw Error::of_status(status, std::move(message));
}

void check_flags(std::uint32_t flags, std::uint32_t known, const char* what) {
  if ((flags & ~known) != 0) refuse(INTEG_E_UNSUPPORTED, std::string("unknown flags of ") + what);
}

template <class T>
void check_array(const T* items, size_t count, const char* what) {
  if (items == nullptr && count > 0) refuse(INTEG_E_ARGUMENT, std::string(what) + " is NULL but has a count");
}

std::string with_query(std::string_view url, const std::vector<http::Header>& query) {
  std::string out(url.substr(0, url.find('#')));
  char separator = '?';
  if (const std::size_t question = out.find('?'); question != std::string::npos) {
    separator = question + 1 == out.size() || out.back() == '&' ? '\0' : '&';
  }
  for (const http::Header& pair : query) {
    if (separator != '\0') out += separator;
    out += percent_encode(pair.name) + '=' + percent_encode(pair.value);
    separator = '&';
  }
  return out;
}

json::Observe::What observe_what(std::int32_t what) {
  switch (what) {
    case INTEG_OBSERVE_LAST:
      return json::Observe::What::last;
    case INTEG_OBSERVE_MAX:
      return json::Observe::What::max;
    case INTEG_OBSERVE_MIN:
      return json::Observe::What::min;
    case INTEG_OBSERVE_ALL:
      return json::Observe::What::all;
    default:
      refuse(INTEG_E_UNSUPPORTED, "unknown kind of observation " + std::to_string(what));
  }
}

std::int32_t kind_of(json::Type type) noexcept {
  switch (type) {
    case json::Type::null:
      return INTEG_NULL;
    case json::Type::boolean:
      return INTEG_BOOL;
    case json::Type::integer:
      return INTEG_INT;
    case json::Type::number:
      return INTEG_DOUBLE;
    case json::Type::string:
      return INTEG_STRING;
    case json::Type::array:
      return INTEG_ARRAY;
    case json::Type::object:
      break;
  }
  return INTEG_OBJECT;
}

}  // namespace

std::string_view checked_text(integ_str text, const char* what) {
  if (text.data == nullptr && text.size > 0) refuse(INTEG_E_ARGUMENT, std::string(what) + " is NULL but has a size");
  const std::string_view out = view(text);
  if (find_invalid_utf8(out) != std::string_view::npos) refuse(INTEG_E_ARGUMENT, std::string(what) + " is no UTF-8");
  return out;
}

std::vector<http::Header> pairs_of(const integ_pair* pairs, size_t count, const char* what) {
  check_array(pairs, count, what);
  std::vector<http::Header> out;
  out.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    check_flags(pairs[i].flags, INTEG_PAIR_SECRET, what);
    out.push_back({std::string(checked_text(pairs[i].name, what)), std::string(checked_text(pairs[i].value, what)),
                   (pairs[i].flags & INTEG_PAIR_SECRET) != 0});
  }
  return out;
}

Request request_of(const integ_request* request) {
  if (request == nullptr || !INTEG_HAS(request, integ_request, reserved)) {
    refuse(INTEG_E_ARGUMENT, "the request is NULL or too small");
  }
  check_flags(request->flags, INTEG_REQUEST_RETRY_SAFE | INTEG_REQUEST_REBUILD | INTEG_REQUEST_NO_AUTH, "the request");
  Request out;
  if (const std::string_view method = checked_text(request->method, "the method"); !method.empty()) {
    out.http.method = std::string(method);
  }
  const std::string_view url = checked_text(request->url, "the url");
  if (url.empty()) refuse(INTEG_E_ARGUMENT, "the request has no url");
  out.http.url = with_query(url, pairs_of(request->query, request->query_count, "the query"));
  out.http.headers = pairs_of(request->headers, request->headers_count, "the headers");
  out.http.body = std::string(view(request->body));
  out.http.timeout = std::chrono::milliseconds(request->timeout_ms);
  out.http.retry_safe = (request->flags & INTEG_REQUEST_RETRY_SAFE) != 0;
  out.http.rebuild = (request->flags & INTEG_REQUEST_REBUILD) != 0;
  out.no_auth = (request->flags & INTEG_REQUEST_NO_AUTH) != 0;
  out.parser = checked_text(request->parser, "the parser");
  out.reader = json::ReaderSpec::parse(out.parser);
  return out;
}

Emit emit_of(const integ_emit* emit) {
  if (emit == nullptr || !INTEG_HAS(emit, integ_emit, observe_count)) {
    refuse(INTEG_E_ARGUMENT, "the emit options are NULL or too small");
  }
  check_flags(emit->flags, INTEG_EMIT_KEEP | INTEG_EMIT_ALLOW_MISSING | INTEG_EMIT_STREAMING | INTEG_EMIT_DISTINCT,
              "the emit options");
  check_array(emit->observe, emit->observe_count, "observe");
  Emit out;
  out.slice.records = std::string(checked_text(emit->records, "the records pointer"));
  out.slice.record = std::string(checked_text(emit->record, "the record pointer"));
  out.slice.extra = std::string(checked_text(emit->extra, "extra"));
  if (INTEG_HAS(emit, integ_emit, total)) out.total = std::string(checked_text(emit->total, "the total's pointer"));
  for (const std::string* pointer : {&out.slice.records, &out.slice.record, &out.total}) {
    if (!pointer->empty() && pointer->front() != '/') {
      refuse(INTEG_E_ARGUMENT, "not a JSON pointer: '" + sanitised(*pointer, 80) + "', expected '' or a leading '/'");
    }
  }
  out.slice.keep = (emit->flags & INTEG_EMIT_KEEP) != 0;
  out.slice.allow_missing = (emit->flags & INTEG_EMIT_ALLOW_MISSING) != 0;
  out.streaming = (emit->flags & INTEG_EMIT_STREAMING) != 0;
  out.distinct = (emit->flags & INTEG_EMIT_DISTINCT) != 0;
  for (size_t i = 0; i < emit->observe_count; ++i) {
    const integ_observe& observe = emit->observe[i];
    check_flags(observe.flags, INTEG_OBSERVE_TIME, "observe");
    out.slice.observe.push_back({std::string(checked_text(observe.pointer, "an observed pointer")),
                                 observe_what(observe.what), (observe.flags & INTEG_OBSERVE_TIME) != 0});
  }
  return out;
}

void fill_value(integ_value* out, const json::Node* node) {
  if (out == nullptr || !INTEG_HAS(out, integ_value, kind)) refuse(INTEG_E_ARGUMENT, "the value is NULL or too small");
  integ_value value{};
  value.size = std::min<std::uint32_t>(out->size, sizeof value);  // what INTEG_HAS may rely on
  value.kind = INTEG_ABSENT;
  if (node != nullptr) {
    value.kind = kind_of(node->type);
    value.integer = node->type == json::Type::boolean ? static_cast<std::int64_t>(node->boolean) : node->integer;
    value.number = node->number;
    value.count = node->count;
    value.text = str(node->text);
    const bool below = node->type == json::Type::array || node->type == json::Type::object;
    value.node = below ? reinterpret_cast<const integ_node*>(node) : nullptr;
  }
  std::memcpy(out, &value, std::min<size_t>(out->size, sizeof value));
}

}  // namespace integ::bridge
