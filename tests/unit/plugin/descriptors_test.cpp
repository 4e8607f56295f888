#include "base/error.hpp"
#include "plugin/foreign.hpp"
#include "plugin/plugin.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <string>

namespace integ::plugin {
namespace {

using ::testing::HasSubstr;

integ_status run(void*, const integ_host*, integ_http_context*) { return INTEG_OK; }
integ_status discover(void*, const integ_host*, integ_http_context*) { return INTEG_OK; }

integ_str str(const char* text) { return {text, std::char_traits<char>::length(text)}; }

// A whole plug-in in memory, for one thing at a time to be broken in.
struct Sample {
  integ_runner runner{};
  std::array<integ_field, 2> keys{};
  integ_stream stream{};
  const integ_stream* streams[2] = {&stream, &stream};
  std::array<integ_str, 1> hosts{str("api.example.com")};
  integ_connector connector{};
  const integ_connector* connectors[2] = {&connector, &connector};
  integ_plugin plugin{};
  int self = 0;

  Sample() {
    runner.size = sizeof(runner);
    runner.run = run;
    keys[0] = {str("/id"), 0, 0};
    keys[1] = {str("/at"), -1, 0};
    stream.size = sizeof(stream);
    stream.name = str("things");
    stream.json_schema = str(R"({"properties":{"id":{},"at":{}}})");
    stream.primary_key = keys.data();
    stream.primary_key_count = 2;
    stream.runner = &runner;
    stream.self = &self;
    connector.size = sizeof(connector);
    connector.name = str("sample");
    connector.version = str("1.0.0");
    connector.config_schema = str("{}");
    connector.allowed_hosts = hosts.data();
    connector.allowed_hosts_count = 1;
    connector.streams = streams;
    connector.stream_count = 1;
    plugin.size = sizeof(plugin);
    plugin.connectors = connectors;
    plugin.connector_count = 1;
  }
  Sample(const Sample&) = delete;
  Sample& operator=(const Sample&) = delete;

