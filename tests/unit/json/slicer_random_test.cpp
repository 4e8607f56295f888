// Generated pages and their mutations, against a slow reference: RapidJSON's reader with numbers as strings.
//
// The reference differs where RapidJSON does: it refuses lone surrogate escapes and numbers beyond a double,
// so neither is generated, and a text that it alone refuses for one of these is passed over.
#include "base/error.hpp"
#include "slice.hpp"

#include <gtest/gtest.h>
#include <rapidjson/document.h>
#include <rapidjson/error/en.h>

#include <random>

namespace integ::test {
namespace {

class Generator {
 public:
  explicit Generator(std::uint32_t seed) : random_(seed) {}

  unsigned pick(unsigned n) { return static_cast<unsigned>(random_() % n); }

  std::string value(int depth) {
    switch (pick(depth > 0 ? 9 : 6)) {
      case 0:
        return "null";
      case 1:
        return pick(2) != 0 ? "true" : "false";
      case 2:
      case 3:
        return number();
      case 4:
      case 5:
        return string();
      case 6:
        return array(depth - 1);
      default:
        return object(depth - 1);
    }
  }

  std::string object(int depth) {
    std::string out = "{" + space();
    const unsigned count = pick(5);
    for (unsigned i = 0; i < count; ++i) {
      if (i != 0) out += "," + space();
      out += string() + space() + ":" + space() + value(depth) + space();
    }
    return out + "}";
  }

  std::string array(int depth) {
    std::string out = "[" + space();
    const unsigned count = pick(5);
    for (unsigned i = 0; i < count; ++i) out += (i != 0 ? "," : "") + space() + value(depth) + space();
    return out + "]";
  }

  std::string string() {
    static const char* const kParts[] = {"a",
                                         "plain text of some length",
                                         "\xC3\xA9",
                                         "\xE2\x82\xAC",
                                         "\xF0\x9F\x98\x80",
                                         "\\n",
                                         "\\\"",
                                         "\\\\",
                                         "\\u00e9",
                                         "\\ud83d\\ude00",
                                         "\\/",
                                         " ",
                                         "x",
                                         "\x7F",
                                         "[{\\\"",
                                         "}],:"};
    std::string out = "\"";
    for (unsigned i = pick(6); i > 0; --i) out += kParts[pick(std::size(kParts))];
    return out + "\"";
  }

  std::string number() {
    static const char* const kNumbers[] = {
        "0", "-0", "1", "-17", "3.25", "1e5", "0.5E-3", "12345678901234567890", "0.30000000000000004", "1E+2", "-0.0"};
    return kNumbers[pick(std::size(kNumbers))];
  }

  std::string space() {
    static const char* const kSpaces[] = {"", "", "", " ", "\n", "\t", "\r\n  ", "\n                        "};
    return kSpaces[pick(std::size(kSpaces))];
  }

  std::string page(std::vector<std::string>& records) {
    std::string out = "{" + space() + "\"first\":" + value(3) + ",\"results\":" + space() + "[";
    const unsigned count = pick(6);
    for (unsigned i = 0; i < count; ++i) {
      records.push_back(object(4));
      out += (i != 0 ? "," : "") + space() + records.back() + space();
    }
    return out + "]" + space() + ",\"last\":" + value(2) + "}" + space();
  }

  std::string mutated(std::string text) {
    static constexpr std::string_view kBytes = "{}[]\",:\\0123456789.eE+-tfnul \n\t\x00\x01\x80\xC3\xFF/xu";
    for (unsigned i = 1 + pick(3); i > 0 && !text.empty(); --i) {
      const std::size_t at = random_() % text.size();
      switch (pick(4)) {
        case 0:
          text[at] = kBytes[pick(kBytes.size())];
          break;
        case 1:
          text.erase(at, 1 + pick(3));
          break;
        case 2:
          text.insert(at, 1, kBytes[pick(kBytes.size())]);
          break;
        default:
          text.insert(at, text.substr(random_() % text.size(), 1 + pick(6)));
      }
    }
    return text;
  }

