// A host in memory with canned pages: an author's unit tests without integ, a network or a clock.
//
//   integ::testing::Host host;
//   host.config(R"({"url": "http://shop.test"})")
//       .page("http://shop.test/orders?limit=100", R"({"orders": [{"id": 1}], "next": null})");
//   const auto result = host.run(integ_plugin_entry_v1(host.table()), "orders");
//   EXPECT_EQ(result.records(), std::vector<std::string>{R"({"id": 1})"});
//
// It behaves like the real one where a connector can tell: allowed hosts, statuses that are failures,
// repeated requests at 429 and 5xx, late values built anew, the emitted array gone from the answer. It
// checks no schema, waits for nothing and knows nothing but JSON. One thread at a time.
#pragma once

#include <integ/sdk.hpp>
#include <integ/testing/functions.hpp>

#include <stdexcept>
#include <string>
#include <utility>

namespace integ {
inline namespace v1 {
namespace testing {

class Host {
 public:
  Host() : table_(make_table()) {}

  // ---- what it will answer ----
  // A page at a whole URL, query and all. Several for one URL come in turn, the last one for ever.
  Host& page(const std::string& url, std::string body) { return answer(url, {200, std::move(body), {}}); }
  Host& answer(const std::string& url, Answer answer) {
    answers_[url].push_back(std::move(answer));
    return *this;
  }
  // Documents, as JSON.
  Host& config(std::string json) { return document(INTEG_DOC_CONFIG, std::move(json)); }
  Host& state(std::string json) { return document(INTEG_DOC_STATE, std::move(json)); }
  Host& slice(std::string json) { return document(INTEG_DOC_SLICE, std::move(json)); }
  Host& slices(std::string json) { return document(INTEG_DOC_SLICES, std::move(json)); }
  Host& selection(std::string json) { return document(INTEG_DOC_SELECTION, std::move(json)); }
  Host& document(int which, std::string json) {
    documents_[which] = std::move(json);
    return *this;
  }
  // STOP at the nth emission; CANCELLED after n blocking calls; the nth blocking call fails.
  Host& stop_after(int emissions) { return stop_after_ = emissions, *this; }
  Host& cancel_after(int calls) { return cancel_after_ = calls, *this; }
  Host& fail_call(int number, integ_status status) { return fail_call_ = number, fail_with_ = status, *this; }

  // ---- what to run ----
  Result run(const integ_connector* connector, const std::string& stream) {
    return enter(connector, stream, &integ_runner::run);
  }
  Result check(const integ_connector* connector, const std::string& stream) {
    return enter(connector, stream, &integ_runner::check);
  }
  Result slices_of(const integ_connector* connector, const std::string& stream) {
    return enter(connector, stream, &integ_runner::slices);
  }
  Result finish(const integ_connector* connector, const std::string& stream) {
    return enter(connector, stream, &integ_runner::finish);
  }
  // One run that emits to all streams of the connector that have no run of their own.
  Result interleaved(const integ_connector* connector) {
    return whole(connector, connector->interleaved != nullptr ? connector->interleaved->run : nullptr);
  }
  Result discover(const integ_connector* connector) { return whole(connector, connector->discover); }
  Result authorize(const integ_connector* connector) { return whole(connector, connector->authorize); }
  // The only connector of a plug-in.
  Result run(const integ_plugin* plugin, const std::string& stream) { return run(only(plugin), stream); }
  static const integ_connector* only(const integ_plugin* plugin) {
    if (plugin == nullptr || plugin->connector_count != 1)
      throw std::invalid_argument("not a plug-in of one connector");
    return plugin->connectors[0];
  }

  const integ_host* table() const { return &table_; }

 private:
  using Function = integ_status (*)(void*, const integ_host*, integ_http_context*);

  Result enter(const integ_connector* connector, const std::string& name, Function integ_runner::*phase) {
    for (std::size_t i = 0; i < connector->stream_count; ++i) {
      const integ_stream* stream = connector->streams[i];
      if (detail::view(stream->name) != name) continue;
      if (stream->runner == nullptr) throw std::invalid_argument(name + " has no run of its own");
      return call(connector, stream, stream->runner->*phase, stream->self);
    }
    throw std::invalid_argument("no stream " + name);
  }
  Result whole(const integ_connector* connector, Function function) {
    return call(connector, nullptr, function, connector->self);
  }
  Result call(const integ_connector* connector, const integ_stream* stream, Function function, void* self) {
    if (function == nullptr) throw std::invalid_argument("the connector has no such function");
    Shared shared;
    shared.answers = answers_;
    shared.stop_after = stop_after_;
    shared.cancel_after = cancel_after_;
    shared.fail_call = fail_call_;
    shared.fail_with = fail_with_;
    for (std::size_t i = 0; i < connector->stream_count; ++i) {
      const integ_stream* one = connector->streams[i];
      if (one->runner == nullptr) shared.streams[std::string(detail::view(one->name))] = one;
    }
    Run run;
    run.shared = &shared;
    run.stream = stream;
    for (const auto& [which, json] : documents_) run.documents[which] = std::make_unique<Document>(json);
    if (stream != nullptr) document_of(run, INTEG_DOC_SCHEMA, stream->json_schema);
    if (stream != nullptr) document_of(run, INTEG_DOC_DATA, stream->data);
    for (std::size_t i = 0; i < connector->allowed_hosts_count; ++i) {
      shared.allowed.push_back(allowed(run, std::string(detail::view(connector->allowed_hosts[i]))));
    }
    shared.result.status = function(self, &table_, run.handle());
    return std::move(shared.result);
  }
  static void document_of(Run& run, int which, integ_str json) {
    if (json.size > 0) run.documents[which] = std::make_unique<Document>(std::string(detail::view(json)));
  }
  // "{config:/url}" is the host of that member, "{config:/shop}.x.com" its value put there.
  static std::string allowed(const Run& run, const std::string& rule) {
    const auto close = rule.find('}');
    if (!rule.starts_with("{config:") || close == rule.npos) return rule;
    const auto config = run.documents.find(INTEG_DOC_CONFIG);
    const Node* node = config == run.documents.end() ? nullptr : config->second->root().find(rule.substr(8, close - 8));
    if (node == nullptr) return "nowhere.invalid";
    const std::string origin = origin_of(node->string);
    return (origin.empty() ? node->string : origin.substr(origin.find("://") + 3)) + rule.substr(close + 1);
  }

  integ_host table_;
  std::map<std::string, std::deque<Answer>> answers_;
  std::map<int, std::string> documents_;
  int stop_after_ = 0;
  int cancel_after_ = 0;
  int fail_call_ = 0;
  integ_status fail_with_ = INTEG_E_NETWORK;
};

}  // namespace testing
}  // namespace v1
}  // namespace integ
