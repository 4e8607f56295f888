#include "json/text.hpp"
#include "protocol/builtin.hpp"
#include "protocol/catalogs.hpp"
#include "protocol/events.hpp"
#include "support.hpp"

namespace integ::protocol::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

struct SingerCatalogs : public ::testing::Test {
  std::vector<Stream> streams{make_stream("items"), orders()};
  Catalog read(std::string_view text) const { return singer_catalog(text, "catalog.json", streams); }
  // One entry for orders with that metadata (members of the list).
  Catalog with(const std::string& metadata, const std::string& members = "") {
    return read(R"({"streams":[{"tap_stream_id":"shop-orders")" + members + R"(,"metadata":[)" + metadata + "]}]}");
  }
  static std::string at(const std::string& breadcrumb, const std::string& metadata) {
    return R"({"breadcrumb":)" + breadcrumb + R"(,"metadata":)" + metadata + "}";
  }
  std::vector<std::string> fields(const Catalog& catalog) {
    EXPECT_EQ(catalog.streams.size(), 1U);
    return catalog.streams.empty() ? std::vector<std::string>{}
                                   : catalog.streams[0].selection.fields.value_or(std::vector<std::string>{"all"});
  }
};

TEST_F(SingerCatalogs, TheDiscoveredCatalogueSelectsEverything) {
  MemorySink sink;
  const auto session = singer_adapter()->open({.options = nullptr, .sink = &sink, .sinks = nullptr, .log = nullptr});
  session->event(Event::catalog, catalog_json(streams));
  const Catalog catalog = read(sink.text);
  ASSERT_EQ(catalog.streams.size(), 2U);
  EXPECT_FALSE(catalog.streams[0].selection.fields);
  EXPECT_FALSE(catalog.streams[1].selection.fields);
  EXPECT_EQ(catalog.streams[1].selection.sync_mode, SyncMode::incremental);
}

TEST_F(SingerCatalogs, AStreamIsSelectedByTheFirstRuleThatApplies) {
  const std::vector<std::pair<std::string, bool>> cases{
      {"", true},
      {at("[]", R"({})"), true},
      {at("[]", R"({"selected":true})"), true},
      {at("[]", R"({"selected":"true"})"), true},
      {at("[]", R"({"selected":false})"), false},
      {at("[]", R"({"selected":"False"})"), false},
      {at("[]", R"({"selected":null,"selected-by-default":false})"), false},
      {at("[]", R"({"selected":true,"selected-by-default":false})"), true},
      {at("[]", R"({"selected":true,"inclusion":"unsupported"})"), false},
      {at("[]", R"({"selected":false,"inclusion":"automatic"})"), true},
      {at("[]", R"({"selected":false,"inclusion":"available"})"), false},
  };
  for (const auto& [metadata, selected] : cases)
    EXPECT_EQ(with(metadata).streams.size(), selected ? 1U : 0U) << metadata;
}

TEST_F(SingerCatalogs, TheOldSpellingsOfSelected) {
  EXPECT_THAT(with("", R"(,"selected":false)").streams, IsEmpty());
  EXPECT_THAT(with("", R"(,"schema":{"selected":"false"})").streams, IsEmpty());
  EXPECT_EQ(with("", R"(,"schema":{"selected":true})").streams.size(), 1U);
  EXPECT_EQ(with(at("[]", R"({"selected":true})"), R"(,"selected":false)").streams.size(), 1U) << "metadata is younger";
  EXPECT_THAT(
      fields(with(
          "",
          R"(,"schema":{"selected":true,"properties":{"lines":{"selected":false},"customer":{"selected":"true"}}})")),
      UnorderedElementsAre("/id", "/updated_at", "/customer"));
}

TEST_F(SingerCatalogs, StreamsThatAreAbsentOrUnknown) {
  const Catalog catalog = read(
      R"({"streams":[{"stream":"items"},{"tap_stream_id":"nope"},{"tap_stream_id":"unwanted","selected":false}]})");
  ASSERT_EQ(catalog.streams.size(), 1U);
  EXPECT_EQ(catalog.streams[0].stream.name, "items");
  EXPECT_THAT(catalog.unknown, ElementsAre(StreamId{"nope", ""}));
}

TEST_F(SingerCatalogs, Fields) {
  EXPECT_THAT(fields(with("")), ElementsAre("all"));
  EXPECT_THAT(fields(with(at(R"(["properties","lines"])", R"({"selected":false})"))),
              UnorderedElementsAre("/id", "/updated_at", "/customer"));
  // Below the top level; the rest of the parent stays.
  EXPECT_THAT(fields(with(at(R"(["properties","customer","properties","email"])", R"({"selected":"false"})"))),
              UnorderedElementsAre("/id", "/updated_at", "/customer/name", "/lines"));
  EXPECT_THAT(fields(with(at(R"(["properties","lines","items","properties","sku"])",
                             R"({"inclusion":"unsupported","selected":true})"))),
              UnorderedElementsAre("/id", "/updated_at", "/customer"));
  // What a parent loses, its children lose, whatever they say.
  EXPECT_THAT(fields(with(at(R"(["properties","customer"])", R"({"selected":false})") + "," +
                          at(R"(["properties","customer","properties","name"])", R"({"selected":true})"))),
              UnorderedElementsAre("/id", "/updated_at", "/lines"));
}

