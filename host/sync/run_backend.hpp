// What one entry into a connector can do, in this process: requests through the Connection, records and
// states into the Output. One object serves one call of run, check, slices, discover or finish.
#pragma once

#include "bridge/backend.hpp"
#include "json/text.hpp"
#include "sync/connection.hpp"
#include "sync/output.hpp"
#include "sync/prefetch.hpp"
#include "sync/record_check.hpp"
#include "sync/repeat_guard.hpp"
#include "sync/stream_progress.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace integ::sync {

struct Slice {
  std::string key;
  std::string json;
  std::uint64_t weight = 0;
};

// Who looks at the records of some pages that go nowhere else.
struct Sample {
  std::uint64_t pages_left = 0;
  std::function<void(const std::vector<std::string_view>& records)> see;
};

// Where the calls of this entry go. What is nullptr is not to be had in its phase.
struct Targets {
  StreamProgress* progress = nullptr;  // the stream, where there is one
  std::string slice;                   // its key; "" without slices
  Output* output = nullptr;            // nullptr with a stream: a sample, or a check that stops at the first good page
  Sample* sample = nullptr;
  const json::FieldCut* cut = nullptr;  // records are cut to it
  std::uint64_t limit = 0;              // records of the stream; 0: all
  RecordCheck* check = nullptr;         // records go by it on their way out
  std::string* folded_state = nullptr;  // finish: what it emits
  std::vector<Slice>* slices = nullptr;
  std::vector<std::unique_ptr<plugin::LoadedStream>>* discovered = nullptr;
  std::function<bridge::Context*(std::string_view)> open_stream;
  Prefetch::Room* ahead = nullptr;  // run: where requests go ahead
};

class RunBackend final : public bridge::Backend {
 public:
  RunBackend(Connection& connection, Targets targets);

  bridge::Flow fetch(const bridge::Request& request, bridge::Page& page) override;
  bridge::Flow emit_batch(const bridge::Request& request, const bridge::Emit& emit, bridge::Page& page,
                          std::uint64_t& emitted) override;
  void prefetch(const bridge::Request& request) override;
  bridge::Flow emit_response(bridge::Page& page, const bridge::Emit& emit, std::uint64_t& emitted) override;
  bridge::Flow emit_values(std::string_view json) override;
  bridge::Flow emit_state(std::optional<std::string_view> json) override;
  bridge::Flow add_slice(std::string_view key, std::string_view json, std::uint64_t weight) override;
  void add_stream(std::unique_ptr<plugin::LoadedStream> stream) override;
  bridge::Context* open_stream(std::string_view name) override;
  void set_auth(std::vector<http::Header> headers, std::vector<http::Header> query, std::int64_t valid_ms) override;
  void update_config(std::string_view merge_patch) override;
  void mark_secret(std::string_view value) override;
  void log(Level level, std::string_view message) override;
  bool cancelled() const override;
  std::int64_t now_ns() override;
  void sleep_ns(std::int64_t duration) override;

 private:
  http::Caller caller() const;
  std::string stream_name() const;
  StreamProgress& progress_for(const char* function) const;
  // Without secrets (state_secrets.hpp), or throws.
  std::string storable(std::string state) const;
  // What an exchange fills is empty, whatever comes of it.
  http::Caller begin_exchange(const bridge::Request& request, bridge::Page& page) const;
  // As Connection::exchange, with the answer that was got ahead where there is one.
  http::Client::Outcome exchange(const bridge::Request& request, http::Acceptor& acceptor, const http::Caller& who,
                                 bridge::Page& page);
  bridge::Flow emit_streaming(const bridge::Request& request, const bridge::Emit& emit, bridge::Page& page,
                              std::uint64_t& emitted);
  // Throws where this very request has brought these records before, or for ever none.
  void refuse_circle(const bridge::Request& request, std::uint64_t answer, bool empty);
  void warn_of_null(StreamProgress& progress, const std::string& records);
  // What the page says of how many there are in all is told once.
  void estimate(StreamProgress& progress, const std::string& total, const json::Document& page);
  // The shared end of every emission: counts, cuts, limits, and queues.
  bridge::Flow emit(json::Slices slices, std::shared_ptr<const void> owner, std::size_t owner_bytes,
                    std::int64_t extracted_at_ms, std::uint64_t& emitted);
  // RUNNING, once a stream, and before the first record of any of its slices.
  void say_running();
  // Without an output.
  bool has_enough() const;
  bridge::Flow see(const std::vector<std::string_view>& records, std::uint64_t& emitted);
  // By targets_.check; what it refuses is the stream's error, and no state covers it.
  void check_records(const std::vector<std::string_view>& records);
  // Throws where these are the records of the emission before.
  void refuse_same(bool same, const std::string& method, const std::string& url);
  struct Noted {
    std::uint64_t records, bytes, largest, replaced_utf8;
  };
  static Noted measured(const json::Slices& slices);
  void note(const Noted& noted);

  Connection& connection_;
  Targets targets_;
  RepeatGuard guard_;
  std::optional<Error> lost_;       // why accepted records did not reach the output
  std::uint64_t last_records_ = 0;  // of the last emission that was no state
  bool streams_ = false;            // so was the last emission of a request
  std::optional<Prefetch> prefetch_;
};

}  // namespace integ::sync
