#include "integration/support/integ.hpp"

#include "integration/support/platform_output.hpp"

#include <cstdlib>
#include <string_view>
#include <utility>

namespace integration {
namespace {

// One cache of what the plug-ins list for all tests of a program: each run would ask every .so anew otherwise.
const TempFolder& home() {
  static const TempFolder folder;
  return folder;
}

}  // namespace

std::string integ_program() { return INTEG_BUILD_ROOT "/host/integ"; }
std::string plugin_folder() { return INTEG_BUILD_ROOT "/plugins"; }
std::string test_plugin_folder() { return INTEG_BUILD_ROOT "/tests/integration/plugins"; }
std::string hostile_plugin_folder() { return INTEG_BUILD_ROOT "/tests/integration/hostile"; }

bool tests_are_isolated() {
  const char* wish = std::getenv("INTEG_TEST_ISOLATION");
  return wish != nullptr && std::string_view(wish) == "process";
}

std::string page_of(const std::string& records, const std::string& next) {
  return "{\"count\":0,\"next\":" + (next.empty() ? "null" : "\"" + next + "\"") + ",\"results\":[" + records + "]}";
}

IntegTest::IntegTest() : plugins{test_plugin_folder(), plugin_folder()} {}
IntegTest::~IntegTest() { check_platform_files(folder, records_fit); }

std::unique_ptr<Process> IntegTest::start(const std::vector<std::string>& arguments, const Extra& extra) {
  std::vector<std::string> words{integ_program()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  return start_program(std::move(words), extra);
}

std::unique_ptr<Process> IntegTest::start_shell(const std::string& line, const Extra& extra) {
  return start_program({"/bin/bash", "-c", line}, extra);
}

std::unique_ptr<Process> IntegTest::start_program(std::vector<std::string> words, const Extra& extra) {
  Process::Options options;
  options.arguments = std::move(words);
  options.environment = {{"PATH", "/usr/bin:/bin"}, {"HOME", home().path()}, {"INTEG", integ_program()}};
  std::string& path = options.environment["INTEG_PLUGIN_PATH"];
  for (const std::string& plugin : plugins) path += (path.empty() ? "" : ":") + plugin;
  if (tests_are_isolated()) {
    home().write("isolated.yaml", "isolation: process\n");
    options.environment["INTEG_OPTIONS"] = home().path("isolated.yaml");
  }
  for (const auto& [name, value] : extra.environment) options.environment[name] = value;
  options.folder = folder.path();
  options.input = extra.input;
  options.out_file = extra.out_file;
  options.records_fit = records_fit;
  return std::make_unique<Process>(options);
}

Outcome IntegTest::integ(const std::vector<std::string>& arguments, const Extra& extra) {
  Outcome outcome = start(arguments, extra)->wait();
  EXPECT_FALSE(outcome.hung) << outcome.err;
  return outcome;
}

}  // namespace integration
