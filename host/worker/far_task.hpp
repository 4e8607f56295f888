// The worker's side of one task: the connector's calls that leave its process become questions to the host.
#pragma once

#include "base/cancellation.hpp"
#include "base/clock.hpp"
#include "bridge/context.hpp"
#include "plugin/plugin.hpp"
#include "worker/channel.hpp"
#include "worker/messages.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace integ::worker {

// What a worker knows beside its tasks. Any thread.
struct FarHost {
  Cancellation cancellation;
  std::mutex mutex;
  std::set<std::string, std::less<>> secrets;  // that the host knows already; guarded by mutex
};

// Questions and answers, one at a time; from any thread of the plug-in. What goes wrong on the way is an Error of kind
// internal: the host has gone, and the process is about to.
class FarTask {
 public:
  // Borrows all of it.
  FarTask(Channel& channel, const plugin::LoadedConnector& connector, FarHost& host)
      : channel_(channel), connector_(connector), host_(host) {}

  // The answer's payload, read by `read` before another question is asked. An error of the host's is thrown after it.
  void ask(FrameWriter question, const std::function<void(FrameReader&)>& read = {});
  void tell(FrameWriter message);

  const plugin::LoadedConnector& connector() const noexcept { return connector_; }
  FarHost& host() noexcept { return host_; }
  std::uint64_t next_page() noexcept { return ++last_page_; }

  // The context of a stream that open_stream gave, by its number from 1.
  bridge::Context* opened(std::uint32_t number, const std::string& stream, bridge::Documents documents);
  bridge::Context* opened(std::uint32_t number) const;
  // Their last words, in the order of their numbers.
  void put_said(FrameWriter& out) const;

 private:
  struct Opened;

  Channel& channel_;
  const plugin::LoadedConnector& connector_;
  FarHost& host_;
  std::mutex asking_;   // from a question to its answer
  std::mutex sending_;  // a frame
  std::atomic<std::uint64_t> last_page_{0};
  std::vector<std::shared_ptr<Opened>> opened_;
};

// The backend of one of a task's contexts.
class FarBackend final : public bridge::Backend {
 public:
  FarBackend(FarTask& task, std::uint32_t number) : task_(task), number_(number) {}

  bridge::Flow fetch(const bridge::Request& request, bridge::Page& page) override;
  bridge::Flow emit_batch(const bridge::Request& request, const bridge::Emit& emit, bridge::Page& page,
                          std::uint64_t& emitted) override;
  bridge::Flow emit_response(bridge::Page& page, const bridge::Emit& emit, std::uint64_t& emitted) override;
  void prefetch(const bridge::Request& request) override;
  bridge::Flow emit_values(std::string_view json) override;
  bridge::Flow emit_state(std::optional<std::string_view> json) override;
  bridge::Flow add_slice(std::string_view key, std::string_view json, std::uint64_t weight) override;
  void add_stream(std::unique_ptr<plugin::LoadedStream> stream) override;
  bridge::Context* open_stream(std::string_view name) override;
  void set_auth(std::vector<http::Header> headers, std::vector<http::Header> query, std::int64_t valid_ms) override;
  void update_config(std::string_view merge_patch) override;
  void mark_secret(std::string_view value) override;
  void log(Level level, std::string_view message) override;
  bool cancelled() const override { return task_.host().cancellation.cancelled(); }
  std::int64_t now_ns() override { return clock_.unix_ns(); }
  void sleep_ns(std::int64_t duration) override;

 private:
  FrameWriter question(Op op) const;
  void put_page_number(FrameWriter& out, bridge::Page& page);
  bridge::Flow ask_flow(FrameWriter question);
  bridge::Flow ask_page(FrameWriter question, bridge::Page& page, std::uint64_t* emitted);

  FarTask& task_;
  const std::uint32_t number_;
  SystemClock clock_;
};

}  // namespace integ::worker
