// A plug-in's protocol adapter behind the host's own Adapter interface: what integ_adapter says in C,
// said in C++. It stands in bridge/, not in protocol/, because its sessions need a Context.
#pragma once

#include "bridge/context.hpp"
#include "plugin/plugin.hpp"
#include "protocol/adapter.hpp"

#include <memory>
#include <string>
#include <vector>

namespace integ::bridge {

// What an integ_sink points at. Owned by the session's backend, but for the sink that open() was given.
struct SessionSink {
  Context* context = nullptr;
  protocol::Sink* sink = nullptr;
  std::unique_ptr<protocol::Sink> owned;
};

// The services of an adapter's session: log and sinks; requests and emissions answer E_UNSUPPORTED.
class SessionBackend final : public Backend {
 public:
  SessionBackend(Log& log, protocol::Sinks* sinks) : log_(log), sinks_(sinks) {}

  SessionSink* open_sink(Context& context, const std::string& path);
  void close_sink(SessionSink* sink, bool keep);

  Flow fetch(const Request&, Page&) override;
  Flow emit_batch(const Request&, const Emit&, Page&, std::uint64_t&) override;
  Flow emit_response(Page&, const Emit&, std::uint64_t&) override;
  void prefetch(const Request&) override {}
  Flow emit_values(std::string_view) override;
  Flow emit_state(std::optional<std::string_view>) override;
  Flow add_slice(std::string_view, std::string_view, std::uint64_t) override;
  void add_stream(std::unique_ptr<plugin::LoadedStream>) override;
  Context* open_stream(std::string_view) override;
  void set_auth(std::vector<http::Header>, std::vector<http::Header>, std::int64_t) override;
  void update_config(std::string_view) override;
  void mark_secret(std::string_view value) override;
  void log(Level level, std::string_view message) override { log_.write(level, {}, message); }
  bool cancelled() const override { return false; }
  std::int64_t now_ns() override { return clock_.unix_ns(); }
  void sleep_ns(std::int64_t) override;

 private:
  Log& log_;
  protocol::Sinks* sinks_;
  SystemClock clock_;
  std::vector<std::unique_ptr<SessionSink>> opened_;
};

// Keeps the plug-in's copies alive.
std::unique_ptr<protocol::Adapter> plugin_adapter(std::shared_ptr<const plugin::Plugin> plugin,
                                                  const plugin::LoadedAdapter& adapter);

}  // namespace integ::bridge
