#include "cli/print.hpp"

#include <cstdio>

namespace integ::cli {

void print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

}  // namespace integ::cli
