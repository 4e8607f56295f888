#include "cli/tap_config.hpp"

#include "base/files.hpp"
#include "base/text.hpp"
#include "cli/platform.hpp"
#include "json/schema.hpp"
#include "json/text.hpp"
#include "pipeline/pipeline.hpp"
#include "protocol/builtin.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>

namespace integ::cli {
namespace {

// Singer's own settings, but for those whose names the connector has.
json::Document singer_settings_beside(const json::Schema& connectors) {
  std::string out;
  json::ObjectWriter writer(out);
  const json::Document all = json::Document::parse("{" + protocol::singer_settings() + "}");
  const std::vector<std::string> taken = connectors.property_names("");
  for (std::uint64_t i = 0; i < all.root().count; ++i) {
    const std::string name(all.root().keys[i]);
    if (std::ranges::find(taken, name) == taken.end()) writer.raw(name, all.root().items[i].text);
  }
  writer.close();
  return json::Document::parse(out);
}

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

std::string tap_settings_schema(std::string_view schema) {
  const json::Document connectors = json::Document::parse(std::string(schema));
  const json::Node* properties = connectors.root().member("properties");
  const json::Document beside = singer_settings_beside(json::Schema(schema));
  return json::merged(
      schema, "{\"properties\":" + json::merged(properties == nullptr ? "{}" : properties->text, beside.text()) + "}");
}

TapSettings tap_config(const std::string& connector, std::string_view schema, const std::vector<std::string>& sources) {
  const json::Schema described(tap_settings_schema(schema), "the configuration schema of " + connector);
  std::string out = "{}";
  for (const std::string& source : sources) {
    const std::string next = source == "ENV"
                                 ? environment_config(connector, described)
                                 : std::string(settings_json(option_text("--config", source), source).root().text);
    if (!next.starts_with('{')) throw Error(Kind::config, "expected an object of settings").at({.file = source});
    out = json::merged(out, next);
  }
  const json::Document beside = singer_settings_beside(json::Schema(schema));
  const json::Document given = json::Document::parse(out);
  TapSettings split;
  json::ObjectWriter connectors(split.connector);
  json::ObjectWriter singers(split.singer);
  for (std::uint64_t i = 0; i < given.root().count; ++i) {
    const std::string name(given.root().keys[i]);
    const bool is_singers = beside.root().member(name) != nullptr;
    // None of Singer's own can be null: it was left out, as where the connector's settings are checked.
    if (is_singers && given.root().items[i].type == json::Type::null) continue;
    (is_singers ? singers : connectors).raw(name, json::json_of(given.root().items[i]));
  }
  connectors.close();
  singers.close();
  return split;
}

void rewrite_tap_config(const std::string& connector, const std::vector<std::string>& sources, std::string_view patch) {
  const json::Document changes = json::Document::parse(std::string(patch));
  std::vector<std::string> names;
  for (std::uint64_t i = 0; i < changes.root().count; ++i) names.emplace_back(changes.root().keys[i]);
  const auto has_one = [&](const json::Node& settings) {
    return std::ranges::any_of(names, [&](const std::string& name) { return settings.member(name) != nullptr; });
  };
  std::string target;
  for (const std::string& source : sources) {
    if (source == "ENV") {
      for (const std::string& name : names) {
        const std::string variable = tap_variable(connector, name);
        if (std::getenv(variable.c_str()) == nullptr) continue;
        throw Error(Kind::config,
                    fmt::format("the server gave a new {}, which can't be kept: it comes from the variable {}; put it "
                                "into a --config file, which is rewritten",
                                name, variable));
      }
    } else if (target.empty() || has_one(settings_json(read_text_file(source), source).root())) {
      target = source;
    }
  }
  const std::string unkept = "the server gave a new " + listed(names) + ", which can't be kept: ";
  if (target.empty()) throw Error(Kind::config, unkept + "there is no --config file to write it to");
  std::error_code error;
  const std::filesystem::path real = std::filesystem::canonical(target, error);  // a link stays one
  const std::string path = error ? target : real.string();
  const auto mode = std::filesystem::status(path, error).permissions();
  const json::Document before = settings_json(read_text_file(path), target);
  try {
    replace_file(path, json::merge_patched(before.text(), patch) + "\n",
                 error ? 0600U : static_cast<unsigned>(mode) & 07777U);
  } catch (const Error& problem) {
    throw Error(Kind::config, unkept + problem.message() + "; the file and its folder must be writable");
  }
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
