// Structs proposed for an author: the very text that is expected is compiled here as well.
#include "cli/cpp_struct.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <integ/sdk.hpp>

#include <fstream>
#include <sstream>

namespace {
#include "proposed_struct.inc"
}  // namespace

namespace integ::cli {
namespace {

std::string stats() {
  std::string out = "{";
  for (int i = 0; i < 300; ++i) out += (i == 0 ? "\"" : ",\"") + std::to_string(i) + R"(":{"open":true})";
  return out + "}";
}

json::Inference orders() {
  json::Inference seen;
  const std::string both = R"("created_at":"2024-01-01T00:00:00Z","day":"2024-01-01","class":"a","2fa":1,)"
                           R"("total-price":1,"total \"price\"\n?":2,"Shape":"x","shape":{"w":1},)";
  seen.see(
      json::Document::parse(R"({"id":1,"name":"x",)" + both.substr(0, both.find("\"2fa\"")) + R"("__typename":true,)" +
                            both.substr(both.find("\"2fa\"")) +
                            R"("line_items":[{"sku":"a","price":1.5,"tags":["x"]},{"sku":"b","price":null,"tags":[]}],)"
                            R"("stats":)" +
                            stats() +
                            R"(,"mixed":1,"huge":18446744073709551617,"nothing":null,)"
                            R"("empty":[],"grid":[[1],[2]]})")
          .root());
  seen.see(json::Document::parse(R"({"id":2,)" + both +
                                 R"("line_items":[],"stats":{"x":{"open":false}},"mixed":"x",)"
                                 R"("huge":1,"nothing":null,"empty":[]})")
               .root());
  return seen;
}

TEST(CppStruct, IsWhatIsCompiledHere) {
  std::ifstream file(INTEG_PROPOSED_STRUCT);
  std::stringstream expected;
  expected << file.rdbuf();
  EXPECT_EQ(cpp_structs(orders().shape(), "orders"), expected.str());
}

TEST(CppStruct, ItsSchemaHasTheNamesOfTheData) {
  const std::string schema = record_schema<Order>();
  for (const char* name : {R"("class":{"type":["string","null"]})", R"("__typename":{)", R"("2fa":{)",
                           R"("total \"price\"\n?":{)", R"("day":{"type":["string","null"],"format":"date"})"}) {
    EXPECT_THAT(schema, ::testing::HasSubstr(name));
  }
}

TEST(CppStruct, NamesThatNobodyWouldChoose) {
  json::Inference seen;
  seen.see(json::Document::parse(R"({"":1,"__":2,"日本":{"a":1},"config":{"b":1}})").root());
  EXPECT_EQ(cpp_structs(seen.shape(), "!?"),
            "struct N2 {\n  std::int64_t a = 0;\n};\nINTEG_FIELDS(N2, a)\n\n"
            "struct Config2 {\n  std::int64_t b = 0;\n};\nINTEG_FIELDS(Config2, b)\n\n"
            "struct N {\n  std::int64_t n = 0;\n  std::int64_t n_ = 0;\n  N2 n__;\n  Config2 config;\n};\n"
            "INTEG_FIELDS(N, n, n_, n__, config)\n\n"
            "inline void integ_describe(integ::About<N>& about) {\n  about.field(&N::n).name(\"\");\n"
            "  about.field(&N::n_).name(\"__\");\n  about.field(&N::n__).name(\"日本\");\n}\n");
}

}  // namespace
}  // namespace integ::cli
