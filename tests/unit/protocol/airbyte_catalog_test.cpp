#include "protocol/catalogs.hpp"
#include "support.hpp"

namespace integ::protocol::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct AirbyteCatalogs : public ::testing::Test {
  std::vector<Stream> streams{make_stream("items"), orders()};
  Catalog read(std::string_view text) const { return airbyte_catalog(text, "catalog.json", streams); }
};

TEST_F(AirbyteCatalogs, ItsStreamsAloneInItsOrder) {
  const Catalog catalog = read(
      "\xEF\xBB\xBF"
      R"({"streams":[
    {"stream":{"name":"orders","namespace":"shop","json_schema":{}},"sync_mode":"incremental","destination_sync_mode":"append_dedup",
     "cursor_field":["meta","at"],"primary_key":[["id"],["a","b"]],"generation_id":3,"minimum_generation_id":0,"sync_id":12},
    {"stream":{"name":"nope"},"sync_mode":"full_refresh","destination_sync_mode":"append"},
    {"stream":{"name":"items","namespace":null,"x":1},"sync_mode":"incremental","destination_sync_mode":"overwrite","cursor_field":null,
     "primary_key":null,"generation_id":null}]})");
  EXPECT_THAT(catalog.unknown, ElementsAre(StreamId{"nope", ""}));
  ASSERT_EQ(catalog.streams.size(), 2U);
  const SelectedStream& first = catalog.streams[0];
  EXPECT_EQ(first.stream.name, "orders");
  EXPECT_EQ(first.selection.sync_mode, SyncMode::incremental);
  EXPECT_EQ(first.selection.destination_mode, DestinationMode::append_dedup);
  EXPECT_THAT(first.selection.cursor_field, ElementsAre("meta", "at"));
  EXPECT_THAT(first.selection.primary_key, ElementsAre(ElementsAre("id"), ElementsAre("a", "b")));
  EXPECT_EQ(first.selection.generation_id, 3);
  EXPECT_EQ(first.selection.minimum_generation_id, 0);
  EXPECT_EQ(first.selection.sync_id, 12);
  EXPECT_FALSE(first.selection.fields);
  const SelectedStream& second = catalog.streams[1];
  EXPECT_EQ(second.selection.sync_mode, SyncMode::full_refresh) << "the stream can't be read otherwise";
  EXPECT_EQ(second.selection.destination_mode, DestinationMode::overwrite);
  EXPECT_FALSE(second.selection.generation_id);
}

TEST_F(AirbyteCatalogs, FullRefreshOfAnIncrementalStreamIsWhatWasAsked) {
  const Catalog catalog = read(
      R"({"streams":[{"stream":{"name":"orders"},"sync_mode":"full_refresh"},{"stream":{"name":"orders","namespace":"shop"}}]})");
  ASSERT_EQ(catalog.streams.size(), 1U);
  EXPECT_EQ(catalog.streams[0].selection.sync_mode, SyncMode::full_refresh);
}

TEST_F(AirbyteCatalogs, AnotherNamespaceIsAnotherStream) {
  EXPECT_THAT(read(R"({"streams":[{"stream":{"name":"orders","namespace":"other"}}]})").unknown,
              ElementsAre(StreamId{"orders", "other"}));
}

TEST_F(AirbyteCatalogs, NoStreams) { EXPECT_THAT(read(R"({"streams":[]})").streams, IsEmpty()); }

TEST_F(AirbyteCatalogs, WhatIsRefused) {
  expect_error(Kind::config, "catalog.json", [&] { read(""); });
  expect_error(Kind::config, "catalog.json", [&] { read("[]"); });
  expect_error(Kind::config, "streams", [&] { read("{}"); });
  expect_error(Kind::config, "streams", [&] { read(R"({"streams":{}})"); });
  expect_error(Kind::config, "/streams/0", [&] { read(R"({"streams":[{"name":"items"}]})"); });
  expect_error(Kind::config, "/streams/0/sync_mode",
               [&] { read(R"({"streams":[{"stream":{"name":"items"},"sync_mode":"cdc"}]})"); });
  expect_error(Kind::config, "/streams/0/primary_key",
               [&] { read(R"({"streams":[{"stream":{"name":"items"},"primary_key":[[1]]}]})"); });
  expect_error(Kind::config, "catalog.json:1", [&] { read(R"({"streams":[{"stream":{"na)"); });
}

}  // namespace
}  // namespace integ::protocol::testing
