// RunBackend's emissions: of a request's records, of those of an answer that is there, of the connector's own.
#include "base/error.hpp"
#include "base/text.hpp"
#include "base/url.hpp"
#include "protocol/events.hpp"
#include "sync/acceptors.hpp"
#include "sync/run_backend.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace integ::sync {
namespace {

using bridge::Flow;

// Readers of lines have limits (Meltano's is half its buffer): a record above this is worth a warning.
constexpr std::size_t kLargeRecord = 10u << 20;

// What keeps a batch's views alive: the page, and records that were put together beside it.
struct Held {
  http::Body body;
  std::vector<std::string> made;
  std::string cut;
};

// The records cut to a selection, in a buffer of their own.
void put_cut(const std::vector<std::string_view>& records, const json::FieldCut& fields, Batch& batch) {
  auto cut = std::make_shared<std::string>();
  std::vector<std::size_t> ends;
  ends.reserve(records.size());
  for (const std::string_view record : records) {
    fields.apply(record, *cut);
    ends.push_back(cut->size());
  }
  std::size_t begin = 0;
  batch.records.reserve(ends.size());
  for (const std::size_t end : ends) {
    batch.records.emplace_back(cut->data() + begin, end - begin);
    begin = end;
  }
  batch.bytes = cut->capacity();
  batch.owner = std::move(cut);
}

}  // namespace

Flow RunBackend::emit_batch(const bridge::Request& request, const bridge::Emit& emit_options, bridge::Page& page,
                            std::uint64_t& emitted) {
  StreamProgress& progress = progress_for("emit_batch");
  if (emit_options.streaming) return emit_streaming(request, emit_options, page, emitted);
  SliceAcceptor acceptor(emit_options.slice, {request.reader, connection_.read_limits()});
  const http::Caller who = begin_exchange(request, page);
  page.answer.body.reset();  // back to its pool, unless records of it are still on their way
  streams_ = false;
  http::Client::Outcome outcome = exchange(request, acceptor, who, page);
  page.answer = std::move(outcome.answer);
  if (outcome.again) return Flow::again;
  page.budget = {};
  std::optional<json::Slices> slices = acceptor.take();
  if (!slices) return Flow::ok;  // no content
  refuse_circle(request, fingerprint(*page.answer.body), slices->records.empty());
  if (emit_options.distinct) {
    refuse_same(guard_.same_as_last(slices->records), request.http.method, request.http.url);
  }
  page.json = std::move(slices->skeleton);
  page.observed = std::move(slices->observed);
  progress.without_cursor.fetch_add(slices->without_cursor, std::memory_order_relaxed);
  page.emitted = true;
  estimate(progress, emit_options.total, *page.json);
  if (slices->null_array) warn_of_null(progress, emit_options.slice.records);
  auto held = std::make_shared<Held>();
  held->body = page.answer.body;
  held->made = std::move(slices->made);
  const std::size_t bytes = page.answer.body->capacity();
  return emit(std::move(*slices), std::move(held), bytes, page.answer.received_at_ms, emitted);
}

