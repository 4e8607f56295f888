// `integ state list|show|set|clear`: the bookmarks of pipelines, looked at and mended by hand.
#include "base/clock.hpp"
#include "base/text.hpp"
#include "cli/kept_config.hpp"
#include "cli/print.hpp"
#include "cli/state_streams.hpp"
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

std::vector<StreamId> streams_of(const std::vector<state::Entry>& entries) {
  std::vector<StreamId> out;
  out.reserve(entries.size());
  for (const state::Entry& entry : entries) out.push_back(entry.stream);
  return out;
}

StreamWanted wanted_by(const StateOptions& options) { return {options.stream, options.name_space}; }

// A pipeline may be named by its file, which knows its store and its connector too.
struct Target {
  StateOptions options;
  std::optional<pipeline::Pipeline> pipeline;
};

Target resolved(StateOptions options) {
  if (!options.pipeline.ends_with(".yaml") && !options.pipeline.ends_with(".yml")) return {std::move(options), {}};
  std::vector<pipeline::Pipeline> pipelines = pipeline::load(options.pipeline, pipeline::process_environment());
  if (pipelines.size() != 1) {
    throw Error(Kind::config, options.pipeline + " has " + std::to_string(pipelines.size()) +
                                  " pipelines: say which by its name, with --store " + pipelines.front().state_path);
  }
  options.pipeline = pipelines.front().name;
  options.store = pipelines.front().state_path;
  return {std::move(options), std::move(pipelines.front())};
}

// Of which something is stored. Throws, naming what is, where there is none.
StreamId stored_stream(state::Store& store, const StateOptions& options, bool any_of_several) {
  const std::vector<StreamId> stored = streams_of(store.load(options.pipeline));
  const StreamWanted wanted = wanted_by(options);
  if (const std::vector<StreamId> fit = matches(stored, wanted); any_of_several && !fit.empty()) return fit.front();
  if (const std::optional<StreamId> found = only_match(stored, wanted)) return *found;
  throw Error(Kind::config, "the pipeline '" + options.pipeline + "' has no state of a stream '" + asked_for(wanted) +
                                "'" + instead_of(wanted, stored));
}

// The stream that a state is to be set of: one that has a row, be it a cleared one, or that the pipeline has. A name
// that nobody knows is most likely misspelt, and its state would never be read.
StreamId stream_to_set(Host& host, state::Store& store, const Target& target) {
  const StateOptions& options = target.options;
  const StreamWanted wanted = wanted_by(options);
  std::vector<StreamId> known = streams_of(store.load(options.pipeline));
  for (const StreamId& corrected : streams_of(store.corrections(options.pipeline))) {
    if (std::ranges::find(known, corrected) == known.end()) known.push_back(corrected);
  }
  if (const std::optional<StreamId> found = only_match(known, wanted)) return *found;
  if (!target.pipeline) {
    throw Error(Kind::config, "the pipeline '" + options.pipeline + "' has no state of a stream '" + asked_for(wanted) +
                                  "'" + instead_of(wanted, known) +
                                  ". For a stream that was never read, name the pipeline by its file");
  }
  const PipelineStreams declared = streams_of(host, *target.pipeline);
  if (const std::optional<StreamId> found = only_match(declared.streams, wanted)) return *found;
  if (declared.all) {
    throw Error(Kind::config, "the pipeline '" + options.pipeline + "' has no stream '" + asked_for(wanted) + "'" +
                                  instead_of(wanted, declared.streams));
  }
  host.log().warn({}, "nothing is known of a stream '" + asked_for(wanted) + "' of the pipeline '" + options.pipeline +
                          "': its name is taken as it was given");
  return {options.stream, options.name_space.value_or("")};
}

int set(Host& host, state::Store& store, const Target& target) {
  const StateOptions& options = target.options;
  if (options.stream.empty()) throw Error(Kind::config, "state set needs --stream NAME");
  std::string text = options.value;
  if (text == "-") text.assign(std::istreambuf_iterator<char>(std::cin), {});
  const json::Document state = json::Document::parse(text, "the state");
  if (!state.root().is_object()) throw Error(Kind::config, "the state: expected a JSON object");
  const StreamId stream = stream_to_set(host, store, target);
  const auto lease = store.lease(options.pipeline);
  store.correct(options.pipeline, lease->token(), stream, json::compacted(state.text()));
  return 0;
}

int clear(state::Store& store, const StateOptions& options) {
  need_pipeline(store, options);
  std::optional<StreamId> stream;
  if (!options.stream.empty()) stream = stored_stream(store, options, false);
  const auto lease = store.lease(options.pipeline);
  const std::size_t cleared = store.clear(options.pipeline, stream);
  print("cleared the state of " + std::to_string(cleared) + (cleared == 1 ? " stream\n" : " streams\n"));
  return 0;
}

int show(state::Store& store, const StateOptions& options) {
  need_pipeline(store, options);
  if (options.stream.empty()) {
    print(config_json(store.config(options.pipeline)));
  } else {
    static_cast<void>(stored_stream(store, options, true));
  }
  for (const state::Entry& entry : store.load(options.pipeline)) {
    if (options.stream.empty() || !matches({entry.stream}, wanted_by(options)).empty()) print(entry_json(entry));
  }
  return 0;
}

}  // namespace

int state(Host& host, const StateOptions& given) {
  try {
    const Target target = resolved(given);
    const StateOptions& options = target.options;
    if (options.action != "list" && options.pipeline.empty()) {
      throw Error(Kind::config, "state " + options.action + " needs the name of a pipeline, or its file");
    }
    const auto store = state::open_sqlite_store(options.store, options.action != "set" || !target.pipeline);
    if (options.action == "set") return set(host, *store, target);
    if (options.action == "clear") return clear(*store, options);
    if (options.action == "show") return show(*store, options);
    for (const std::string& name : store->pipelines()) print(name + "\n");
    return 0;
  } catch (const Error& error) {
    host.complain(error);
    return error.kind() == Kind::config || error.kind() == Kind::malformed ? 2 : 1;
  }
}

}  // namespace integ::cli
