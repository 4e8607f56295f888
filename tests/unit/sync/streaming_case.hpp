// What the tests of streaming emissions share: a read of one stream whose run is one such emission.
#pragma once

#include "support.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

namespace integ::sync::testing {

inline constexpr int kMany = 40'000;  // half a megabyte: a few batches
inline const std::string kUrl = "http://api.test/export";

// The same as items(), an object a line.
inline std::string lines(int first, int last) {
  std::string out;
  for (int id = first; id <= last; ++id) out += R"({"id":)" + std::to_string(id) + "}\n";
  return out;
}

// How a connector asks.
struct How {
  std::string records = "/items";
  std::string parser;
  std::string extra;
  std::uint32_t flags = INTEG_EMIT_STREAMING;
  std::uint32_t request_flags = 0;
};

// What a connector got back.
struct Got {
  std::vector<integ_status> statuses;
  std::uint64_t emitted = 0;
  std::string error;
  std::string skeleton;
  std::string body;
  std::string highest;
};

// One read of one stream whose run is one emission, and a state where that went well.
class Streaming : public ::testing::Test {
 protected:
  void run(const How& how, const std::function<void(ReadRequest&)>& set = {}) {
    TestConnector connector;
    connector.stream("orders", {.run = [&](const integ_host& host, integ_http_context* context) {
                       return emission(host, context, how);
                     }});
    Source source(world, connector, "{}", settings);
    recorder = std::make_unique<Recorder>();
    for (auto& [url, answer] : answers) source.pages().answer(url, answer);
    recorder->on_records = [&](const Batch& batch) {
      for (const std::string_view record : batch.records) {
        ids.push_back(std::stoi(std::string(record.substr(record.find(':') + 1))));
      }
      if (on_batch) on_batch(batch);
    };
    ReadRequest request = everything(connector);
    if (set) set(request);
    result = read(source.connection, {}, *recorder, request, commits.function());
    asked = source.pages().asked(kUrl);
  }

  integ_status emission(const integ_host& host, integ_http_context* context, const How& how) {
    integ_request request{};
    request.size = sizeof request;
    request.url = str(kUrl);
    request.parser = str(how.parser);
    request.flags = how.request_flags;
    const integ_observe observe{str("/id"), INTEG_OBSERVE_MAX, 0};
    integ_emit options{};
    options.size = sizeof options;
    options.flags = how.flags;
    options.records = str(how.records);
    options.extra = str(how.extra);
    options.observe = &observe;
    options.observe_count = 1;
    integ_response* answer = nullptr;
    do {
      got.statuses.push_back(host.emit_batch(context, &request, &options, &answer, &got.emitted));
    } while (got.statuses.back() == INTEG_AGAIN);
    const integ_status status = got.statuses.back();
    if (status < 0) got.error = std::string(host.error(context).data, host.error(context).size);
    if (status != INTEG_OK) return status;
    integ_value value{};
    value.size = sizeof value;
    if (const integ_node* node = host.response_json(context, answer)) {
      EXPECT_EQ(host.get(context, node, str(""), &value), INTEG_OK);
      got.skeleton = text_of(value);
    }
    got.body = std::string(host.response_body(answer).data, host.response_body(answer).size);
    if (got.emitted > 0) {
      EXPECT_EQ(host.observed(context, answer, 0, &value), INTEG_OK);
      got.highest = text_of(value);
    }
    return emit_state(host, context, R"({"done":true})");
  }

  // The pages of one URL, one after the other; the last one stays.
  void script(std::vector<Pages::Page> pages) {
    auto at = std::make_shared<std::size_t>(0);
    answers[kUrl] = [pages = std::move(pages), at](const http::Request&) {
      return pages[std::min((*at)++, pages.size() - 1)];
    };
  }
  static Pages::Page page(std::string body, std::vector<http::Header> headers = {}) {
    return {.body = std::move(body), .headers = std::move(headers), .piece = 16384};
  }
  static Pages::Page cut(std::string body) { return {.body = std::move(body), .cut = true, .piece = 16384}; }
  static std::vector<http::Header> whole(const std::string& body) {
    return {{"Content-Length", std::to_string(body.size())}};
  }
  void expect_once(int last) const {
    std::vector<int> expected(static_cast<std::size_t>(last));
    std::iota(expected.begin(), expected.end(), 1);
    EXPECT_EQ(ids, expected);
  }
  const Error& error() const { return *result_of(result, "orders").error; }

  World world;
  http::Settings settings;
  std::map<std::string, Pages::Answer> answers;
  std::unique_ptr<Recorder> recorder;  // of the last run()
  Recorder session;                    // of tests that read by themselves
  Commits commits;
  std::vector<int> ids;
  std::function<void(const Batch&)> on_batch;
  Got got;
  ReadResult result;
  std::size_t asked = 0;
};

}  // namespace integ::sync::testing
