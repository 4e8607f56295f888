// A tap's configuration: files over one another, and the word ENV for TAP_NAME_SETTING variables.
#pragma once

#include "cli/job.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace integ::cli {

// What a tap can be told: the connector's settings and, as with every tap of the Singer SDK, some that are about how it
// speaks (activate_version, batch_config). A connector that has a setting of such a name keeps it for itself.
struct TapSettings {
  std::string connector;  // JSON objects, both
  std::string singer;     // of singer_adapter's options
};

// The members of all files and of the environment, later ones over earlier ones. A variable is text: it is
// converted by the schema's type, and refused by name where it can't be.
TapSettings tap_config(const std::string& connector, std::string_view schema, const std::vector<std::string>& sources);
// The connector's schema with the properties that tap_config() takes out.
std::string tap_settings_schema(std::string_view schema);

// Writes what the connector changed in its configuration (an RFC 7396 patch) into the file that the settings came
// from: the last one that has them. Replaced in one step, with the mode it had. Throws Error of kind config for
// settings that come from the environment, or where the file can't be written.
void rewrite_tap_config(const std::string& connector, const std::vector<std::string>& sources, std::string_view patch);

// Names the file, or the variable a setting would come from.
Place tap_config_place(const std::string& connector, const std::vector<std::string>& sources);

// "TAP_POKEAPI_URL" of pokeapi and url.
std::string tap_variable(const std::string& connector, const std::string& setting);

}  // namespace integ::cli
