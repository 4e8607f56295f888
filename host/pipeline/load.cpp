// From a file to its pipelines.

#include "base/files.hpp"
#include "pipeline/overrides.hpp"
#include "pipeline/pipeline.hpp"
#include "pipeline/reader.hpp"

namespace integ::pipeline {
namespace {

Source source_of(const std::string& file) { return {file, read_text_file(file)}; }

}  // namespace

std::vector<Pipeline> load(const std::string& file, const Environment& environment,
                           const std::vector<Override>& overrides) {
  const Source source = source_of(file);
  Value root = parse_tree(source);
  if (root.kind == Value::Kind::null) {
    throw Error(Kind::config, "the file is empty; expected a pipeline").at({.file = file, .line = 1, .column = 1});
  }
  std::vector<Value> values;
  if (root.member("pipelines") != nullptr) {
    check_map(file, root, "a file of several pipelines", {"pipelines"});
    Value& list = root.members.front().value;
    if (list.kind != Value::Kind::list || list.items.empty()) {
      throw error_at(file, list,
                     "pipelines: expected a list of pipelines, found " +
                         (list.kind == Value::Kind::list ? "an empty one" : kind_in_words(list)));
    }
    values = std::move(list.items);
  } else {
    values.push_back(std::move(root));
  }
  std::vector<Pipeline> pipelines;
  for (Value& value : values) {
    if (value.kind == Value::Kind::map) {
      for (const Override& override_ : overrides) apply(value, override_);
    }
    substitute(value, source, environment);
    pipelines.push_back(read_pipeline(file, std::move(value), false));
  }
  return pipelines;
}

std::string options_file(const std::string& given, const Environment& environment) {
  return given.empty() ? environment("INTEG_OPTIONS").value_or("") : given;
}

Pipeline load_options(const std::string& file, const Environment& environment) {
  const Source source = source_of(file);
  Value root = parse_tree(source);
  substitute(root, source, environment);
  return read_pipeline(file, std::move(root), true);
}

}  // namespace integ::pipeline
