// How a command line that can't be understood ends.
#pragma once

#include <string>

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

namespace integ::cli {

// Prints what is wrong, or the help that was asked for; the exit code. Of a tap the last line begins with CRITICAL, by
// which Singer's runners find the reason.
int end_of_usage(CLI::App& app, const CLI::ParseError& error, bool tap);

// The message without JSON: settings that stand where none belong may hold a secret.
std::string without_json(const std::string& message);

}  // namespace integ::cli
