// A Singer tap's output (spec 0.3.0): SCHEMA, RECORD, STATE, by option ACTIVATE_VERSION and BATCH, and nothing else,
// because the readers that matter die of any other line. Targets answer to nothing; what is written is all that can be
// confirmed.
#include "base/clock.hpp"
#include "json/text.hpp"
#include "protocol/builtin.hpp"
#include "protocol/output.hpp"
#include "protocol/pointers.hpp"
#include "protocol/singer_batches.hpp"
#include "protocol/singer_discovery.hpp"
#include "protocol/singer_schema.hpp"
#include "protocol/singer_value.hpp"
#include "protocol/stream_names.hpp"
#include "protocol/target.hpp"

#include <array>
#include <chrono>
#include <memory>
#include <unordered_map>

namespace integ::protocol {
namespace {

// Of a key that goes below the top level nothing is told: dropping a part would make targets merge records
// that differ, naming the parent (as go-integ did) compares whole objects.
std::vector<std::string> key_properties(const Stream& stream, const Selection& selection) {
  const auto paths = selection.primary_key.empty() ? paths_of(stream.primary_key) : selection.primary_key;
  std::vector<std::string> names;
  for (const auto& path : paths) {
    if (path.size() != 1) return {};
    names.push_back(path.front());
  }
  return names;
}

std::vector<std::string> bookmark_properties(const Stream& stream, const Selection& selection) {
  std::vector<std::string> names;
  if (selection.cursor_field.size() == 1) return {selection.cursor_field.front()};
  for (const Key& key : stream.iterate_by) {
    if (auto name = top_level_name(key.pointer)) names.push_back(std::move(*name));
  }
  return names;
}

class SingerSession final : public Session {
 public:
  // `batches` where records go into files; nullptr: each is a line.
  SingerSession(const SessionContext& context, std::string_view value, bool versions,
                std::unique_ptr<SingerBatches> batches)
      : output_(context),
        tickets_(context),
        value_(value),
        version_(versions ? std::to_string(now_ms()) : ""),
        batches_(std::move(batches)) {}

  void stream(const Stream& stream, const Selection& selection) override {
    output_.announce(selection);
    StreamLines& lines = streams_[&stream];
    lines.id = singer_id(stream);
    lines.record_head = R"({"type":"RECORD","stream":)" + json::quoted(lines.id);
    // A run that goes on belongs to the version of the one before, which nobody knows any more.
    lines.versioned = !version_.empty() && selection.sync_mode == SyncMode::full_refresh && !selection.resumes;
    if (lines.versioned) lines.record_head += R"(,"version":)" + version_;
    lines.record_head += R"(,"record":)";
    std::string schema;
    json::ObjectWriter message(schema);
    message.text("type", "SCHEMA")
        .text("stream", lines.id)
        .raw("schema", singer_schema(stream.json_schema))
        .raw("key_properties", json::string_array(key_properties(stream, selection)));
    const auto bookmarks = bookmark_properties(stream, selection);
    if (selection.sync_mode == SyncMode::incremental && !bookmarks.empty()) {
      message.raw("bookmark_properties", json::string_array(bookmarks));
    }
    message.close();
    schema += '\n';
    if (schema == lines.schema) return;
    const bool is_new = lines.schema.empty();
    lines.schema = std::move(schema);
    if (begun_) {
      write_schema(lines, is_new);
    } else if (is_new) {
      unwritten_.push_back(&lines);
    }
  }

  void records(const Batch& batch) override {
    begin();
    const auto found = streams_.find(batch.stream);
    if (found == streams_.end()) throw Error(Kind::internal, "singer: a stream was not announced before its data");
    if (batches_) {
      batches_->records(found->second.id, batch.records);
      return write_batches();
    }
    // When the response came, with six digits and a Z: readers parse exactly that.
    const std::string suffix = R"(,"time_extracted":")" + rfc3339(batch.extracted_at_ms) + "\"}\n";
    std::array<std::string_view, 3> parts{found->second.record_head, {}, suffix};
    Sink& sink = output_.sink();
    for (const std::string_view record : batch.records) {
      parts[1] = record;
      sink.write(parts);
    }
  }

  void state(const Stream& stream, std::string_view json, std::uint64_t ticket) override {
    const std::string id = singer_id(stream);
    if (batches_) {
      batches_->state(id, json, ticket);
      return write_batches();
    }
    tickets_.write(ticket);
    bookmark(id, json);
    write_state();
    output_.flush();
  }

  void event(Event kind, std::string_view json) override {
    if (kind != Event::catalog && kind != Event::stream_status) return;  // for people; the host tells them
    const json::Document document = json::Document::parse(std::string(json), "event");
    const json::Node& event = document.root();
    if (kind == Event::catalog) {
      discovery_ = true;
      output_.write(singer_discovery(event));
      output_.flush();
      return;
    }
    const std::string id = singer_id(event.string("stream"), event.string("namespace"));
    const std::string_view status = event.string("status");
    if (status == "STARTED") {
      value_.started(id);
      write_state();
      output_.flush();
    } else if (status == "INCOMPLETE") {
      finish_batches(id);
    } else if (status == "COMPLETE") {
      finish_batches(id);
      value_.completed(id);
      begin();
      for (const auto& [stream, lines] : streams_) {
        if (lines.id == id) activate(lines);
      }
    }
  }

