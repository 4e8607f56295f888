// Airbyte's protocol 0.3.2 as an output. The way of a record is three copies into the sink's buffer:
// a prefix made once a batch, its own bytes, two brackets.
#include "json/text.hpp"
#include "protocol/airbyte_events.hpp"
#include "protocol/builtin.hpp"
#include "protocol/one_line.hpp"
#include "protocol/output.hpp"
#include "protocol/target.hpp"

#include <array>
#include <unordered_map>

namespace integ::protocol {
namespace {

class AirbyteSession final : public Session {
 public:
  explicit AirbyteSession(const SessionContext& context) : output_(context), tickets_(context) {}

  void stream(const Stream& stream, const Selection& selection) override {
    output_.announce(selection);
    StreamLines& lines = streams_[&stream];  // a changed schema is nothing to a source: counts go on
    lines.record_head = R"({"type":"RECORD","record":{"stream":)" + json::quoted(stream.name);
    if (!stream.name_space.empty()) lines.record_head += R"(,"namespace":)" + json::quoted(stream.name_space);
    lines.record_head += R"(,"emitted_at":)";
    lines.state_head = R"({"type":"STATE","state":{"type":"STREAM","stream":{"stream_descriptor":)" +
                       stream_descriptor(stream.name, stream.name_space) + R"(,"stream_state":)";
  }

  void records(const Batch& batch) override {
    StreamLines& lines = lines_of(batch.stream);
    prefix_.assign(lines.record_head).append(std::to_string(batch.extracted_at_ms)).append(R"(,"data":)");
    std::array<std::string_view, 3> parts{prefix_, {}, "}}\n"};
    Sink& sink = output_.sink();
    for (const std::string_view record : batch.records) {
      parts[1] = record;
      sink.write(parts);
    }
    lines.since_state += batch.records.size();
  }

  void state(const Stream& stream, std::string_view json, std::uint64_t ticket) override {
    StreamLines& lines = lines_of(&stream);
    std::string storage;
    // A null state would wipe what the platform has stored; an empty one says "nothing to go on from".
    const std::string_view value = json.empty() || json == "null" ? "{}" : on_one_line(json, storage);
    // With a decimal point: the platform reads it as a double and chokes on an integer.
    const std::string count = std::to_string(lines.since_state);
    const std::array<std::string_view, 5> parts{lines.state_head, value, R"(},"sourceStats":{"recordCount":)", count,
                                                ".0}}}\n"};
    tickets_.write(ticket);
    output_.write(parts);
    lines.since_state = 0;
    output_.flush();  // the platform shows progress by states
  }

  void event(Event kind, std::string_view json) override {
    output_.write(airbyte_message(kind, json));
    output_.flush();
  }

  std::uint64_t flush(Flush how) override {
    const std::array<Output*, 1> outputs{&output_};
    return tickets_.flush(how, outputs);
  }

  void close(integ_status how_it_ended) override { output_.finish(how_it_ended); }

 private:
  struct StreamLines {
    std::string record_head;  // up to the number of emitted_at
    std::string state_head;   // up to the state
    std::uint64_t since_state = 0;
  };

  StreamLines& lines_of(const Stream* stream) {
    const auto found = streams_.find(stream);
    if (found == streams_.end()) throw Error(Kind::internal, "airbyte: a stream was not announced before its data");
    return found->second;
  }

  Output output_;
  Tickets tickets_;
  std::unordered_map<const Stream*, StreamLines> streams_;
  std::string prefix_;
};

class AirbyteAdapter final : public Adapter {
 public:
  std::string name() const override { return "airbyte"; }
  std::string version() const override { return "0.3.2"; }
  std::string title() const override { return "Airbyte protocol"; }
  std::string documentation_url() const override {
    return "https://docs.airbyte.com/understanding-airbyte/airbyte-protocol";
  }
  std::string options_schema() const override { return path_options_schema(command_option_schema()); }
  // A configured catalogue never cuts (records stay whole); the `fields` of a pipeline do.
  bool selected_fields() const override { return true; }
  bool logs() const override { return true; }
  std::unique_ptr<Session> open(const SessionContext& context) override {
    const OpenInner inner = [](const SessionContext& over) { return std::make_unique<AirbyteSession>(over); };
    return command_of(context).empty() ? inner(context) : target_session(context, TargetKind::airbyte, inner);
  }
};

}  // namespace

std::unique_ptr<Adapter> airbyte_adapter() { return std::make_unique<AirbyteAdapter>(); }

}  // namespace integ::protocol
