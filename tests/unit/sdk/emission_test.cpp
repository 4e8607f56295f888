#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <integ/testing.hpp>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace {

using integ::testing::Host;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Config {
  std::string url = "http://h";
};
INTEG_FIELDS(Config, url)

// One page at http://h/p, read by `read`.
integ::testing::Result with_page(const std::string& body, std::function<void(integ::HttpContext&)> read) {
  auto source = integ::Source::with_config<Config>("x", "1.0.0");
  source.stream(integ::incremental("s"), std::move(read));
  Host host;
  host.config(R"({"url":"http://h"})").page("http://h/p", body);
  return host.run(source.descriptor(), "s");
}

const integ::Request request("http://h/p");

TEST(EmitBatch, NotesFieldsAcrossPages) {
  const auto result = with_page(
      R"({"r":[{"id":3,"at":"2024-01-01T01:00:00+01:00","n":"b"},{"id":1,"at":"2024-01-01T00:30:00Z","n":null},{"id":20}]})",
      [](integ::HttpContext& ctx) {
        integ::DateTime latest("2024-01-01T00:10:00Z");
        std::optional<std::int64_t> least, most;
        std::string text;
        std::vector<int> ids{9};
        integ::Response page;
        for (int i = 0; i < 2; ++i) {
          ctx.emit_batch(request, page, "/r", integ::max("/at", latest), integ::min("/id", least),
                         integ::max("/id", most), integ::last("/n", text), integ::all("/id", ids));
        }
        EXPECT_EQ(latest.text(), "2024-01-01T00:30:00Z");
        EXPECT_EQ(least, 1);
        EXPECT_EQ(most, 20);
        EXPECT_EQ(text, "b");
        EXPECT_THAT(ids, ElementsAre(9, 3, 1, 20, 3, 1, 20));
        integ::DateTime later("2025-01-01");
        ctx.emit_batch(request, page, "/r", integ::max("/at", later));
        EXPECT_EQ(later.text(), "2025-01-01");
      });
  EXPECT_TRUE(result.ok()) << result.error;
}

TEST(EmitBatch, LeavesTheSkeleton) {
  const auto result = with_page(R"({"r":[{"id":1},{"id":2}],"more":{"token":7}})", [](integ::HttpContext& ctx) {
    integ::Response page;
    EXPECT_EQ(ctx.emit_batch(request, page, "/r"), 2U);
    EXPECT_EQ(page.count("/r"), 2U);
    EXPECT_FALSE(page.has("/r/0"));
    EXPECT_EQ(page.string("/more/token"), "7");
    EXPECT_EQ(ctx.emit_batch(request, page, "/r", integ::keep()), 2U);
    EXPECT_EQ(page.integer("/r/1/id"), 2);
  });
  EXPECT_TRUE(result.ok()) << result.error;
}

TEST(EmitBatch, RecordExtraAndMissing) {
  const auto result = with_page(R"({"r":[{"node":{"id":1.50,"p":"x"}}]})", [](integ::HttpContext& ctx) {
    ctx.emit_batch(request, "/r", integ::record("/node"), integ::extra(std::map<std::string, std::string>{{"p", "y"}}));
    EXPECT_EQ(ctx.emit_batch(request, "/none", integ::allow_missing()), 0U);
    ctx.emit_batch(request, "/none");
  });
  EXPECT_EQ(result.status, INTEG_E_MALFORMED);
  EXPECT_THAT(result.records(), ElementsAre(R"({"id":1.50,"p":"y"})"));
}

TEST(EmitBatch, AFieldOfAnotherTypeIsSaidByName) {
  const auto result = with_page(R"({"r":[{"at":5}]})", [](integ::HttpContext& ctx) {
    std::string latest;
    ctx.emit_batch(request, "/r", integ::max("/at", latest));
  });
  EXPECT_EQ(result.status, INTEG_E_MALFORMED);
  EXPECT_THAT(result.error, HasSubstr("/at of a record: "));
}

TEST(EmitResponse, EmitsWhatWasFetchedAndJudged) {
  const auto result = with_page(R"({"ok":true,"a":[{"id":1}],"b":[{"id":2}]})", [](integ::HttpContext& ctx) {
    auto page = ctx.fetch(request);
    EXPECT_TRUE(page.ok());
    if (page.boolean("/ok")) ctx.emit_response(page, "/a");
    ctx.emit_response(page, "/b");
  });
  EXPECT_TRUE(result.ok()) << result.error;
  EXPECT_THAT(result.records(), ElementsAre(R"({"id":1})", R"({"id":2})"));
}

TEST(EmitBatch, LinesAreTheArrayOfTheirObjects) {
  const std::string body = "{\"id\":1}\r\n\n{\"id\":2}\n";
  const auto result = with_page(body, [](integ::HttpContext& ctx) {
    integ::Response page;
    std::int64_t latest = 0;
    ctx.emit_batch(integ::Request("http://h/p").parser("jsonl"), page, "", integ::streaming(),
                   integ::max("/id", latest));
    EXPECT_EQ(latest, 2);
  });
  EXPECT_TRUE(result.ok());
  EXPECT_THAT(result.records(), ElementsAre(R"({"id":1})", R"({"id":2})"));
  const auto torn = with_page("{\"id\":\n1}\n", [](integ::HttpContext& ctx) {
    integ::Response page;
    ctx.emit_batch(integ::Request("http://h/p").parser("ndjson"), page, "");
  });
  EXPECT_FALSE(torn.ok());
}

}  // namespace