 private:
  std::mt19937 random_;
};

enum class Verdict { accepted, refused, unknown };

Verdict reference(const std::string& text) {
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag |
                 rapidjson::kParseNumbersAsStringsFlag>(text.data(), text.size());
  if (!document.HasParseError()) return Verdict::accepted;
  const auto code = document.GetParseError();
  if (code == rapidjson::kParseErrorNumberTooBig || code == rapidjson::kParseErrorStringUnicodeSurrogateInvalid ||
      text.find('\0') != std::string::npos) {
    return Verdict::unknown;
  }
  return Verdict::refused;
}

bool is_json(const Outcome& outcome) {
  using Why = json::SliceError::Why;
  return !outcome.error || *outcome.error == Why::no_array || *outcome.error == Why::no_object;
}

std::string one_line(std::string text) {
  for (char& c : text) {
    if (c == '\n' || c == '\r') c = ' ';
  }
  return text;
}

TEST(SlicerRandom, RecordsOfGeneratedPagesAreTheirBytes) {
  Feeder feeder(at("/results"));
  StreamFeeder streamed(at("/results"));
  for (std::uint32_t seed = 0; seed < 2000; ++seed) {
    Generator generator(seed);
    std::vector<std::string> records;
    const std::string page = generator.page(records);
    ASSERT_EQ(reference(page), Verdict::accepted) << page;
    for (std::string& record : records) record = one_line(record);
    const Outcome whole = feeder.whole(page);
    ASSERT_EQ(whole.error, std::nullopt) << "seed " << seed << "\n" << page;
    ASSERT_EQ(whole.records, records) << "seed " << seed;
    ASSERT_EQ(feeder.pieces(page, 1 + seed % 23), whole) << "seed " << seed;
    ASSERT_EQ(streamed.pieces(page, 1 + seed % 29), whole) << "seed " << seed;
  }
}

TEST(SlicerRandom, MutatedPagesAreJudgedAsTheReferenceDoes) {
  json::SliceOptions options = at("/results");
  options.invalid_utf8 = json::InvalidUtf8::error;
  Feeder feeder(options);
  StreamFeeder streamed(options);
  int refused = 0;
  int accepted = 0;
  for (std::uint32_t seed = 0; seed < 6000; ++seed) {
    Generator generator(seed);
    std::vector<std::string> records;
    const std::string page = generator.mutated(generator.page(records));
    const Verdict expected = reference(page);
    const Outcome got = feeder.whole(page);
    const Outcome pieces = feeder.pieces(page, 1 + seed % 7);
    ASSERT_EQ(pieces.error, got.error) << "seed " << seed << "\n" << page;
    ASSERT_EQ(pieces.records, got.records) << "seed " << seed << "\n" << page;
    const Outcome away = streamed.pieces(page, 1 + seed % 11);
    // An element that is no record is told where it stands, before a fault behind it.
    if (away.error != json::SliceError::Why::no_object) {
      ASSERT_EQ(away.error, got.error) << "seed " << seed << "\n" << page;
    } else {
      ASSERT_TRUE(got.error) << "seed " << seed << "\n" << page;
    }
    if (!got.error) {
      ASSERT_EQ(away, got) << "seed " << seed << "\n" << page;
    }
    if (expected == Verdict::unknown) continue;
    ASSERT_EQ(is_json(got), expected == Verdict::accepted) << "seed " << seed << ": " << got << "\n" << page;
    ++(expected == Verdict::accepted ? accepted : refused);
    if (!is_json(got)) continue;
    ASSERT_EQ(json::Document::parse(page).root().type, json::Type::object) << page;
  }
  EXPECT_GT(accepted, 500);
  EXPECT_GT(refused, 500);
}

TEST(SlicerRandom, DocumentsAreJudgedAsPagesAre) {
  json::SliceOptions options = at("");
  options.invalid_utf8 = json::InvalidUtf8::error;
  Feeder feeder(options);
  for (std::uint32_t seed = 0; seed < 4000; ++seed) {
    Generator generator(seed + 100000);
    const std::string text = generator.mutated(generator.value(4));
    bool parsed = true;
    try {
      json::Document::parse(text);
    } catch (const Error&) {
      parsed = false;
    }
    ASSERT_EQ(parsed, is_json(feeder.whole(text))) << "seed " << seed << ": " << text;
  }
}

}  // namespace
}  // namespace integ::test
