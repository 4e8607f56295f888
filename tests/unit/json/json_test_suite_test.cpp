// The cases of JSONTestSuite (https://github.com/nst/JSONTestSuite), from the folder that
// INTEG_JSON_TEST_SUITE names: y_ must be accepted, n_ refused, i_ may be either but must not crash.
#include "base/error.hpp"
#include "json/document.hpp"
#include "slice.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace integ::test {
namespace {

// Valid JSON may still be no records; the grammar is what counts here.
bool is_json(const Outcome& outcome) {
  using Why = json::SliceError::Why;
  return !outcome.error || *outcome.error == Why::no_array || *outcome.error == Why::no_object;
}

bool parses(const std::string& text) {
  try {
    json::Document::parse(text);
    return true;
  } catch (const Error&) {
    return false;
  }
}

class JsonTestSuite : public testing::Test {
 protected:
  void SetUp() override {
    const char* folder = std::getenv("INTEG_JSON_TEST_SUITE");
    if (folder == nullptr) GTEST_SKIP() << "INTEG_JSON_TEST_SUITE names no folder with JSONTestSuite's cases";
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      if (entry.path().extension() != ".json") continue;
      std::ifstream file(entry.path(), std::ios::binary);
      files_.emplace_back(entry.path().filename(), std::string(std::istreambuf_iterator<char>(file), {}));
    }
    ASSERT_FALSE(files_.empty()) << "no cases in " << folder;
  }

  // Every way the text is fed gives one answer.
  void expect(const std::string& name, const std::string& text, const json::SliceOptions& options) {
    Feeder feeder(options);
    const Outcome whole = feeder.whole(text);
    if (name.starts_with("y_")) {
      EXPECT_TRUE(is_json(whole)) << name << ": " << whole;
    } else if (name.starts_with("n_")) {
      EXPECT_FALSE(is_json(whole)) << name << ": " << whole;
    }
    for (std::size_t cut = 0; cut <= text.size() && cut < 400; ++cut) {
      EXPECT_EQ(feeder.at(text, {cut}).error, whole.error) << name << " cut at " << cut;
    }
    if (text.size() < 5000) {
      EXPECT_EQ(feeder.pieces(text, 1).error, whole.error) << name << " byte by byte";
      EXPECT_EQ(StreamFeeder(options).pieces(text, 1).error, whole.error) << name << " as a stream";
    }
  }

  std::vector<std::pair<std::string, std::string>> files_;
};

TEST_F(JsonTestSuite, WholePages) {
  json::SliceOptions options = at("/results");
  options.invalid_utf8 = json::InvalidUtf8::error;
  for (const auto& [name, text] : files_) expect(name, text, options);
}

TEST_F(JsonTestSuite, InsideARecord) {
  json::SliceOptions options = at("/results");
  options.invalid_utf8 = json::InvalidUtf8::error;
  for (const auto& [name, text] : files_) {
    // Closed or commented cases mean another text when something stands around them.
    if (name.starts_with("n_structure") || name == "n_single_space.json" || text.starts_with("\xEF\xBB\xBF")) continue;
    expect(name, "{\"results\":[{\"value\":" + text + "}]}", options);
  }
}

TEST_F(JsonTestSuite, Documents) {
  for (const auto& [name, text] : files_) {
    if (name.starts_with("y_")) {
      EXPECT_TRUE(parses(text)) << name;
    } else if (name.starts_with("n_")) {
      EXPECT_FALSE(parses(text)) << name;
    } else {
      parses(text);
    }
  }
}

}  // namespace
}  // namespace integ::test
