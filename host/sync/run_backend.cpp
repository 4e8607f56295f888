#include "sync/run_backend.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "sync/acceptors.hpp"
#include "sync/state_secrets.hpp"

#include <algorithm>
#include <utility>

namespace integ::sync {
namespace {

using bridge::Flow;

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

std::string RunBackend::storable(std::string state) const {
  try {
    return without_secrets(std::move(state), connection_.credential_parameters(), connection_.services().secrets);
  } catch (Error& error) {
    throw error.at({.stream = stream_name(), .slice = targets_.slice});
  }
}

Flow RunBackend::emit_state(std::optional<std::string_view> json) {
  if (targets_.folded_state != nullptr) {
    *targets_.folded_state = storable(json ? state_text(*json) : or_empty(targets_.progress->shared_state()));
    return Flow::ok;
  }
  StreamProgress& progress = progress_for("emit_state");
  if (targets_.output == nullptr) return has_enough() ? Flow::stop : Flow::ok;
  // A page that was cut to the limit is not covered by any state.
  if (targets_.limit > 0 && progress.claimed.load(std::memory_order_relaxed) >= targets_.limit) return Flow::stop;
  if (lost_) throw Error(*lost_);  // records that never reached the output must not be covered
  const std::string text = storable(json                     ? state_text(*json)
                                    : targets_.slice.empty() ? or_empty(progress.shared_state())
                                                             : or_empty(progress.slice_state(targets_.slice)));
  const auto in_order = progress.in_order();
  targets_.output->push_state(progress.stream(), progress.emitted(targets_.slice, text));
  return Flow::ok;
}

Flow RunBackend::add_slice(std::string_view key, std::string_view json, std::uint64_t weight) {
  if (targets_.slices == nullptr) refuse("add_slice");
  if (key.empty()) throw Error::of_status(INTEG_E_ARGUMENT, "add_slice: the key is empty");
  refuse_secret_key(key, connection_.services().secrets);
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
