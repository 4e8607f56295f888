#include "pipeline/reader.hpp"

#include "base/text.hpp"
#include "pipeline/scalar.hpp"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <set>

namespace integ::pipeline {
namespace {

// At this many connections a server sees an attack, and one thread each is no longer small.
constexpr int kMaxConcurrency = 1000;
constexpr std::uint64_t kMaxSample = 1'000'000'000;

bool has_control_characters(const std::string& text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x20 || c == 0x7F) return true;
    // U+0080 to U+009F: C2 80 to C2 9F.
    if (c == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0) return true;
  }
  return false;
}

class Reader {
 public:
  Reader(const std::string& file, Pipeline& pipeline) : file_(file), pipeline_(pipeline) {}

  void name_and_connector() {
    pipeline_.name = name_of(required("name", "the name under which its state is kept"), "name");
    pipeline_.connector =
        name_of(required("connector", "the name of a connector, as `integ plugins` lists them"), "connector");
  }

  void config() {
    const Value* config = member("config");
    if (config != nullptr && config->kind != Value::Kind::map && config->kind != Value::Kind::null) {
      wrong(*config, "config", "a map of the connector's settings");
    }
  }

  void streams() {
    const Value* streams = member("streams");
    if (streams == nullptr) return;
    std::vector<StreamChoice> choices;
    if (streams->kind == Value::Kind::list) {
      for (const Value& item : streams->items) choices.push_back({name_of(item, "streams"), {}, {}});
    } else if (streams->kind == Value::Kind::map) {
      for (const Value::Member& stream : streams->members) choices.push_back(choice(stream.key, stream.value));
    } else {
      wrong(*streams, "streams", "a list of stream names or a map");
    }
    if (choices.empty()) throw error_at(file_, *streams, "streams: it is empty; leave the key out for all streams");
    std::set<std::string> seen;
    for (std::size_t i = 0; i < choices.size(); ++i) {
      if (seen.insert(choices[i].name).second) continue;
      throw error_at(file_, streams->items[i], "streams: '" + sanitised(choices[i].name, 80) + "' is there twice");
    }
    pipeline_.streams = std::move(choices);
  }

  void output() {
    const Value& output = required("output", "a map with the key 'protocol'");
    if (output.kind != Value::Kind::map) wrong(output, "output", "a map with the key 'protocol'");
    const Value* protocol = output.member("protocol");
    if (protocol == nullptr) {
      throw error_at(
          file_, output,
          "output: 'protocol' is missing; expected airbyte, singer, jsonl, sqlite or another adapter's name");
    }
    pipeline_.protocol = name_of(*protocol, "output.protocol");
    // Where the records go is nothing to guess: an empty path is a mistake, most likely of a variable.
    if (const Value* path = output.member("path")) path_of(*path, "output.path");
  }

  void state() {
    std::string path = ".integ/state.db";
    const Value* state = member("state");
    if (state != nullptr && state->kind != Value::Kind::null) {
      check_map(file_, *state, "state", {"path"});
      if (const Value* given = state->member("path")) path = path_of(*given, "state.path");
    }
    pipeline_.state_path = joined(pipeline_.directory, path);
  }

  void concurrency() {
    const Value* value = member("concurrency");
    if (value != nullptr) pipeline_.concurrency = static_cast<int>(number(*value, "concurrency", kMaxConcurrency));
  }

  void http() {
    const Value* http = member("http");
    if (http != nullptr && http->kind != Value::Kind::map && http->kind != Value::Kind::null) {
      wrong(*http, "http", "a map");
    }
  }

  void log() {
    const Value* log = member("log");
    if (log == nullptr || log->kind == Value::Kind::null) return;
    check_map(file_, *log, "log", {"level", "format"});
    if (const Value* level = log->member("level")) {
      pipeline_.log_level = level->kind == Value::Kind::scalar ? level_of(level->text) : std::nullopt;
      if (!pipeline_.log_level) mismatch(*level, "log.level", "debug, info, warn or error");
    }
    if (const Value* format = log->member("format")) {
      if (format->text != "text" && format->text != "json") mismatch(*format, "log.format", "text or json");
      pipeline_.log_as_json = format->text == "json";
    }
  }

  void validate() {
    const Value* given = member("validate");
    if (given == nullptr || given->kind == Value::Kind::null) return;
    Validation& out = pipeline_.validation;
    const Value* mode = given;
    const Value* sample = nullptr;
    if (given->kind != Value::Kind::scalar) {
      check_map(file_, *given, "validate", {"mode", "sample"});
      mode = given->member("mode");
      sample = given->member("sample");
      if (mode == nullptr) throw error_at(file_, *given, "validate: 'mode' is missing; expected off, warn or fail");
    }
    if (mode->text == "warn") out.mode = Validation::Mode::warn;
    if (mode->text == "fail") out.mode = Validation::Mode::fail;
    if (out.mode == Validation::Mode::off && mode->text != "off") {
      mismatch(*mode, mode == given ? "validate" : "validate.mode", "off, warn or fail");
    }
    // Who wants a run to fail wants to be sure that what went out is right.
    if (out.mode == Validation::Mode::warn) out.sample = Validation::kSample;
    if (sample != nullptr)
      out.sample = sample->text == "all" ? 1 : number(*sample, "validate.sample", kMaxSample, "all");
  }

  void isolation() {
    const Value* isolation = member("isolation");
    if (isolation == nullptr) return;
    const bool process = isolation->text == "process";
    if (!process && isolation->text != "in_process") mismatch(*isolation, "isolation", "in_process or process");
    pipeline_.isolation = process ? Isolation::process : Isolation::in_process;
  }

