// The host's side of the ABI over canned answers: one context a run, and the table of C functions. What
// an author uses is Host, in testing.hpp.
#pragma once

#include <integ/abi.h>
#include <integ/testing/json.hpp>
#include <integ/testing/recording.hpp>
#include <integ/text.hpp>
#include <integ/types.hpp>
#include <integ/url.hpp>

#include <algorithm>
#include <charconv>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace integ {
inline namespace v1 {
namespace testing {

// An integ_response.
struct Page {
  int status = 0;
  std::string url;
  Answer answer;
  bool lines = false;  // the request said that it is JSON Lines
  std::unique_ptr<Document> json;
  std::vector<std::unique_ptr<Document>> observed;
};

// What all contexts of a run share.
struct Shared {
  std::map<std::string, std::deque<Answer>> answers;
  std::vector<std::string> allowed;  // hosts, resolved; checked on every request
  std::map<std::string, const integ_stream*> streams;
  int attempts = 6;
  std::int64_t now_ns = 1'700'000'000'000'000'000;
  int stop_after = 0;    // emissions; 0: never
  int cancel_after = 0;  // blocking calls; 0: never
  int fail_call = 0;     // the number of the blocking call that fails; 0: none
  integ_status fail_with = INTEG_E_NETWORK;
  int calls = 0;
  int emissions = 0;
  Result result;
};

// An integ_http_context.
struct Run {
  Shared* shared = nullptr;
  const integ_stream* stream = nullptr;
  std::map<int, std::unique_ptr<Document>> documents;
  std::string error;
  std::vector<std::unique_ptr<Page>> pages;
  std::map<std::string, std::unique_ptr<Run>> opened;
  std::string last_records;  // of the last emission that asked to be DISTINCT

  static Run& of(integ_http_context* handle) { return *reinterpret_cast<Run*>(handle); }
  integ_http_context* handle() { return reinterpret_cast<integ_http_context*>(this); }

  integ_status fail(integ_status status, std::string message) {
    error = std::move(message);
    shared->result.error = error;
    return status;
  }
  // Each call that may block counts: the planned trouble comes here.
  integ_status blocking() {
    ++shared->calls;
    if (shared->fail_call == shared->calls) return fail(shared->fail_with, "The test made this call fail.");
    return shared->cancel_after > 0 && shared->calls > shared->cancel_after ? INTEG_CANCELLED : INTEG_OK;
  }
  void output(const char* kind, std::string json) {
    const auto name = stream != nullptr ? std::string(detail::view(stream->name)) : std::string();
    shared->result.outputs.push_back({kind, std::move(json), name});
  }
  integ_status emitted() {
    return shared->stop_after > 0 && ++shared->emissions >= shared->stop_after ? INTEG_STOP : INTEG_OK;
  }

  integ_status send(const integ_request* request, integ_response** io);
  integ_status once(const Sent& sent, Page& page);
  integ_status emit(Page& page, const integ_emit* emit, std::uint64_t* count);
};

inline integ_status status_of(int http) {
  if (http < 400) return INTEG_OK;
  if (http == 401) return INTEG_E_AUTH;
  if (http == 403) return INTEG_E_FORBIDDEN;
  if (http == 404 || http == 410) return INTEG_E_NOT_FOUND;
  return http == 429 ? INTEG_E_RATE_LIMITED : INTEG_E_HTTP;
}

inline bool is_allowed(const std::vector<std::string>& allowed, const std::string& url) {
  const std::string origin = origin_of(url);
  const std::string host = origin.substr(std::min(origin.size(), origin.find("://") + 3));
  const std::string name = host.substr(0, host.rfind(':'));
  return std::any_of(allowed.begin(), allowed.end(), [&](const std::string& one) {
    if (one.starts_with("*.")) return name.ends_with(std::string_view(one).substr(1));
    return one == host || one == name;
  });
}

inline Sent sent_of(const integ_request& request) {
  Sent sent;
  sent.method = request.method.size == 0 ? "GET" : std::string(detail::view(request.method));
  sent.url = detail::view(request.url);
  sent.body = detail::view(request.body);
  sent.flags = request.flags;
  sent.timeout_ms = request.timeout_ms;
  for (std::size_t i = 0; i < request.query_count; ++i) {
    const auto& pair = request.query[i];
    sent.url += sent.url.find('?') == std::string::npos ? '?' : '&';
    detail::append_percent(sent.url, detail::view(pair.name));
    sent.url += '=';
    detail::append_percent(sent.url, detail::view(pair.value));
    if ((pair.flags & INTEG_PAIR_SECRET) != 0) sent.secrets.emplace_back(detail::view(pair.name));
  }
  for (std::size_t i = 0; i < request.headers_count; ++i) {
    const auto& pair = request.headers[i];
    sent.headers.emplace_back(detail::view(pair.name), detail::view(pair.value));
    if ((pair.flags & INTEG_PAIR_SECRET) != 0) sent.secrets.emplace_back(detail::view(pair.name));
  }
  return sent;
}

// What the body is as JSON: of lines, their array. Throws std::invalid_argument.
inline std::unique_ptr<Document> document_of(const Page& page) {
  if (!page.lines) return std::make_unique<Document>(page.answer.body);
  std::string array = "[";
  for (std::size_t at = 0; at < page.answer.body.size();) {
    const std::size_t end = std::min(page.answer.body.find('\n', at), page.answer.body.size());
    const std::string line = page.answer.body.substr(at, end - at);
    at = end + 1;
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    static_cast<void>(Document(line));  // one value, whole
    array.append(array.size() > 1 ? "," : "").append(line);
  }
  return std::make_unique<Document>(array + "]");
}

inline integ_status Run::once(const Sent& sent, Page& page) {
  shared->result.sent.push_back(sent);
  const auto found = shared->answers.find(sent.url);
  if (found == shared->answers.end()) {
    page.answer = {404, "{}", {}};
  } else {
    page.answer = found->second.front();
    if (found->second.size() > 1) found->second.pop_front();
  }
  page.status = page.answer.status;
  page.url = sent.url;
  page.json.reset();
  page.observed.clear();
  const integ_status status = status_of(page.status);
  return status == INTEG_OK ? status : fail(status, "HTTP " + std::to_string(page.status) + " from " + sent.url);
}

inline integ_status Run::send(const integ_request* request, integ_response** io) {
  if (request == nullptr || io == nullptr) return INTEG_E_ARGUMENT;
  if (*io == nullptr) *io = reinterpret_cast<integ_response*>(pages.emplace_back(std::make_unique<Page>()).get());
  auto& page = *reinterpret_cast<Page*>(*io);
  if (const auto status = blocking(); status != INTEG_OK) return status;
  const Sent sent = sent_of(*request);
  page.lines = detail::view(request->parser) == "jsonl" || detail::view(request->parser) == "ndjson";
  if (!is_allowed(shared->allowed, sent.url))
    return fail(INTEG_E_FORBIDDEN, sent.url + " is not among the allowed hosts.");
  for (int attempt = 1;; ++attempt) {
    const auto status = once(sent, page);
    const bool again = (page.status == 429 || page.status >= 500) && attempt < shared->attempts;
    if (status == INTEG_OK || !again) return status;
    if ((sent.flags & INTEG_REQUEST_REBUILD) != 0) return INTEG_AGAIN;
    if (sent.method == "POST" && (sent.flags & INTEG_REQUEST_RETRY_SAFE) == 0) return status;
  }
}

// The order of observed values: numbers as numbers, instants as instants, the rest as bytes.
inline bool is_less(const Node& a, const Node& b, bool time) {
  if (a.kind == INTEG_STRING && b.kind == INTEG_STRING)
    return time ? DateTime(a.string) < DateTime(b.string) : a.string < b.string;
  const auto number = [](const Node& node) {
    double value = 0;
    std::from_chars(node.text.data(), node.text.data() + node.text.size(), value);
    return value;
  };
  return number(a) < number(b);
}

inline std::string observed(const std::vector<const Node*>& seen, const integ_observe& observe) {
  if (observe.what == INTEG_OBSERVE_ALL) {
    std::string all = "[";
    for (const auto* node : seen) all.append(all.size() > 1 ? "," : "").append(node->text);
    return all + "]";
  }
  if (seen.empty()) return {};
  const bool time = (observe.flags & INTEG_OBSERVE_TIME) != 0;
  const auto less = [time](const Node* a, const Node* b) { return is_less(*a, *b, time); };
  if (observe.what == INTEG_OBSERVE_MAX) return std::string((*std::max_element(seen.begin(), seen.end(), less))->text);
  if (observe.what == INTEG_OBSERVE_MIN) return std::string((*std::min_element(seen.begin(), seen.end(), less))->text);
  return std::string(seen.back()->text);
}

// `extra` first, then what the record has beside it.
inline std::string merged(const Node& record, const std::string& extra) {
  if (extra.empty()) return std::string(record.text);
  const Document more(extra);
  std::string out = "{";
  const auto put = [&](const Node& node) {
    if (out.size() > 1) out += ',';
    detail::append_quoted(out, node.key);
    out.append(":").append(node.text);
  };
  for (const auto& member : record.children) {
    const auto same = [&](const Node& other) { return other.key == member.key; };
    if (std::none_of(more.root().children.begin(), more.root().children.end(), same)) put(member);
  }
  for (const auto& member : more.root().children) put(member);
  return out + "}";
}

inline integ_status Run::emit(Page& page, const integ_emit* emit, std::uint64_t* count) {
  try {
    page.json = document_of(page);
  } catch (const std::invalid_argument& problem) {
    return fail(INTEG_E_MALFORMED, page.url + ": " + problem.what());
  }
  Node* array = page.json->root().find(detail::view(emit->records));
  const bool whole_object = emit->records.size == 0 && array->kind == INTEG_OBJECT;
  if (array == nullptr || (array->kind != INTEG_ARRAY && !whole_object)) {
    if (array == nullptr && (emit->flags & INTEG_EMIT_ALLOW_MISSING) != 0) return INTEG_OK;
    return fail(INTEG_E_MALFORMED, page.url + ": no array at " + std::string(detail::view(emit->records)));
  }
  std::vector<const Node*> records;
  if (whole_object) records.push_back(array);
  for (std::size_t i = 0; !whole_object && i < array->children.size(); ++i) {
    const Node* record = array->children[i].find(detail::view(emit->record));
    if (record == nullptr || record->kind != INTEG_OBJECT) {
      return fail(INTEG_E_SCHEMA, page.url + ": element " + std::to_string(i) + " is no object");
    }
    records.push_back(record);
  }
  std::string together;
  for (const Node* record : records) together.append(record->text).append("\n");
  const bool distinct = (emit->flags & INTEG_EMIT_DISTINCT) != 0 && !records.empty();
  if (distinct && together == last_records)
    return fail(INTEG_E_MALFORMED, page.url + ": the same records as on the page before");
  if (distinct) last_records = std::move(together);
  for (const Node* record : records) output("record", merged(*record, std::string(detail::view(emit->extra))));
  const Node* total = emit->total.size == 0 ? nullptr : page.json->root().find(detail::view(emit->total));
  if (total != nullptr && total->kind == INTEG_INT && shared->result.total.empty()) shared->result.total = total->text;
  page.observed.clear();
  for (std::size_t i = 0; i < emit->observe_count; ++i) {
    std::vector<const Node*> seen;
    for (const Node* record : records) {
      const Node* node = record->find(detail::view(emit->observe[i].pointer));
      if (node != nullptr && node->kind != INTEG_NULL) seen.push_back(node);
    }
    const std::string json = observed(seen, emit->observe[i]);
    page.observed.push_back(json.empty() ? nullptr : std::make_unique<Document>(json));
  }
  array->emitted = (emit->flags & INTEG_EMIT_KEEP) == 0 && !whole_object;
  if (count != nullptr) *count = records.size();
  return emitted();
}

}  // namespace testing
}  // namespace v1
}  // namespace integ
