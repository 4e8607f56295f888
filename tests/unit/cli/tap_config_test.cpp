// A tap's settings: files over one another, and the environment.
#include "cli/tap_config.hpp"

#include "json/document.hpp"
#include "support/error_of.hpp"
#include "support/folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace integ::cli {
namespace {

using support::error_of;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kSchema =
    R"({"type":"object","properties":{"url":{"type":"string"},"page-size":{"type":"integer"},"deep":{"type":"boolean"},)"
    R"("shops":{"type":"array","items":{"type":"string"}},"token":{"type":"string","airbyte_secret":true}}})";

struct TapConfig : public ::testing::Test {
  ~TapConfig() override {
    for (const std::string& name : set_) ::unsetenv(name.c_str());
  }
  std::string file(const std::string& name, const std::string& text) const { return folder_.write(name, text); }
  void variable(const std::string& name, const std::string& value) {
    ::setenv(name.c_str(), value.c_str(), 1);
    set_.push_back(name);
  }
  static std::string value(const std::string& config, std::string_view pointer) {
    const json::Document document = json::Document::parse(config);
    const json::Node* node = document.find(pointer);
    return node == nullptr ? "absent" : json_type(*node) + std::string(node->text);
  }
  static std::string json_type(const json::Node& node) { return node.is_string() ? "text " : ""; }

