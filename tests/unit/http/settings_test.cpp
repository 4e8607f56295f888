// The grammar of http settings, from JSON.
#include "http/settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace integ::http {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Settings overlaid(const std::string& text, Settings settings = {}) {
  const json::Document document = json::Document::parse(text);
  overlay(settings, &document.root());
  return settings;
}

SettingsError refusal(const std::string& text) {
  try {
    overlaid(text);
  } catch (const SettingsError& error) {
    return error;
  }
  ADD_FAILURE() << "not refused: " << text;
  return {};
}

TEST(Settings, AProxyIsLookedAtAndNotShown) {
  const SettingsError error = refusal(R"({"proxy": "foo://us:canary@p:1"})");
  EXPECT_EQ(error.pointer, "/proxy");
  EXPECT_THAT(error.message, ::testing::AllOf(HasSubstr("scheme"), ::testing::Not(HasSubstr("canary"))));
  EXPECT_EQ(overlaid(R"({"proxy": "none"})").proxy, "none");
}

TEST(Settings, EveryMember) {
  const Settings s = overlaid(R"({"requests_per_second": 2.5, "burst": 3, "max_attempts": 2, "max_failing": "5m",
    "max_throttled": "1h", "max_retry_after": "90s", "connect_timeout": "500ms", "first_byte_timeout": 5,
    "silence_timeout": 1.5, "total_timeout": "10m", "max_body": "64MiB", "max_headers": 65536, "max_redirects": 0,
    "allowed_hosts": ["a.test", "b.test"], "pin_origin": true, "ca_bundle": "ca.pem", "proxy": "http://p:3128", "no_proxy": "a.test,10.0.0.0/8",
    "client_certificate": "c.pem", "client_key": "k.pem", "client_key_password": "secret", "block_private": true,
    "limit_header": "X-Limit"})");
  EXPECT_EQ(s.requests_per_second, 2.5);
  EXPECT_EQ(s.burst, 3);
  EXPECT_EQ(s.max_attempts, 2);
  EXPECT_TRUE(s.max_attempts_given);
  EXPECT_EQ(s.max_failing, milliseconds(300'000));
  EXPECT_EQ(s.max_throttled, milliseconds(3'600'000));
  EXPECT_EQ(s.max_retry_after, milliseconds(90'000));
  EXPECT_EQ(s.connect_timeout, milliseconds(500));
  EXPECT_EQ(s.first_byte_timeout, milliseconds(5'000));
  EXPECT_EQ(s.silence_timeout, milliseconds(1'500));
  EXPECT_EQ(s.total_timeout, milliseconds(600'000));
  EXPECT_EQ(s.max_body, 64u << 20);
  EXPECT_EQ(s.max_headers, 65536u);
  EXPECT_EQ(s.max_redirects, 0);
  EXPECT_THAT(s.allowed_hosts, ElementsAre("a.test", "b.test"));
  EXPECT_TRUE(s.pin_origin);
  EXPECT_EQ(s.ca_bundle, "ca.pem");
  EXPECT_EQ(s.client_certificate, "c.pem");
  EXPECT_EQ(s.client_key, "k.pem");
  EXPECT_EQ(s.client_key_password, "secret");
  EXPECT_EQ(s.proxy, "http://p:3128");
  EXPECT_EQ(s.no_proxy, "a.test,10.0.0.0/8");
  EXPECT_TRUE(s.block_private);
  EXPECT_EQ(s.limit_header, "X-Limit");
}

TEST(Settings, TimeoutMeansFirstByteAndSilence) {
  const Settings s = overlaid(R"({"timeout": "30s"})");
  EXPECT_EQ(s.first_byte_timeout, milliseconds(30'000));
  EXPECT_EQ(s.silence_timeout, milliseconds(30'000));
  EXPECT_EQ(s.connect_timeout, milliseconds(10'000));
  EXPECT_EQ(s.total_timeout, milliseconds(0));
}

TEST(Settings, TextFromTheEnvironmentIsTakenForWhatItSays) {
  const Settings s =
      overlaid(R"({"requests_per_second": "2.5", "max_attempts": "3", "timeout": "30", "pin_origin": "false"})");
  EXPECT_EQ(s.requests_per_second, 2.5);
  EXPECT_EQ(s.max_attempts, 3);
  EXPECT_EQ(s.first_byte_timeout, milliseconds(30'000));
  EXPECT_FALSE(s.pin_origin);
}

TEST(Settings, LaterOnesWinMemberByMemberAndTheirRulesComeFirst) {
  Settings s = overlaid(R"({"burst": 2, "max_attempts": 9, "rules": [{"status": 404, "then": "ignore"}]})");
  s = overlaid(
      R"({"burst": 5, "rules": [{"status": "400-499", "then": "fail"}, {"header": "X-Busy", "then": "retry"}]})", s);
  EXPECT_EQ(s.burst, 5);
  EXPECT_EQ(s.max_attempts, 9);
  ASSERT_EQ(s.rules.size(), 3u);
  EXPECT_EQ(s.rules[0].status_from, 400);
  EXPECT_EQ(s.rules[0].status_to, 499);
  EXPECT_EQ(s.rules[1].header, "X-Busy");
  EXPECT_EQ(s.rules[2].then, Rule::Then::ignore);
  overlay(s, nullptr);
  EXPECT_EQ(s.rules.size(), 3u);
}

TEST(Settings, Rules) {
  const Settings s = overlaid(R"({"rules": [
    {"status": "5xx", "then": "retry"},
    {"pointer": "/errors/0/code", "equals": "THROTTLED", "then": "rate_limited"},
    {"status": 401, "then": "refresh"}]})");
  EXPECT_EQ(s.rules[0].status_from, 500);
  EXPECT_EQ(s.rules[0].status_to, 599);
  EXPECT_TRUE(s.rules[1].has_equals);
  EXPECT_EQ(s.rules[1].equals, "THROTTLED");
  EXPECT_EQ(s.rules[2].then, Rule::Then::refresh);
}

struct Wrong {
  std::string text;
  std::string pointer;
  std::string says;
};
class SettingsRefusal : public ::testing::TestWithParam<Wrong> {};

TEST_P(SettingsRefusal, NamesTheMemberAndWhatWasExpected) {
  const SettingsError error = refusal(GetParam().text);
  EXPECT_EQ(error.pointer, GetParam().pointer);
  EXPECT_THAT(error.message, HasSubstr(GetParam().says));
  EXPECT_EQ(error.unknown, error.message.starts_with("unknown key")) << "which decides where it points";
}

INSTANTIATE_TEST_SUITE_P(
    Settings, SettingsRefusal,
    ::testing::Values(Wrong{R"({"max_atempts": 3})", "/max_atempts", "'max_attempts'"},
                      Wrong{R"({"zzz": 3})", "/zzz", "known are"}, Wrong{R"([])", "", "an object"},
                      Wrong{R"({"max_attempts": 0})", "/max_attempts", "out of range"},
                      Wrong{R"({"max_attempts": 2.5})", "/max_attempts", "whole"},
                      Wrong{R"({"max_attempts": []})", "/max_attempts", "a list"},
                      Wrong{R"({"requests_per_second": -1})", "/requests_per_second", "out of range"},
                      Wrong{R"({"requests_per_second": "fast"})", "/requests_per_second", "number"},
                      Wrong{R"({"timeout": "30 parsecs"})", "/timeout", "duration"},
                      Wrong{R"({"timeout": -3})", "/timeout", "out of range"},
                      Wrong{R"({"timeout": 0})", "/timeout", "0"}, Wrong{R"({"timeout": null})", "/timeout", "null"},
                      Wrong{R"({"max_body": "12 apples"})", "/max_body", "size"},
                      Wrong{R"({"pin_origin": "maybe"})", "/pin_origin", "true or false"},
                      Wrong{R"({"allowed_hosts": ["a", 5]})", "/allowed_hosts/1", "text"},
                      Wrong{R"({"rules": [{"status": 404}]})", "/rules/0", "then"},
                      Wrong{R"({"rules": [{"then": "fail"}]})", "/rules/0", "needs"},
                      Wrong{R"({"rules": [{"status": "4x4", "then": "fail"}]})", "/rules/0/status", "status"},
                      Wrong{R"({"rules": [{"status": 404, "then": "explode"}]})", "/rules/0/then", "retry"},
                      Wrong{R"({"rules": [{"status": 404, "then": "fail", "iff": 1}]})", "/rules/0/iff", "unknown"}));

}  // namespace
}  // namespace integ::http
