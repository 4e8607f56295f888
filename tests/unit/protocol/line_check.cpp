#include "line_check.hpp"

#include "support.hpp"

#include <rapidjson/document.h>

#include <map>
#include <regex>
#include <set>

namespace integ::protocol::testing {
namespace {

using rapidjson::Value;

// The members of one message: which must be there, which may, and of what JSON type.
enum class Is { text, whole, number, boolean, object, list };
struct Member {
  const char* name;
  Is type;
  bool required;
};

bool has_type(const Value& value, Is type) {
  switch (type) {
    case Is::text:
      return value.IsString();
    case Is::whole:
      return value.IsInt64();
    case Is::number:
      return value.IsNumber();
    case Is::boolean:
      return value.IsBool();
    case Is::object:
      return value.IsObject();
    case Is::list:
      return value.IsArray();
  }
  return false;
}

// Nothing but the named members, of the named types; so nothing is null either.
void members(const Value& object, std::initializer_list<Member> allowed, const std::string& line) {
  ASSERT_TRUE(object.IsObject()) << line;
  for (const Member& member : allowed) {
    const bool there = object.HasMember(member.name);
    EXPECT_TRUE(there || !member.required) << "missing " << member.name << ": " << line;
    EXPECT_TRUE(!there || has_type(object[member.name], member.type)) << member.name << ": " << line;
  }
  for (const auto& found : object.GetObject()) {
    bool known = false;
    for (const Member& member : allowed) known = known || std::string_view(member.name) == found.name.GetString();
    EXPECT_TRUE(known) << "unexpected " << found.name.GetString() << ": " << line;
  }
}

void descriptor(const Value& value, const std::string& line) {
  members(value, {{"name", Is::text, true}, {"namespace", Is::text, false}}, line);
  EXPECT_FALSE(value.HasMember("namespace") && value["namespace"].GetStringLength() == 0) << line;
}

void airbyte_trace(const Value& trace, const std::string& line) {
  ASSERT_TRUE(trace.IsObject() && trace.HasMember("type") && trace["type"].IsString()) << line;
  const std::string type = trace["type"].GetString();
  const Member stamp{"emitted_at", Is::whole, true};
  const Member kind{"type", Is::text, true};
  if (type == "STREAM_STATUS") {
    members(trace, {kind, stamp, {"stream_status", Is::object, true}}, line);
    const Value& status = trace["stream_status"];
    members(status, {{"stream_descriptor", Is::object, true}, {"status", Is::text, true}, {"reasons", Is::list, false}},
            line);
    descriptor(status["stream_descriptor"], line);
    const std::set<std::string> known{"STARTED", "RUNNING", "COMPLETE", "INCOMPLETE"};
    EXPECT_TRUE(known.contains(status["status"].GetString())) << line;
  } else if (type == "ERROR") {
    members(trace, {kind, stamp, {"error", Is::object, true}}, line);
    members(trace["error"],
            {{"message", Is::text, true},
             {"internal_message", Is::text, false},
             {"stack_trace", Is::text, false},
             {"failure_type", Is::text, true},
             {"stream_descriptor", Is::object, false}},
            line);
    const std::set<std::string> known{"config_error", "transient_error", "system_error"};
    EXPECT_TRUE(known.contains(trace["error"]["failure_type"].GetString())) << line;
    if (trace["error"].HasMember("stream_descriptor")) descriptor(trace["error"]["stream_descriptor"], line);
  } else if (type == "ESTIMATE") {
    members(trace, {kind, stamp, {"estimate", Is::object, true}}, line);
    members(trace["estimate"],
            {{"name", Is::text, true},
             {"namespace", Is::text, false},
             {"type", Is::text, true},
             {"row_estimate", Is::whole, false},
             {"byte_estimate", Is::whole, false}},
            line);
  } else if (type == "ANALYTICS") {
    members(trace, {kind, stamp, {"analytics", Is::object, true}}, line);
    members(trace["analytics"], {{"type", Is::text, true}, {"value", Is::text, true}}, line);
  } else {
    ADD_FAILURE() << "unknown trace: " << line;
  }
}

void airbyte_state(const Value& state, const std::string& line) {
  members(state, {{"type", Is::text, true}, {"stream", Is::object, true}, {"sourceStats", Is::object, true}}, line);
  EXPECT_STREQ(state["type"].GetString(), "STREAM");
  members(state["stream"], {{"stream_descriptor", Is::object, true}, {"stream_state", Is::object, true}}, line);
  descriptor(state["stream"]["stream_descriptor"], line);
  members(state["sourceStats"], {{"recordCount", Is::number, true}}, line);
  EXPECT_TRUE(state["sourceStats"]["recordCount"].IsDouble()) << "no decimal point: " << line;
}

void airbyte_catalog(const Value& catalog, const std::string& line) {
  members(catalog, {{"streams", Is::list, true}}, line);
  for (const Value& stream : catalog["streams"].GetArray()) {
    members(stream,
            {{"name", Is::text, true},
             {"namespace", Is::text, false},
             {"json_schema", Is::object, true},
             {"supported_sync_modes", Is::list, true},
             {"source_defined_cursor", Is::boolean, false},
             {"default_cursor_field", Is::list, false},
             {"source_defined_primary_key", Is::list, false},
             {"is_resumable", Is::boolean, false},
             {"is_file_based", Is::boolean, false}},
            line);
    EXPECT_FALSE(stream["supported_sync_modes"].Empty()) << line;
    if (!stream.HasMember("source_defined_primary_key")) continue;
    for (const Value& path : stream["source_defined_primary_key"].GetArray()) EXPECT_TRUE(path.IsArray()) << line;
  }
}

void airbyte_line(const std::string& line) {
  static const std::map<std::string, const char*> kKeys{{"RECORD", "record"},
                                                        {"STATE", "state"},
                                                        {"LOG", "log"},
                                                        {"SPEC", "spec"},
                                                        {"CONNECTION_STATUS", "connectionStatus"},
                                                        {"CATALOG", "catalog"},
                                                        {"TRACE", "trace"},
                                                        {"CONTROL", "control"}};
  rapidjson::Document parsed;
  ASSERT_FALSE(parsed.Parse<rapidjson::kParseIterativeFlag>(line.c_str(), line.size()).HasParseError())
      << line.substr(0, 400);
  ASSERT_TRUE(parsed.IsObject() && parsed.HasMember("type") && parsed["type"].IsString()) << line;
  const std::string type = parsed["type"].GetString();
  ASSERT_TRUE(kKeys.contains(type)) << line;
  const char* key = kKeys.at(type);
  members(parsed, {{"type", Is::text, true}, {key, Is::object, true}}, line);
  const Value& body = parsed[key];
  if (type == "RECORD") {
    members(body,
            {{"stream", Is::text, true},
             {"namespace", Is::text, false},
             {"data", Is::object, true},
             {"emitted_at", Is::whole, true}},
            line);
  } else if (type == "STATE") {
    airbyte_state(body, line);
  } else if (type == "LOG") {
    members(body, {{"level", Is::text, true}, {"message", Is::text, true}}, line);
    const std::set<std::string> known{"FATAL", "ERROR", "WARN", "INFO", "DEBUG", "TRACE"};
    EXPECT_TRUE(known.contains(body["level"].GetString())) << line;
  } else if (type == "SPEC") {
    EXPECT_TRUE(body.HasMember("connectionSpecification") && body["connectionSpecification"].IsObject()) << line;
  } else if (type == "CONNECTION_STATUS") {
    members(body, {{"status", Is::text, true}, {"message", Is::text, false}}, line);
  } else if (type == "CATALOG") {
    airbyte_catalog(body, line);
  } else if (type == "TRACE") {
    airbyte_trace(body, line);
  } else {
    members(body, {{"type", Is::text, true}, {"emitted_at", Is::whole, true}, {"connectorConfig", Is::object, true}},
            line);
    members(body["connectorConfig"], {{"config", Is::object, true}}, line);
  }
}

void texts(const Value& list, const std::string& line) {
  for (const Value& item : list.GetArray()) EXPECT_TRUE(item.IsString()) << line;
}

void singer_line(const std::string& line, std::set<std::string>& announced) {
  rapidjson::Document parsed;
  ASSERT_FALSE(parsed.Parse<rapidjson::kParseIterativeFlag>(line.c_str(), line.size()).HasParseError())
      << line.substr(0, 400);
  ASSERT_TRUE(parsed.IsObject() && parsed.HasMember("type") && parsed["type"].IsString()) << line;
  const std::string type = parsed["type"].GetString();
  const Member kind{"type", Is::text, true};
  const Member stream{"stream", Is::text, true};
  if (type == "SCHEMA") {
    members(parsed,
            {kind,
             stream,
             {"schema", Is::object, true},
             {"key_properties", Is::list, true},
             {"bookmark_properties", Is::list, false}},
            line);
    EXPECT_TRUE(parsed["schema"].HasMember("properties") && parsed["schema"]["properties"].IsObject()) << line;
    EXPECT_EQ(line.find("$ref"), std::string::npos) << line;
    texts(parsed["key_properties"], line);
    if (parsed.HasMember("bookmark_properties")) texts(parsed["bookmark_properties"], line);
    announced.insert(parsed["stream"].GetString());
  } else if (type == "RECORD") {
    members(
        parsed,
        {kind, stream, {"version", Is::whole, false}, {"record", Is::object, true}, {"time_extracted", Is::text, true}},
        line);
    EXPECT_TRUE(announced.contains(parsed["stream"].GetString())) << "before its SCHEMA: " << line;
    static const std::regex kTime(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)");
    EXPECT_TRUE(std::regex_match(parsed["time_extracted"].GetString(), kTime)) << line;
  } else if (type == "ACTIVATE_VERSION") {
    members(parsed, {kind, stream, {"version", Is::whole, true}}, line);
    EXPECT_TRUE(announced.contains(parsed["stream"].GetString())) << "before its SCHEMA: " << line;
  } else if (type == "BATCH") {
    members(parsed, {kind, stream, {"encoding", Is::object, true}, {"manifest", Is::list, true}}, line);
    members(parsed["encoding"], {{"format", Is::text, true}, {"compression", Is::text, true}}, line);
    texts(parsed["manifest"], line);
    EXPECT_TRUE(announced.contains(parsed["stream"].GetString())) << "before its SCHEMA: " << line;
  } else if (type == "STATE") {
    members(parsed, {kind, {"value", Is::object, true}}, line);
    const Value& value = parsed["value"];
    EXPECT_TRUE(value.HasMember("bookmarks") && value["bookmarks"].IsObject()) << line;
    EXPECT_TRUE(value.HasMember("currently_syncing")) << line;
  } else {
    ADD_FAILURE() << "a foreign line: " << line;
  }
}

}  // namespace

void check_airbyte(std::string_view output) {
  for (const std::string& line : lines_of(output)) airbyte_line(line);
}

void check_singer(std::string_view output) {
  std::set<std::string> announced;
  for (const std::string& line : lines_of(output)) singer_line(line, announced);
}

}  // namespace integ::protocol::testing
