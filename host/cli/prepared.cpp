#include "cli/prepared.hpp"

#include "base/text.hpp"
#include "cli/output_files.hpp"
#include "json/pointer.hpp"
#include "json/schema.hpp"
#include "json/text.hpp"
#include "protocol/catalogs.hpp"
#include "sync/discover.hpp"

#include <algorithm>
#include <utility>

namespace integ::cli {
namespace {

using pipeline::Override;
using pipeline::Pipeline;

std::vector<Override> overrides_of(const std::vector<std::string>& set) {
  std::vector<Override> out;
  for (const std::string& text : set) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      throw Error(Kind::config,
                  "--set " + sanitised(text, 40) + ": expected key=value, as in config.url=https://example.com");
    }
    out.push_back({text.substr(0, equals), text.substr(equals + 1)});
  }
  return out;
}

Place place_in(const Pipeline& pipeline, const std::string& section) {
  return [&pipeline, section](const json::Violation& wrong) {
    std::string key = section.substr(1) + wrong.pointer;
    std::replace(key.begin(), key.end(), '/', '.');
    return pipeline.error(section + wrong.pointer, key + ": " + wrong.message,
                          wrong.unknown ? Pipeline::Part::key : Pipeline::Part::value);
  };
}

// What an error is about, when whoever threw it knew no place.
Error placed(const Error& error, const Pipeline& pipeline, const std::string& pointer) {
  Error out = error;
  out.at(pipeline.place(pointer));
  return out;
}

Prepared prepare_one(Host& host, Pipeline pipeline) {
  Prepared out;
  out.pipeline = std::move(pipeline);
  const Pipeline& source = out.pipeline;
  std::vector<Error> errors;
  const auto attempt = [&](const std::string& pointer, const auto& part) {
    try {
      part();
    } catch (const Errors& several) {
      errors.insert(errors.end(), several.all().begin(), several.all().end());
    } catch (const Error& error) {
      errors.push_back(placed(error, source, pointer));
    }
  };
  attempt("/connector", [&] { out.handle = host.connector(source.connector, source.isolation); });
  if (out.handle.connector != nullptr) {
    attempt("/config", [&] {
      out.config =
          checked_config(host, *out.handle.connector, source.config_json(out.handle.connector->info.config_schema),
                         place_in(source, "/config"));
    });
    attempt("/http",
            [&] { out.settings = settings_of(*out.handle.connector, source.http_json(), place_in(source, "/http")); });
    if (out.handle.connector->discover == nullptr) {
      attempt("/streams", [&] { out.selected = out.catalog(sync::all_streams(*out.handle.connector, {})); });
    }
  }
  attempt("/output/protocol", [&] { out.adapter = host.adapter(source.protocol); });
  if (out.adapter) {
    attempt("/output", [&] {
      const std::string schema = out.adapter->options_schema();
      std::string options = source.output_json(schema);
      // An adapter that keeps states of its own keeps them by the pipeline's name.
      const std::vector<std::string> known =
          json::Schema(schema, "the options of " + source.protocol).property_names("");
      if (std::find(known.begin(), known.end(), "pipeline") != known.end() &&
          json::Document::parse(options).root().member("pipeline") == nullptr) {
        options = json::merged(options, "{\"pipeline\":" + json::quoted(source.name) + "}");
      }
      out.options = checked_options(*out.adapter, options, place_in(source, "/output"));
    });
  }
  if (!errors.empty()) {
    std::ranges::stable_sort(errors, {}, [](const Error& error) { return error.where().line; });
    throw Errors(std::move(errors));
  }
  return out;
}

const Stream& stream_named(const std::vector<Stream>& streams, const std::string& name, const std::string& connector,
                           const std::function<Error(const std::string&)>& error) {
  const auto found =
      std::find_if(streams.begin(), streams.end(), [&](const Stream& stream) { return stream.name == name; });
  if (found != streams.end()) return *found;
  std::vector<std::string> names;
  names.reserve(streams.size());
  for (const Stream& stream : streams) names.push_back(stream.name);
  std::string message = "connector " + connector + " has no stream '" + sanitised(name, 80) + "'";
  const auto near = nearest(name, names);
  message += near ? ", did you mean '" + *near + "'?" : ".";
  throw error(message + " It has " + listed(names));
}

