// What a run can do, behind the C table: everything that leaves the plug-in's own call and would cross a
// pipe to a worker process. Look-ups in documents and answers do not: they stay in Context.
//
// One Backend serves one context; its functions are called on the thread that entered the plug-in, but
// for log, mark_secret, cancelled and now_ns, which come from any thread. Errors are thrown as Error.
#pragma once

#include "base/log.hpp"
#include "http/client.hpp"
#include "http/exchange.hpp"
#include "json/reader_spec.hpp"
#include "json/slicer.hpp"
#include "plugin/plugin.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace integ::bridge {

class Context;

// Records of one body that went out before all of it was there, and a running hash of their bytes.
struct Streamed {
  std::uint64_t records = 0;
  std::uint64_t hash = 0;
};

// The other half of a page whose answer another process keeps; the destructor lets go of it there.
class FarPage {
 public:
  virtual ~FarPage() = default;
  // The answer's body as it is there now; throws Error.
  virtual http::Body body() = 0;
};

// An answer as a plug-in holds it (integ_response). Belongs to its Context.
struct Page {
  // Brought first where it is far. nullptr where there is none.
  const http::Body& body() const;
  // No answer any more; what the calls of a REBUILD request keep stays.
  void empty();

  http::Answer answer;
  std::optional<json::Document> json;  // the skeleton after an emission, else the body, parsed when asked for
  json::Observed observed;             // of the last emission
  http::Budget budget;                 // between the calls of a REBUILD request
  Streamed streamed;                   // the same: what is out already
  bool emitted = false;                // records of this body are on their way: it must not be rewritten
  // `observed`, parsed when asked for; beside it.
  mutable std::vector<std::unique_ptr<json::Document>> observed_documents;
  std::unique_ptr<FarPage> far;  // nullptr where the answer is kept here
  mutable bool body_is_far = false;
  mutable http::Body brought;
};

struct Request {
  http::Request http;
  json::ReaderSpec reader;  // how the answer's body is made JSON
  std::string parser;       // the same, as the plug-in said it
  bool no_auth = false;
  bool operator==(const Request&) const = default;
};

struct Emit {
  json::SliceOptions slice;
  bool streaming = false;
  bool distinct = false;  // the records of the emission before are an error
  std::string total;      // pointer to how many records there are in all; "" for none
};

// stop: the host has enough. again: build the request anew and call with the same page.
enum class Flow { ok, stop, again };

class Backend {
 public:
  virtual ~Backend() = default;

  virtual Flow fetch(const Request& request, Page& page) = 0;
  virtual Flow emit_batch(const Request& request, const Emit& emit, Page& page, std::uint64_t& emitted) = 0;
  virtual Flow emit_response(Page& page, const Emit& emit, std::uint64_t& emitted) = 0;
  // That very request may come soon. Never fails.
  virtual void prefetch(const Request& request) = 0;
  // A JSON object, or an array of them.
  virtual Flow emit_values(std::string_view json) = 0;
  // Nothing: the state as it came in.
  virtual Flow emit_state(std::optional<std::string_view> json) = 0;
  virtual Flow add_slice(std::string_view key, std::string_view json, std::uint64_t weight) = 0;
  virtual void add_stream(std::unique_ptr<plugin::LoadedStream> stream) = 0;
  // Interleaved runs: the context of one of the streams, or nullptr when it is not selected.
  virtual Context* open_stream(std::string_view name) = 0;
  virtual void set_auth(std::vector<http::Header> headers, std::vector<http::Header> query, std::int64_t valid_ms) = 0;
  virtual void update_config(std::string_view merge_patch) = 0;

  virtual void mark_secret(std::string_view value) = 0;
  virtual void log(Level level, std::string_view message) = 0;
  virtual bool cancelled() const = 0;
  virtual std::int64_t now_ns() = 0;
  // Throws kind cancelled when woken early.
  virtual void sleep_ns(std::int64_t duration) = 0;
};

}  // namespace integ::bridge
