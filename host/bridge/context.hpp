// The object behind an integ_http_context: one call of a plug-in's function, its documents, its answers
// and its errors. Made by whoever enters a plug-in, on the thread that enters, and gone after it.
//
//   Context context(Phase::run, backend, documents, &stream.descriptor);
//   context.conclude(runner.run(self, &host_table(), context.handle()));   // throws what went wrong
#pragma once

#include "base/error.hpp"
#include "bridge/backend.hpp"
#include "json/document.hpp"

#include <integ/abi.h>

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace integ::bridge {

// What may be called when; session is an adapter's.
enum class Phase { check, discover, authorize, slices, run, finish, session };

// One slot for each INTEG_DOC_...; an empty slot reads as JSON null. Shared by the contexts of a run.
using Documents = std::array<std::shared_ptr<const json::Document>, INTEG_DOC_SLICES + 1>;

class Context {
 public:
  // Borrows backend and stream for its life; stream is nullptr in an interleaved run's own context.
  Context(Phase phase, Backend& backend, Documents documents, const integ_stream* stream);
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  integ_http_context* handle() noexcept { return reinterpret_cast<integ_http_context*>(this); }
  static Context* of(integ_http_context* handle) noexcept { return reinterpret_cast<Context*>(handle); }

  Phase phase() const noexcept { return phase_; }
  Backend& backend() noexcept { return backend_; }
  const integ_stream* stream() const noexcept { return stream_; }
  const json::Node& document(std::size_t which) const;
  const Documents& documents() const noexcept { return documents_; }
  bool on_own_thread() const noexcept { return std::this_thread::get_id() == thread_; }

  Page* new_page();
  void release(Page* page) noexcept;
  // The value noted for observation `index`, or nullptr when no record had one.
  static const json::Node* observed_node(const Page& page, std::size_t index);

  // The last host error, until the next host call; and what the plug-in said itself.
  void begin_call() noexcept { shown_error_.clear(); }
  integ_status record(const Error& error);
  integ_status record_flow(Flow flow) noexcept;
  integ_status fail(integ_status status, std::string message);
  const std::string& error_text() const noexcept { return shown_error_; }

  // What was said and answered in the call, to be put into a context that stands for this one in another process.
  struct Said {
    std::optional<Error> host_error;
    std::optional<std::string> by_plugin;
  };
  Said said() const { return {host_error_, said_}; }
  void say(Said said);

  // A request or an emission that went well: what failed before it is no cause of what may fail later.
  void forget_error() noexcept { host_error_.reset(); }
  // Takes over what was answered and said in a context that this one opened, which has no conclusion of its own.
  void adopt(Context& opened, integ_status returned);

  // What a function's status means, with what was said before it: returns how it went on (OK, or STOP
  // that the host had given), throws Error otherwise. A warning is left for OK after a fail(). What was said is
  // used up by it: a session's context concludes each of its calls.
  Flow conclude(integ_status returned);
  const std::optional<std::string>& warning() const noexcept { return warning_; }
  bool stop_given() const noexcept { return stop_given_; }

 private:
  Phase phase_;
  Backend& backend_;
  Documents documents_;
  const integ_stream* stream_;
  std::thread::id thread_ = std::this_thread::get_id();
  std::vector<std::unique_ptr<Page>> pages_;
  std::string shown_error_;
  std::optional<Error> host_error_;
  std::optional<std::string> said_;
  std::optional<std::string> warning_;
  bool stop_given_ = false;
};

// The document of a JSON text, shared.
std::shared_ptr<const json::Document> document_of(std::string text);

}  // namespace integ::bridge
