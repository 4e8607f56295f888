#include "protocol/builtin.hpp"
#include "protocol/catalogs.hpp"
#include "protocol/pointers.hpp"
#include "support.hpp"

namespace integ::protocol::testing {
namespace {

using ::testing::ElementsAre;

TEST(Everything, IncrementalWhereItCanBe) {
  const Catalog catalog = everything({make_stream("items"), orders()});
  ASSERT_EQ(catalog.streams.size(), 2U);
  EXPECT_EQ(catalog.streams[0].selection.sync_mode, SyncMode::full_refresh);
  EXPECT_EQ(catalog.streams[0].selection.destination_mode, DestinationMode::overwrite);
  EXPECT_EQ(catalog.streams[1].selection.sync_mode, SyncMode::incremental);
  EXPECT_EQ(catalog.streams[1].selection.destination_mode, DestinationMode::append_dedup);
  EXPECT_FALSE(catalog.streams[1].selection.fields);
}

TEST(KeepKeys, AddsWhatIsMissingAndNothingTwice) {
  Stream stream = orders();
  stream.primary_key = {{"/id", 0}, {"/customer/name", 0}};
  Selection selection;
  keep_keys(stream, selection);
  EXPECT_FALSE(selection.fields) << "all of them already";
  selection.fields = std::vector<std::string>{"/customer", "/idx"};
  selection.cursor_field = {"meta", "a/t"};
  keep_keys(stream, selection);
  EXPECT_THAT(*selection.fields, ElementsAre("/customer", "/idx", "/id", "/updated_at", "/meta/a~1t"));
}

TEST(Pointers, ThereAndBack) {
  EXPECT_THAT(path_of("/a/b~1c/~0/"), ElementsAre("a", "b/c", "~", ""));
  EXPECT_EQ(pointer_of({"a", "b/c", "~", ""}), "/a/b~1c/~0/");
  EXPECT_EQ(path_of("").size(), 0U);
  EXPECT_EQ(top_level_name("/a~1b"), "a/b");
  EXPECT_FALSE(top_level_name("/a/b"));
  EXPECT_TRUE(within("/a/b", "/a"));
  EXPECT_FALSE(within("/ab", "/a"));
}

TEST(Builtin, AllNamesAreKnownAndOthersAreNot) {
  for (const std::string& name : builtin_adapter_names()) {
    const auto adapter = builtin_adapter(name);
    ASSERT_NE(adapter, nullptr) << name;
    EXPECT_EQ(adapter->name(), name);
    EXPECT_NO_THROW(json::Document::parse(adapter->options_schema())) << name;
  }
  EXPECT_EQ(builtin_adapter("sqlite"), nullptr);
}

}  // namespace
}  // namespace integ::protocol::testing
