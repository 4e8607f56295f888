#include "bridge/plugin_adapter.hpp"

#include "base/clock.hpp"
#include "bridge/convert.hpp"
#include "bridge/host_table.hpp"
#include "plugin/stream_descriptor.hpp"
#include "protocol/events.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace integ::bridge {
namespace {

[[noreturn]] void unsupported() {
  throw Error::of_status(INTEG_E_UNSUPPORTED, "an adapter's session can't make requests or emit");
}

class PluginSession final : public protocol::Session {
 public:
  PluginSession(const plugin::LoadedAdapter& adapter, const protocol::SessionContext& services, Documents documents)
      : adapter_(adapter),
        backend_(*services.log, services.sinks),
        context_(Phase::session, backend_, std::move(documents), nullptr),
        log_(*services.log) {
    main_sink_.context = &context_;
    main_sink_.sink = services.sink;
  }

  PluginSession(const PluginSession&) = delete;
  PluginSession& operator=(const PluginSession&) = delete;
  // A session that nobody closed ended by an error.
  ~PluginSession() override {
    if (session_ != nullptr && adapter_.table.close != nullptr) adapter_.table.close(session_, INTEG_E_INTERNAL);
  }

  void open() {
    call("open", adapter_.table.open(adapter_.table.self, &host_table(), context_.handle(), sink(), &session_));
    if (session_ == nullptr) throw Error(Kind::plugin, "adapter " + adapter_.name + " opened no session");
  }

  void stream(const Stream& stream, const Selection& selection) override {
    std::unique_ptr<plugin::StreamDescriptor>& slot = streams_[&stream];
    const integ_stream* before = slot ? &slot->descriptor : nullptr;
    auto made = std::make_unique<plugin::StreamDescriptor>(stream);
    if (before == nullptr) {
      slot = std::move(made);
    } else {  // a changed schema comes with the same pointer
      slot->primary_key = std::move(made->primary_key);
      slot->order_by = std::move(made->order_by);
      slot->iterate_by = std::move(made->iterate_by);
      slot->descriptor = made->descriptor;
    }
    SystemClock clock;
    const std::string entry = protocol::selection_json(selection, rfc3339(clock.unix_ms()));
    call("stream", adapter_.table.stream(session_, &slot->descriptor, str(entry)));
  }

  std::optional<std::string> restore(const Stream& stream) override {
    if (adapter_.table.restore == nullptr) return std::nullopt;
    integ_str state{nullptr, 0};
    call("restore", adapter_.table.restore(session_, descriptor(stream), &state));
    if (state.data == nullptr) return std::nullopt;
    return std::string(checked_text(state, "the restored state"));
  }

  void records(const Batch& batch) override {
    texts_.clear();
    texts_.reserve(batch.records.size());
    for (const std::string_view record : batch.records) texts_.push_back(str(record));
    integ_batch out{};
    out.size = sizeof out;
    out.stream = descriptor(*batch.stream);
    out.records = texts_.data();
    out.record_count = texts_.size();
    out.extracted_at_ms = batch.extracted_at_ms;
    call("records", adapter_.table.records(session_, &out));
  }

  void state(const Stream& stream, std::string_view json, std::uint64_t ticket) override {
    call("state", adapter_.table.state(session_, descriptor(stream), str(json), ticket));
  }

  void event(protocol::Event kind, std::string_view json) override {
    if (adapter_.table.event == nullptr || kind == protocol::Event::analytics) return;
    call("event", adapter_.table.event(session_, static_cast<std::int32_t>(kind), str(json)));
  }

  std::uint64_t flush(protocol::Flush how) override {
    std::uint64_t confirmed = 0;
    call("flush",
         adapter_.table.flush(session_, how == protocol::Flush::now ? INTEG_FLUSH_NOW : INTEG_FLUSH_ASK, &confirmed));
    return confirmed;
  }

  void close(integ_status how_it_ended) override {
    if (session_ == nullptr || adapter_.table.close == nullptr) return;
    call("close", adapter_.table.close(std::exchange(session_, nullptr), how_it_ended));
  }

 private:
  integ_sink* sink() { return main_sink_.sink == nullptr ? nullptr : reinterpret_cast<integ_sink*>(&main_sink_); }

  const integ_stream* descriptor(const Stream& stream) const {
    const auto found = streams_.find(&stream);
    if (found == streams_.end()) throw Error(Kind::internal, "stream " + stream.name + " was not announced");
    return &found->second->descriptor;
  }

