// A number is an integer or a real where a reader gets its digits back, else its own text.
#include "fake_host.hpp"

#include <gtest/gtest.h>

#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <random>

namespace sqlite_test {
namespace {

StreamSpec one_number() {
  StreamSpec spec;
  spec.schema = R"({"properties":{"x":{"type":"number"}}})";
  spec.keys = {};
  return spec;
}

struct Case {
  const char* text;
  const char* kept;
};

class Numbers : public ::testing::TestWithParam<Case> {};

TEST_P(Numbers, AreKeptAs) {
  const Folder folder;
  const std::string path = folder / "out.db";
  FakeRun run(path);
  const auto* stream = run.stream(one_number());
  run.records(stream, {std::string("{\"x\":") + GetParam().text + "}"});
  run.close();
  EXPECT_EQ(value(path, "SELECT x FROM pokemon"), GetParam().kept);
}

INSTANTIATE_TEST_SUITE_P(
    , Numbers,
    ::testing::Values(
        Case{"0", "0"}, Case{"-1", "-1"}, Case{"9223372036854775807", "9223372036854775807"},
        Case{"-9223372036854775808", "-9223372036854775808"}, Case{"9223372036854775808", "'9223372036854775808'"},
        Case{"18446744073709551617", "'18446744073709551617'"}, Case{"9007199254740993", "9007199254740993"},
        Case{"-0", "'-0'"}, Case{"-0.0", "'-0.0'"}, Case{"3.7", "real 3.7"}, Case{"-3.7", "real -3.7"},
        Case{"0.1", "real 0.1"}, Case{"0.30000000000000004", "real 0.30000000000000004"}, Case{"100.0", "real 100"},
        Case{"0.0", "real 0"}, Case{"1.10", "'1.10'"}, Case{"1.5e-07", "real 1.5e-07"}, Case{"1e5", "'1e5'"},
        Case{"1e400", "'1e400'"}, Case{"1e-400", "'1e-400'"}, Case{"1884518522.1684267241", "'1884518522.1684267241'"},
        Case{"123456789012345.678", "'123456789012345.678'"}));

// Against a slow reference: what a strict reader prints for the stored value is the text that went in.
TEST(NumbersAtRandom, EveryDigitComesBack) {
  std::mt19937_64 random(20240102);
  std::vector<std::string> texts;
  for (int i = 0; i < 20'000; ++i) {
    std::string text = i % 2 == 0 ? "-" : "";
    text += std::to_string(random() % 1'000'000'000 >> (random() % 30));
    if (i % 3 != 0) {
      text += '.';
      for (auto digits = 1 + random() % 18; digits > 0; --digits) text += static_cast<char>('0' + random() % 10);
    }
    if (i % 7 == 0) text += "e" + std::to_string(static_cast<int>(random() % 40) - 20);
    texts.push_back(text);
  }
  const Folder folder;
  const std::string path = folder / "out.db";
  FakeRun run(path);
  const auto* stream = run.stream(one_number());
  std::vector<std::string> records;
  for (const auto& text : texts) records.push_back("{\"x\":" + text + "}");
  run.records(stream, records);
  run.close();
  const auto kept = rows(path, "SELECT x FROM pokemon ORDER BY rowid");
  ASSERT_EQ(kept.size(), texts.size());
  std::size_t reals = 0;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (!kept[i].starts_with("real ")) {
      EXPECT_TRUE(kept[i] == texts[i] || kept[i] == "'" + texts[i] + "'") << texts[i] << " became " << kept[i];
      continue;
    }
    ++reals;
    const double value = std::strtod(texts[i].c_str(), nullptr);
    const auto spelled = [&](std::chars_format format) {
      std::array<char, 400> buffer{};
      return std::string(buffer.data(), std::to_chars(buffer.data(), buffer.data() + 400, value, format).ptr);
    };
    const std::string fixed = spelled(std::chars_format::fixed);
    EXPECT_TRUE(texts[i] == fixed || texts[i] == fixed + ".0" || texts[i] == spelled(std::chars_format::scientific))
        << texts[i] << " became " << kept[i];
    EXPECT_EQ(std::strtod(kept[i].c_str() + 5, nullptr), value);
  }
  EXPECT_GT(reals, 1000u);
}

}  // namespace
}  // namespace sqlite_test
