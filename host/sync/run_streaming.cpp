// RunBackend's emissions with STREAMING.
#include "base/error.hpp"
#include "base/text.hpp"
#include "sync/body_format.hpp"
#include "sync/run_backend.hpp"
#include "sync/stream_acceptor.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace integ::sync {

using bridge::Flow;

Flow RunBackend::emit_streaming(const bridge::Request& request, const bridge::Emit& emit_options, bridge::Page& page,
                                std::uint64_t& emitted) {
  if (emit_options.slice.keep) {
    throw Error::of_status(INTEG_E_ARGUMENT, "emit_batch: STREAMING keeps no items, so KEEP can't be had with it");
  }
  const BodyFormat format = BodyFormat::of(request.reader, emit_options.slice.records);
  if (!format.as_it_comes) {
    throw Error::of_status(
        INTEG_E_UNSUPPORTED,
        "emit_batch: STREAMING reads JSON and JSON Lines, plain or in gzip, and not what the parser says");
  }
  StreamProgress& progress = *targets_.progress;
  // A rebuilt request goes on behind what the ones before it brought.
  const bridge::Streamed before = page.streamed;
  StreamAcceptor::Options options{
      .slice = emit_options.slice, .format = format, .max_record = connection_.read_limits().max_bytes};
  if (targets_.limit > 0) options.enough_at = targets_.limit;
  if (targets_.output == nullptr && targets_.sample == nullptr) options.enough_at = 1;
  bool enough = false;
  std::uint64_t total = before.records;
  Clock& clock = connection_.services().clock;
  StreamAcceptor acceptor(std::move(options), before, clock,
                          [&](json::Slices records, std::shared_ptr<const void> owner, std::size_t bytes) {
                            std::uint64_t now = 0;
                            enough =
                                emit(std::move(records), std::move(owner), bytes, clock.unix_ms(), now) == Flow::stop;
                            total += now;
                            return !enough;
                          });
  const http::Caller who = begin_exchange(request, page);
  page.answer.body.reset();
  streams_ = true;
  http::Client::Outcome outcome;
  try {
    outcome = exchange(request, acceptor, who, page);
  } catch (const Error& error) {
    if (total > 0 && error.kind() != Kind::cancelled) {
      connection_.services().log.warn(progress.stream().name,
                                      with_separators(total) + " records of an answer were passed on before it failed");
    }
    throw;
  }
  acceptor.rethrow();
  page.answer = std::move(outcome.answer);
  if (outcome.again) {
    page.streamed = acceptor.out();
    return Flow::again;
  }
  page.budget = {};
  emitted = total;
  std::optional<json::Slices> rest = acceptor.take();
  if (enough || !rest) {
    page.answer.body.reset();
    return enough ? Flow::stop : Flow::ok;
  }
  const bridge::Streamed& out = acceptor.out();
  page.json = std::move(rest->skeleton);
  page.observed = std::move(rest->observed);
  progress.without_cursor.fetch_add(rest->without_cursor, std::memory_order_relaxed);
  page.answer.body = std::make_shared<std::string>(page.json->text());  // all that is left of it
  progress.replaced_utf8.fetch_add(rest->replaced_utf8, std::memory_order_relaxed);
  if (rest->null_array) warn_of_null(progress, emit_options.slice.records);
  // Too late to keep records from being written, but not to keep a run from going on for ever.
  refuse_circle(request, fingerprint(*page.answer.body, out.hash), out.records == 0);
  if (emit_options.distinct && out.records > 0) {
    refuse_same(guard_.same_hash_as_last(out.hash), request.http.method, request.http.url);
  }
  return Flow::ok;
}

}  // namespace integ::sync
