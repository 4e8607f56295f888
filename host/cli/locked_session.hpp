// A session that several threads may call: a line that a connector prints to standard output is heard on a
// thread of its own and becomes a message at any time, also while another message is half written. For
// sessions that log nothing themselves, since a log line would come back here and wait for itself.
#pragma once

#include "protocol/adapter.hpp"

#include <mutex>

namespace integ::cli {

class LockedSession final : public protocol::Session {
 public:
  explicit LockedSession(protocol::Session& session) : session_(session) {}

  void stream(const Stream& stream, const Selection& selection) override {
    const std::lock_guard lock(mutex_);
    session_.stream(stream, selection);
  }
  std::optional<std::string> restore(const Stream& stream) override {
    const std::lock_guard lock(mutex_);
    return session_.restore(stream);
  }
  void records(const Batch& batch) override {
    const std::lock_guard lock(mutex_);
    session_.records(batch);
  }
  void state(const Stream& stream, std::string_view json, std::uint64_t ticket) override {
    const std::lock_guard lock(mutex_);
    session_.state(stream, json, ticket);
  }
  void event(protocol::Event kind, std::string_view json) override {
    const std::lock_guard lock(mutex_);
    session_.event(kind, json);
  }
  std::uint64_t flush(protocol::Flush how) override {
    const std::lock_guard lock(mutex_);
    return session_.flush(how);
  }
  void close(integ_status how_it_ended) override {
    const std::lock_guard lock(mutex_);
    session_.close(how_it_ended);
  }

 private:
  std::mutex mutex_;
  protocol::Session& session_;
};

}  // namespace integ::cli
