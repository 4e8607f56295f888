// `integ state list|show|set|clear`: the bookmarks of pipelines, looked at and mended by hand.
#include "base/clock.hpp"
#include "base/text.hpp"
#include "cli/kept_config.hpp"
#include "cli/print.hpp"
#include "cli/verbs.hpp"
#include "json/document.hpp"
#include "json/text.hpp"
#include "pipeline/pipeline.hpp"
#include "state/store.hpp"

#include <algorithm>
#include <iostream>
#include <iterator>

namespace integ::cli {
namespace {

std::string entry_json(const state::Entry& entry) {
  std::string out;
  json::ObjectWriter writer(out);
  writer.text("stream", entry.stream.name);
  if (!entry.stream.name_space.empty()) writer.text("namespace", entry.stream.name_space);
  writer.text("updated_at", rfc3339(entry.updated_at_ms)).raw("state", entry.json);
  writer.close();
  return out + "\n";
}

// What a connector changed in its configuration: that it did, not what.
std::string config_json(const state::Store::Config& config) {
  if (config.json.empty()) return {};
  std::string out;
  json::ObjectWriter(out)
      .raw("config", masked_changes(config.json))
      .text("updated_at", rfc3339(config.updated_at_ms))
      .close();
  return out + "\n";
}

void need_pipeline(state::Store& store, const StateOptions& options) {
  const std::vector<std::string> known = store.pipelines();
  if (std::find(known.begin(), known.end(), options.pipeline) != known.end()) return;
  std::string message = "the store " + options.store + " has no pipeline '" + options.pipeline + "'";
  if (const auto near = nearest(options.pipeline, known)) message += ", did you mean '" + *near + "'?";
  throw Error(Kind::config, message + (known.empty() ? " It is empty" : " It has " + listed(known)));
}

int set(state::Store& store, const StateOptions& options) {
  if (options.stream.empty()) throw Error(Kind::config, "state set needs --stream NAME");
  std::string text = options.value;
  if (text == "-") text.assign(std::istreambuf_iterator<char>(std::cin), {});
  const json::Document state = json::Document::parse(text, "the state");
  if (!state.root().is_object()) throw Error(Kind::config, "the state: expected a JSON object");
  const auto lease = store.lease(options.pipeline);
  store.correct(options.pipeline, lease->token(), {options.stream, options.name_space}, json::compacted(state.text()));
  return 0;
}

int clear(state::Store& store, const StateOptions& options) {
  need_pipeline(store, options);
  const auto lease = store.lease(options.pipeline);
  std::optional<StreamId> stream;
  if (!options.stream.empty()) stream = StreamId{options.stream, options.name_space};
  const std::size_t cleared = store.clear(options.pipeline, stream);
  print("cleared the state of " + std::to_string(cleared) + (cleared == 1 ? " stream\n" : " streams\n"));
  return 0;
}

// A pipeline may be named by its file, which knows its store too.
StateOptions resolved(StateOptions options) {
  if (!options.pipeline.ends_with(".yaml") && !options.pipeline.ends_with(".yml")) return options;
  std::vector<pipeline::Pipeline> pipelines = pipeline::load(options.pipeline, pipeline::process_environment());
  if (pipelines.size() != 1) {
    throw Error(Kind::config, options.pipeline + " has " + std::to_string(pipelines.size()) +
                                  " pipelines: say which by its name, with --store " + pipelines.front().state_path);
  }
  options.pipeline = pipelines.front().name;
  options.store = pipelines.front().state_path;
  return options;
}

}  // namespace

int state(Host& host, const StateOptions& given) {
  try {
    const StateOptions options = resolved(given);
    if (options.action != "list" && options.pipeline.empty()) {
      throw Error(Kind::config, "state " + options.action + " needs the name of a pipeline, or its file");
    }
    const auto store = state::open_sqlite_store(options.store, options.action != "set");
    if (options.action == "list") {
      for (const std::string& name : store->pipelines()) print(name + "\n");
      return 0;
    }
    if (options.action == "set") return set(*store, options);
    if (options.action == "clear") return clear(*store, options);
    need_pipeline(*store, options);
    if (options.stream.empty()) print(config_json(store->config(options.pipeline)));
    for (const state::Entry& entry : store->load(options.pipeline)) {
      if (options.stream.empty() || entry.stream.name == options.stream) print(entry_json(entry));
    }
    return 0;
  } catch (const Error& error) {
    host.complain(error);
    return error.kind() == Kind::config || error.kind() == Kind::malformed ? 2 : 1;
  }
}

}  // namespace integ::cli
