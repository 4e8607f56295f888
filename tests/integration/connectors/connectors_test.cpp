#include "integration/connectors/connectors_test.hpp"

#include <gmock/gmock.h>

#include <utility>

namespace integration {

void ConnectorTest::connect(std::string connector, const std::string& config, std::vector<std::string_view> secrets) {
  connector_ = std::move(connector);
  secrets_ = std::move(secrets);
  folder.write("config.json", config);
}

Outcome ConnectorTest::run(const std::vector<std::string>& words) {
  Outcome outcome = integ(words);
  for (const std::string_view secret : secrets_) {
    EXPECT_EQ(outcome.out.find(secret), std::string::npos) << "a secret was shown";
    EXPECT_EQ(outcome.err.find(secret), std::string::npos) << "a secret was shown";
  }
  return outcome;
}

std::string ConnectorTest::check() {
  const Outcome outcome = run({"source", connector_, "check", "--config", "config.json"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome;
  const Messages messages(outcome.out);
  std::string out;
  for (const std::string& status : messages.texts("CONNECTION_STATUS", "/connectionStatus/status")) out += status;
  for (const std::string& why : messages.texts("CONNECTION_STATUS", "/connectionStatus/message")) {
    if (!why.empty()) out += ": " + why;
  }
  return out;
}

Messages ConnectorTest::read(const std::vector<std::string>& streams, const std::string& state) {
  std::vector<std::pair<std::string, std::string>> modes;
  for (const std::string& stream : streams) {
    const bool whole = stream.ends_with('!');
    modes.emplace_back(stream.substr(0, stream.size() - (whole ? 1 : 0)), whole ? kFullRefresh : kIncremental);
  }
  folder.write("catalog.json", configured(modes));
  std::vector<std::string> words{"source", connector_, "read", "--config", "config.json", "--catalog", "catalog.json"};
  if (!state.empty()) {
    folder.write("state.json", state);
    words.insert(words.end(), {"--state", "state.json"});
  }
  const Outcome outcome = run(words);
  EXPECT_EQ(outcome.exit_code, 0) << outcome << outcome.out;
  Messages messages(outcome.out);
  for (const auto& [stream, mode] : modes) {
    const std::vector<std::string> statuses = messages.statuses(stream);
    EXPECT_EQ(statuses.empty() ? "nothing" : statuses.back(), "COMPLETE") << stream;
  }
  return messages;
}

std::vector<std::string> ConnectorTest::pipeline(const std::string& streams) {
  folder.write("p.yaml", "name: p\nconnector: " + connector_ + "\nconfig: " + folder.read("config.json") +
                             "\nstreams: " + streams + "\noutput: {protocol: jsonl, bare: true}\n");
  const Outcome outcome = run({"run", "p.yaml"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome;
  return fixture_api::split(outcome.out, '\n');
}

std::vector<std::string> ConnectorTest::parameters(const std::string& path, const std::string& name) const {
  std::vector<std::string> out;
  for (const fixture_api::Request& request : api.requests(path)) out.emplace_back(request.parameter(name));
  EXPECT_FALSE(out.empty()) << "nothing was asked of " << path;
  if (out.empty()) out.emplace_back();
  return out;
}

}  // namespace integration
