#include "support/messages/message_check.hpp"

#include "base/error.hpp"
#include "support/messages/message_schemas.hpp"

#include <rapidjson/document.h>

#include <map>
#include <optional>

namespace support {
namespace {

using integ::json::Document;
using integ::json::Node;
using integ::json::Schema;

constexpr std::size_t kShown = 400;
constexpr std::int64_t kLongAgo = 1'600'000'000'000;  // before any run of this, in milliseconds

// Lines, one by one, and what was wrong with them.
class Check {
 public:
  explicit Check(const MessageSchemas& schemas) : schemas_(&schemas) {}

  // Calls `take(type, message)` for each line that is a message.
  template <class Take>
  void each_line(std::string_view lines, bool torn, const Take& take) {
    while (!lines.empty()) {
      const std::size_t end = lines.find('\n');
      line_ = lines.substr(0, end);
      if (end == std::string_view::npos) {
        if (!torn) fault("half a line at the end");
        return;
      }
      lines.remove_prefix(end + 1);
      one_line(take);
    }
    line_ = {};
  }
  void fault(const std::string& what) {
    faults.push_back(what + (line_.empty() ? "" : ", in " + std::string(line_.substr(0, kShown))));
  }

  std::vector<std::string> faults;

 private:
  template <class Take>
  void one_line(const Take& take) {
    if (!is_json(line_)) return fault("no JSON");
    try {
      const Document document = Document::parse(std::string(line_));
      const std::string type(document.root().string("type"));
      const std::string found = schemas_->fault(type, document.root());
      if (!found.empty()) return fault(found);
      take(type, document.root());
    } catch (const integ::Error& error) {
      fault(error.what());
    }
  }

  const MessageSchemas* schemas_;
  std::string_view line_;
};

// An Airbyte stream so far.
struct AirbyteStream {
  std::string status;
  std::size_t since_state = 0;
};

class AirbyteOrder {
 public:
  explicit AirbyteOrder(Check& check) : check_(check) {}

  void take(const std::string& type, const Node& message) {
    if (type == "RECORD") record(*message.member("record"));
    if (type == "STATE") state(*message.member("state"));
    if (type == "TRACE") trace(*message.member("trace"));
    if (type == "CATALOG") catalog(*message.member("catalog")->member("streams"));
  }
  void end(bool complete) {
    for (const auto& [name, stream] : streams_) {
      if (complete && stream.status != "COMPLETE") check_.fault(name + " is " + stream.status + " at the end");
      if (complete && stream.since_state > 0) check_.fault(name + " has records without a state behind them");
    }
  }

 private:
  AirbyteStream& of(const Node& descriptor, std::string_view name) {
    return streams_[std::string(descriptor.string("namespace")) + "/" + std::string(descriptor.string(name))];
  }
  void now(const Node& emitted_at) {
    if (emitted_at.integer < kLongAgo) check_.fault("emitted_at is no time in milliseconds");
  }
  void catalog(const Node& streams) {
    for (std::uint64_t i = 0; i < streams.count; ++i) {
      const Node* properties = streams.items[i].member("json_schema")->member("properties");
      if (properties == nullptr || !properties->is_object()) check_.fault("a json_schema without properties");
    }
  }
  void record(const Node& record) {
    AirbyteStream& stream = of(record, "stream");
    now(*record.member("emitted_at"));
    if (stream.status != "RUNNING") check_.fault("a record of a stream that is " + stream.status);
    ++stream.since_state;
  }
  void state(const Node& state) {
    AirbyteStream& stream = of(*state.member("stream")->member("stream_descriptor"), "name");
    const Node& count = *state.member("sourceStats")->member("recordCount");
    if (count.text.find('.') == std::string_view::npos) check_.fault("recordCount without a decimal point");
    if (count.number != static_cast<double>(stream.since_state)) {
      check_.fault("recordCount is not " + std::to_string(stream.since_state));
    }
    if (stream.status != "STARTED" && stream.status != "RUNNING") {
      check_.fault("a state of a stream that is " + stream.status);
    }
    stream.since_state = 0;
  }
  void trace(const Node& trace) {
    now(*trace.member("emitted_at"));
    if (trace.string("type") != "STREAM_STATUS") return;
    const Node& told = *trace.member("stream_status");
    AirbyteStream& stream = of(*told.member("stream_descriptor"), "name");
    const std::string status(told.string("status"));
    const std::string& before = stream.status;
    // A reason may be told while it runs, any number of times.
    const bool again = told.member("reasons") != nullptr && (before == status || before == "STARTED");
    const bool fits = status == "STARTED"   ? before.empty()
                      : status == "RUNNING" ? before == "STARTED" || again
                                            : before == "STARTED" || before == "RUNNING";
    if (!fits) check_.fault(status + " of a stream that is " + before);
    if (status == "COMPLETE" && stream.since_state > 0) check_.fault("COMPLETE before the last state");
    if (status == "RUNNING" || !again) stream.status = status;
  }

