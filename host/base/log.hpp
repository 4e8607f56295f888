// The log: lines for people on stderr, or what an adapter's protocol makes of them.
//
//   log.warn("orders", "the server answered 429, waiting 2 s");
//
// Every line is masked here, at the last writer, whatever wrote it. One line is one write(2), so that
// lines of several kilobytes from many threads stay whole. Safe from every thread.
#pragma once

#include "base/fd_writer.hpp"
#include "base/secrets.hpp"

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace integ {

enum class Level { debug, info, warn, error };

std::string_view name_of(Level level) noexcept;
// "debug", "info", "warn" or "warning", "error"; nothing for another word.
std::optional<Level> level_of(std::string_view name) noexcept;

// One line: masked, sanitised of control characters, and with its stream where it has one.
struct LogLine {
  Level level = Level::info;
  std::string stream;
  std::string message;
};

// Where lines go. Called under the log's lock, never at once from two threads.
class LogWriter {
 public:
  virtual ~LogWriter() = default;
  virtual void write(const LogLine& line) = 0;
};

// "2024-01-02T03:04:05Z WARN [orders] message" or {"ts","level","stream","message"}, to a file descriptor.
class TextLogWriter final : public LogWriter {
 public:
  // A reader of the log that takes nothing is waited for as one of an output is.
  TextLogWriter(int fd, bool json, const Grace& grace = {}) : out_(fd, grace), json_(json) {}
  void write(const LogLine& line) override;

 private:
  FdWriter out_;
  bool json_;
};

class Log {
 public:
  // Borrows both for its life.
  Log(Secrets& secrets, LogWriter& writer, Level level = Level::info)
      : secrets_(secrets), writer_(&writer), level_(level) {}

  void write(Level level, std::string_view stream, std::string_view message);
  void debug(std::string_view stream, std::string_view message) { write(Level::debug, stream, message); }
  void info(std::string_view stream, std::string_view message) { write(Level::info, stream, message); }
  void warn(std::string_view stream, std::string_view message) { write(Level::warn, stream, message); }
  void error(std::string_view stream, std::string_view message) { write(Level::error, stream, message); }

  // Another writer from here on, until it is set back; returns the one before.
  LogWriter& redirect(LogWriter& writer);
  void set_level(Level level);
  Level level() const;
  Secrets& secrets() const noexcept { return secrets_; }

 private:
  Secrets& secrets_;
  mutable std::mutex mutex_;
  LogWriter* writer_;  // guarded by mutex_, as is level_
  Level level_;
};

}  // namespace integ
