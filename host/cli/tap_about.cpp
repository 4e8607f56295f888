#include "cli/tap_about.hpp"

#include "cli/print.hpp"
#include "cli/tap_config.hpp"
#include "json/document.hpp"
#include "json/text.hpp"

#include <fmt/ranges.h>

namespace integ::cli {
namespace {

struct Setting {
  std::string name, type, description, default_value;
  bool required = false;
  bool secret = false;
};

std::string type_text(const json::Node& property) {
  const json::Node* type = property.member("type");
  if (type == nullptr) return "any";
  if (type->is_string()) return std::string(type->text);
  std::string out;
  for (std::uint64_t i = 0; i < type->count; ++i) out += (i > 0 ? "|" : "") + std::string(type->items[i].text);
  return out;
}

std::vector<Setting> settings_of(const json::Document& schema) {
  std::vector<Setting> out;
  const json::Node* properties = schema.root().member("properties");
  const json::Node* required = schema.root().member("required");
  for (std::uint64_t i = 0; properties != nullptr && i < properties->count; ++i) {
    const json::Node& property = properties->items[i];
    Setting setting;
    setting.name = properties->keys[i];
    setting.type = type_text(property);
    setting.description = property.string("description");
    if (const json::Node* value = property.member("default"); value != nullptr) setting.default_value = value->text;
    const json::Node* secret = property.member("airbyte_secret");
    setting.secret = secret != nullptr && secret->boolean;
    for (std::uint64_t k = 0; required != nullptr && k < required->count; ++k) {
      setting.required = setting.required || required->items[k].text == setting.name;
    }
    out.push_back(std::move(setting));
  }
  return out;
}

// By the names that the Singer SDK and Meltano have for them.
std::vector<std::string> capabilities() {
  return {"catalog", "discover", "state", "about", "batch", "activate-version", "structured-logging"};
}

std::string as_json(const ConnectorInfo& info) {
  std::string out;
  std::vector<std::string> streams;
  for (const Stream& stream : info.streams) streams.push_back(stream.name);
  json::ObjectWriter writer(out);
  writer.text("name", "tap-" + info.name)
      .text("description", info.title)
      .text("version", info.version)
      .text("sdk_version", INTEG_VERSION)
      .raw("capabilities", json::string_array(capabilities()))
      .raw("streams", json::string_array(streams))
      .raw("settings", tap_settings_schema(info.config_schema));
  writer.close();
  return out + "\n";
}

std::string as_text(const ConnectorInfo& info, const std::vector<Setting>& settings) {
  std::string out = "Name:         tap-" + info.name + "\nDescription:  " + info.title +
                    "\nVersion:      " + info.version + "\nSDK Version:  integ " + INTEG_VERSION +
                    "\nCapabilities: " + fmt::format("{}", fmt::join(capabilities(), ", ")) + "\nStreams:      ";
  for (std::size_t i = 0; i < info.streams.size(); ++i) out += (i > 0 ? ", " : "") + info.streams[i].name;
  out += "\nSettings:\n";
  for (const Setting& setting : settings) {
    out += "  " + setting.name + " (" + setting.type + (setting.required ? ", required" : "") +
           (setting.secret ? ", secret" : "") + ")  " + tap_variable(info.name, setting.name) + "\n";
    if (!setting.description.empty()) out += "      " + setting.description + "\n";
    if (!setting.default_value.empty()) out += "      default: " + setting.default_value + "\n";
  }
  return out;
}

std::string as_markdown(const ConnectorInfo& info, const std::vector<Setting>& settings) {
  std::string out = "# `tap-" + info.name + "` " + info.version + "\n\n" + info.title + "\n\n## Capabilities\n\n";
  for (const std::string& capability : capabilities()) out += "* `" + capability + "`\n";
  out +=
      "\n## Settings\n\n"
      "| Setting | Type | Required | Default | Description |\n|:--|:--|:--|:--|:--|\n";
  for (const Setting& setting : settings) {
    out += "| " + setting.name + " | " + setting.type + " | " + (setting.required ? "yes" : "no") + " | " +
           setting.default_value + " | " + setting.description + " |\n";
  }
  out += "\n## Streams\n\n";
  for (const Stream& stream : info.streams) out += "* `" + stream.name + "`\n";
  return out;
}

}  // namespace

int tap_about(Host&, const ConnectorHandle& handle, const std::string& format) {
  const ConnectorInfo& info = handle.connector->info;
  const std::vector<Setting> settings = settings_of(json::Document::parse(tap_settings_schema(info.config_schema)));
  if (format == "json") {
    print(as_json(info));
  } else if (format == "markdown") {
    print(as_markdown(info, settings));
  } else {
    print(as_text(info, settings));
  }
  return 0;
}

int tap_version(const ConnectorHandle& handle) {
  print("tap-" + handle.connector->info.name + " v" + handle.connector->info.version + ", integ " + INTEG_VERSION +
        "\n");
  return 0;
}

}  // namespace integ::cli
