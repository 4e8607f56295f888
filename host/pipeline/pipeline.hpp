// Pipelines: which connector, which configuration, which output. YAML in, plain data out.
//
//   for (Pipeline& p : load("orders.yaml", env)) {
//     std::string config = p.config_json(schema_of(p.connector));
//   }
//
// Every error is of kind config and says file:line:column, what is wrong and what was expected. What only
// a plug-in knows (is this key part of the config, does that stream exist) is asked later, by pointer:
// place() finds the line of a pointer into the pipeline ("/config/url", "/streams/pokemon").
#pragma once

#include "base/error.hpp"
#include "base/log.hpp"
#include "model/catalog.hpp"
#include "model/validation.hpp"
#include "pipeline/yaml.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace integ::pipeline {

// `streams:` by name; absent members are the default (incremental where the stream can, all fields).
struct StreamChoice {
  std::string name;
  std::optional<SyncMode> mode;
  std::optional<std::vector<std::string>> fields;  // names ("name") or pointers ("/address/city")
};

// Where the connector runs: inside of the host, or in a process of its own.
enum class Isolation { in_process, process };

struct Pipeline {
  std::string file;       // as it was named
  std::string directory;  // relative paths are relative to it
  std::string name;
  std::string connector;
  std::optional<std::vector<StreamChoice>> streams;  // nullopt: all
  std::string protocol;                              // of the output
  std::string state_path;                            // absolute or relative to the working directory, already joined
  int concurrency = 20;                              // streams at once; latency is what a sync waits for
  std::optional<Level> log_level;                    // of `log:`; what the command line says goes before it
  Isolation isolation = Isolation::in_process;
  std::optional<bool> log_as_json;  // `format: json` or `format: text`
  Validation validation;            // `validate`
  Value root;                       // the pipeline's own map

  // The `config` section typed by the connector's schema: a scalar becomes what the schema wants there (a
  // string as written: `zip: 007`), quoted ones stay strings where the schema allows it, what can't be
  // converted is an error by name, as is a key that the schema doesn't know. All that is wrong is in one Error,
  // a line each. "{}" when there is none. `schema` is JSON text; "" types by YAML's core schema. What the
  // schema says beyond types and names (required, ranges, patterns) is checked by the caller.
  std::string config_json(std::string_view schema) const;
  // The `output` section without `protocol`, typed by the adapter's options schema; `path` is joined
  // with the directory, unless it is "-".
  std::string output_json(std::string_view schema) const;
  // The `http` section, typed by YAML's core schema; "" when there is none.
  std::string http_json() const;
  // Throws at the first of `streams` that is not among the connector's, with the nearest one.
  void check_streams(const std::vector<std::string>& known) const;

  // The place of a pointer into the pipeline, or of its nearest existing parent. An entry of a list can be
  // named by its number or its text ("/streams/pokemon"). Part::key: where the keys on the way stand, for a key that
  // has no business there.
  enum class Part { value, key };
  Where place(std::string_view pointer, Part part = Part::value) const;
  // An Error of kind config there.
  Error error(std::string_view pointer, std::string message, Part part = Part::value) const;
};

// `--set key=value`: a dotted path ("config.url", "http.max_attempts"); applied to the tree before it is
// read, substituted like any scalar.
struct Override {
  std::string path;
  std::string value;
};

// One pipeline a file, or those under `pipelines:`. Unknown keys are errors with the nearest known one.
std::vector<Pipeline> load(const std::string& file, const Environment& environment,
                           const std::vector<Override>& overrides = {});
// The file of settings for a run without a pipeline: `given` (--options), else INTEG_OPTIONS of the environment, else
// "".
std::string options_file(const std::string& given, const Environment& environment);
// What `--options FILE` holds for a run without a pipeline: the sections `http`, `concurrency`, `log`, `validate` and
// `isolation`, in a Pipeline that has neither name nor connector.
Pipeline load_options(const std::string& file, const Environment& environment);
// Files as they are, of a folder its *.yaml and *.yml by name; an empty folder is an error.
std::vector<std::string> files_of(const std::vector<std::string>& paths);
// Throws when two pipelines share a name in one state store, naming both places.
void check_unique(const std::vector<Pipeline>& pipelines);

// Scalar typing by JSON Schema, for settings that arrive as strings elsewhere (Singer's --config ENV):
// JSON text, or nullopt when `text` can't be a `type`. Booleans are true/false, yes/no, on/off and 1/0; an array
// or object is JSON text; without a type ("") YAML's core schema says what it is.
std::optional<std::string> scalar_json(const std::string& text, std::string_view type);

}  // namespace integ::pipeline
