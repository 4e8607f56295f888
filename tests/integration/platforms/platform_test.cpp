#include "integration/platforms/platform_test.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <regex>
#include <sstream>

namespace integration {

std::string pokemon_of(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ",") + (R"({"name":")" + name + R"(","url":"u"})");
  return out;
}

std::string configured(const std::vector<std::pair<std::string, std::string>>& streams) {
  std::string out;
  for (const auto& [stream, mode] : streams) {
    out += (out.empty() ? "" : ",") + (R"({"stream":{"name":")" + stream) +
           R"(","json_schema":{},"supported_sync_modes":["full_refresh"]},"sync_mode":")" + mode +
           R"(","destination_sync_mode":"append"})";
  }
  return R"({"streams":[)" + out + "]}";
}

std::string stream_state(const std::string& stream, const std::string& state) {
  return R"([{"type":"STREAM","stream":{"stream_descriptor":{"name":")" + stream + R"("},"stream_state":)" + state +
         "}}]";
}

void expect_golden(const std::string& name, std::string text,
                   const std::vector<std::pair<std::string, std::string>>& replacements) {
  for (const auto& [what, with] : replacements) {
    for (std::size_t found = text.find(what); found != std::string::npos;
         found = text.find(what, found + with.size())) {
      text.replace(found, what.size(), with);
    }
  }
  text = std::regex_replace(text, std::regex(R"("emitted_at":\d{13})"), R"("emitted_at":1700000000000)");
  text = std::regex_replace(text, std::regex(R"("time_extracted":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")"),
                            R"("time_extracted":"2024-01-02T03:04:05.000000Z")");
  const std::string path = std::string(INTEG_GOLDEN_DIR) + "/" + name;
  if (const char* accept = std::getenv("INTEG_ACCEPT_GOLDEN"); accept != nullptr && std::string_view(accept) == "1") {
    std::ofstream(path, std::ios::binary) << text;
    return;
  }
  std::ostringstream golden;
  golden << std::ifstream(path, std::ios::binary).rdbuf();
  EXPECT_EQ(golden.str(), text) << "differs from " << path << "; when it should, run with INTEG_ACCEPT_GOLDEN=1";
}

PlatformTest::PlatformTest() {
  folder.write("config.json", R"({"url":")" + api.url() + R"("})");
  folder.write("catalog.json", configured({{"pokemon", kIncremental}}));
  folder.write("properties.json", R"({"streams":[{"tap_stream_id":"pokemon","schema":{},"selected":true}]})");
}

void PlatformTest::serve_pages(const std::vector<std::vector<std::string>>& names) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string next = i + 1 < names.size() ? api.url("/p" + std::to_string(i + 1)) : "";
    api.set_page(i == 0 ? "/pokemon" : "/p" + std::to_string(i), page_of(pokemon_of(names[i]), next));
  }
}

std::vector<std::string> PlatformTest::read_words(const std::vector<std::string>& more) {
  std::vector<std::string> words{"source", "pokeapi", "read", "--config", "config.json", "--catalog", "catalog.json"};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

std::vector<std::string> PlatformTest::tap_words(const std::vector<std::string>& more) {
  std::vector<std::string> words{"tap", "pokeapi", "--config", "config.json"};
  if (std::ranges::find(more, "--catalog") == more.end()) words.insert(words.end(), {"--catalog", "properties.json"});
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

Outcome PlatformTest::read(const std::vector<std::string>& more) { return integ(read_words(more)); }
Outcome PlatformTest::tap(const std::vector<std::string>& more) { return integ(tap_words(more)); }

Outcome PlatformTest::program(const std::vector<std::string>& words, const Extra& extra) {
  Process::Options options;
  options.arguments = words;
  options.environment = {{"PATH", "/usr/bin:/bin"}, {"HOME", folder.path()}, {"INTEG", integ_program()}};
  std::string& path = options.environment["INTEG_PLUGIN_PATH"];
  for (const std::string& plugin : plugins) path += (path.empty() ? "" : ":") + plugin;
  for (const auto& [name, value] : extra.environment) options.environment[name] = value;
  options.folder = folder.path();
  options.input = extra.input;
  options.out_file = extra.out_file;
  options.records_fit = records_fit;
  Outcome outcome = Process(options).wait();
  EXPECT_FALSE(outcome.hung) << outcome.err;
  return outcome;
}

Outcome PlatformTest::shell(const std::string& line) { return program({"/bin/bash", "-c", line}); }

}  // namespace integration
