#include "values.hpp"

#include <utility>

namespace properties {
namespace {

constexpr const char* kNames[] = {"name",
                                  "Name",
                                  "NAME",
                                  "a",
                                  "b",
                                  "c",
                                  "total",
                                  "updated_at",
                                  "select",
                                  "from",
                                  "table",
                                  "order",
                                  "group",
                                  "rowid",
                                  "_rowid_",
                                  "oid",
                                  "sqlite_x",
                                  "_integ_x",
                                  "_integ_extracted_at",
                                  "_integ_pipeline",
                                  "",
                                  " ",
                                  " pad ",
                                  "a/b",
                                  "a~b",
                                  "a~1b",
                                  "/",
                                  "~",
                                  "a.b",
                                  "with \"quotes\"",
                                  "back\\slash",
                                  "tab\there",
                                  "line\nbreak",
                                  "type",
                                  "properties",
                                  "items",
                                  "required",
                                  "$ref",
                                  "record",
                                  "data",
                                  "stream",
                                  "source",
                                  "node",
                                  "__proto__",
                                  "0",
                                  "1",
                                  "-",
                                  "\xC3\xA9",
                                  "e\xCC\x81",
                                  "\xE6\x97\xA5\xE6\x9C\xAC",
                                  "\xF0\x9F\x98\x80",
                                  "%",
                                  "?",
                                  ":name",
                                  "{stream}",
                                  "${HOME}",
                                  "'",
                                  "`",
                                  "[x]",
                                  "null",
                                  "true",
                                  "a,b",
                                  "a;b",
                                  "emitted_at",
                                  "value",
                                  "metadata"};

constexpr const char* kIntegers[] = {"0",
                                     "-0",
                                     "1",
                                     "-1",
                                     "42",
                                     "2147483648",
                                     "9007199254740993",
                                     "9223372036854775807",
                                     "-9223372036854775808",
                                     "9223372036854775808",
                                     "-9223372036854775809",
                                     "18446744073709551615",
                                     "18446744073709551616",
                                     "18446744073709551617",
                                     "123456789012345678901234567890123456789012345678901234567890"};
constexpr const char* kNumbers[] = {"0.0",
                                    "-0.0",
                                    "1.0",
                                    "1.10",
                                    "0.1",
                                    "3.7",
                                    "100.0",
                                    "1e2",
                                    "1E2",
                                    "1e+2",
                                    "1e-2",
                                    "1e400",
                                    "-1e400",
                                    "1e-400",
                                    "5e-324",
                                    "1.7976931348623157e308",
                                    "1.7976931348623157e+308",
                                    "0.30000000000000004",
                                    "1884518522.1684267241",
                                    "3.14159265358979323846264338327950288",
                                    "1e22",
                                    "1e+22",
                                    "1.0e+22",
                                    "1.5e-07",
                                    "0.000001",
                                    "1e5",
                                    "9007199254740993.0",
                                    "-1.5",
                                    "123456.789012",
                                    "2.50"};
// Tokens of strings, less their quotes.
constexpr const char* kStrings[] = {"",
                                    " ",
                                    "a",
                                    "0",
                                    "null",
                                    "true",
                                    "text with spaces",
                                    "\\u0000",
                                    "a\\u0000b",
                                    "\\ud800",
                                    "\\udc00x",
                                    "\\ud83d\\ude00",
                                    "\\uD83D\\uDE00",
                                    "\\u00e9",
                                    "\\/",
                                    "/",
                                    "\\\\",
                                    "\\\"",
                                    "\\b\\f\\n\\r\\t",
                                    "\\u001f",
                                    "\x7F",
                                    "\xC3\xA9",
                                    "\xF0\x9F\x98\x80",
                                    "\xEF\xBB\xBF",
                                    "\xEF\xBF\xBF",
                                    "\xE2\x80\xA8",
                                    "{\\\"a\\\":1}",
                                    "[1,2]",
                                    "}}",
                                    "\\\"}}",
                                    ",\\\"time_extracted\\\"",
                                    "\\\\u0041",
                                    "\\\\ud800",
                                    "'; drop table x; --",
                                    "\\ud800\\ud800",
                                    "\\u2028",
                                    "NaN",
                                    "2024-01-02",
                                    "2024-01-02T03:04:05Z",
                                    "2024-13-45T99:99:99Z",
                                    "18446744073709551617",
                                    "1e400"};

std::string number_token(Random& random, bool whole) {
  if (random.chance(30)) return random.of(kIntegers);
  if (!whole && random.chance(60)) return random.of(kNumbers);
  std::string digits = random.chance(30) ? "-" : "";
  const std::size_t length = 1 + random.below(random.chance(10) ? 40 : 9);
  for (std::size_t i = 0; i < length; ++i) digits += static_cast<char>('0' + random.below(10));
  const std::size_t first = digits.find_first_of("123456789");
  const std::string sign = digits.front() == '-' ? "-" : "";
  std::string out = first == std::string::npos ? "0" : sign + digits.substr(first);
  if (!whole && random.chance(50)) out += "." + std::to_string(random.below(1'000'000));
  return out;
}

std::string string_token(Random& random) {
  std::string out = "\"";
  const std::size_t parts = random.below(4);
  for (std::size_t i = 0; i < parts; ++i) out += random.of(kStrings);
  if (random.chance(3)) {
    const std::string again = random.of(kStrings);
    const std::size_t size = 200 + random.below(random.chance(10) ? 90'000 : 3'000);
    while (out.size() < size) out += again + "x";
  }
  return out + '"';
}

}  // namespace

std::string name(Random& random, std::set<std::string>& taken) {
  for (;;) {
    std::string made = random.chance(3)    ? std::string(300, 'n') + std::to_string(random.below(9))
                       : random.chance(60) ? random.of(kNames)
                                           : "p" + std::to_string(random.below(30));
    if (taken.insert(made).second) return made;
  }
}

Json scalar(Random& random, std::string_view type) {
  if (type == "null") return {};
  if (type == "boolean") return Json::scalar(Json::Kind::boolean, random.chance(50) ? "true" : "false");
  if (type == "integer") return Json::scalar(Json::Kind::number, number_token(random, true));
  if (type == "number") return Json::scalar(Json::Kind::number, number_token(random, false));
  return Json::scalar(Json::Kind::string, string_token(random));
}

Json value(Random& random, std::size_t depth) {
  static constexpr const char* kTypes[] = {"null", "boolean", "integer", "number", "string", "array", "object"};
  const std::string type = kTypes[random.below(depth > 3 ? 5 : 7)];
  if (type == "array" || type == "object") {
    Json json = type == "array" ? Json::array() : Json::object();
    const std::size_t count = random.below(4);
    for (std::size_t i = 0; i < count; ++i) {
      if (type == "array") {
        json.items.push_back(value(random, depth + 1));
      } else {
        std::string key = random.chance(70) ? token_of(random.of(kNames)) : string_token(random);
        json.add(std::move(key), value(random, depth + 1));
      }
    }
    return json;
  }
  return scalar(random, type);
}

}  // namespace properties
