// The metrics of a tap's run, as Singer's runners read them from standard error:
//
//   record_count            a counter a stream: records since the last one, every minute and at the stream's end
//   http_request_count      a counter a stream, at its end: attempts
//   http_request_duration   a timer a stream, at its end: the time of all its attempts together. (A line a request, as
//                           the Singer SDK writes it, would be as large as the data.)
//   sync_duration           a timer a stream, at its end
//   job_duration            a timer of the whole, at its end
//
// Values of timers are seconds. One thread of its own; ended() may be called from any.
#pragma once

#include "base/clock.hpp"
#include "cli/host.hpp"
#include "cli/singer_log.hpp"
#include "sync/read.hpp"

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <thread>

namespace integ::cli {

class TapMetrics {
 public:
  TapMetrics(Host& host, SingerLog& log);
  // Says job_duration; a run that was not said to be complete has failed.
  ~TapMetrics();
  TapMetrics(const TapMetrics&) = delete;
  TapMetrics& operator=(const TapMetrics&) = delete;

  void ended(const sync::StreamResult& stream);
  void complete();
  // Whoever asked for the run has left.
  void silence();

 private:
  void tick();
  void count_records(const std::string& stream, bool last);
  void counter(const std::string& metric, const std::string& stream, std::uint64_t value);
  void timer(const std::string& metric, const std::string& stream, std::int64_t ms, const std::string& more_tags);

  Host& host_;
  SingerLog& log_;
  const Steady::time_point began_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, std::uint64_t> counted_;  // records said so far; guarded by mutex_, as is what follows
  bool complete_ = false;
  bool silent_ = false;
  bool over_ = false;
  std::thread thread_;
};

}  // namespace integ::cli