  std::shared_ptr<Plugin> read() const { return read_descriptors(&plugin, "/p/sample.so"); }
};

std::string fault_of(const std::function<void(Sample&)>& spoil) {
  Sample sample;
  spoil(sample);
  try {
    sample.read();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Kind::plugin);
    EXPECT_TRUE(error.message().starts_with("/p/sample.so: ")) << error.message();
    return error.message();
  }
  return "nothing is wrong";
}

TEST(Descriptors, AreCopiedSoThatTheOriginalsMayChange) {
  Sample sample;
  std::string name = "things";
  sample.stream.name = {name.data(), name.size()};
  const auto plugin = sample.read();
  name = "broken";
  sample.runner.run = nullptr;
  sample.stream.primary_key_count = 0;
  const LoadedStream& stream = *plugin->connectors.at(0)->streams.at(0);
  EXPECT_EQ(std::string(stream.descriptor.name.data, stream.descriptor.name.size), "things");
  EXPECT_EQ(stream.descriptor.runner, &stream.runner);
  EXPECT_EQ(stream.runner.run, run);
  EXPECT_EQ(stream.descriptor.self, &sample.self);
  ASSERT_EQ(stream.descriptor.primary_key_count, 2u);
  EXPECT_EQ(stream.descriptor.primary_key[1].pointer.data, stream.info.primary_key[1].pointer.data());
  EXPECT_EQ(stream.descriptor.primary_key[1].order, -1);
  EXPECT_EQ(stream.descriptor.size, sizeof(integ_stream));
}

// A plug-in of an earlier minor version ends its structs earlier: what lies behind is not looked at.
TEST(Descriptors, MembersBeyondTheSizeAreNotRead) {
  Sample sample;
  const auto garbage = str("this is no JSON");
  sample.connector.size = offsetof(integ_connector, http);
  sample.connector.http = garbage;
  sample.connector.annotations = garbage;
  sample.stream.size = offsetof(integ_stream, data);
  sample.stream.data = garbage;
  sample.runner.size = offsetof(integ_runner, slices) + 4;  // in the middle of a member
  sample.runner.slices = discover;
  const auto plugin = sample.read();
  EXPECT_EQ(plugin->connectors.at(0)->info.http, "");
  EXPECT_EQ(plugin->connectors.at(0)->streams.at(0)->info.data, "");
  EXPECT_EQ(plugin->connectors.at(0)->streams.at(0)->runner.slices, nullptr);
}

// A plug-in of a later one ends them later.
TEST(Descriptors, LongerStructsAreFine) {
  struct Longer {
    integ_connector connector;
    void* later;
  };
  Sample sample;
  Longer longer{sample.connector, &sample};
  longer.connector.size = sizeof(longer);
  sample.connectors[0] = &longer.connector;
  sample.plugin.abi_minor = 9;
  EXPECT_EQ(sample.read()->abi_minor, 9);
}

TEST(Descriptors, NonsenseIsNamed) {
  EXPECT_THAT(fault_of([](Sample& s) { s.plugin.size = 3; }), HasSubstr("integ_plugin has size 3"));
  EXPECT_THAT(fault_of([](Sample& s) { s.plugin.size = 1u << 30; }), HasSubstr("more than any version"));
  EXPECT_THAT(fault_of([](Sample& s) { s.plugin.reserved = 1; }), HasSubstr("reserved is not zero"));
  EXPECT_THAT(fault_of([](Sample& s) { s.plugin.connectors = nullptr; }), HasSubstr("connectors is NULL"));
  EXPECT_THAT(fault_of([](Sample& s) { s.plugin.connector_count = std::size_t{1} << 60; }), HasSubstr("absurd count"));
  EXPECT_THAT(fault_of([](Sample& s) { s.plugin.adapter_count = 1; }), HasSubstr("adapters is NULL"));
  EXPECT_THAT(fault_of([](Sample& s) { s.plugin.connector_count = 0; }), HasSubstr("neither connectors nor adapters"));
  EXPECT_THAT(fault_of([](Sample& s) { s.connectors[0] = nullptr; }), HasSubstr("integ_connector is NULL"));
  EXPECT_THAT(fault_of([](Sample& s) { s.plugin.connector_count = 2; }), HasSubstr("two connectors named 'sample'"));
  EXPECT_THAT(fault_of([](Sample& s) { s.connector.size = 0; }), HasSubstr("integ_connector has size 0"));
  EXPECT_THAT(fault_of([](Sample& s) { s.connector.name = {}; }), HasSubstr("its name ''"));
  EXPECT_THAT(fault_of([](Sample& s) { s.connector.name = str("Sam ple"); }), HasSubstr("its name 'Sam ple'"));
  EXPECT_THAT(fault_of([](Sample& s) { s.connector.name.data = nullptr; }), HasSubstr("is NULL but has a size of 6"));
  EXPECT_THAT(fault_of([](Sample& s) { s.connector.title = {"x", std::size_t{1} << 50}; }), HasSubstr("absurd size"));
  EXPECT_THAT(fault_of([](Sample& s) { s.connector.title = str("a\xff"); }), HasSubstr("title is no UTF-8 at byte 1"));
  EXPECT_THAT(fault_of([](Sample& s) { s.connector.version = str("1.0"); }), HasSubstr("no semantic version"));
  EXPECT_THAT(fault_of([](Sample& s) { s.connector.config_schema = str("{"); }), HasSubstr("config_schema is no JSON"));
  EXPECT_THAT(fault_of([](Sample& s) { s.connector.config_schema = str("[]"); }), HasSubstr("no JSON object"));
  EXPECT_THAT(fault_of([](Sample& s) { s.connector.http = str("[]"); }), HasSubstr("http is no JSON object"));
  EXPECT_THAT(fault_of([](Sample& s) { s.connector.annotations = str("x"); }), HasSubstr("annotations is no JSON"));
  EXPECT_THAT(fault_of([](Sample& s) { s.hosts[0] = str("https://x.com"); }), HasSubstr("which is a URL"));
  EXPECT_THAT(fault_of([](Sample& s) { s.connector.discover = discover; }), HasSubstr("no `dynamic`"));
  EXPECT_THAT(fault_of([](Sample& s) { s.connector.stream_count = 0; }), HasSubstr("neither streams nor `discover`"));
  EXPECT_THAT(fault_of([](Sample& s) { s.connector.stream_count = 2; }), HasSubstr("two streams named 'things'"));
  EXPECT_THAT(fault_of([](Sample& s) { s.streams[0] = nullptr; }), HasSubstr("integ_stream is NULL"));
  EXPECT_THAT(fault_of([](Sample& s) { s.stream.name = {}; }), HasSubstr("a stream has no name"));
  EXPECT_THAT(fault_of([](Sample& s) { s.stream.name = str("a\nb"); }), HasSubstr("control characters"));
  EXPECT_THAT(fault_of([](Sample& s) { s.stream.runner = nullptr; }), HasSubstr("no `interleaved`"));
  EXPECT_THAT(fault_of([](Sample& s) { s.runner.run = nullptr; }), HasSubstr("its runner has no `run`"));
  EXPECT_THAT(fault_of([](Sample& s) { s.stream.json_schema = str("{}"); }), HasSubstr("no `properties`"));
  EXPECT_THAT(fault_of([](Sample& s) { s.stream.json_schema = {}; }), HasSubstr("json_schema is missing"));
  EXPECT_THAT(fault_of([](Sample& s) { s.stream.data = str("{"); }), HasSubstr("data is no JSON"));
  EXPECT_THAT(fault_of([](Sample& s) { s.keys[0].pointer = str("/no"); }), HasSubstr("primary_key '/no'"));
  EXPECT_THAT(fault_of([](Sample& s) { s.keys[1].pointer = str("/id"); }), HasSubstr("'/id' twice"));
  EXPECT_THAT(fault_of([](Sample& s) { s.keys[0].order = 2; }), HasSubstr("an order of 2"));
  EXPECT_THAT(fault_of([](Sample& s) { s.stream.primary_key = nullptr; }), HasSubstr("primary_key is NULL"));
}

TEST(Descriptors, UnknownFlagsAreUnsupported) {
  const std::function<void(Sample&)> spoils[] = {
      [](Sample& s) { s.plugin.flags = 1; },  [](Sample& s) { s.connector.flags = 2; },
      [](Sample& s) { s.stream.flags = 32; }, [](Sample& s) { s.runner.flags = 1; },
      [](Sample& s) { s.keys[0].flags = 1; },
  };
  for (const auto& spoil : spoils) {
    Sample sample;
    spoil(sample);
    try {
      sample.read();
      ADD_FAILURE() << "an unknown flag was accepted";
    } catch (const Error& error) {
      EXPECT_EQ(error.status(), INTEG_E_UNSUPPORTED);
    }
  }
}

TEST(Descriptors, AnOddAddressIsNotDereferenced) {
  EXPECT_THAT(fault_of([](Sample& s) { s.connectors[0] = reinterpret_cast<const integ_connector*>(1); }),
              HasSubstr("misaligned"));
}

TEST(Descriptors, AStreamWithoutRunnerIsInterleaved) {
  Sample sample;
  sample.stream.runner = nullptr;
  sample.connector.interleaved = &sample.runner;
  const auto plugin = sample.read();
  const LoadedConnector& connector = *plugin->connectors.at(0);
  EXPECT_TRUE(connector.has_interleaved);
  EXPECT_TRUE(connector.info.has_interleaved);
  EXPECT_TRUE(connector.streams.at(0)->info.interleaved);
  EXPECT_TRUE(connector.info.streams.at(0).interleaved);
  EXPECT_EQ(connector.streams.at(0)->descriptor.runner, nullptr);
}

TEST(Descriptors, AConnectorWithoutASchemaTakesNoSettings) {
  Sample sample;
  sample.connector.config_schema = {};
  EXPECT_EQ(sample.read()->connectors.at(0)->info.config_schema, R"({"type":"object","properties":{}})");
}

TEST(DiscoveredStream, HasNoRunnerAndNoSelf) {
  Sample sample;
  EXPECT_THROW(read_discovered_stream(&sample.stream, "sample"), Error);
  sample.stream.runner = nullptr;
  EXPECT_THROW(read_discovered_stream(&sample.stream, "sample"), Error);
  sample.stream.self = nullptr;
  EXPECT_TRUE(read_discovered_stream(&sample.stream, "sample")->info.discovered);
}

TEST(Adapter, WithoutAFunctionIsRefused) {
  Sample sample;
  integ_adapter adapter{};
  adapter.size = sizeof(adapter);
  adapter.name = str("out");
  adapter.version = str("1.0.0");
  const integ_adapter* adapters[] = {&adapter};
  sample.plugin.adapters = adapters;
  sample.plugin.adapter_count = 1;
  try {
    sample.read();
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.message(), "/p/sample.so: adapter 'out': it has no `open`");
  }
}

}  // namespace
}  // namespace integ::plugin
