// What is said between host and worker, and how: each thing's writer beside its reader.
//
// The host sends a task; the worker then asks, one question at a time, and the host answers each, until the worker says
// that it is done. `log` and `release` want no answer. All of it goes over a socket of the task's own.
//
//   host                                   worker
//   task (function, stream, documents) ->
//                                       <- emit_batch (context, page, request, emit)
//   answer (flow, page, emitted)        ->
//                                       <- done (status, what was said)
//
// Contexts have numbers: 0 is the one that was entered, those that open_stream gave follow. Pages have the numbers that
// the worker gave them. Records stay with the host, and so does a body until it is asked for, unless it is small.
#pragma once

#include "base/error.hpp"
#include "bridge/context.hpp"
#include "bridge/entries.hpp"
#include "model/stream.hpp"
#include "worker/frame.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace integ::worker {

// Changes with everything in this file: a worker that was built otherwise is refused.
inline constexpr std::uint32_t kProtocol = 1;

// The most that one frame of a worker may hold: records that a connector made itself and emits at once, say.
inline constexpr std::uint64_t kMostFromWorker = 256ull << 20;
// Of the host's: a body is as large as the pipeline's http: allows.
inline constexpr std::uint64_t kMostFromHost = 64ull << 30;
// Up to here a body that was fetched goes with its answer; beyond, a connector that passes it on to emit_response
// without a look at it would pay for a copy.
inline constexpr std::size_t kBodyAtOnce = 64u << 10;

// From the worker. A context's number follows, but for release, body and done.
enum class Op : std::uint8_t {
  log,            // level, text; no answer
  release,        // page; no answer
  prefetch,       // request; no answer
  done,           // how it ended; the last
  fetch,          // page, request
  emit_batch,     // page, request, emit
  emit_response,  // page, emit
  emit_values,    // bytes
  emit_state,     // optional text
  add_slice,      // key, json, weight
  add_stream,     // stream
  open_stream,    // name
  set_auth,       // headers, query, valid_ms
  update_config,  // text
  mark_secret,    // bytes
  body,           // page
  end,
};

// From the host: the first frame, and then one for each question. An error has the error first; then both have what
// belongs to the question.
enum class Reply : std::uint8_t { task, ok, error, end };

// How the entered function ended.
enum class Ended : std::uint8_t { returned, threw_error, threw, end };

// What is to be entered, as the worker gets it.
struct Task {
  bridge::Function function = bridge::Function::run;
  bridge::Phase phase = bridge::Phase::run;
  std::string stream;                                // a static one's name; "" where there is none
  std::unique_ptr<plugin::LoadedStream> discovered;  // or all of a discovered one
  bridge::Documents documents;
};
void put_task(FrameWriter& out, const bridge::Entry& entry, const bridge::Context& context);
Task get_task(FrameReader& in);

void put(FrameWriter& out, const bridge::Documents& documents);
bridge::Documents get_documents(FrameReader& in);

// Kind, statuses, message and place.
void put(FrameWriter& out, const Error& error);
Error get_error(FrameReader& in);

void put(FrameWriter& out, const bridge::Context::Said& said);
bridge::Context::Said get_said(FrameReader& in);

void put(FrameWriter& out, const bridge::Request& request);
// Throws Error for a parser that does not exist.
bridge::Request get_request(FrameReader& in);

void put(FrameWriter& out, const bridge::Emit& emit);
bridge::Emit get_emit(FrameReader& in);

void put(FrameWriter& out, const std::vector<http::Header>& headers);
std::vector<http::Header> get_headers(FrameReader& in);

// What a plug-in may see of an answer.
void put_page(FrameWriter& out, const bridge::Page& page);
void get_page(FrameReader& in, bridge::Page& page);

// A discovered stream.
void put(FrameWriter& out, const Stream& stream);
// Checked as one of add_stream is; throws Error of kind plugin.
std::unique_ptr<plugin::LoadedStream> get_stream(FrameReader& in);

}  // namespace integ::worker
