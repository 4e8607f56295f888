// What a run has done so far, for the progress display, the summary and the report.
//
// Counters only rise and are read while they rise. Safe from every thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace integ {

struct StreamCounters {
  std::atomic<std::uint64_t> records{0};          // accepted
  std::atomic<std::uint64_t> expected{0};         // in all, as the server says; 0: it does not
  std::atomic<std::uint64_t> written{0};          // handed to the output
  std::atomic<std::uint64_t> bytes{0};            // of accepted records
  std::atomic<std::uint64_t> requests{0};         // attempts sent
  std::atomic<std::uint64_t> retries{0};          // attempts after the first
  std::atomic<std::uint64_t> received_bytes{0};   // as they came over the wire
  std::atomic<std::uint64_t> request_ms{0};       // of all attempts together, each from its sending to its end
  std::atomic<std::uint64_t> waited_ms{0};        // at gates and between attempts
  std::atomic<std::int64_t> waiting_until_ms{0};  // Unix ms of the end of a wait under way, 0: none
};

class Counters {
 public:
  // The same object each time; it lives as long as the Counters.
  StreamCounters& stream(const std::string& name);
  std::vector<std::string> streams() const;
  std::uint64_t total(std::atomic<std::uint64_t> StreamCounters::*member) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::unique_ptr<StreamCounters>> streams_;  // guarded by mutex_
};

}  // namespace integ