// "name", or "/address/city" and "/lines/sku" (of each line), as a pointer into the record that the schema knows.
std::string field_pointer(const Stream& stream, const std::string& field,
                          const std::function<Error(const std::string&)>& error) {
  std::string pointer;
  if (field.starts_with('/')) {
    pointer = field;
  } else {
    json::append_token(pointer, field);
  }
  const json::Schema schema(stream.json_schema, "the schema of stream " + stream.name);
  const std::string name = json::pointer_tokens(pointer).back();
  const std::vector<std::string> known = schema.field_names(pointer.substr(0, pointer.rfind('/')));
  if (std::find(known.begin(), known.end(), name) == known.end()) {
    std::string message = "stream " + stream.name + " has no field '" + sanitised(field, 80) + "'";
    const auto near = nearest(name, known);
    message += near ? ", did you mean '" + *near + "'?" : ".";
    throw error(message + " It has " + listed(known));
  }
  return pointer;
}

}  // namespace

Catalog Prepared::catalog(const std::vector<Stream>& streams) const {
  const std::string& connector = pipeline.connector;
  Catalog out = protocol::everything(streams);
  if (pipeline.streams) {
    Catalog chosen;
    for (std::size_t i = 0; i < pipeline.streams->size(); ++i) {
      const pipeline::StreamChoice& choice = (*pipeline.streams)[i];
      const bool is_list = pipeline.root.member("streams")->kind == pipeline::Value::Kind::list;
      const std::string pointer = "/streams/" + (is_list ? std::to_string(i) : choice.name);
      const auto error_in = [&](const std::string& key) {
        return [this, at = pointer + key](const std::string& message) { return pipeline.error(at, message); };
      };
      SelectedStream wanted{stream_named(streams, choice.name, connector, error_in("")), {}};
      protocol::set_mode(
          wanted.stream, wanted.selection,
          choice.mode.value_or(wanted.stream.incremental ? SyncMode::incremental : SyncMode::full_refresh));
      if (wanted.selection.sync_mode == SyncMode::incremental && !wanted.stream.incremental) {
        throw error_in("/mode")("stream " + choice.name + " can only be read with mode: full_refresh");
      }
      if (choice.fields) {
        wanted.selection.fields.emplace();
        for (const std::string& field : *choice.fields) {
          wanted.selection.fields->push_back(field_pointer(wanted.stream, field, error_in("/fields")));
        }
        protocol::keep_keys(wanted.stream, wanted.selection);
      }
      chosen.streams.push_back(std::move(wanted));
    }
    out = std::move(chosen);
  }
  return out;
}

void narrow(Catalog& catalog, const std::vector<Stream>& streams, const std::string& connector,
            const std::vector<std::string>& only, bool full_refresh) {
  for (const std::string& name : only) {
    stream_named(streams, name, connector,
                 [&](const std::string& message) { return Error(Kind::config, "--stream: " + message); });
  }
  if (!only.empty()) {
    std::erase_if(catalog.streams, [&](const SelectedStream& selected) {
      return std::find(only.begin(), only.end(), selected.stream.name) == only.end();
    });
  }
  if (full_refresh) {
    for (auto& [stream, selection] : catalog.streams) protocol::set_mode(stream, selection, SyncMode::full_refresh);
  }
}

std::vector<Prepared> prepare(Host& host, const std::vector<std::string>& paths, const std::vector<std::string>& set) {
  const std::vector<Override> overrides = overrides_of(set);
  std::vector<Pipeline> loaded;
  std::vector<Error> errors;
  for (const std::string& file : pipeline::files_of(paths)) {
    try {
      for (Pipeline& pipeline : pipeline::load(file, pipeline::process_environment(), overrides)) {
        loaded.push_back(std::move(pipeline));
      }
    } catch (const Error& error) {
      errors.push_back(error);
    }
  }
  try {
    pipeline::check_unique(loaded);
  } catch (const Error& error) {
    errors.push_back(error);
  }
  std::vector<Prepared> out;
  for (Pipeline& pipeline : loaded) {
    try {
      out.push_back(prepare_one(host, std::move(pipeline)));
    } catch (const Errors& several) {
      errors.insert(errors.end(), several.all().begin(), several.all().end());
    }
  }
  if (!errors.empty()) throw Errors(std::move(errors));
  check_output_files(out);
  return out;
}

}  // namespace integ::cli
