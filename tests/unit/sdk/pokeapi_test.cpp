#include "under_test.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <integ/testing.hpp>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

namespace {

using integ::testing::Host;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string page(const std::string& names, const std::string& next) {
  return R"({"count": 3, "next": )" + next + R"(, "results": [)" + names + "]}";
}

integ::testing::Result run(Host& host) { return host.run(pokeapi_entry(host.table()), "pokemon"); }

Host at(const std::string& url) {
  Host host;
  host.config(R"({"url": ")" + url + R"("})");
  return host;
}

TEST(Pokeapi, FollowsNextToTheEnd) {
  Host host = at("http://h/api/v2");
  host.page("http://h/api/v2/pokemon?limit=100",
            page(R"({"name":"a", "x": 0.30000000000000004})", R"("http://h/p?o=2&q=%20")"))
      .page("http://h/p?o=2&q=%20", page("", R"("http://h/p?o=3")"))
      .page("http://h/p?o=3", page(R"({"name":"b"},{"name":"c"})", "null"));
  const auto result = run(host);
  EXPECT_EQ(result.status, INTEG_OK) << result.error;
  using integ::testing::Output;
  EXPECT_THAT(
      result.outputs,
      ElementsAre(Output{"record", R"({"name":"a", "x": 0.30000000000000004})", "pokemon"},
                  Output{"state", R"({"next":"/p?o=2&q=%20"})", "pokemon"},
                  Output{"state", R"({"next":"/p?o=3"})", "pokemon"}, Output{"record", R"({"name":"b"})", "pokemon"},
                  Output{"record", R"({"name":"c"})", "pokemon"}, Output{"state", "{}", "pokemon"}));
}

class PokeapiBase : public ::testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(PokeapiBase, PutsOneSlashBetween) {
  Host host = at(GetParam().first);
  host.page(GetParam().second, page("", "null"));
  const auto result = run(host);
  EXPECT_EQ(result.status, INTEG_OK) << result.error;
  EXPECT_THAT(result.urls(), ElementsAre(GetParam().second));
}

INSTANTIATE_TEST_SUITE_P(Urls, PokeapiBase,
                         ::testing::Values(std::pair{"http://h", "http://h/pokemon?limit=100"},
                                           std::pair{"http://h/", "http://h/pokemon?limit=100"},
                                           std::pair{"http://h:81/api/v2", "http://h:81/api/v2/pokemon?limit=100"},
                                           std::pair{"http://h/api/v2/", "http://h/api/v2/pokemon?limit=100"},
                                           std::pair{"http://h/api/v2//", "http://h/api/v2/pokemon?limit=100"}));

class PokeapiNext : public ::testing::TestWithParam<const char*> {};

TEST_P(PokeapiNext, LeadsToTheSecondPage) {
  Host host = at("http://h/api/v2");
  host.page("http://h/api/v2/pokemon?limit=100", page("", GetParam()))
      .page("http://h/api/v2/pokemon?o=2", page("", "null"));
  const auto result = run(host);
  EXPECT_EQ(result.status, INTEG_OK) << result.error;
  EXPECT_THAT(result.states(), ElementsAre(R"({"next":"/api/v2/pokemon?o=2"})", "{}"));
}

INSTANTIATE_TEST_SUITE_P(References, PokeapiNext,
                         ::testing::Values(R"("http://h/api/v2/pokemon?o=2")", R"("//h/api/v2/pokemon?o=2")",
                                           R"("/api/v2/pokemon?o=2")", R"("pokemon?o=2")", R"("?o=2")"));

class PokeapiNoNext : public ::testing::TestWithParam<const char*> {};

TEST_P(PokeapiNoNext, IsTheEnd) {
  Host host = at("http://h");
  host.page("http://h/pokemon?limit=100", GetParam());
  const auto result = run(host);
  EXPECT_EQ(result.status, INTEG_OK) << result.error;
  EXPECT_THAT(result.states(), ElementsAre("{}"));
}

INSTANTIATE_TEST_SUITE_P(Values, PokeapiNoNext,
                         ::testing::Values(R"({"results":[],"next":null})", R"({"results":[],"next":""})",
                                           R"({"results":[]})"));

// A host forgets the hints that it has no room for, so all that are near are given again each time.
TEST(Pokeapi, AsksAheadForEveryDetailOfAPage) {
  Host host;
  host.config(R"({"url":"http://h","details":true})");
  std::string listed;
  std::vector<std::string> behind_the_first;
  for (int id = 1; id <= 50; ++id) {
    const std::string url = "http://h/pokemon/" + std::to_string(id) + "/";
    listed += std::string(id > 1 ? "," : "") + R"({"url":")" + url + "\"}";
    host.page(url, R"({"id":)" + std::to_string(id) + "}");
    if (id > 1) behind_the_first.push_back(url);
  }
  host.page("http://h/pokemon?limit=100", page(listed, "null"));
  const auto result = host.run(pokeapi_entry(host.table()), "pokemon-details");
  EXPECT_TRUE(result.ok()) << result.error;
  EXPECT_EQ(result.records().size(), 50u);
  const std::set<std::string> hinted(result.prefetched.begin(), result.prefetched.end());
  EXPECT_EQ(hinted, std::set<std::string>(behind_the_first.begin(), behind_the_first.end()));
  EXPECT_EQ(std::count(result.prefetched.begin(), result.prefetched.end(), behind_the_first.back()), 20);
}

TEST(PokeapiDetails, PagesThatGoRoundInACircleEnd) {
  Host host;
  host.config(R"({"url":"http://h","details":true})");
  host.page("http://h/pokemon?limit=100", page("", R"("http://h/p?o=1")"))
      .page("http://h/p?o=1", page("", R"("http://h/p?o=2")"))
      .page("http://h/p?o=2", page("", R"("http://h/p?o=1")"));
  const auto result = host.run(pokeapi_entry(host.table()), "pokemon-details");
  EXPECT_EQ(result.status, INTEG_E_MALFORMED);
  EXPECT_THAT(result.error, HasSubstr("circle"));
  EXPECT_EQ(result.urls().size(), 3u);
}

TEST(Pokeapi, AnotherOriginStaysWholeInTheState) {
  Host host = at("http://h");
  host.page("http://h/pokemon?limit=100", page("", R"("http://h:8080/pokemon?o=2")"));
  EXPECT_EQ(run(host).state(), R"({"next":"http://h:8080/pokemon?o=2"})");
}

TEST(Pokeapi, GoesOnFromItsState) {
  Host host = at("http://other/api/v2");
  host.state(R"({"next": "/api/v2/pokemon?o=2", "cursor": {"x": [1.0, "\u00e9"]}})");
  host.page("http://other/api/v2/pokemon?o=2", page(R"({"name":"b"})", "null"));
  const auto result = run(host);
  EXPECT_EQ(result.status, INTEG_OK) << result.error;
  EXPECT_THAT(result.urls(), ElementsAre("http://other/api/v2/pokemon?o=2"));
  EXPECT_EQ(result.state(), R"({"cursor":{"x": [1.0, "\u00e9"]}})");
}

TEST(Pokeapi, KeepsUnknownMembersOfAStateOnEveryPage) {
  Host host = at("http://h");
  host.state(R"({"cursor":"x"})");
  host.page("http://h/pokemon?limit=100", page("", R"("/p2")")).page("http://h/p2", page("", "null"));
  EXPECT_THAT(run(host).states(), ElementsAre(R"({"next":"/p2","cursor":"x"})", R"({"cursor":"x"})"));
}

TEST(Pokeapi, ResumedAtEveryPageMissesNothing) {
  const auto pages = [](Host& host) {
    host.page("http://h/pokemon?limit=100", page(R"({"name":"a"})", R"("/p2")"))
        .page("http://h/p2", page(R"({"name":"b"})", R"("/p3")"))
        .page("http://h/p3", page(R"({"name":"c"})", "null"));
  };
  // Call 1 is the first page, 2 its state, 3 the second page, and so on.
  for (int call = 1; call <= 6; ++call) {
    Host first = at("http://h");
    pages(first);
    first.fail_call(call, INTEG_E_NETWORK);
    const auto cut = run(first);
    EXPECT_EQ(cut.status, INTEG_E_NETWORK) << call;

    Host second = at("http://h");
    pages(second);
    if (!cut.state().empty()) second.state(cut.state());
    const auto rest = run(second);
    EXPECT_EQ(rest.status, INTEG_OK) << rest.error;
    auto all = cut.records();
    // What came after the last state comes again.
    all.resize(static_cast<std::size_t>(cut.states().size()));
    for (const auto& record : rest.records()) all.push_back(record);
    EXPECT_THAT(all, ElementsAre(R"({"name":"a"})", R"({"name":"b"})", R"({"name":"c"})")) << call;
  }
}

TEST(Pokeapi, WhatIsNotOkEndsTheRunWithIt) {
  Host missing = at("http://h");
  EXPECT_EQ(run(missing).status, INTEG_E_NOT_FOUND);

  Host html = at("http://h");
  html.page("http://h/pokemon?limit=100", "<html>");
  EXPECT_EQ(run(html).status, INTEG_E_MALFORMED);

  Host stopped = at("http://h");
  stopped.page("http://h/pokemon?limit=100", page(R"({"name":"a"})", R"("/p2")")).stop_after(1);
  EXPECT_EQ(run(stopped).status, INTEG_STOP);
  EXPECT_THAT(run(stopped).states(), IsEmpty());

  Host cancelled = at("http://h");
  cancelled.page("http://h/pokemon?limit=100", page(R"({"name":"a"})", R"("/p2")")).cancel_after(2);
  EXPECT_EQ(run(cancelled).status, INTEG_CANCELLED);
}

TEST(Pokeapi, AConfigurationThatDoesNotFitIsSaidInASentence) {
  Host host;
  host.config(R"({"url": 5})");
  const auto result = run(host);
  EXPECT_EQ(result.status, INTEG_E_CONFIG);
  EXPECT_THAT(result.error, HasSubstr("/url: a string was expected, an integer was found"));
  EXPECT_THAT(result.sent, IsEmpty());

  Host garbage = at("http://h");
  garbage.state(R"([1])");
  EXPECT_EQ(run(garbage).status, INTEG_E_CONFIG);
}

TEST(Pokeapi, DescribesItself) {
  Host host;
  const auto* connector = Host::only(pokeapi_entry(host.table()));
  EXPECT_EQ(
      integ::detail::view(connector->config_schema),
      R"({"$schema":"http://json-schema.org/draft-07/schema#","type":"object","properties":{"url":{"type":"string",)"
      R"("title":"URL","description":"The base of the API.","pattern":"^https?://[^\\s/?#]+(/[^\\s?#]*)?$",)"
      R"("pattern_descriptor":"an http:// or https:// URL, without spaces, '?' and '#'",)"
      R"("default":"https://pokeapi.co/api/v2","order":0},"details":{"type":"boolean","title":"Details",)"
      R"("description":"Read pokemon-details, too: a request for each pokemon.","default":false,"order":1}},"title":"PokeAPI"})");
  ASSERT_EQ(connector->stream_count, 49U);
  const auto* stream = connector->streams[0];
  EXPECT_EQ(
      integ::detail::view(stream->json_schema),
      R"({"$schema":"http://json-schema.org/draft-07/schema#","type":"object","properties":{"name":{"type":"string"},)"
      R"("url":{"type":["string","null"]}},"additionalProperties":true})");
  EXPECT_EQ(stream->flags, INTEG_STREAM_INCREMENTAL | INTEG_STREAM_RESUMABLE);
  ASSERT_EQ(connector->allowed_hosts_count, 1U);
  EXPECT_EQ(integ::detail::view(connector->allowed_hosts[0]), "{config:/url}");
  EXPECT_EQ(pokeapi_entry(host.table()), pokeapi_entry(host.table()));
  EXPECT_EQ(pokeapi_entry(nullptr), nullptr);
}

}  // namespace