  Check& check_;
  std::map<std::string, AirbyteStream> streams_;
};

// Whether there is a $ref in a schema. (A property of that name is an object.)
bool refers(const Node& schema) {
  const Node* reference = schema.is_object() ? schema.member("$ref") : nullptr;
  if (reference != nullptr && reference->is_string()) return true;
  for (std::uint64_t i = 0; i < schema.count; ++i) {
    if (refers(schema.items[i])) return true;
  }
  return false;
}

// A Singer stream so far.
struct SingerStream {
  std::string schema;
  std::optional<Schema> records;
  std::vector<std::string> keys;
  std::string version;
};

class SingerOrder {
 public:
  SingerOrder(Check& check, bool records_fit) : check_(check), records_fit_(records_fit) {}

  void take(const std::string& type, const Node& message) {
    if (type == "STATE") return state(message.member("value")->text);
    state_is_last_ = false;
    if (type == "SCHEMA") return schema(message);
    const auto found = streams_.find(message.string("stream"));
    if (found == streams_.end()) return check_.fault(type + " before the SCHEMA");
    SingerStream& stream = found->second;
    if (type == "ACTIVATE_VERSION") stream.version = message.member("version")->text;
    if (type == "RECORD") record(stream, message);
  }
  void end(bool complete) {
    if (complete && !state_is_last_) check_.fault("no STATE behind everything else");
  }

 private:
  void state(std::string_view value) {
    if (value == state_) check_.fault("a STATE twice");
    state_ = value;
    state_is_last_ = true;
  }
  void schema(const Node& message) {
    SingerStream& stream = streams_[std::string(message.string("stream"))];
    if (stream.schema == message.text) check_.fault("a SCHEMA twice");
    if (refers(*message.member("schema"))) check_.fault("a $ref");
    stream.schema = message.text;
    stream.records.emplace(message.member("schema")->text);
    stream.keys.clear();
    const Node& keys = *message.member("key_properties");
    for (std::uint64_t i = 0; i < keys.count; ++i) {
      stream.keys.emplace_back(keys.items[i].text);
      if (message.member("schema")->member("properties")->member(keys.items[i].text) == nullptr) {
        check_.fault("a key that is no property: " + stream.keys.back());
      }
    }
  }
  void record(const SingerStream& stream, const Node& message) {
    const Node* version = message.member("version");
    if (std::string_view(version == nullptr ? std::string_view() : version->text) != stream.version) {
      check_.fault("a RECORD of another version than the one that was activated");
    }
    if (!records_fit_ || !stream.records) return;
    const Node& record = *message.member("record");
    if (stream.records->valid(record)) return;
    for (const auto& violation : stream.records->check(record)) {
      check_.fault("the RECORD breaks its SCHEMA: " + violation.pointer + ": " + violation.message);
    }
  }

  Check& check_;
  bool records_fit_;
  std::map<std::string, SingerStream, std::less<>> streams_;
  std::string state_;
  bool state_is_last_ = false;
};

}  // namespace

bool is_json(std::string_view text) {
  rapidjson::Document document;
  document.Parse<rapidjson::kParseValidateEncodingFlag | rapidjson::kParseIterativeFlag>(text.data(), text.size());
  if (!document.HasParseError()) return true;
  // JSON by its grammar (RFC 8259 sections 6 and 8.2) that this reader has no place for: 1e400, half a surrogate pair.
  return document.GetParseError() == rapidjson::kParseErrorNumberTooBig ||
         document.GetParseError() == rapidjson::kParseErrorStringUnicodeSurrogateInvalid;
}

std::vector<std::string> airbyte_line_faults(std::string_view lines) {
  Check check(airbyte_schemas());
  check.each_line(lines, false, [](const std::string&, const Node&) {});
  return check.faults;
}

std::vector<std::string> airbyte_run_faults(std::string_view lines, const RunEnd& end) {
  Check check(airbyte_schemas());
  AirbyteOrder order(check);
  check.each_line(lines, end.torn, [&](const std::string& type, const Node& message) { order.take(type, message); });
  order.end(end.complete);
  return check.faults;
}

std::vector<std::string> singer_run_faults(std::string_view lines, const RunEnd& end) {
  Check check(singer_schemas());
  SingerOrder order(check, end.records_fit);
  check.each_line(lines, end.torn, [&](const std::string& type, const Node& message) { order.take(type, message); });
  order.end(end.complete);
  return check.faults;
}

std::vector<std::string> configured_catalog_faults(std::string_view json) {
  try {
    const Document document = Document::parse(std::string(json));
    const std::string fault = airbyte_schemas().fault("configured_catalog", document.root());
    return fault.empty() ? std::vector<std::string>{} : std::vector<std::string>{fault};
  } catch (const integ::Error& error) {
    return {error.what()};
  }
}

}  // namespace support
