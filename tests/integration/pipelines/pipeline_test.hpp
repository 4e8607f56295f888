// What the tests of pipelines share: a pipeline's text, and what a run left behind.
#pragma once

#include "integration/support/integ.hpp"
#include "json/document.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <thread>
#include <vector>

namespace integration {

inline std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    out.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

class PipelineTest : public IntegTest {
 protected:
  // Of the connector pokeapi; `output` and `more` are YAML, `more` whole lines.
  std::string pokemon(const std::string& output = "{protocol: sqlite, path: out.db}", const std::string& more = "") {
    return pipeline("pokeapi", "{url: \"" + api.url("/api/v2") + "\"}", output, more);
  }
  std::string updates(const std::string& output = "{protocol: sqlite, path: out.db}", const std::string& more = "") {
    return pipeline("updates", "{url: \"" + api.url() + "\"}", output, more);
  }
  // Of pokeapi the stream pokemon alone, where `more` chooses none.
  static std::string pipeline(const std::string& connector, const std::string& config, const std::string& output,
                              const std::string& more = "") {
    const bool chooses = connector != "pokeapi" || more.find("streams:") != std::string::npos;
    return "name: p\nconnector: " + connector + "\nconfig: " + config + "\noutput: " + output +
           "\nstate: {path: state.db}\n" + more + (chooses ? "" : "streams: [pokemon]\n") +
           (tests_are_isolated() ? "isolation: process\n" : "");
  }

  Database database(const std::string& name = "out.db") const { return Database(folder.path(name)); }
  long long count(const std::string& table = "pokemon", const std::string& column = "name") const {
    return database().number("select count(distinct " + column + ") from " + table);
  }
  // As `integ state show` prints it, less its time.
  std::string state(const std::string& pipeline_name = "p") {
    const Outcome shown = integ({"state", "show", pipeline_name, "--store", "state.db"});
    std::string out;
    for (const std::string& line : lines_of(shown.out)) {
      const auto document = ::integ::json::Document::parse(line);
      const auto* value = document.find("/state");
      out += std::string(document.root().string("stream")) + " " + (value == nullptr ? "" : std::string(value->text));
      out += "\n";
    }
    return out;
  }

  // Every file below the test's folder with its content.
  std::map<std::string, std::string> files() const {
    std::map<std::string, std::string> out;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path())) {
      if (!entry.is_regular_file()) continue;
      const std::string name = std::filesystem::relative(entry.path(), folder.path()).string();
      out[name] = folder.read(name);
    }
    return out;
  }

  // Waits until it holds; false when the test's patience ended.
  template <class Condition>
  static bool eventually(const Condition& holds) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!holds()) {
      if (std::chrono::steady_clock::now() > end) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return true;
  }
};

}  // namespace integration