  std::uint64_t flush(Flush how) override {
    if (how == Flush::now) finish_batches();
    const std::array<Output*, 1> outputs{&output_};
    return tickets_.flush(how, outputs);
  }

  // The last STATE is the one a runner keeps. After an interruption or a failure it still names the stream
  // that began last and did not complete, which the next run then begins with.
  void close(integ_status how_it_ended) override {
    if (how_it_ended == INTEG_E_OUTPUT) return;
    finish_batches();
    if (how_it_ended == INTEG_OK) value_.all_done();
    if (!discovery_ && (begun_ || how_it_ended == INTEG_OK)) write_state();
    output_.finish(how_it_ended);
  }

 private:
  struct StreamLines {
    std::string id;
    std::string record_head;
    std::string schema;  // the SCHEMA line that was written last
    bool versioned = false;
  };

  static std::int64_t now_ms() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
  }

  // Announcements are held back until something follows, so that a file is opened knowing all of them and a
  // failed start writes nothing.
  void begin() {
    if (begun_) return;
    begun_ = true;
    for (const StreamLines* lines : unwritten_) write_schema(*lines, true);
    unwritten_.clear();
  }

  void write_schema(const StreamLines& lines, bool is_new) {
    output_.write(lines.schema);
    if (is_new) activate(lines);
  }

  // Rows of another version are out of date. Said before the records, and once more after the last, for targets that
  // only then take the others away.
  void activate(const StreamLines& lines) {
    if (!lines.versioned) return;
    std::string message;
    json::ObjectWriter(message)
        .text("type", "ACTIVATE_VERSION")
        .text("stream", lines.id)
        .raw("version", version_)
        .close();
    output_.write(message += '\n');
  }

  // A stream that has nothing to go on from leaves what came in.
  void bookmark(const std::string& id, std::string_view json) {
    if (!json.empty() && json != "null") value_.bookmark(id, json);
  }

  void finish_batches(const std::string& id = {}) {
    if (!batches_) return;
    id.empty() ? batches_->finish_all() : batches_->finish(id);
    write_batches();
  }

  // The files that are complete, and the states that waited for them.
  void write_batches() {
    const SingerBatches::Due due = batches_->due();
    if (due.lines.empty() && due.bookmarks.empty()) return;
    begin();
    output_.write(due.lines);
    tickets_.write(batches_->safe());
    for (const auto& [id, json] : due.bookmarks) bookmark(id, json);
    if (!due.bookmarks.empty()) write_state();
    output_.flush();
  }

  void write_state() {
    begin();
    std::string value = value_.text();
    if (value == written_) return;
    const std::array<std::string_view, 3> parts{R"({"type":"STATE","value":)", value, "}\n"};
    output_.write(parts);
    written_ = std::move(value);
  }

  Output output_;
  Tickets tickets_;
  SingerValue value_;
  std::string version_;  // of the rows of streams that are read anew; "": no versions
  std::unique_ptr<SingerBatches> batches_;
  std::string written_;  // the value of the last STATE
  bool begun_ = false;
  bool discovery_ = false;
  std::unordered_map<const Stream*, StreamLines> streams_;  // its nodes stay where they are
  std::vector<const StreamLines*> unwritten_;
};

class SingerAdapter final : public Adapter {
 public:
  explicit SingerAdapter(std::string value) : value_(std::move(value)) {}
  std::string name() const override { return "singer"; }
  std::string version() const override { return "0.3.0"; }
  std::string title() const override { return "Singer tap"; }
  std::string documentation_url() const override { return "https://hub.meltano.com/singer/spec"; }
  std::string options_schema() const override {
    return path_options_schema(command_option_schema() + "," + singer_settings());
  }
  bool selected_fields() const override { return true; }
  std::unique_ptr<Session> open(const SessionContext& context) override {
    const OpenInner inner = [&](const SessionContext& over) {
      const std::string value = context.stored == nullptr ? value_ : singer_value(*context.stored);
      return std::make_unique<SingerSession>(over, value, versions(context), batches(context));
    };
    return command_of(context).empty() ? inner(context) : target_session(context, TargetKind::singer, inner);
  }

 private:
  static const json::Node* option(const SessionContext& context, std::string_view name) {
    return context.options == nullptr ? nullptr : context.options->member(name);
  }
  static bool versions(const SessionContext& context) {
    const json::Node* given = option(context, "activate_version");
    return given != nullptr && given->boolean;
  }
  static std::unique_ptr<SingerBatches> batches(const SessionContext& context) {
    const json::Node* given = option(context, "batch_config");
    if (given == nullptr) return nullptr;
    if (versions(context)) {
      throw Error(Kind::config,
                  "activate_version and batch_config exclude each other: the records of a batch have no version, and a "
                  "target would take them away");
    }
    return std::make_unique<SingerBatches>(*given, *context.sinks, context.folder);
  }

  std::string value_;
};

}  // namespace

std::string singer_settings() {
  return R"("activate_version":{"type":"boolean","default":false,"title":"Activate version",)"
         R"("description":"ACTIVATE_VERSION for streams that are read anew, so that targets take out older rows."},)" +
         batch_option_schema();
}

std::unique_ptr<Adapter> singer_adapter(std::string value) { return std::make_unique<SingerAdapter>(std::move(value)); }

}  // namespace integ::protocol