  support::TempFolder folder_;
  std::vector<std::string> set_;
};

TEST_F(TapConfig, WithoutSourcesIsEmpty) { EXPECT_EQ(tap_config("shop", kSchema, {}).connector, "{}"); }

TEST_F(TapConfig, LaterFilesWin) {
  const std::string first = file("a.json", "\xEF\xBB\xBF{\"url\":\"http://one\",\"page-size\":1.10}");
  const std::string second = file("b.json", R"({"url":"http://two","more":{"x":1}})");
  const std::string config = tap_config("shop", kSchema, {first, second}).connector;
  EXPECT_EQ(value(config, "/url"), "text http://two");
  EXPECT_EQ(value(config, "/page-size"), "1.10");
  EXPECT_EQ(value(config, "/more/x"), "1");
  EXPECT_EQ(value(tap_config("shop", kSchema, {second, first}).connector, "/url"), "text http://one");
}

TEST_F(TapConfig, SingersOwnSettingsThatAreNullWereLeftOut) {
  const std::string path = file("a.json", R"({"batch_config":null,"activate_version":null,"url":null})");
  const TapSettings settings = tap_config("shop", kSchema, {path});
  EXPECT_EQ(settings.singer, "{}");
  EXPECT_EQ(settings.connector, R"({"url":null})") << "the schema of the connector says what null means there";
}

TEST_F(TapConfig, VariablesAreTypedByTheSchema) {
  EXPECT_EQ(tap_variable("my-shop", "page-size"), "TAP_MY_SHOP_PAGE_SIZE");
  variable("TAP_MY_SHOP_URL", "007");
  variable("TAP_MY_SHOP_PAGE_SIZE", "50");
  variable("TAP_MY_SHOP_DEEP", "true");
  variable("TAP_MY_SHOP_SHOPS", R"(["a","b"])");
  variable("TAP_MY_SHOP_UNKNOWN", "x");
  const std::string config = tap_config("my-shop", kSchema, {"ENV"}).connector;
  EXPECT_EQ(value(config, "/url"), "text 007") << "a text as it was written";
  EXPECT_EQ(value(config, "/page-size"), "50");
  EXPECT_EQ(value(config, "/deep"), "true");
  EXPECT_EQ(value(config, "/shops/1"), "text b");
  EXPECT_EQ(value(config, "/unknown"), "absent");
  EXPECT_EQ(value(config, "/token"), "absent");
}

TEST_F(TapConfig, TheEnvironmentTakesItsPlaceAmongTheFiles) {
  variable("TAP_SHOP_URL", "http://environment");
  const std::string path = file("a.json", R"({"url":"http://file","deep":false})");
  EXPECT_EQ(value(tap_config("shop", kSchema, {path, "ENV"}).connector, "/url"), "text http://environment");
  EXPECT_EQ(value(tap_config("shop", kSchema, {path, "ENV"}).connector, "/deep"), "false");
  EXPECT_EQ(value(tap_config("shop", kSchema, {"ENV", path}).connector, "/url"), "text http://file");
  EXPECT_EQ(value(tap_config("shop", kSchema, {path}).connector, "/url"), "text http://file") << "not asked for";
}

TEST_F(TapConfig, HowATapSpeaksStandsBesideTheConnectorsSettings) {
  variable("TAP_SHOP_ACTIVATE_VERSION", "true");
  const std::string path = file("a.json", R"({"batch_config":{"storage":{"root":"x"}},"url":"u","mine":null})");
  const TapSettings settings = tap_config("shop", kSchema, {path, "ENV"});
  EXPECT_EQ(settings.connector, R"({"url":"u","mine":null})");
  EXPECT_EQ(settings.singer, R"({"batch_config":{"storage":{"root":"x"}},"activate_version":true})");
}

// Whoever has the name has the value.
TEST_F(TapConfig, AConnectorsOwnSettingOfThatNameStaysIts) {
  const std::string path = file("a.json", R"({"batch_config":5,"activate_version":true})");
  const TapSettings settings =
      tap_config("shop", R"({"type":"object","properties":{"batch_config":{"type":"integer"}}})", {path});
  EXPECT_EQ(settings.connector, R"({"batch_config":5})");
  EXPECT_EQ(settings.singer, R"({"activate_version":true})");
}

TEST_F(TapConfig, WhatCannotBeConvertedIsNamedAndNotShown) {
  variable("TAP_SHOP_PAGE_SIZE", "s3cret");
  const Error error = error_of([] { tap_config("shop", kSchema, {"ENV"}); });
  EXPECT_EQ(error.kind(), Kind::config);
  EXPECT_THAT(error.what(), HasSubstr("TAP_SHOP_PAGE_SIZE: expected integer"));
  EXPECT_THAT(error.what(), Not(HasSubstr("s3cret")));
}

TEST_F(TapConfig, FilesThatAreNoObjectsAreNamed) {
  const std::string list = file("list.json", "[1]");
  EXPECT_THAT(error_of([&] { tap_config("shop", kSchema, {list}); }).what(), HasSubstr(list));
  const std::string torn = file("torn.json", "{\"a\":");
  EXPECT_THAT(error_of([&] { tap_config("shop", kSchema, {torn}); }).what(), HasSubstr(torn));
  const std::string missing = folder_ / "missing.json";
  EXPECT_THAT(error_of([&] { tap_config("shop", kSchema, {missing}); }).what(), HasSubstr("No such file"));
}

TEST_F(TapConfig, AnErrorNamesTheFileOrTheVariable) {
  EXPECT_STREQ(tap_config_place("shop", {"a.json"})({.pointer = "/page-size", .message = "expected integer"}).what(),
               "a.json: /page-size: expected integer");
  EXPECT_STREQ(tap_config_place("shop", {"ENV"})({.pointer = "/page-size", .message = "is missing"}).what(),
               "/page-size: is missing (or set TAP_SHOP_PAGE_SIZE)");
  EXPECT_STREQ(tap_config_place("shop", {})({.pointer = "", .message = "is missing"}).what(), "--config: is missing");
}

TEST_F(TapConfig, AChangeIsWrittenToTheLastFileThatHasIt) {
  const std::string first = file("a.json", R"({"token":"a","url":"http://one"})");
  const std::string second = file("b.json", R"({"token":"b","big":12345678901234567890.10})");
  const std::string third = file("c.json", R"({"url":"http://three"})");
  rewrite_tap_config("shop", {first, second, third}, R"({"token":"new"})");
  EXPECT_EQ(value(folder_.read("b.json"), "/token"), "text new");
  EXPECT_EQ(value(folder_.read("b.json"), "/big"), "12345678901234567890.10");
  EXPECT_EQ(value(folder_.read("a.json"), "/token"), "text a");
  EXPECT_EQ(folder_.read("c.json"), R"({"url":"http://three"})");
}

TEST_F(TapConfig, ALinkStaysOneAndTheFileKeepsItsMode) {
  const std::string real = file("real/config.json", R"({"token":"a"})");
  std::filesystem::permissions(real, std::filesystem::perms(0640));
  const std::string link = folder_ / "config.json";
  std::filesystem::create_symlink(real, link);
  rewrite_tap_config("shop", {link}, R"({"token":"new"})");
  EXPECT_TRUE(std::filesystem::is_symlink(link));
  EXPECT_EQ(value(folder_.read("real/config.json"), "/token"), "text new");
  EXPECT_EQ(std::filesystem::status(real).permissions(), std::filesystem::perms(0640));
}

TEST_F(TapConfig, AChangeThatCantBeWrittenIsToldByName) {
  variable("TAP_SHOP_TOKEN", "a");
  const std::string config = file("a.json", R"({"token":"a"})");
  EXPECT_THAT(error_of([&] {
                rewrite_tap_config("shop", {config, "ENV"}, R"({"token":"n3w"})");
              }).what(),
              AllOf(HasSubstr("TAP_SHOP_TOKEN"), HasSubstr("token"), Not(HasSubstr("n3w"))));
  EXPECT_THAT(error_of([&] { rewrite_tap_config("shop", {}, R"({"token":"n3w"})"); }).what(),
              AllOf(HasSubstr("no --config file"), Not(HasSubstr("n3w"))));
  // Its name is as long as names may be: no file can be made beside it, not even by root.
  const std::string full = file(std::string(255, 'a'), R"({"token":"a"})");
  const Error error = error_of([&] { rewrite_tap_config("shop", {full}, R"({"token":"n3w"})"); });
  EXPECT_THAT(error.what(), AllOf(HasSubstr(full), HasSubstr("must be writable"), Not(HasSubstr("n3w"))));
  EXPECT_EQ(value(folder_.read(std::string(255, 'a')), "/token"), "text a");
}

}  // namespace
}  // namespace integ::cli