  // What a session's function answered, with the words that it said about it.
  void call(const char* function, integ_status status) {
    try {
      context_.conclude(status);
    } catch (Error& error) {
      // Whatever its status, an adapter that can't go on is an output that can't be written.
      const bool keeps = error.kind() == Kind::config || error.kind() == Kind::output;
      const Error told = keeps ? error : Error(Kind::output, error.message());
      throw Error(told.kind(), "output " + adapter_.name + ", " + function + ": " + told.message());
    }
    if (context_.warning() && *context_.warning() != last_warning_) {
      last_warning_ = *context_.warning();
      log_.warn({}, "output " + adapter_.name + ": " + last_warning_);
    }
  }

  const plugin::LoadedAdapter& adapter_;
  SessionBackend backend_;
  Context context_;
  Log& log_;
  SessionSink main_sink_;
  integ_session* session_ = nullptr;
  std::map<const Stream*, std::unique_ptr<plugin::StreamDescriptor>> streams_;
  std::vector<integ_str> texts_;
  std::string last_warning_;
};

class PluginAdapter final : public protocol::Adapter {
 public:
  PluginAdapter(std::shared_ptr<const plugin::Plugin> plugin, const plugin::LoadedAdapter& adapter)
      : plugin_(std::move(plugin)), adapter_(adapter) {}

  std::string name() const override { return adapter_.name; }
  std::string version() const override { return adapter_.version; }
  std::string title() const override { return adapter_.title; }
  std::string documentation_url() const override { return adapter_.documentation_url; }
  std::string options_schema() const override { return adapter_.options_schema; }
  bool no_sink() const override { return (adapter_.table.flags & INTEG_ADAPTER_NO_SINK) != 0; }
  bool selected_fields() const override { return (adapter_.table.flags & INTEG_ADAPTER_SELECTED_FIELDS) != 0; }

  std::unique_ptr<protocol::Session> open(const protocol::SessionContext& services) override {
    Documents documents;
    if (services.options != nullptr) {
      documents[INTEG_DOC_OPTIONS] = document_of(std::string(services.options->text));
    }
    auto session = std::make_unique<PluginSession>(adapter_, services, std::move(documents));
    session->open();
    return session;
  }

 private:
  std::shared_ptr<const plugin::Plugin> plugin_;
  const plugin::LoadedAdapter& adapter_;
};

}  // namespace

SessionSink* SessionBackend::open_sink(Context& context, const std::string& path) {
  if (sinks_ == nullptr) throw Error::of_status(INTEG_E_UNSUPPORTED, "this run has no further sinks");
  auto made = std::make_unique<SessionSink>();
  made->context = &context;
  made->owned = sinks_->open(path, false);
  made->sink = made->owned.get();
  opened_.push_back(std::move(made));
  return opened_.back().get();
}

void SessionBackend::close_sink(SessionSink* sink, bool keep) {
  if (keep) sink->sink->sync();  // into its place; without it the temporary file is gone
  std::erase_if(opened_, [sink](const std::unique_ptr<SessionSink>& held) { return held.get() == sink; });
}

Flow SessionBackend::fetch(const Request&, Page&) { unsupported(); }
Flow SessionBackend::emit_batch(const Request&, const Emit&, Page&, std::uint64_t&) { unsupported(); }
Flow SessionBackend::emit_response(Page&, const Emit&, std::uint64_t&) { unsupported(); }
Flow SessionBackend::emit_values(std::string_view) { unsupported(); }
Flow SessionBackend::emit_state(std::optional<std::string_view>) { unsupported(); }
Flow SessionBackend::add_slice(std::string_view, std::string_view, std::uint64_t) { unsupported(); }
void SessionBackend::add_stream(std::unique_ptr<plugin::LoadedStream>) { unsupported(); }
Context* SessionBackend::open_stream(std::string_view) { unsupported(); }
void SessionBackend::set_auth(std::vector<http::Header>, std::vector<http::Header>, std::int64_t) { unsupported(); }
void SessionBackend::update_config(std::string_view) { unsupported(); }
void SessionBackend::mark_secret(std::string_view value) { log_.secrets().add(value); }
void SessionBackend::sleep_ns(std::int64_t) { unsupported(); }

std::unique_ptr<protocol::Adapter> plugin_adapter(std::shared_ptr<const plugin::Plugin> plugin,
                                                  const plugin::LoadedAdapter& adapter) {
  return std::make_unique<PluginAdapter>(std::move(plugin), adapter);
}

}  // namespace integ::bridge
