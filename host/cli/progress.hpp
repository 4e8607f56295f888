// What a run is doing, while it does it: a display that redraws itself when standard error is a terminal,
// a log line a stream every ten seconds when it is not.
//
// While it lives, log lines pass through it, so that they scroll above the display.
#pragma once

#include "base/counters.hpp"
#include "base/log.hpp"
#include "cli/host.hpp"

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <thread>

namespace integ::cli {

class Progress final : public LogWriter {
 public:
  Progress(Host& host, Counters& counters, std::string pipeline);
  ~Progress() override;
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void write(const LogLine& line) override;

 private:
  using Time = std::chrono::steady_clock::time_point;
  void tick();
  void draw(const std::string& text);  // with drawing_ held
  std::string display() const;
  std::string line_of(const std::string& stream) const;

  Host& host_;
  Counters& counters_;
  std::string pipeline_;
  bool terminal_;
  Time began_;
  LogWriter& before_;
  std::mutex drawing_;
  std::size_t lines_drawn_ = 0;  // guarded by drawing_
  std::mutex mutex_;
  std::condition_variable changed_;
  bool over_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace integ::cli
