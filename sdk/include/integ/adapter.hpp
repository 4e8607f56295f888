// The C++ layer for protocol adapters: write a class, get a `const integ_adapter*`.
//
//   class Session : public integ::AdapterSession { void records(const integ::AdapterBatch&) override; ... };
//   INTEG_ADAPTER_PLUGIN(integ::Adapter("mine", "1.0.0").options_schema(R"({"type":"object"})")
//                            .opens([](integ::AdapterContext c) { return std::make_unique<Session>(c); }))
//
// An adapter turns streams, records and states into whatever it writes. A session is used by one thread at
// a time, from open to close; several sessions may be open at once. Exceptions are fine inside: none
// crosses into the host, an AdapterFailure becomes its status and message, any other one
// INTEG_E_INTERNAL. Header-only, standard library only.
#ifndef INTEG_ADAPTER_HPP_
#define INTEG_ADAPTER_HPP_

#include <integ/abi.h>

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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

// A stream as the host describes it: a view, valid where the host's pointer is.
class AdapterStream {
 public:
  explicit AdapterStream(const integ_stream* stream) : stream_(stream) {}
  // What batches name the stream by, from its stream() on until the session is closed.
  const integ_stream* id() const noexcept { return stream_; }
  std::string_view name() const noexcept { return {stream_->name.data, stream_->name.size}; }
  std::string_view name_space() const noexcept { return {stream_->name_space.data, stream_->name_space.size}; }
  std::string_view json_schema() const noexcept { return {stream_->json_schema.data, stream_->json_schema.size}; }
  bool resumable() const noexcept { return (stream_->flags & INTEG_STREAM_RESUMABLE) != 0; }
  // JSON pointers into a record.
  std::vector<std::string> primary_key() const {
    std::vector<std::string> pointers;
    for (const integ_field& field : std::span(stream_->primary_key, stream_->primary_key_count)) {
      pointers.emplace_back(field.pointer.data, field.pointer.size);
    }
    return pointers;
  }

 private:
  const integ_stream* stream_;
};

// Records of one stream, of one page, in order; each one whole JSON object on one line. Borrowed.
class AdapterBatch {
 public:
  explicit AdapterBatch(const integ_batch* batch) : batch_(batch) {}
  const integ_stream* stream() const noexcept { return batch_->stream; }
  std::size_t size() const noexcept { return batch_->record_count; }
  std::string_view operator[](std::size_t i) const noexcept {
    return {batch_->records[i].data, batch_->records[i].size};
  }
  std::int64_t extracted_at_ms() const noexcept { return batch_->extracted_at_ms; }

