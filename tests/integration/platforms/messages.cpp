#include "integration/platforms/messages.hpp"

#include "support/messages/message_check.hpp"

#include <gtest/gtest.h>
#include <rapidjson/document.h>
#include <rapidjson/pointer.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <map>

namespace integration {
namespace {

using Document = rapidjson::Document;
Document parsed(std::string_view json) {
  Document document;
  document.Parse<rapidjson::kParseValidateEncodingFlag>(json.data(), json.size());
  return document;
}

std::string between(const std::string& line, std::string_view before, std::string_view after) {
  const std::size_t begin = line.find(before);
  const std::size_t end = line.rfind(after);
  if (begin == std::string::npos || end == std::string::npos) return {};
  return line.substr(begin + before.size(), end - begin - before.size());
}

}  // namespace

std::string at(std::string_view json, std::string_view pointer) {
  const Document document = parsed(json);
  if (document.HasParseError()) return {};
  const rapidjson::Value* value = rapidjson::Pointer(pointer.data(), pointer.size()).Get(document);
  if (value == nullptr) return {};
  if (value->IsString()) return {value->GetString(), value->GetStringLength()};
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  value->Accept(writer);
  return {buffer.GetString(), buffer.GetSize()};
}

Messages::Messages(const std::string& out) {
  std::size_t begin = 0;
  while (begin < out.size()) {
    const std::size_t end = out.find('\n', begin);
    std::string line = out.substr(begin, end == std::string::npos ? end : end - begin);
    if (end == std::string::npos) ADD_FAILURE() << "half a line at the end: " << line.substr(0, 200);
    if (!support::is_json(line) || !line.starts_with(R"({"type":")")) {
      ADD_FAILURE() << "no message: " << line.substr(0, 200);
    }
    lines_.push_back(std::move(line));
    begin = end == std::string::npos ? out.size() : end + 1;
  }
}

std::vector<std::string> Messages::of(std::string_view type) const {
  std::vector<std::string> found;
  const std::string head = R"({"type":")" + std::string(type) + '"';
  for (const std::string& line : lines_) {
    if (line.starts_with(head)) found.push_back(line);
  }
  return found;
}

std::vector<std::string> Messages::texts(std::string_view type, std::string_view pointer) const {
  std::vector<std::string> found;
  for (const std::string& line : of(type)) found.push_back(at(line, pointer));
  return found;
}

std::vector<std::string> Messages::records() const {
  std::vector<std::string> found;
  for (const std::string& line : of("RECORD")) {
    const bool airbyte = line.starts_with(R"({"type":"RECORD","record":)");
    found.push_back(airbyte ? between(line, R"("data":)", "}}")
                            : between(line, R"("record":)", R"(,"time_extracted")"));
  }
  return found;
}

std::vector<std::string> Messages::statuses(std::string_view stream) const {
  std::vector<std::string> found;
  for (const std::string& line : of("TRACE")) {
    if (at(line, "/trace/stream_status/stream_descriptor/name") == stream) {
      found.push_back(at(line, "/trace/stream_status/status"));
    }
  }
  return found;
}

std::vector<std::string> Messages::states(std::string_view stream) const {
  std::vector<std::string> found;
  for (const std::string& line : of("STATE")) {
    if (at(line, "/state/stream/stream_descriptor/name") == stream) {
      found.push_back(between(line, R"("stream_state":)", R"(},"sourceStats")"));
    }
  }
  return found;
}

std::string Messages::airbyte_state() const {
  std::map<std::string, std::string> last;
  for (const std::string& line : of("STATE")) {
    last[at(line, "/state/stream/stream_descriptor")] = between(line, R"("state":)", "}");
  }
  std::string list;
  for (const auto& [stream, state] : last) list += (list.empty() ? "[" : ",") + state;
  return list.empty() ? list : list + "]";
}

std::string Messages::singer_state() const {
  const std::vector<std::string> states = of("STATE");
  return states.empty() ? std::string() : between(states.back(), R"("value":)", "}");
}

std::size_t Messages::records_before_last_state(std::string_view stream) const {
  std::size_t records = 0;
  std::size_t covered = 0;
  for (const std::string& line : lines_) {
    if (line.starts_with(R"({"type":"RECORD")") &&
        (stream.empty() || at(line, "/record/stream") == stream || at(line, "/stream") == stream)) {
      ++records;
    } else if (line.starts_with(R"({"type":"STATE")") &&
               (stream.empty() || at(line, "/state/stream/stream_descriptor/name") == stream)) {
      covered = records;
    }
  }
  return covered;
}

}  // namespace integration
