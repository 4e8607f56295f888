// What a process in which plug-ins run gets of the host's environment.
#pragma once

#include <string>
#include <vector>

namespace integ::plugin {

// What loading a library needs, and what sanitizers are told, as "NAME=value": no plug-in sees a token.
std::vector<std::string> harmless_environment();

}  // namespace integ::plugin
