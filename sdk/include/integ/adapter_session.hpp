// The interface that an adapter implements: one run of it, and what is handed to that.
#pragma once

#include <integ/abi.h>
#include <integ/adapter_context.hpp>
#include <integ/text.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace integ {
inline namespace v1 {

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

}  // namespace v1
}  // namespace integ
