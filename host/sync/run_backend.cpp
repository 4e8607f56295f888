#include "sync/run_backend.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/url.hpp"
#include "protocol/events.hpp"
#include "sync/acceptors.hpp"

#include <algorithm>
#include <utility>

namespace integ::sync {
namespace {

using bridge::Flow;

// Readers of lines have limits (Meltano's is half its buffer): a record above this is worth a warning.
constexpr std::size_t kLargeRecord = 10u << 20;

[[noreturn]] void refuse(const std::string& function) {
  throw Error::of_status(INTEG_E_UNSUPPORTED, function + " can't be called here");
}

// A state is an object: that is what every protocol has room for.
std::string state_text(std::string_view json) {
  const json::Document document = [&] {
    try {
      return json::Document::parse(std::string(json), "the emitted state");
    } catch (const Error& error) {
      throw Error::of_status(INTEG_E_ARGUMENT, error.message());
    }
  }();
  if (!document.root().is_object()) throw Error::of_status(INTEG_E_ARGUMENT, "emit_state: the state is no JSON object");
  return json::compacted(document.root().text);
}

std::string or_empty(const std::string& state) { return state == "null" ? "{}" : state; }

// What keeps a batch's views alive: the page, and records that were put together beside it.
struct Held {
  http::Body body;
  std::vector<std::string> made;
  std::string cut;
};

}  // namespace

RunBackend::RunBackend(Connection& connection, Targets targets)
    : connection_(connection), targets_(std::move(targets)) {
  if (targets_.ahead != nullptr) prefetch_.emplace(connection_, *targets_.ahead, caller());
}

std::string RunBackend::stream_name() const {
  return targets_.progress == nullptr ? std::string() : targets_.progress->stream().name;
}

http::Caller RunBackend::caller() const {
  const std::string name = stream_name();
  return {name, &connection_.services().cancellation, &connection_.services().counters.stream(name)};
}

StreamProgress& RunBackend::progress_for(const char* function) const {
  if (targets_.progress == nullptr) refuse(std::string(function) + " without a stream (use open_stream)");
  return *targets_.progress;
}

http::Caller RunBackend::begin_exchange(const bridge::Request& request, bridge::Page& page) const {
  http::Caller who = caller();
  who.linked_from = http::linked_from(page.answer, request.http.url, page.observed);
  page.json.reset();
  page.observed.clear();
  page.observed_documents.clear();
  page.emitted = false;
  page.streamed = {};
  return who;
}

void RunBackend::prefetch(const bridge::Request& request) {
  // What streams is of no known size, and its point is not to be held.
  if (!prefetch_ || streams_) return;
  if (targets_.limit == 0) return prefetch_->hint(request);
  const std::uint64_t had = targets_.progress->claimed.load(std::memory_order_relaxed);
  if (had >= targets_.limit || last_records_ == 0) return;
  // As many pages as the limit still takes, if they are like the last one, but for the next, which is asked for itself.
  prefetch_->hint(request, static_cast<std::size_t>((targets_.limit - had - 1) / last_records_));
}

http::Client::Outcome RunBackend::exchange(const bridge::Request& request, http::Acceptor& acceptor,
                                           const http::Caller& who, bridge::Page& page) {
  std::optional<http::Early> early;
  if (prefetch_) early = prefetch_->claim(request);
  return connection_.exchange(request, acceptor, who, page, std::move(early));
}

Flow RunBackend::fetch(const bridge::Request& request, bridge::Page& page) {
  BodyAcceptor acceptor({request.reader, connection_.read_limits()});
  const http::Caller who = begin_exchange(request, page);
  const http::Client::Outcome outcome = exchange(request, acceptor, who, page);
  page.answer = outcome.answer;
  if (outcome.again) return Flow::again;
  page.budget = {};
  page.json = acceptor.take();
  return Flow::ok;
}

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
  if (!slices->records.empty()) refuse_circle(request, fingerprint(*page.answer.body));
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

void RunBackend::refuse_circle(const bridge::Request& request, std::uint64_t answer) {
  if (!guard_.repeats(request.http.method, request.http.url, request.http.body, answer)) return;
  throw Error::of_status(INTEG_E_MALFORMED,
                         "the same request was answered with the same records again: the pages go round in a circle")
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
  const std::optional<std::int64_t> all = progress.expect(targets_.slice, stated->integer);
  if (!all) return;
  const Stream& stream = progress.stream();
  const Services& services = connection_.services();
  services.counters.stream(stream.name).expected.store(static_cast<std::uint64_t>(*all), std::memory_order_relaxed);
  targets_.output->push_event(protocol::Event::estimate,
                              protocol::estimate_json(stream, *all, std::nullopt, services.clock.unix_ms()));
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
      auto cut = std::make_shared<std::string>();
      std::vector<std::size_t> ends;
      ends.reserve(slices.records.size());
      for (const std::string_view record : slices.records) {
        targets_.cut->apply(record, *cut);
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
    } else {
      batch.records = std::move(slices.records);
      batch.owner = std::move(owner);
    }
    if (!progress.running.exchange(true)) {
      targets_.output->push_event(
          protocol::Event::stream_status,
          protocol::stream_status_json(progress.stream(), "RUNNING", connection_.services().clock.unix_ms()));
    }
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

Flow RunBackend::emit_state(std::optional<std::string_view> json) {
  if (targets_.folded_state != nullptr) {
    *targets_.folded_state = json ? state_text(*json) : or_empty(targets_.progress->shared_state());
    return Flow::ok;
  }
  StreamProgress& progress = progress_for("emit_state");
  if (targets_.output == nullptr) return has_enough() ? Flow::stop : Flow::ok;
  // A page that was cut to the limit is not covered by any state.
  if (targets_.limit > 0 && progress.claimed.load(std::memory_order_relaxed) >= targets_.limit) return Flow::stop;
  if (lost_) throw Error(*lost_);  // records that never reached the output must not be covered
  const std::string text = json                     ? state_text(*json)
                           : targets_.slice.empty() ? or_empty(progress.shared_state())
                                                    : or_empty(progress.slice_state(targets_.slice));
  const auto in_order = progress.in_order();
  targets_.output->push_state(progress.stream(), progress.emitted(targets_.slice, text));
  return Flow::ok;
}

Flow RunBackend::add_slice(std::string_view key, std::string_view json, std::uint64_t weight) {
  if (targets_.slices == nullptr) refuse("add_slice");
  if (key.empty()) throw Error::of_status(INTEG_E_ARGUMENT, "add_slice: the key is empty");
  for (const Slice& slice : *targets_.slices) {
    if (slice.key == key) throw Error::of_status(INTEG_E_ARGUMENT, "add_slice: the key '" + slice.key + "' came twice");
  }
  std::string text =
      json.empty() ? "null" : json::compacted(json::Document::parse(std::string(json), "the slice").text());
  targets_.slices->push_back({std::string(key), std::move(text), weight});
  return Flow::ok;
}

void RunBackend::add_stream(std::unique_ptr<plugin::LoadedStream> stream) {
  if (targets_.discovered == nullptr) refuse("add_stream");
  stream->info.discovered = true;
  targets_.discovered->push_back(std::move(stream));
}

bridge::Context* RunBackend::open_stream(std::string_view name) {
  if (!targets_.open_stream) refuse("open_stream");
  return targets_.open_stream(name);
}

void RunBackend::set_auth(std::vector<http::Header>, std::vector<http::Header>, std::int64_t) { refuse("set_auth"); }
void RunBackend::update_config(std::string_view) { refuse("update_config"); }
void RunBackend::mark_secret(std::string_view value) { connection_.services().secrets.add(value); }

void RunBackend::log(Level level, std::string_view message) {
  connection_.services().log.write(level, stream_name(), message);
}

bool RunBackend::cancelled() const { return connection_.services().cancellation.cancelled(); }
std::int64_t RunBackend::now_ns() { return connection_.services().clock.unix_ns(); }

void RunBackend::sleep_ns(std::int64_t duration) {
  const Services& services = connection_.services();
  constexpr std::int64_t kLongest = 365LL * 24 * 3'600 * 1'000'000'000;  // a year is for ever, and does not overflow
  const auto until =
      services.clock.steady() + std::chrono::nanoseconds(std::clamp<std::int64_t>(duration, 0, kLongest));
  if (!services.clock.sleep_until(until, services.cancellation)) throw Error(Kind::cancelled, "cancelled");
}

}  // namespace integ::sync
