// What a command line that can't be understood does not show.
#include "cli/usage.hpp"

#include <gtest/gtest.h>

namespace integ::cli {
namespace {

TEST(WithoutJson, SettingsAreNotShown) {
  const std::string end = "JSON, of which nothing is shown; settings go into a file, and its name behind --config";
  for (const char* json : {R"({"token":"t"})", R"({ "token":"t"} and more)", R"([{"token":"t"}])", R"(["t"])"}) {
    EXPECT_EQ(without_json(std::string("not expected: ") + json), "not expected: " + end);
  }
  for (const char* other : {"x not in {list,show}", "[--config] is missing", ""}) EXPECT_EQ(without_json(other), other);
}

}  // namespace
}  // namespace integ::cli
