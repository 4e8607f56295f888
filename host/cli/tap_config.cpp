#include "cli/tap_config.hpp"

#include "base/files.hpp"
#include "base/text.hpp"
#include "cli/platform.hpp"
#include "json/schema.hpp"
#include "json/text.hpp"
#include "pipeline/pipeline.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>

namespace integ::cli {
namespace {

std::string environment_config(const std::string& connector, const json::Schema& schema) {
  std::string out;
  json::ObjectWriter writer(out);
  for (const std::string& name : schema.property_names("")) {
    const std::string variable = tap_variable(connector, name);
    const char* value = std::getenv(variable.c_str());
    if (value == nullptr) continue;
    const std::string type = schema.type_at("/" + name);
    if (type == "array" || type == "object") {  // as JSON
      writer.raw(name, settings_json(value, variable).text());
      continue;
    }
    const std::optional<std::string> json = pipeline::scalar_json(value, type);
    if (!json) throw Error(Kind::config, variable + ": expected " + (type.empty() ? "a value" : type));
    writer.raw(name, *json);
  }
  writer.close();
  return out;
}

}  // namespace

std::string tap_variable(const std::string& connector, const std::string& setting) {
  std::string out = "TAP_" + connector + "_" + setting;
  for (char& c : out) {
    const auto byte = static_cast<unsigned char>(c);
    c = std::isalnum(byte) != 0 ? static_cast<char>(std::toupper(byte)) : '_';
  }
  return out;
}

std::string tap_config(const std::string& connector, std::string_view schema, const std::vector<std::string>& sources) {
  const json::Schema described(schema, "the configuration schema of " + connector);
  std::string out = "{}";
  for (const std::string& source : sources) {
    const std::string next = source == "ENV" ? environment_config(connector, described)
                                             : std::string(settings_json(read_text_file(source), source).root().text);
    if (!next.starts_with('{')) throw Error(Kind::config, "expected an object of settings").at({.file = source});
    out = json::merged(out, next);
  }
  return out;
}

Place tap_config_place(const std::string& connector, const std::vector<std::string>& sources) {
  const bool from_environment = std::find(sources.begin(), sources.end(), "ENV") != sources.end();
  const std::string file = sources.empty() ? "--config" : sources.back() == "ENV" ? "" : sources.back();
  return [=](const json::Violation& wrong) {
    const std::string& pointer = wrong.pointer;
    std::string text = (pointer.empty() ? "" : pointer + ": ") + wrong.message;
    if (from_environment && pointer.size() > 1) text += " (or set " + tap_variable(connector, pointer.substr(1)) + ")";
    return Error(Kind::config, text).at({.file = file});
  };
}

}  // namespace integ::cli
