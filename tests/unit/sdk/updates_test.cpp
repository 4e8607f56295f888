#include "under_test.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <integ/testing.hpp>

#include <set>
#include <string>

namespace {

using integ::testing::Host;
using ::testing::ElementsAre;

const integ_connector* updates(Host& host) { return Host::only(updates_entry(host.table())); }

Host part_a() {
  Host host;
  host.config(R"({"url":"http://h"})").slice(R"({"part":"a"})");
  return host;
}

TEST(Updates, NamesItsParts) {
  Host host;
  const auto result = host.slices_of(updates(host), "updates");
  ASSERT_EQ(result.slices.size(), 3U);
  EXPECT_EQ(result.slices[1].key, "b");
  EXPECT_EQ(result.slices[1].json, R"({"part":"b"})");
}

TEST(Updates, StateNamesThePageAndAtTheEndTheLatest) {
  Host host = part_a();
  host.page(
          "http://h/updates?part=a&page=1",
          R"({"items":[{"id":"1","updated_at":"2024-01-02T00:00:00Z"},{"id":"2","updated_at":"2024-01-03T00:00:00+02:00"}],"next_page":2})")
      .page("http://h/updates?part=a&page=2",
            R"({"items":[{"id":"3","updated_at":"2024-01-02T23:00:00Z"}],"next_page":null})");
  const auto result = host.run(updates(host), "updates");
  EXPECT_EQ(result.status, INTEG_OK) << result.error;
  EXPECT_THAT(result.states(),
              ElementsAre(R"({"page":2,"latest":"2024-01-03T00:00:00+02:00"})", R"({"since":"2024-01-02T23:00:00Z"})"));
}

TEST(Updates, ARepeatedRequestHasANewNonce) {
  Host host = part_a();
  host.state(R"({"since":"2024-01-01T00:00:00Z"})");
  const std::string url = "http://h/updates?part=a&since=2024-01-01T00%3A00%3A00Z&page=1";
  host.answer(url, {503, "{}", {}}).answer(url, {503, "{}", {}}).page(url, R"({"items":[],"next_page":null})");
  const auto result = host.run(updates(host), "updates");
  EXPECT_EQ(result.status, INTEG_OK) << result.error;
  ASSERT_EQ(result.sent.size(), 3U);
  std::set<std::string> nonces;
  for (const auto& sent : result.sent) {
    nonces.insert(sent.header("X-Nonce"));
    EXPECT_TRUE(sent.flags & INTEG_REQUEST_REBUILD);
  }
  EXPECT_EQ(nonces.size(), 3U);
  EXPECT_FALSE(nonces.contains(""));
  EXPECT_THAT(result.states(), ElementsAre(R"({"since":"2024-01-01T00:00:00Z"})"));
}

TEST(Updates, GoesOnAtItsPage) {
  Host host = part_a();
  host.state(R"({"since":"2024-01-01T00:00:00Z","page":2,"latest":"2024-02-01T00:00:00Z"})");
  host.page("http://h/updates?part=a&since=2024-01-01T00%3A00%3A00Z&page=2", R"({"items":[],"next_page":null})");
  const auto result = host.run(updates(host), "updates");
  EXPECT_EQ(result.status, INTEG_OK) << result.error;
  EXPECT_EQ(result.state(), R"({"since":"2024-02-01T00:00:00Z"})");
}

TEST(Updates, FoldsThePartsIntoTheLatest) {
  Host host;
  host.state(R"({"since":"2024-01-01T00:00:00Z"})")
      .slices(R"({"a":{"since":"2024-01-05T00:00:00Z"},"b":{"since":"2024-01-07T00:00:00Z"},"c":{}})");
  EXPECT_EQ(host.finish(updates(host), "updates").state(), R"({"since":"2024-01-07T00:00:00Z"})");
}

}  // namespace