TEST_F(SingerCatalogs, KeysAndCursorsStay) {
  EXPECT_THAT(fields(with(at(R"(["properties","id"])", R"({"selected":false})") + "," +
                          at(R"(["properties","updated_at"])", R"({"selected":false})") + "," +
                          at(R"(["properties","lines"])", R"({"selected":false})"))),
              UnorderedElementsAre("/id", "/updated_at", "/customer"));
  EXPECT_THAT(fields(with(at(R"(["properties","id"])", R"({"selected":false,"inclusion":"automatic"})"))),
              ElementsAre("all"));
}

TEST_F(SingerCatalogs, MethodAndKeysOfTheMetadata) {
  const auto selection = [&](const std::string& metadata) {
    const Catalog catalog = with(at("[]", metadata));
    return catalog.streams.at(0).selection;
  };
  EXPECT_EQ(selection("{}").sync_mode, SyncMode::incremental);
  EXPECT_EQ(selection(R"({"replication-method":"FULL_TABLE"})").sync_mode, SyncMode::full_refresh);
  EXPECT_EQ(selection(R"({"replication-method":"INCREMENTAL","forced-replication-method":"FULL_TABLE"})").sync_mode,
            SyncMode::incremental);
  EXPECT_EQ(selection(R"({"forced-replication-method":"FULL_TABLE"})").sync_mode, SyncMode::full_refresh);
  EXPECT_THAT(selection(R"({"table-key-properties":["customer","id"]})").primary_key,
              ElementsAre(ElementsAre("customer"), ElementsAre("id")));
  EXPECT_THAT(selection(R"({"replication-key":"id"})").cursor_field, IsEmpty()) << "the source goes by its own";
  streams[1].custom_iterate_by = true;
  EXPECT_THAT(selection(R"({"replication-key":"id"})").cursor_field, ElementsAre("id"));
  expect_error(Kind::config, "replication-method SOMETIMES",
               [&] { selection(R"({"replication-method":"SOMETIMES"})"); });
}

TEST_F(SingerCatalogs, NoKeysAreAChoiceToo) {
  const Catalog catalog =
      with(at("[]", R"({"table-key-properties":[]})") + "," + at(R"(["properties","id"])", R"({"selected":false})"));
  EXPECT_THAT(catalog.streams.at(0).stream.primary_key, IsEmpty());
  EXPECT_THAT(catalog.streams.at(0).selection.primary_key, IsEmpty());
  EXPECT_THAT(fields(catalog), ::testing::Contains("/id")) << "what identifies a record is kept all the same";
  for (const char* own : {"{}", R"({"table-key-properties":null})", R"({"table-key-properties":["id"]})"}) {
    EXPECT_FALSE(with(at("[]", own)).streams.at(0).stream.primary_key.empty()) << own;
  }
}

TEST_F(SingerCatalogs, KeysThatTheSchemaLacksAreAnError) {
  const auto keys = [&](const std::string& names) { with(at("[]", R"({"table-key-properties":)" + names + "}")); };
  expect_error(Kind::config,
               "catalog.json: /streams/0: table-key-properties: the schema has no property 'custmer', did you mean "
               "'customer'? It has id, ",
               [&] { keys(R"(["id","custmer"])"); });
  expect_error(Kind::config, "expected a list of names", [&] { keys(R"("id")"); });
  expect_error(Kind::config, "expected a list of names", [&] { keys(R"([["id"]])"); });
  streams[1].json_schema = R"({"properties":{"updated_at":{}}})";
  EXPECT_NO_THROW(keys(R"(["id"])")) << "the stream's own, as discovery told it";
}

TEST_F(SingerCatalogs, ASchemaWithReferencesIsSelectedFromToo) {
  streams[1].json_schema =
      R"({"properties":{"id":{},"updated_at":{},"a":{"$ref":"#/definitions/a"}},"definitions":{"a":{"properties":{"x":{},"y":{}}}}})";
  EXPECT_THAT(fields(with(at(R"(["properties","a","properties","x"])", R"({"selected":false})"))),
              UnorderedElementsAre("/id", "/updated_at", "/a/y"));
}

TEST_F(SingerCatalogs, WhatIsRefused) {
  expect_error(Kind::config, "catalog.json", [&] { read(""); });
  expect_error(Kind::config, "streams", [&] { read("[]"); });
  expect_error(Kind::config, "/streams/0", [&] { read(R"({"streams":[{}]})"); });
  expect_error(Kind::config, "/streams/0/metadata", [&] { read(R"({"streams":[{"stream":"items","metadata":{}}]})"); });
  expect_error(Kind::config, "catalog.json:1", [&] { read(R"({"streams":[{"str)"); });
}

}  // namespace
}  // namespace integ::protocol::testing
