#include "plugin/environment.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <unistd.h>

namespace integ::plugin {
namespace {

bool is_harmless(std::string_view variable) {
  constexpr std::array kNames{
      "PATH=", "LANG=", "TZ=", "ASAN_OPTIONS=", "LSAN_OPTIONS=", "TSAN_OPTIONS=", "UBSAN_OPTIONS="};
  if (variable.starts_with("LD_") || variable.starts_with("LC_")) return true;
  return std::any_of(kNames.begin(), kNames.end(), [&](const char* name) { return variable.starts_with(name); });
}

}  // namespace

std::vector<std::string> harmless_environment() {
  std::vector<std::string> out;
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    if (is_harmless(*variable)) out.emplace_back(*variable);
  }
  return out;
}

}  // namespace integ::plugin
