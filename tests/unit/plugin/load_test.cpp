#include "base/error.hpp"
#include "plugin/plugin.hpp"
#include "support.hpp"

#include <gmock/gmock.h>

#include <dlfcn.h>
#include <string>

namespace integ::plugin::test {
namespace {

using ::testing::HasSubstr;

std::string message_of_load(const std::string& path) {
  try {
    load_library(path, nullptr);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Kind::plugin);
    EXPECT_TRUE(error.message().starts_with(path + ": ")) << error.message();
    return error.message().substr(path.size() + 2);
  }
  ADD_FAILURE() << path << " was loaded";
  return {};
}

TEST(Load, AGoodConnectorSaysWhatItIs) {
  const auto plugin = load_library(fixture("good"), nullptr);
  const LoadedConnector* connector = plugin->connector("good");
  ASSERT_NE(connector, nullptr);
  EXPECT_EQ(connector->info.version, "1.2.3");
  EXPECT_EQ(connector->info.title, "Good things \u00e9");
  EXPECT_THAT(connector->info.allowed_hosts, ::testing::ElementsAre("{config:/url}", "*.example.com"));
  const LoadedStream* stream = connector->stream("things");
  ASSERT_NE(stream, nullptr);
  EXPECT_TRUE(stream->info.incremental);
  EXPECT_TRUE(stream->info.resumable);
  EXPECT_FALSE(stream->info.custom_primary_key);
  ASSERT_EQ(stream->info.iterate_by.size(), 1u);
  EXPECT_EQ(stream->info.iterate_by[0].pointer, "/updated_at");
  EXPECT_EQ(stream->info.iterate_by[0].order, 1);
  EXPECT_TRUE(stream->has_runner);
  EXPECT_NE(stream->runner.run, nullptr);
  EXPECT_EQ(stream->runner.slices, nullptr);
  EXPECT_EQ(connector->stream("other"), nullptr);
  EXPECT_EQ(plugin->connector("other"), nullptr);
  EXPECT_EQ(plugin->adapter("good"), nullptr);
}

TEST(Load, TheLibraryOutlivesEverythingThatHeldIt) {
  const TemporaryFolder folder;
  const std::string path = folder.add("good", "stays.so");
  const auto is_loaded = [&] {
    void* handle = ::dlopen(path.c_str(), RTLD_LAZY | RTLD_NOLOAD);
    if (handle != nullptr) ::dlclose(handle);
    return handle != nullptr;
  };
  EXPECT_FALSE(is_loaded());
  integ_runner runner{};
  {
    const auto plugin = load_library(path, nullptr);
    runner = plugin->connectors.at(0)->streams.at(0)->runner;
  }
  EXPECT_TRUE(is_loaded());
  integ_host host{};
  host.emit_state = [](integ_http_context*, integ_str) -> integ_status { return 17; };
  EXPECT_EQ(runner.run(nullptr, &host, nullptr), 17);
}

TEST(Load, AnAdapterSaysWhatItIs) {
  const auto plugin = load_library(fixture("adapter"), nullptr);
  const LoadedAdapter* adapter = plugin->adapter("nowhere");
  ASSERT_NE(adapter, nullptr);
  EXPECT_EQ(adapter->version, "0.1.0-rc.1");
  EXPECT_EQ(adapter->table.restore, nullptr);
  EXPECT_NE(adapter->table.close, nullptr);
  EXPECT_EQ(adapter->table.flags, INTEG_ADAPTER_NO_SINK);
  EXPECT_EQ(adapter->table.title.data, adapter->title.data()) << "the table points at the host's own copy";
}

TEST(Load, WhatIsWrongIsNamedWithWhatToDo) {
  EXPECT_EQ(message_of_load(fixture("no_entry")), "it has no entry: it does not export integ_plugin_entry_v1");
  EXPECT_EQ(message_of_load(fixture("other_major")),
            "it speaks plug-in ABI 2, this host speaks 1: upgrade integ, or use an older release of the plug-in");
  EXPECT_EQ(message_of_load(fixture("newer_host")),
            "it needs a host of plug-in ABI 1.7, this one has 1.0: upgrade integ, or use an older release of the "
            "plug-in");
  EXPECT_THAT(message_of_load(fixture("wants_extension")), HasSubstr("the extension 'acme.teleport/1'"));
  EXPECT_EQ(message_of_load(fixture("refuses")), "its entry refused this host");
  EXPECT_THAT(message_of_load(fixture("nonsense")), HasSubstr("integ_plugin has size 3"));
}

// With lazy binding this would load, and end the process in the middle of a run.
TEST(Load, AMissingSymbolIsFoundAtOnce) {
  EXPECT_THAT(message_of_load(fixture("missing_symbol")), HasSubstr("of_a_library_that_is_not_installed"));
}

TEST(Load, TheHostsOwnExtensionsCount) {
  integ_host host{};
  host.size = sizeof(host);
  host.get_extension = [](const integ_host* given, integ_str id) -> const void* {
    return std::string(id.data, id.size) == "acme.teleport/1" ? given : nullptr;
  };
  EXPECT_NE(load_library(fixture("wants_extension"), &host)->connector("wants-extension"), nullptr);
}

TEST(Load, NoFileOrABrokenOneIsAnErrorAndNoCrash) {
  const TemporaryFolder folder;
  EXPECT_THAT(message_of_load(folder / "none.so"), HasSubstr("No such file"));
  const std::string whole = content_of(fixture("good"));
  EXPECT_EQ(message_of_load(folder.write("cut.so", whole.substr(0, whole.size() / 2))), "cut short");
  EXPECT_EQ(message_of_load("/proc/self/exe"), "it is this very program");
}

}  // namespace
}  // namespace integ::plugin::test