 private:
  const Value* member(const std::string& key) const { return pipeline_.root.member(key); }

  const Value& required(const std::string& key, const std::string& expected) const {
    const Value* found = member(key);
    if (found == nullptr) {
      throw error_at(file_, pipeline_.root, "'" + key + "' is missing; expected " + expected);
    }
    return *found;
  }

  // Of another kind than expected.
  [[noreturn]] void wrong(const Value& value, const std::string& name, const std::string& expected) const {
    throw error_at(file_, value, name + ": expected " + expected + ", found " + kind_in_words(value));
  }
  // Of another value than expected.
  [[noreturn]] void mismatch(const Value& value, const std::string& name, const std::string& expected) const {
    throw error_at(file_, value, name + ": expected " + expected + ", found " + shown(value));
  }

  // A number from 1 to `most`; `word` is what may stand there as well.
  std::uint64_t number(const Value& value, const std::string& what, std::uint64_t most,
                       const std::string& word = "") const {
    const std::string expected = (word.empty() ? "" : word + " or ") + "an integer from 1 to " + std::to_string(most);
    if (value.kind != Value::Kind::scalar) wrong(value, what, expected);
    const auto json = scalar_json(value.text, "integer");
    // Longer than any number in the range: not even looked at.
    const bool readable = json && !json->starts_with('-') && json->size() <= std::to_string(most).size();
    const std::uint64_t read = readable ? std::stoull(*json) : 0;
    if (read < 1 || read > most) mismatch(value, what, expected);
    return read;
  }

  std::string name_of(const Value& value, const std::string& what) const {
    if (value.kind != Value::Kind::scalar) wrong(value, what, "a name");
    check_name(value, value.text, what);
    return value.text;
  }

  void check_name(const Value& at, const std::string& name, const std::string& what) const {
    if (trimmed(name).empty()) throw error_at(file_, at, what + ": expected a name, found an empty text");
    if (has_control_characters(name)) {
      throw error_at(file_, at, what + ": a name can't hold line breaks or other control characters");
    }
  }

  std::string path_of(const Value& value, const std::string& what) const {
    if (value.kind != Value::Kind::scalar) wrong(value, what, "a path");
    if (value.text.empty()) throw error_at(file_, value, what + ": expected a path, found an empty text");
    if (value.text.find('\0') != std::string::npos) throw error_at(file_, value, what + ": a path can't hold a NUL");
    return value.text;
  }

  StreamChoice choice(const std::string& name, const Value& value) const {
    check_name(value, name, "streams");
    StreamChoice made{name, {}, {}};
    if (value.kind == Value::Kind::null) return made;
    const std::string what = "streams." + name;
    check_map(file_, value, what, {"mode", "fields"});
    if (const Value* mode = value.member("mode")) {
      if (mode->text == "full_refresh") made.mode = SyncMode::full_refresh;
      if (mode->text == "incremental") made.mode = SyncMode::incremental;
      if (!made.mode) mismatch(*mode, what + ".mode", "full_refresh or incremental");
    }
    if (const Value* fields = value.member("fields")) {
      if (fields->kind != Value::Kind::list) wrong(*fields, what + ".fields", "a list of field names");
      made.fields.emplace();
      for (const Value& field : fields->items) made.fields->push_back(name_of(field, what + ".fields"));
    }
    return made;
  }

  const std::string& file_;
  Pipeline& pipeline_;
};

}  // namespace

std::string unknown_key(const std::string& key, const std::vector<std::string>& known) {
  const std::string start = "unknown key '" + sanitised(key, 80) + "'";
  if (const auto near = nearest(key, known)) return start + ", did you mean '" + *near + "'?";
  return start + "; expected " + (known.size() == 1 ? known.front() : "one of " + listed(known));
}

void check_map(const std::string& file, const Value& map, const std::string& what,
               const std::vector<std::string>& known) {
  if (map.kind != Value::Kind::map) {
    throw error_at(file, map,
                   what + ": expected a map with the keys " + listed(known) + ", found " + kind_in_words(map));
  }
  for (const Value::Member& member : map.members) {
    if (std::find(known.begin(), known.end(), member.key) != known.end()) continue;
    throw Error(Kind::config, what + ": " + unknown_key(member.key, known)).at(where_of(file, member));
  }
}

std::string joined(const std::string& directory, const std::string& path) {
  if (directory.empty() || directory == ".") return path;
  return (std::filesystem::path(directory) / path).string();
}

Pipeline read_pipeline(const std::string& file, Value root, bool options) {
  Pipeline pipeline;
  pipeline.file = file;
  pipeline.directory = std::filesystem::path(file).parent_path().string();
  if (pipeline.directory.empty()) pipeline.directory = ".";
  pipeline.root = std::move(root);
  if (pipeline.root.kind == Value::Kind::null) {
    throw error_at(file, pipeline.root, options ? "the file is empty" : "there is nothing here; expected a pipeline");
  }
  const std::vector<std::string> shared = {"concurrency", "http", "log", "validate", "isolation"};
  std::vector<std::string> known = {"name", "connector", "config", "streams", "output", "state"};
  if (options) known.clear();
  known.insert(known.end(), shared.begin(), shared.end());
  check_map(file, pipeline.root, options ? "options" : "a pipeline", known);

  Reader reader(file, pipeline);
  if (!options) {
    reader.name_and_connector();
    reader.config();
    reader.streams();
    reader.output();
    reader.state();
  }
  reader.concurrency();
  reader.http();
  reader.log();
  reader.validate();
  reader.isolation();
  return pipeline;
}

}  // namespace integ::pipeline