Flow RunBackend::emit_response(bridge::Page& page, const bridge::Emit& emit_options, std::uint64_t& emitted) {
  StreamProgress& progress = progress_for("emit_response");
  if (page.answer.status < 200 || page.answer.status > 299) {
    throw Error::of_status(INTEG_E_ARGUMENT, "emit_response: the answer is no success");
  }
  if (!page.answer.body || page.answer.status == 204 || page.answer.status == 205) return Flow::ok;
  // Records of an earlier emission still point into the body; slicing may rewrite it.
  if (page.emitted) page.answer.body = std::make_shared<std::string>(*page.answer.body);
  json::Slicer slicer(emit_options.slice);
  json::Slices slices;
  const auto refused = [&](integ_status status, const std::string& message) {
    return Error::of_status(status, message)
        .at({.request = "GET " + masked_url(page.answer.url, connection_.services().secrets)});
  };
  try {
    // Where a parser was named, the body was read when it was fetched; else it may still be packed.
    const BodyReader reader({}, connection_.read_limits());
    std::uint64_t replaced = 0;
    if (reader.has_to_read(*page.answer.body)) replaced = reader.read(page.answer);
    slices = slicer.finish(*page.answer.body);
    slices.replaced_utf8 += replaced;
  } catch (const json::ReadError& error) {
    const bool limit = error.why == json::ReadError::Why::too_large;
    throw refused(limit ? INTEG_E_LIMIT : INTEG_E_MALFORMED, error.message);
  } catch (const json::SliceError& error) {
    const bool schema = error.why == json::SliceError::Why::no_object;
    throw refused(schema ? INTEG_E_SCHEMA : INTEG_E_MALFORMED, error.message);
  }
  if (emit_options.distinct) refuse_same(guard_.same_as_last(slices.records), "GET", page.answer.url);
  page.emitted = true;
  page.json = std::move(slices.skeleton);
  page.observed = std::move(slices.observed);
  progress.without_cursor.fetch_add(slices.without_cursor, std::memory_order_relaxed);
  estimate(progress, emit_options.total, *page.json);
  page.observed_documents.clear();
  auto held = std::make_shared<Held>();
  held->body = page.answer.body;
  held->made = std::move(slices.made);
  const std::size_t bytes = page.answer.body->capacity();
  return emit(std::move(slices), std::move(held), bytes, page.answer.received_at_ms, emitted);
}

Flow RunBackend::emit_values(std::string_view json) {
  progress_for("emit_values");
  auto body = std::make_shared<std::string>(json);
  json::Slicer slicer({.records = ""});
  json::Slices slices;
  try {
    slices = slicer.finish(*body);
  } catch (const json::SliceError& error) {
    throw Error::of_status(error.why == json::SliceError::Why::no_object ? INTEG_E_SCHEMA : INTEG_E_ARGUMENT,
                           "emit_values: " + error.message);
  }
  auto held = std::make_shared<Held>();
  held->body = body;
  held->made = std::move(slices.made);
  std::uint64_t emitted = 0;
  const std::size_t bytes = body->capacity();
  return emit(std::move(slices), std::move(held), bytes, connection_.services().clock.unix_ms(), emitted);
}

void RunBackend::refuse_circle(const bridge::Request& request, std::uint64_t answer, bool empty) {
  const http::Request& asked = request.http;
  if (empty ? !guard_.repeats_nothing(asked.method, asked.url, asked.body, answer)
            : !guard_.repeats(asked.method, asked.url, asked.body, answer)) {
    return;
  }
  throw Error::of_status(
      INTEG_E_MALFORMED,
      empty ? "the same request was answered a hundred times without records: the pages go round in a circle"
            : "the same request was answered with the same records again: the pages go round in a "
              "circle")
      .at({.request = request.http.method + " " + masked_url(request.http.url, connection_.services().secrets)});
}

void RunBackend::refuse_same(bool same, const std::string& method, const std::string& url) {
  if (!same) return;
  throw Error::of_status(INTEG_E_MALFORMED,
                         "another page was asked for, but it holds the records of the page before: the server seems to "
                         "ignore which one is asked for")
      .at({.request = method + " " + masked_url(url, connection_.services().secrets)});
}

void RunBackend::warn_of_null(StreamProgress& progress, const std::string& records) {
  if (progress.warned_null.exchange(true)) return;
  connection_.services().log.warn(progress.stream().name,
                                  "null instead of an array at " + records + ": taken as no records");
}

void RunBackend::estimate(StreamProgress& progress, const std::string& total, const json::Document& page) {
  if (total.empty() || targets_.output == nullptr || targets_.limit > 0) return;
  const json::Node* stated = page.find(total);
  if (stated == nullptr || stated->type != json::Type::integer || stated->integer <= 0) return;
  const auto in_order = progress.in_order();
  const std::optional<std::int64_t> all = progress.expect(targets_.slice, stated->integer);
  if (!all) return;
  const Stream& stream = progress.stream();
  const Services& services = connection_.services();
  services.counters.stream(stream.name).expected.store(static_cast<std::uint64_t>(*all), std::memory_order_relaxed);
  targets_.output->push_event(protocol::Event::estimate,
                              protocol::estimate_json(stream, *all, std::nullopt, services.clock.unix_ms()));
}

