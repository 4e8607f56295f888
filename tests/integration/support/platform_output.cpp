#include "integration/support/platform_output.hpp"

#include "support/messages/message_check.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace integration {
namespace {

enum class Protocol { none, airbyte, singer };

bool has(const std::vector<std::string>& words, std::initializer_list<std::string_view> wanted) {
  return std::ranges::any_of(words,
                             [&](const std::string& word) { return std::ranges::find(wanted, word) != wanted.end(); });
}

// Of text that may be something else altogether: as its first line begins.
Protocol protocol_of(std::string_view text) {
  if (text.starts_with(R"({"type":"SCHEMA",)") || text.starts_with(R"({"type":"STATE","value":)"))
    return Protocol::singer;
  for (const std::string_view begin : {R"({"type":"TRACE","trace":)", R"({"type":"LOG","log":)",
                                       R"({"type":"RECORD","record":{"stream":)", R"({"type":"CONTROL","control":)"}) {
    if (text.starts_with(begin)) return Protocol::airbyte;
  }
  return Protocol::none;
}

Protocol protocol_of(const std::vector<std::string>& words, std::string_view out) {
  const std::string program = std::filesystem::path(words.at(0)).filename();
  const std::string verb = program == "integ" && words.size() > 1 ? words[1] : program.substr(0, program.find('-'));
  if (has(words, {"--help", "-h"})) return Protocol::none;
  if (verb == "source") return Protocol::airbyte;
  if (verb == "tap")
    return has(words, {"--discover", "-d", "--about", "--version"}) ? Protocol::none : Protocol::singer;
  return verb == "run" ? protocol_of(out) : Protocol::none;
}

void report(Protocol protocol, std::string_view text, const support::RunEnd& end, const std::string& what) {
  const std::vector<std::string> faults =
      protocol == Protocol::airbyte ? support::airbyte_run_faults(text, end) : support::singer_run_faults(text, end);
  for (std::size_t i = 0; i < faults.size() && i < 5; ++i) ADD_FAILURE() << what << " " << faults[i];
}

void check_catalog(const Process::Options& options) {
  const auto word = std::ranges::find(options.arguments, "--catalog");
  if (word == options.arguments.end() || word + 1 == options.arguments.end()) return;
  const std::string text = support::file_text(std::filesystem::path(options.folder) / *(word + 1));
  for (const std::string& fault : support::configured_catalog_faults(text))
    ADD_FAILURE() << *(word + 1) << ": " << fault;
}

}  // namespace

void check_platform_output(const Process::Options& options, const Outcome& outcome) {
  if (!options.out_file.empty()) return;
  const Protocol protocol = protocol_of(options.arguments, outcome.out);
  if (protocol == Protocol::none) return;
  const support::RunEnd end{
      .complete = outcome.exit_code == 0, .torn = outcome.signal != 0, .records_fit = options.records_fit};
  report(protocol, outcome.out, end, "standard output:");
  if (protocol == Protocol::airbyte && end.complete) check_catalog(options);
}

void check_platform_files(const support::TempFolder& folder, bool records_fit) {
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    if (entry.is_symlink() || !entry.is_regular_file()) continue;
    const std::string name = entry.path().filename();
    const std::string text = folder.read(name);
    const Protocol protocol = protocol_of(text);
    if (protocol == Protocol::none) continue;
    report(protocol, text, {.complete = false, .torn = true, .records_fit = records_fit}, name + ":");
  }
}

}  // namespace integration
