// What a tap says on standard error: log lines as everywhere, and metrics in the one form that Singer's runners look
// for, `INFO METRIC: {...}`.
//
// Where SINGER_SDK_LOG_CONFIG is set (Meltano sets it for taps that can log in a structured way), every line is a JSON
// object instead: {"level","pid","logger_name","ts","thread_name","app_name","stream_name","message","extra",
// "metric_info"?}, as the Singer SDK's own formatter writes it. While it lives the host's log goes through it. Safe
// from every thread.
#pragma once

#include "base/fd_writer.hpp"
#include "base/log.hpp"
#include "cli/host.hpp"

#include <mutex>
#include <string>

namespace integ::cli {

class SingerLog final : public LogWriter {
 public:
  // `app`: the tap's name, "tap-pokeapi".
  SingerLog(Host& host, std::string app);
  ~SingerLog() override;
  SingerLog(const SingerLog&) = delete;
  SingerLog& operator=(const SingerLog&) = delete;

  void write(const LogLine& line) override;
  // `json`: an object of "type", "metric", "value" and "tags". Nothing where the log's level is above info.
  void metric(const std::string& stream, const std::string& json);
  // The last line of a run that failed; runners look for its first word.
  void critical(const std::string& message);

 private:
  std::string structured(std::string_view level, std::string_view logger, const std::string& stream,
                         const std::string& message, const std::string& metric) const;
  void put(const std::string& line);

  Host& host_;
  std::string app_;
  bool structured_;
  std::mutex writing_;
  FdWriter out_;  // guarded by writing_
  LogWriter& before_;
};

}  // namespace integ::cli