RunBackend::Noted RunBackend::measured(const json::Slices& slices) {
  Noted out{slices.records.size(), 0, 0, slices.replaced_utf8};
  for (const std::string_view record : slices.records) {
    out.bytes += record.size();
    out.largest = std::max<std::uint64_t>(out.largest, record.size());
  }
  return out;
}

void RunBackend::note(const Noted& noted) {
  StreamProgress& progress = *targets_.progress;
  StreamCounters& counters = connection_.services().counters.stream(progress.stream().name);
  counters.records.fetch_add(noted.records, std::memory_order_relaxed);
  counters.bytes.fetch_add(noted.bytes, std::memory_order_relaxed);
  progress.records.fetch_add(noted.records, std::memory_order_relaxed);
  progress.replaced_utf8.fetch_add(noted.replaced_utf8, std::memory_order_relaxed);
  if (noted.largest > kLargeRecord && !progress.warned_large.exchange(true)) {
    connection_.services().log.warn(progress.stream().name,
                                    "a record of " + human_bytes(static_cast<double>(noted.largest)) +
                                        " is passed on whole, in one line; readers of lines may refuse it");
  }
}

bool RunBackend::has_enough() const { return targets_.sample == nullptr || targets_.sample->pages_left == 0; }

Flow RunBackend::see(const std::vector<std::string_view>& records, std::uint64_t& emitted) {
  if (has_enough()) return Flow::stop;  // a check has seen what it wanted
  targets_.sample->see(records);
  emitted = records.size();
  --targets_.sample->pages_left;
  return has_enough() ? Flow::stop : Flow::ok;
}

void RunBackend::check_records(const std::vector<std::string_view>& records) {
  try {
    targets_.check->check(records);
  } catch (Error& error) {
    lost_ = error;
    // A connector may carry on, but the stream has failed.
    targets_.progress->fail(error.at({.stream = stream_name(), .slice = targets_.slice}));
    throw;
  }
}

void RunBackend::say_running() {
  StreamProgress& progress = *targets_.progress;
  if (progress.running.load()) return;
  const auto in_order = progress.in_order();
  if (progress.running.load()) return;
  targets_.output->push_event(
      protocol::Event::stream_status,
      protocol::stream_status_json(progress.stream(), "RUNNING", connection_.services().clock.unix_ms()));
  progress.running.store(true);
}

Flow RunBackend::emit(json::Slices slices, std::shared_ptr<const void> owner, std::size_t owner_bytes,
                      std::int64_t extracted_at_ms, std::uint64_t& emitted) {
  StreamProgress& progress = *targets_.progress;
  if (targets_.output == nullptr) return see(slices.records, emitted);
  last_records_ = slices.records.size();
  bool enough = false;
  if (targets_.limit > 0) {
    // Claimed first: the slices of a stream share its limit.
    const std::uint64_t had = progress.claimed.fetch_add(slices.records.size(), std::memory_order_relaxed);
    const std::uint64_t left = targets_.limit > had ? targets_.limit - had : 0;
    enough = slices.records.size() >= left;
    if (slices.records.size() > left) slices.records.resize(left);
  }
  if (targets_.check != nullptr) check_records(slices.records);
  const Noted noted = measured(slices);
  if (!slices.records.empty()) {
    Batch batch;
    batch.stream = &progress.stream();
    batch.extracted_at_ms = extracted_at_ms;
    batch.bytes = owner_bytes;
    if (targets_.cut != nullptr) {
      put_cut(slices.records, *targets_.cut, batch);
    } else {
      batch.records = std::move(slices.records);
      batch.owner = std::move(owner);
    }
    say_running();
    try {
      targets_.output->push(std::move(batch));
    } catch (const Error& error) {
      lost_ = error;
      throw;
    }
  }
  note(noted);
  emitted = noted.records;
  return enough ? Flow::stop : Flow::ok;
}

}  // namespace integ::sync
