// Completion for bash, made from the command line's own grammar, so that it can't fall behind it.
#pragma once

#include <CLI/CLI.hpp>

#include <string>

namespace integ::cli {

std::string bash_completion(const CLI::App& app);

}  // namespace integ::cli
