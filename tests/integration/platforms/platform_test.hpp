// The fixture of both command lines: files as the platforms write them, the program under any name.
#pragma once

#include "integration/platforms/messages.hpp"
#include "integration/support/integ.hpp"

#include <string>
#include <utility>
#include <vector>

namespace integration {

// Sync modes of a configured catalogue.
inline constexpr const char* kFullRefresh = "full_refresh";
inline constexpr const char* kIncremental = "incremental";

// Records of one page: {"name":"a","url":"u"} for each of `names`.
std::string pokemon_of(const std::vector<std::string>& names);
// A configured catalogue of Airbyte: each stream with its mode.
std::string configured(const std::vector<std::pair<std::string, std::string>>& streams);
// [{"type":"STREAM",...}]: Airbyte's state of one stream.
std::string stream_state(const std::string& stream, const std::string& state);
// Compares with tests/integration/platforms/golden/NAME, times replaced; INTEG_ACCEPT_GOLDEN=1 writes it.
// `secrets`: texts that differ from run to run, with what stands for them.
void expect_golden(const std::string& name, std::string text,
                   const std::vector<std::pair<std::string, std::string>>& replacements);

class PlatformTest : public IntegTest {
 protected:
  // config.json points pokeapi at the fixture API, catalog.json reads pokemon incrementally, and so does
  // properties.json for the tap.
  PlatformTest();

  // Pages at /pokemon, /p1, /p2 and so on, the links between them included.
  void serve_pages(const std::vector<std::vector<std::string>>& names);

  // `integ source pokeapi read --config config.json --catalog catalog.json MORE`.
  Outcome read(const std::vector<std::string>& more = {});
  // `integ tap pokeapi --config config.json --catalog properties.json MORE`, or with MORE's own --catalog.
  Outcome tap(const std::vector<std::string>& more = {});
  // Runs WORDS, where the first is a program's path, with the environment of integ().
  Outcome program(const std::vector<std::string>& words, const Extra& extra = {});
  // A shell's line, in which $INTEG is the program.
  Outcome shell(const std::string& line);

  static std::vector<std::string> read_words(const std::vector<std::string>& more = {});
  static std::vector<std::string> tap_words(const std::vector<std::string>& more = {});
};

}  // namespace integration
