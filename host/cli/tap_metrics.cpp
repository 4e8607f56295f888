#include "cli/tap_metrics.hpp"

#include "base/text.hpp"
#include "json/text.hpp"

#include <chrono>

namespace integ::cli {
namespace {

// How often Singer's own library says how many there were.
constexpr auto kEvery = std::chrono::seconds(60);

std::string succeeded_or_failed(bool good) {
  return std::string(R"("status":")") + (good ? "succeeded" : "failed") + '"';
}

std::string tags(const std::string& stream, const std::string& more) {
  std::string out = "{";
  if (!stream.empty()) out += R"("endpoint":)" + json::quoted(stream) + R"(,"stream":)" + json::quoted(stream);
  if (!more.empty()) out += (out.size() > 1 ? "," : "") + more;
  return out + '}';
}

}  // namespace

TapMetrics::TapMetrics(Host& host, SingerLog& log) : host_(host), log_(log), began_(host.clock().steady()) {
  thread_ = std::thread([this] { tick(); });
}

TapMetrics::~TapMetrics() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
    changed_.notify_all();
  }
  thread_.join();
  if (silent_) return;
  timer("job_duration", {},
        std::chrono::duration_cast<std::chrono::milliseconds>(host_.clock().steady() - began_).count(),
        R"("job_type":"sync",)" + succeeded_or_failed(complete_));
}

void TapMetrics::complete() {
  const std::lock_guard lock(mutex_);
  complete_ = true;
}

void TapMetrics::silence() {
  const std::lock_guard lock(mutex_);
  silent_ = true;
}

void TapMetrics::ended(const sync::StreamResult& stream) {
  const StreamCounters& counters = host_.counters().stream(stream.id.name);
  count_records(stream.id.name, true);
  counter("http_request_count", stream.id.name, counters.requests.load());
  timer("http_request_duration", stream.id.name, static_cast<std::int64_t>(counters.request_ms.load()),
        succeeded_or_failed(stream.complete));
  timer("sync_duration", stream.id.name, stream.duration_ms, succeeded_or_failed(stream.complete));
}

void TapMetrics::tick() {
  std::unique_lock lock(mutex_);
  while (!changed_.wait_for(lock, kEvery, [this] { return over_; })) {
    lock.unlock();
    for (const std::string& stream : host_.counters().streams()) {
      if (!stream.empty()) count_records(stream, false);
    }
    lock.lock();
  }
}

void TapMetrics::count_records(const std::string& stream, bool last) {
  const std::lock_guard lock(mutex_);
  const std::uint64_t records = host_.counters().stream(stream).records.load();
  std::uint64_t& counted = counted_[stream];
  if (records == counted && !(last && counted == 0)) return;
  counter("record_count", stream, records - counted);
  counted = records;
}

void TapMetrics::counter(const std::string& metric, const std::string& stream, std::uint64_t value) {
  log_.metric(stream, R"({"type":"counter","metric":")" + metric + R"(","value":)" + std::to_string(value) +
                          R"(,"tags":)" + tags(stream, {}) + '}');
}

void TapMetrics::timer(const std::string& metric, const std::string& stream, std::int64_t ms,
                       const std::string& more_tags) {
  log_.metric(stream, R"({"type":"timer","metric":")" + metric + R"(","value":)" + decimal_seconds(ms) + R"(,"tags":)" +
                          tags(stream, more_tags) + '}');
}

}  // namespace integ::cli
