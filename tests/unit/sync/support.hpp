// What the tests of this room share: a connector of lambdas behind the C table, a transport of canned pages, a
// session that keeps what it is told, and what a run stands on.
#pragma once

#include "http/transport.hpp"
#include "model/catalog.hpp"
#include "protocol/adapter.hpp"
#include "sync/connection.hpp"
#include "sync/output.hpp"
#include "sync/read.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace integ::sync::testing {

// Lines of the log, from any thread.
class Lines final : public LogWriter {
 public:
  void write(const LogLine& line) override;
  // How many lines hold that text.
  std::size_t with(std::string_view part) const;

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
};

// The services of a run, on a clock that moves only when told.
struct World {
  ManualClock clock;
  Secrets secrets;
  Lines lines;
  Log log{secrets, lines, Level::debug};
  Counters counters;
  Cancellation cancellation;
  Services services() { return {clock, log, secrets, counters, cancellation}; }
};

// Keeps each call as a line: "stream a", "records a 1 2", "state a {...} #1", "event COMPLETE a", "flush ask".
class Recorder : public protocol::Session {
 public:
  void stream(const Stream& stream, const Selection& selection) override;
  std::optional<std::string> restore(const Stream& stream) override;
  void records(const Batch& batch) override;
  void state(const Stream& stream, std::string_view json, std::uint64_t ticket) override;
  void event(protocol::Event kind, std::string_view json) override;
  std::uint64_t flush(protocol::Flush how) override;
  void close(integ_status how_it_ended) override;

  std::vector<std::string> calls() const;
  // Those of one stream, in order.
  std::vector<std::string> of(const std::string& stream) const;
  std::size_t count(const std::string& call) const;
  // Blocks until that many calls begin with that word.
  void wait_for(const std::string& word, std::size_t times = 1);

  // Set before it is used.
  std::function<void(const Batch&)> on_records;
  std::function<void()> on_flush;
  std::map<std::string, std::string> restored;
  // What a flush confirms; all by default.
  std::function<std::uint64_t(protocol::Flush how, std::uint64_t last)> confirm;
  std::atomic<std::size_t> record_count{0};

 private:
  void keep(std::string call);

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> calls_;
  std::uint64_t last_ticket_ = 0;
};

// Answers by URL; what is not known is 404. Safe from every thread.
class Pages final : public http::Transport {
 public:
  struct Page {
    int status = 200;
    std::string body;
    std::vector<http::Header> headers = {};  // beside Content-Type, unless they have one
    bool cut = false;                        // the connection breaks behind the body
    std::size_t piece = 0;                   // bytes that come at a time; 0: all of them
  };
  using Answer = std::function<Page(const http::Request&)>;

  Pages& page(const std::string& url, std::string body, int status = 200);
  Pages& answer(const std::string& url, Answer given);
  void perform(const http::Attempt& attempt, http::Receiver& receiver, const Cancellation& cancellation) override;
  std::size_t asked(const std::string& url) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, Answer> answers_;
  std::map<std::string, std::size_t> asked_;
};

using Function = std::function<integ_status(const integ_host&, integ_http_context*)>;

// The functions of one stream (or of a connector), which a C vtable leads to.
struct Functions {
  Function run, slices, check, finish;
};

// A connector put together in the test.
class TestConnector {
 public:
  TestConnector();
  // Declares a stream with its functions; without `run` it is an interleaved one.
  plugin::LoadedStream& stream(const std::string& name, Functions functions, std::uint32_t flags = 0);
  // The connector's own functions are set on `loaded` through these.
  void discover(Function function);
  void authorize(Function function);
  void interleaved(Function function);
  void dynamic(Functions functions);

  plugin::LoadedConnector loaded;

 private:
  struct Own {
    Function discover, authorize;
    Functions interleaved, dynamic;
  };
  Own own_;
  std::vector<std::unique_ptr<Functions>> functions_;
};

// A connector's connection over canned pages.
struct Source {
  Source(World& world, const TestConnector& connector, const std::string& config = "{}",
         const http::Settings& settings = {});
  Pages& pages() { return *transport; }
  std::unique_ptr<Pages> transport = std::make_unique<Pages>();
  Connection connection;
};

integ_str str(std::string_view text);
std::string text_of(const integ_value& value);
// Requests and emits "/items"; `flags` are INTEG_EMIT_...
integ_status emit(const integ_host& host, integ_http_context* context, const std::string& url, std::uint32_t flags = 0);
integ_status emit_state(const integ_host& host, integ_http_context* context, std::string_view json);
// The JSON text of a document.
std::string document(const integ_host& host, integ_http_context* context, std::int32_t which);
// {"items":[{"id":1},...]} from `first` to `last`.
std::string items(int first, int last);

SelectedStream selected(const plugin::LoadedStream& stream, SyncMode mode = SyncMode::incremental);
ReadRequest everything(const TestConnector& connector, SyncMode mode = SyncMode::incremental);
const StreamResult& result_of(const ReadResult& result, const std::string& stream);

// What was committed, newest by stream, and how often.
struct Commits {
  Output::Commit function();
  std::map<std::string, std::vector<std::string>> by_stream;  // on the writer's thread, read after the run
};

// EXPECT an Error of that kind with that text.
template <class Code>
void expect_error(Kind kind, std::string_view part, Code&& code) {
  try {
    code();
    ADD_FAILURE() << "no error; expected one with: " << part;
  } catch (const Error& error) {
    EXPECT_EQ(name_of(error.kind()), name_of(kind)) << error.what();
    EXPECT_THAT(std::string(error.what()), ::testing::HasSubstr(std::string(part)));
  }
}

}  // namespace integ::sync::testing
