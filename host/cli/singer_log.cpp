#include "cli/singer_log.hpp"

#include "base/text.hpp"
#include "json/text.hpp"

#include <cstdlib>
#include <unistd.h>
#include <utility>

namespace integ::cli {
namespace {

constexpr std::size_t kLongestLine = 4096;

bool wants_structure() {
  const char* file = std::getenv("SINGER_SDK_LOG_CONFIG");
  return file != nullptr && *file != '\0';
}

// Python's names, in small letters.
std::string_view python_name(Level level) { return level == Level::warn ? "warning" : name_of(level); }

}  // namespace

SingerLog::SingerLog(Host& host, std::string app)
    : host_(host),
      app_(std::move(app)),
      structured_(wants_structure()),
      out_(STDERR_FILENO, host.grace()),
      before_(host.log().redirect(*this)) {}

SingerLog::~SingerLog() { host_.log().redirect(before_); }

void SingerLog::write(const LogLine& line) {
  if (!structured_) return before_.write(line);
  put(structured(python_name(line.level), "integ", line.stream, line.message, {}));
}

void SingerLog::metric(const std::string& stream, const std::string& json) {
  if (host_.log().level() > Level::info) return;
  const std::string masked = host_.secrets().mask(json);
  put(structured_ ? structured("info", "integ.metrics", stream, "METRIC", masked) : "INFO METRIC: " + masked + "\n");
}

void SingerLog::critical(const std::string& message) {
  const std::string text = sanitised(host_.secrets().mask(message), kLongestLine);
  put(structured_ ? structured("critical", "integ", {}, text, {}) : "CRITICAL " + text + "\n");
}

std::string SingerLog::structured(std::string_view level, std::string_view logger, const std::string& stream,
                                  const std::string& message, const std::string& metric) const {
  std::string out;
  json::ObjectWriter writer(out);
  writer.text("level", level)
      .number("pid", ::getpid())
      .text("logger_name", logger)
      .raw("ts", decimal_seconds(host_.clock().unix_ms()))
      .text("thread_name", "MainThread")
      .text("app_name", app_);
  if (stream.empty()) {
    writer.raw("stream_name", "null");
  } else {
    writer.text("stream_name", stream);
  }
  writer.text("message", message).raw("extra", "{}");
  if (!metric.empty()) writer.raw("metric_info", metric);
  writer.close();
  return out + "\n";
}

void SingerLog::put(const std::string& line) {
  const std::lock_guard lock(writing_);
  static_cast<void>(out_.write(line.data(), line.size()));  // a log that can't be written is no reason to end a run
}

}  // namespace integ::cli