 private:
  const integ_batch* batch_;
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
    if (INTEG_HAS(host_, integ_host, log) && host_->log != nullptr) host_->log(context_, level, str(message));
  }
  void warn(std::string_view message) const { log(INTEG_LOG_WARN, message); }
  // Since the Unix epoch, never going back.
  std::int64_t now_ns() const { return host_->now_ns(context_); }
  bool cancelled() const { return host_->cancelled(context_) != 0; }

  // The sink that the host opened; an adapter with NO_SINK has none. All parts go out as one piece.
  void write(std::span<const integ_str> parts) const { check(host_->write(sink_, parts.data(), parts.size())); }
  void write(std::string_view part) const {
    const integ_str one = str(part);
    write(std::span(&one, 1));
  }
  void sync() const { check(host_->sync(sink_)); }

  const integ_host* host() const noexcept { return host_; }
  integ_http_context* raw() const noexcept { return context_; }
  integ_sink* sink() const noexcept { return sink_; }

  static integ_str str(std::string_view text) noexcept { return {text.data(), text.size()}; }

 private:
  integ_value option(std::string_view pointer) const {
    integ_value value{};
    value.size = sizeof value;
    const integ_node* options = host_->document(context_, INTEG_DOC_OPTIONS);
    if (options == nullptr) return value;
    check(host_->get(context_, options, str(pointer), &value));
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

enum class Flush { ask = INTEG_FLUSH_ASK, now = INTEG_FLUSH_NOW };

// One run of an adapter. The host calls, from one thread at a time: stream() for each stream, restore() after
// it, records, states and events as they come, flush() now and then, close() last.
class AdapterSession {
 public:
  AdapterSession() = default;
  AdapterSession(const AdapterSession&) = delete;
  AdapterSession& operator=(const AdapterSession&) = delete;
  virtual ~AdapterSession() = default;

  // Before the first batch of a stream; again, with the same id, when its schema or its entry changed. `entry`
  // is JSON: {"sync_mode", "destination_sync_mode", "cursor_field", "primary_key", "fields", "resumes", ...}.
  virtual void stream(const AdapterStream& stream, std::string_view entry) = 0;
  // The state that is durable at the destination and wins over the host's: JSON text, "null" to say that
  // the destination has nothing and the host's own is not to be used, nullopt for no opinion.
  virtual std::optional<std::string> restore(const AdapterStream& stream) {
    static_cast<void>(stream);
    return std::nullopt;
  }
  virtual void records(const AdapterBatch& batch) = 0;
  // All records before it are covered by it; tickets rise within a session.
  virtual void state(const AdapterStream& stream, std::string_view json, std::uint64_t ticket) = 0;
  // `kind` is one of INTEG_EVENT_...
  virtual void event(std::int32_t kind, std::string_view json) {
    static_cast<void>(kind);
    static_cast<void>(json);
  }
  // The highest ticket whose state and records are safe, 0 for none.
  virtual std::uint64_t flush(Flush how) = 0;
  // The session is destroyed after it, whether it throws or not.
  virtual void close(integ_status how_it_ended) { static_cast<void>(how_it_ended); }
};

// The description of an adapter. Built once, in the entry, and never changed after; descriptor() points into it.
class Adapter {
 public:
  using Opener = std::function<std::unique_ptr<AdapterSession>(AdapterContext)>;

  Adapter(std::string name, std::string version) : name_(std::move(name)), version_(std::move(version)) {}
  Adapter&& title(std::string text) && { return set(title_, std::move(text)); }
  Adapter&& documentation_url(std::string text) && { return set(documentation_url_, std::move(text)); }
  // JSON Schema of the options, an object; the host checks them against it and fills in its defaults.
  Adapter&& options_schema(std::string json) && { return set(options_schema_, std::move(json)); }
  // INTEG_ADAPTER_NO_SINK, INTEG_ADAPTER_SELECTED_FIELDS.
  Adapter&& flags(std::uint32_t bits) && { return set(flags_, bits); }
  Adapter&& opens(Opener opener) && { return set(opener_, std::move(opener)); }

  // Fills in `out`, which points into this object from then on.
  void describe(integ_adapter& out) const {
    out = {};
    out.size = sizeof out;
    out.flags = flags_;
    out.name = AdapterContext::str(name_);
    out.version = AdapterContext::str(version_);
    out.title = AdapterContext::str(title_);
    out.documentation_url = AdapterContext::str(documentation_url_);
    out.options_schema = AdapterContext::str(options_schema_);
    out.self = const_cast<Adapter*>(this);  // handed back to open() below, which takes it as const
    out.open = &Adapter::open;
    out.stream = &Adapter::stream;
    out.restore = &Adapter::restore;
    out.records = &Adapter::records;
    out.state = &Adapter::state;
    out.event = &Adapter::event;
    out.flush = &Adapter::flush;
    out.close = &Adapter::close;
  }

 private:
  // What an integ_session* is.
  struct Open {
    AdapterContext context;
    std::unique_ptr<AdapterSession> session;
    std::string restored;  // owns what restore() handed out
  };
  static Open& of(integ_session* session) noexcept { return *reinterpret_cast<Open*>(session); }

  template <class T, class V>
  Adapter&& set(T& member, V&& value) {
    member = std::forward<V>(value);
    return std::move(*this);
  }

  // The one place where an exception becomes a status.
  template <class Work>
  static integ_status guarded(const AdapterContext& context, Work&& work) noexcept {
    try {
      work();
      return INTEG_OK;
    } catch (const AdapterFailure& failure) {
      return told(context, failure.status(), failure.what());
    } catch (const std::exception& failure) {
      return told(context, INTEG_E_INTERNAL, failure.what());
    } catch (...) {
      return told(context, INTEG_E_INTERNAL, "an exception of an unknown type");
    }
  }
  // fail() takes negative statuses alone; CANCELLED and STOP need no words.
  static integ_status told(const AdapterContext& context, integ_status status, const char* message) noexcept {
    if (status >= 0) return status == INTEG_OK ? INTEG_E_INTERNAL : status;
    const integ_host* host = context.host();
    if (!INTEG_HAS(host, integ_host, fail) || host->fail == nullptr) return status;
    return host->fail(context.raw(), status, AdapterContext::str(message));
  }

  static integ_status open(void* self, const integ_host* host, integ_http_context* ctx, integ_sink* sink,
                           integ_session** out) noexcept {
    *out = nullptr;
    const AdapterContext context(host, ctx, sink);
    return guarded(context, [&] {
      auto opened = std::make_unique<Open>(Open{context, nullptr, {}});
      opened->session = static_cast<const Adapter*>(self)->opener_(context);
      *out = reinterpret_cast<integ_session*>(opened.release());
    });
  }
  static integ_status stream(integ_session* s, const integ_stream* stream, integ_str entry) noexcept {
    return guarded(of(s).context, [&] { of(s).session->stream(AdapterStream(stream), view(entry)); });
  }
  static integ_status restore(integ_session* s, const integ_stream* stream, integ_str* state) noexcept {
    *state = {nullptr, 0};
    return guarded(of(s).context, [&] {
      if (auto found = of(s).session->restore(AdapterStream(stream))) {
        of(s).restored = std::move(*found);
        *state = AdapterContext::str(of(s).restored);
      }
    });
  }
  static integ_status records(integ_session* s, const integ_batch* batch) noexcept {
    return guarded(of(s).context, [&] { of(s).session->records(AdapterBatch(batch)); });
  }
  static integ_status state(integ_session* s, const integ_stream* stream, integ_str json,
                            std::uint64_t ticket) noexcept {
    return guarded(of(s).context, [&] { of(s).session->state(AdapterStream(stream), view(json), ticket); });
  }
  static integ_status event(integ_session* s, std::int32_t kind, integ_str json) noexcept {
    return guarded(of(s).context, [&] { of(s).session->event(kind, view(json)); });
  }
  static integ_status flush(integ_session* s, std::int32_t how, std::uint64_t* confirmed) noexcept {
    return guarded(of(s).context, [&] { *confirmed = of(s).session->flush(static_cast<Flush>(how)); });
  }
  static integ_status close(integ_session* s, integ_status how_it_ended) noexcept {
    const std::unique_ptr<Open> opened(&of(s));
    return guarded(opened->context, [&] { opened->session->close(how_it_ended); });
  }
  static std::string_view view(integ_str text) noexcept { return {text.data, text.size}; }

  std::string name_, version_, title_, documentation_url_, options_schema_ = R"({"type":"object"})";
  std::uint32_t flags_ = 0;
  Opener opener_;
};

// The description of a plug-in that carries one adapter and nothing else; immovable, for it points into itself.
class AdapterPlugin {
 public:
  explicit AdapterPlugin(Adapter adapter) : adapter_(std::move(adapter)) {
    adapter_.describe(described_);
    plugin_.size = sizeof plugin_;
    plugin_.abi_minor = INTEG_ABI_MINOR;
    plugin_.adapters = &list_;
    plugin_.adapter_count = 1;
  }
  AdapterPlugin(const AdapterPlugin&) = delete;
  AdapterPlugin& operator=(const AdapterPlugin&) = delete;
  const integ_plugin* descriptor() const noexcept { return &plugin_; }

 private:
  Adapter adapter_;
  integ_adapter described_{};
  const integ_adapter* list_ = &described_;
  integ_plugin plugin_{};
};

}  // namespace v1
}  // namespace integ

// The entry of a plug-in that has one adapter: an integ::Adapter. Once a library, outside any namespace.
#define INTEG_ADAPTER_PLUGIN(...)                                                            \
  extern "C" INTEG_EXPORT const integ_plugin* integ_plugin_entry_v1(const integ_host*) try { \
    static const ::integ::AdapterPlugin plugin(__VA_ARGS__);                                 \
    return plugin.descriptor();                                                              \
  } catch (...) {                                                                            \
    return nullptr;                                                                          \
  }

#endif
