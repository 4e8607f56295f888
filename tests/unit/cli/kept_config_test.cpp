// What a connector changed goes over what the operator wrote, until the operator writes something else.
#include "cli/kept_config.hpp"

#include "json/document.hpp"
#include "support/error_of.hpp"
#include "support/folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace integ::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

struct KeptConfigTest : public ::testing::Test {
  support::TempFolder folder;
  std::unique_ptr<state::Store> store = state::open_sqlite_store(folder.path("state.db"));
  std::unique_ptr<state::Lease> lease = store->lease("p");

  KeptConfig kept(const std::string& configured) { return {"p", *store, configured}; }
  void keep(const std::string& configured, const std::string& patch) {
    KeptConfig one = kept(configured);
    one.keep(lease->token(), patch);
  }
  static void expect_same(const std::string& a, const std::string& b) {
    const auto one = json::Document::parse(a), two = json::Document::parse(b);
    for (const char* pointer : {"/token", "/page", "/login/token", "/login/user", "/old"}) {
      const auto* x = one.find(pointer);
      const auto* y = two.find(pointer);
      EXPECT_EQ(x == nullptr ? "absent" : x->text, y == nullptr ? "absent" : y->text) << pointer << " of " << a;
    }
  }
};

TEST_F(KeptConfigTest, NothingKeptIsTheConfigurationItself) {
  EXPECT_EQ(kept(R"({"token":"a"})").current(), R"({"token":"a"})");
  EXPECT_FALSE(kept("{}").outdated());
}

TEST_F(KeptConfigTest, ChangesAddUpAndOtherSettingsMayChange) {
  const std::string configured = R"({"token":"a","login":{"token":"x","user":"me"},"old":1,"page":10})";
  keep(configured, R"({"token":"b"})");
  keep(configured, R"({"login":{"token":"y"},"old":null})");
  keep(configured, R"({"token":"c"})");
  expect_same(kept(configured).current(), R"({"token":"c","login":{"token":"y","user":"me"},"page":10})");
  const std::string other = R"({"token":"a","login":{"token":"x","user":"you"},"old":1,"page":20})";
  expect_same(kept(other).current(), R"({"token":"c","login":{"token":"y","user":"you"},"page":20})");
  EXPECT_FALSE(kept(other).outdated());
}

TEST_F(KeptConfigTest, WhatTheOperatorWroteSinceGoesFirst) {
  keep(R"({"token":"a"})", R"({"token":"b"})");
  EXPECT_EQ(kept(R"({"token":"new"})").current(), R"({"token":"new"})");
  EXPECT_TRUE(kept(R"({"token":"new"})").outdated());
  EXPECT_TRUE(kept("{}").outdated());
  keep(R"({"token":"new"})", R"({"token":"newer"})");
  expect_same(kept(R"({"token":"new"})").current(), R"({"token":"newer"})");
  EXPECT_TRUE(kept(R"({"token":"a"})").outdated());
}

TEST_F(KeptConfigTest, OtherPipelinesHaveTheirOwn) {
  keep(R"({"token":"a"})", R"({"token":"b"})");
  EXPECT_EQ(KeptConfig("q", *store, R"({"token":"a"})").current(), R"({"token":"a"})");
}

TEST_F(KeptConfigTest, TheReplacedValueIsNotStoredAndTheNewOneNotShown) {
  keep(R"({"login":{"token":"replaced-canary"}})", R"({"login":{"token":"kept-canary"}})");
  const std::string stored = store->config("p").json;
  EXPECT_THAT(stored, AllOf(HasSubstr("kept-canary"), Not(HasSubstr("replaced-canary"))));
  EXPECT_THAT(masked_changes(stored), AllOf(HasSubstr("login/token"), HasSubstr("***"), Not(HasSubstr("canary"))));
  EXPECT_EQ(masked_changes(""), "");
}

TEST_F(KeptConfigTest, WhatCantBeReadIsAnErrorWithoutItsText) {
  for (const char* broken : {"{\"canary", "[]", R"({"patch":"canary"})", R"({"patch":{},"replaced":7})"}) {
    store->keep_config("p", lease->token(), broken);
    const Error error = support::error_of([&] { kept("{}"); });
    EXPECT_EQ(error.kind(), Kind::state);
    EXPECT_THAT(error.message(), AllOf(HasSubstr("'p'"), Not(HasSubstr("canary"))));
  }
}

}  // namespace
}  // namespace integ::cli
