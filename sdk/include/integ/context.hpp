// The host as one run of one stream (or slice) sees it. Made by the SDK, handed to each function of a
// Source; not copied, not kept beyond that function.
//
// Threads: everything on the thread that entered, but log, cancelled, now and mark_secret, which any
// thread may call that the function started and joins. Functions that do not succeed throw a type of the
// SDK's own, which the SDK catches again; try_ twins answer a Status instead.
#pragma once

#include <integ/auth.hpp>
#include <integ/codec.hpp>
#include <integ/emission.hpp>
#include <integ/error.hpp>
#include <integ/request.hpp>
#include <integ/response.hpp>
#include <integ/stream.hpp>
#include <integ/value.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace integ {
inline namespace v1 {

enum class LogLevel : std::int32_t {
  debug = INTEG_LOG_DEBUG,
  info = INTEG_LOG_INFO,
  warn = INTEG_LOG_WARN,
  error = INTEG_LOG_ERROR
};

// What the user chose for a stream.
struct Selection {
  std::string sync_mode;                  // "full_refresh" or "incremental"
  std::vector<std::string> cursor_field;  // the path of it
  std::vector<std::vector<std::string>> primary_key;
  std::vector<std::string> fields;  // JSON pointers
  DateTime started_at;
};
INTEG_FIELDS(Selection, sync_mode, cursor_field, primary_key, fields, started_at)

class HttpContext {
 public:
  HttpContext(const integ_host* host, integ_http_context* context) : host_(host), context_(context) {}
  HttpContext(const HttpContext&) = delete;
  HttpContext& operator=(const HttpContext&) = delete;

  // ---- what the run is about ----
  // The configuration. What does not fit is the end of the run, with a sentence for the user.
  template <class C>
  C config() const {
    return detail::load<C>(document(INTEG_DOC_CONFIG), "configuration", true, Failure::config);
  }
  // The stored state, a T{} where there is none yet.
  template <class T>
  T state() const {
    return optional_document<T>(INTEG_DOC_STATE, "state");
  }
  bool has_state() const { return static_cast<bool>(document(INTEG_DOC_STATE)); }
  // What add_slice() was given.
  template <class T>
  T slice() const {
    return optional_document<T>(INTEG_DOC_SLICE, "slice");
  }
  // In finish(): the last state of each slice that ended, by its key.
  template <class T>
  std::map<std::string, T> slices() const {
    return optional_document<std::map<std::string, T>>(INTEG_DOC_SLICES, "slices");
  }
  // What the stream's data() said; of a discovered stream, what it is.
  template <class T>
  T data() const {
    return optional_document<T>(INTEG_DOC_DATA, "data of the stream");
  }
  // The record's schema cut to the selected fields.
  Value schema() const { return document(INTEG_DOC_SCHEMA); }
  Selection selection() const { return optional_document<Selection>(INTEG_DOC_SELECTION, "selection"); }
  std::vector<std::string> selected_fields() const { return selection().fields; }
  // Any of the documents (INTEG_DOC_...), to look into.
  Value document(std::int32_t which) const { return Value::root(host_, context_, host_->document(context_, which)); }
  // "" in an interleaved run, in discover and in authorize.
  std::string stream_name() const {
    const integ_stream* stream = host_->stream(context_);
    return stream != nullptr ? std::string(detail::view(stream->name)) : std::string();
  }

  // ---- requests ----
  // A request and its answer, without an emission. A status of 400 and above after the host's retries is
  // a failure; with try_fetch, `page` can be read even then.
  void fetch(const Request& request, Response& page) { detail::must(try_fetch(request, page).code()); }
  Response fetch(const Request& request) {
    Response page;
    fetch(request, page);
    return page;
  }
  Status try_fetch(const Request& request, Response& page) {
    page.bind(host_, context_);
    return attempts(request, [&](const integ_request* raw) { return host_->fetch(context_, raw, &page.raw_); });
  }
  // This very request comes soon, by fetch or emit_batch: the host may begin with it. Nothing comes of a hint but time;
  // one that was wrong costs a request.
  void prefetch(const Request& request) {
    const Request settled = request.settled();
    detail::must(host_->prefetch(context_, detail::RequestView(settled, request.flags()).get()));
  }

  // ---- records ----
  // Requests, checks and emits the array at `records` ("": the body) in one go, all of it or nothing.
  // Answers how many. What else may be said is in emission.hpp.
  template <class... Option>
  std::uint64_t emit_batch(const Request& request, Response& page, std::string_view records, const Option&... options) {
    std::uint64_t count = 0;
    detail::must(try_emit_batch(count, request, page, records, options...).code());
    return count;
  }
  template <class... Option>
  std::uint64_t emit_batch(const Request& request, std::string_view records, const Option&... options) {
    Response page;
    return emit_batch(request, page, records, options...);
  }
  template <class... Option>
  Status try_emit_batch(std::uint64_t& count, const Request& request, Response& page, std::string_view records,
                        const Option&... options) {
    if (const Status status = try_flush(); !status) return status;
    page.bind(host_, context_);
    const auto emission = emission_of(records, options...);
    const auto emit = emission.raw();
    const Status status = attempts(
        request, [&](const integ_request* raw) { return host_->emit_batch(context_, raw, &emit, &page.raw_, &count); });
    if (status) note(page, options...);
    return status;
  }
  // Records out of an answer that fetch() got: fetch, judge, then emit, or not.
  template <class... Option>
  std::uint64_t emit_response(Response& page, std::string_view records, const Option&... options) {
    std::uint64_t count = 0;
    detail::must(try_emit_response(count, page, records, options...).code());
    return count;
  }
  template <class... Option>
  Status try_emit_response(std::uint64_t& count, Response& page, std::string_view records, const Option&... options) {
    if (const Status status = try_flush(); !status) return status;
    const auto emission = emission_of(records, options...);
    const auto emit = emission.raw();
    const Status status = host_->emit_response(context_, page.raw_, &emit, &count);
    if (status) note(page, options...);
    return status;
  }
  // Records of the connector's own making. They leave together, 64 KB at a time and before whatever is
  // emitted after them.
  template <class T>
  void emit_value(const T& record) {
    values_ += values_.empty() ? '[' : ',';
    Codec<T>::write(values_, record);
    if (values_.size() >= 64U * 1024U) detail::must(try_flush().code());
  }
  template <class Range>
  void emit_values(const Range& records) {
    for (const auto& record : records) emit_value(record);
  }

  // ---- state ----
  // All that was emitted before is done with this state: a later run starts from it.
  template <class T>
  void emit_state(const T& state) {
    detail::must(try_emit_state(state).code());
  }
  // The same with the state as it came in.
  void emit_state() { detail::must(try_emit_state().code()); }
  template <class T>
  Status try_emit_state(const T& state) {
    if (const Status status = try_flush(); !status) return status;
    const std::string json = to_json(state);
    return host_->emit_state(context_, detail::str(json));
  }
  Status try_emit_state() {
    if (const Status status = try_flush(); !status) return status;
    return host_->emit_state(context_, integ_str{nullptr, 0});
  }

  // ---- in slices(), discover(), authorize() and interleaved runs ----
  // A part that can run on its own. State is kept by `key`, so it stays the same from run to run; `weight`
  // is its relative cost, the larger the earlier, 0 unknown.
  template <class T>
  void add_slice(std::string_view key, const T& slice, std::uint64_t weight = 0) {
    const std::string json = to_json(slice);
    detail::must(host_->add_slice(context_, detail::str(key), detail::str(json), weight));
  }
  void add_slice(std::string_view key) { add_slice(key, std::map<std::string, std::string>()); }
  void add_stream(Stream stream) { detail::must(host_->add_stream(context_, stream.descriptor())); }
  // Credentials for every request from now on.
  void set_auth(const Auth& auth) {
    const detail::RequestView view(auth.parts(), 0);
    detail::must(host_->set_auth(context_, view.get()->headers, view.get()->headers_count, view.get()->query,
                                 view.get()->query_count, auth.valid().count()));
  }
  // Members of the configuration that changed (a rotated token); returns when they are stored.
  template <class T>
  void update_config(const T& patch) {
    const std::string json = to_json(patch);
    detail::must(host_->update_config(context_, detail::str(json)));
  }
  // Where to emit records of that stream; nullptr when it is not selected. Lives as long as this.
  HttpContext* open_stream(std::string_view name) {
    integ_http_context* opened = nullptr;
    detail::must(host_->open_stream(context_, detail::str(name), &opened));
    if (opened == nullptr) return nullptr;
    for (const auto& open : streams_) {
      if (open->context_ == opened) return open.get();
    }
    return streams_.emplace_back(std::make_unique<HttpContext>(host_, opened)).get();
  }

  // ---- around it ----
  void log(LogLevel level, std::string_view message) const {
    host_->log(context_, static_cast<std::int32_t>(level), detail::str(message));
  }
  // This text is never shown from now on.
  void mark_secret(std::string_view text) const { detail::must(host_->mark_secret(context_, detail::str(text))); }
  bool cancelled() const { return host_->cancelled(context_) != 0; }
  // Never goes back within a run.
  DateTime::Instant now() const { return DateTime::Instant(std::chrono::nanoseconds(host_->now_ns(context_))); }
  // Wakes early, and ends the run, when it is cancelled.
  void sleep(std::chrono::nanoseconds duration) { detail::must(host_->sleep_ns(context_, duration.count())); }
  // What the last failed call says about itself.
  std::string error() const { return std::string(detail::view(host_->error(context_))); }
  // Ends the run.
  [[noreturn]] void fail(Failure failure, std::string message) const { detail::raise(failure, std::move(message)); }

  // For the rare thing that only the C table can say.
  const integ_host* host() const { return host_; }
  integ_http_context* handle() const { return context_; }

  // Hands on the values that emit_value() gathered, here and in opened streams. The SDK calls it where
  // order asks for it, and at the end.
  Status try_flush() {
    for (const auto& stream : streams_) {
      if (const Status status = stream->try_flush(); !status) return status;
    }
    if (values_.empty()) return {};
    values_ += ']';
    const Status status = host_->emit_values(context_, detail::str(values_));
    values_.clear();
    return status;
  }

 private:
  template <class T>
  T optional_document(std::int32_t which, const char* what) const {
    const Value value = document(which);
    return value ? detail::load<T>(value, what, false, Failure::config) : T{};
  }
  template <class Call>
  Status attempts(const Request& request, const Call& call) {
    if (!request.is_late()) return call(detail::RequestView(request, request.flags()).get());
    for (;;) {
      const Request settled = request.settled();
      const integ_status status = call(detail::RequestView(settled, request.flags()).get());
      if (status != INTEG_AGAIN) return status;
    }
  }
  template <class... Option>
  static detail::Emission emission_of(std::string_view records, const Option&... options) {
    detail::Emission emission;
    emission.records = records;
    (options.apply(emission), ...);
    return emission;
  }
  template <class... Option>
  void note(const Response& page, const Option&... options) {
    [[maybe_unused]] std::size_t index = 0;
    (note_one(page, options, index), ...);
  }
  template <class Option>
  void note_one(const Response& page, const Option& option, std::size_t& index) {
    if constexpr (detail::Observes<Option>) {
      Value seen(host_, context_);
      detail::must(host_->observed(context_, page.raw_, index++, &seen.value_));
      option.note(seen);
    }
  }

  const integ_host* host_;
  integ_http_context* context_;
  std::string values_;  // a JSON array, still open
  std::vector<std::unique_ptr<HttpContext>> streams_;
};

}  // namespace v1
}  // namespace integ
