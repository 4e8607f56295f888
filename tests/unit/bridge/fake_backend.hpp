// What stands behind the table in these tests: keeps what it is asked, answers as it is told.
#pragma once

#include "base/error.hpp"
#include "bridge/context.hpp"
#include "bridge/convert.hpp"
#include "bridge/host_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace integ::bridge::testing {

class FakeBackend final : public Backend {
 public:
  // What each call does beside being kept; may throw.
  std::function<Flow(Page&)> answer = [](Page&) { return Flow::ok; };
  std::vector<std::string> calls;
  Request request;
  Emit how;
  bool is_cancelled = false;

  Flow fetch(const Request& asked, Page& page) override {
    calls.push_back("fetch " + asked.http.method + " " + asked.http.url);
    request = asked;
    return answer(page);
  }
  Flow emit_batch(const Request& asked, const Emit& emit, Page& page, std::uint64_t& emitted) override {
    calls.push_back("emit_batch " + asked.http.url + " " + emit.slice.records);
    request = asked;
    how = emit;
    const Flow flow = answer(page);
    emitted = 3;
    return flow;
  }
  Flow emit_response(Page& page, const Emit& emit, std::uint64_t& emitted) override {
    calls.push_back("emit_response " + emit.slice.records);
    how = emit;
    emitted = 2;
    return answer(page);
  }
  void prefetch(const Request& soon) override { kept("prefetch " + soon.http.method + " " + soon.http.url); }
  Flow emit_values(std::string_view json) override { return kept("emit_values " + std::string(json)); }
  Flow emit_state(std::optional<std::string_view> json) override {
    return kept("emit_state " + (json ? std::string(*json) : "as it came in"));
  }
  Flow add_slice(std::string_view key, std::string_view json, std::uint64_t weight) override {
    return kept("add_slice " + std::string(key) + " " + std::string(json) + " " + std::to_string(weight));
  }
  void add_stream(std::unique_ptr<plugin::LoadedStream> stream) override { kept("add_stream " + stream->info.name); }
  Context* open_stream(std::string_view name) override {
    kept("open_stream " + std::string(name));
    return opened;
  }
  void set_auth(std::vector<http::Header> headers, std::vector<http::Header> query, std::int64_t valid_ms) override {
    kept("set_auth " + std::to_string(headers.size()) + " " + std::to_string(query.size()) + " " +
         std::to_string(valid_ms));
  }
  void update_config(std::string_view patch) override { kept("update_config " + std::string(patch)); }
  void mark_secret(std::string_view value) override { calls.push_back("secret " + std::string(value)); }
  void log(Level level, std::string_view message) override {
    calls.push_back("log " + std::string(name_of(level)) + " " + std::string(message));
  }
  bool cancelled() const override { return is_cancelled; }
  std::int64_t now_ns() override { return 42; }
  void sleep_ns(std::int64_t duration) override { kept("sleep " + std::to_string(duration)); }

  Context* opened = nullptr;

 private:
  Flow kept(std::string call) {
    calls.push_back(std::move(call));
    Page none;
    return answer(none);
  }
};

// A context with that backend, and shorthands for the table.
struct Entered {
  explicit Entered(Phase phase = Phase::run, Documents documents = {}, const integ_stream* stream = nullptr)
      : context(phase, backend, std::move(documents), stream) {}
  integ_http_context* handle() { return context.handle(); }
  std::string error() {
    const integ_str text = host.error(handle());
    return std::string(view(text));
  }

  const integ_host& host = host_table();
  FakeBackend backend;
  Context context;
};

inline integ_value value() {
  integ_value out{};
  out.size = sizeof out;
  return out;
}

inline integ_request request(std::string_view url) {
  integ_request out{};
  out.size = sizeof out;
  out.url = str(url);
  return out;
}

inline integ_emit emit_options(std::string_view records = "/items") {
  integ_emit out{};
  out.size = sizeof out;
  out.records = str(records);
  return out;
}

inline std::function<Flow(Page&)> answers(int status, std::string body) {
  return [status, body = std::move(body)](Page& page) {
    page.answer.status = status;
    page.answer.body = std::make_shared<std::string>(body);
    page.answer.url = "http://h/final";
    page.answer.headers = {{"X-A", "1", false}, {"x-a", "2", false}, {"Link", "l", false}};
    return Flow::ok;
  };
}

inline std::function<Flow(Page&)> fails(integ_status status, std::string message) {
  return [status, message = std::move(message)](Page&) -> Flow { throw Error::of_status(status, message); };
}

}  // namespace integ::bridge::testing
