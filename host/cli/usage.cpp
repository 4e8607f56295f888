#include "cli/usage.hpp"

#include "base/text.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <regex>

namespace integ::cli {

std::string without_json(const std::string& message) {
  static const std::regex kBegin(R"re([{\[]\s*["{\[])re");  // and not the {a,b} of a choice
  std::smatch found;
  if (!std::regex_search(message, found, kBegin)) return message;
  return message.substr(0, static_cast<std::size_t>(found.position())) +
         "JSON, of which nothing is shown; settings go into a file, and its name behind --config";
}

int end_of_usage(CLI::App& app, const CLI::ParseError& error, bool tap) {
  app.failure_message([](const CLI::App* failed, const CLI::Error& wrong) {
    return CLI::FailureMessage::simple(failed,
                                       CLI::Error(wrong.get_name(), without_json(wrong.what()), wrong.get_exit_code()));
  });
  const int code = app.exit(error);
  if (code == 0) return 0;
  if (tap) std::fprintf(stderr, "CRITICAL %s\n", sanitised(without_json(error.what()), 1024).c_str());
  return 2;
}

}  // namespace integ::cli
