#include "base/log.hpp"

#include "base/clock.hpp"
#include "base/text.hpp"

#include <array>
#include <chrono>
#include <cstdio>

namespace integ {
namespace {

constexpr std::size_t kLongestLine = 16 * 1024;

void append_json(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20) {  // lines are sanitised, but not every writer's caller need know
      std::array<char, 8> escaped{};
      std::snprintf(escaped.data(), escaped.size(), "\\u%04x", static_cast<unsigned>(c));
      out += escaped.data();
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  out += '"';
}

}  // namespace

std::string_view name_of(Level level) noexcept {
  switch (level) {
    case Level::debug:
      return "debug";
    case Level::info:
      return "info";
    case Level::warn:
      return "warn";
    case Level::error:
      break;
  }
  return "error";
}

std::optional<Level> level_of(std::string_view name) noexcept {
  if (name == "debug") return Level::debug;
  if (name == "info") return Level::info;
  if (name == "warn" || name == "warning") return Level::warn;
  if (name == "error") return Level::error;
  return std::nullopt;
}

void TextLogWriter::write(const LogLine& line) {
  const auto now =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch());
  std::string text;
  if (json_) {
    text += R"({"ts":")" + rfc3339(now.count()) + R"(","level":")" + std::string(name_of(line.level)) + '"';
    if (!line.stream.empty()) {
      text += R"(,"stream":)";
      append_json(text, line.stream);
    }
    text += R"(,"message":)";
    append_json(text, line.message);
    text += "}\n";
  } else {
    static constexpr const char* kNames[] = {"DEBUG", "INFO ", "WARN ", "ERROR"};
    text += rfc3339(now.count()).substr(0, 19) + "Z " + kNames[static_cast<int>(line.level)] + ' ';
    if (!line.stream.empty()) text += '[' + line.stream + "] ";
    text += line.message + '\n';
  }
  static_cast<void>(out_.write(text.data(), text.size()));  // a log that can't be written is no reason to end a run
}

void Log::write(Level level, std::string_view stream, std::string_view message) {
  {
    const std::lock_guard lock(mutex_);
    if (level < level_) return;
  }
  const LogLine line{level, sanitised(secrets_.mask(stream), 256), sanitised(secrets_.mask(message), kLongestLine)};
  const std::lock_guard lock(mutex_);
  writer_->write(line);
}

LogWriter& Log::redirect(LogWriter& writer) {
  const std::lock_guard lock(mutex_);
  LogWriter& before = *writer_;
  writer_ = &writer;
  return before;
}

void Log::set_level(Level level) {
  const std::lock_guard lock(mutex_);
  level_ = level;
}

Level Log::level() const {
  const std::lock_guard lock(mutex_);
  return level_;
}

}  // namespace integ
