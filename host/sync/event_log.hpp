// Log lines as events of a protocol that carries them, for as long as its output can be written; then the writer
// before has them again, as it has all lines once this is gone.
#pragma once

#include "base/log.hpp"
#include "sync/output.hpp"

namespace integ::sync {

// Borrows both. Lines come from any thread; the output's writer thread is who tells the session.
class EventLogWriter final : public LogWriter {
 public:
  EventLogWriter(Output& output, Log& log) : output_(output), log_(log), before_(log.redirect(*this)) {}
  ~EventLogWriter() override { log_.redirect(before_); }
  EventLogWriter(const EventLogWriter&) = delete;
  EventLogWriter& operator=(const EventLogWriter&) = delete;

  void write(const LogLine& line) override;

 private:
  Output& output_;
  Log& log_;
  LogWriter& before_;
};

}  // namespace integ::sync
