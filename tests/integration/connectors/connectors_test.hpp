// What the tests of the connectors share: a connector run as an Airbyte source or as a pipeline, its output searched
// for secrets each time.
#pragma once

#include "integration/platforms/platform_test.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace integration {

class ConnectorTest : public IntegTest {
 protected:
  // `config` is JSON.
  void connect(std::string connector, const std::string& config, std::vector<std::string_view> secrets);

  // "SUCCEEDED", or "FAILED: " and the reason.
  std::string check();
  // Reads the streams incrementally, or as a whole those that end with '!'; `state` is what messages.airbyte_state()
  // gave. Fails the test where a stream does not get to its end.
  Messages read(const std::vector<std::string>& streams, const std::string& state = "");
  // The connector's records of a stream as a pipeline writes them; `streams` is YAML, {orders: {fields: [id]}} say.
  std::vector<std::string> pipeline(const std::string& streams);
  // Runs the program; its output must hold no secret.
  Outcome run(const std::vector<std::string>& words);

  // The values of a query parameter, in the order of the requests to that path; "" where a request had none. Reports
  // where there was no request, and has one "" then.
  std::vector<std::string> parameters(const std::string& path, const std::string& name) const;

  std::string connector_;
  std::vector<std::string_view> secrets_;
};

}  // namespace integration
