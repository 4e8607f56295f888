#include "sync/event_log.hpp"

#include "protocol/events.hpp"

namespace integ::sync {

void EventLogWriter::write(const LogLine& line) {
  if (!output_.push_event(protocol::Event::log, protocol::log_json(line))) before_.write(line);
}

}  // namespace integ::sync
