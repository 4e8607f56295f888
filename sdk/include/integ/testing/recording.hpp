// What a test gives to the testing host, and what it gets back.
#pragma once

#include <integ/abi.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace integ {
inline namespace v1 {
namespace testing {

using Headers = std::vector<std::pair<std::string, std::string>>;

// What a server would answer.
struct Answer {
  int status = 200;
  std::string body;
  Headers headers;
};

// A request that the connector sent, with its query behind the URL. A secret is here in the clear.
struct Sent {
  std::string method, url, body;
  Headers headers;
  std::vector<std::string> secrets;  // names of the headers and parameters marked as such
  std::uint32_t flags = 0;
  std::uint32_t timeout_ms = 0;

  std::string header(const std::string& name) const {
    for (const auto& [key, value] : headers) {
      if (key == name) return value;
    }
    return {};
  }
};

// What came out, in the order in which it did: {"record", JSON} or {"state", JSON}.
struct Output {
  std::string kind, json, stream;
  friend bool operator==(const Output&, const Output&) = default;
};

struct Slice {
  std::string key, json;
  std::uint64_t weight = 0;
};

struct Result {
  integ_status status = INTEG_OK;
  std::string error;  // the sentence of fail()
  std::vector<Output> outputs;
  std::vector<Sent> sent;
  std::vector<std::string> prefetched;  // URLs that were said to come soon
  std::string total;                    // how many records there are in all, as the first page that did said it
  std::vector<std::string> logs;
  std::vector<Slice> slices;
  std::vector<std::string> streams;  // names that discover() added
  std::vector<std::string> config_patches;
  Headers auth;  // of set_auth: headers, then query

  bool ok() const { return status == INTEG_OK; }
  std::vector<std::string> records() const { return of("record"); }
  std::vector<std::string> states() const { return of("state"); }
  // What the host would store; "" where no state came.
  std::string state() const { return states().empty() ? "" : states().back(); }
  std::vector<std::string> urls() const {
    std::vector<std::string> all;
    for (const auto& one : sent) all.push_back(one.url);
    return all;
  }

 private:
  std::vector<std::string> of(const std::string& kind) const {
    std::vector<std::string> all;
    for (const auto& output : outputs) {
      if (output.kind == kind) all.push_back(output.json);
    }
    return all;
  }
};

}  // namespace testing
}  // namespace v1
}  // namespace integ
