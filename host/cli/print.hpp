// What a verb prints for people, on standard output.
#pragma once

#include <string_view>

namespace integ::cli {

// Buffered; what goes wrong with it (a full disk) is found when main() ends, and told and counted there.
void print(std::string_view text);

}  // namespace integ::cli
