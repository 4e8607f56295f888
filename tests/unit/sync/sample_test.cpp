// The first pages of streams, looked at: how a run is stopped, and that nothing else comes of it.
#include "sync/sample.hpp"

#include "support.hpp"
#include "sync/discover.hpp"

namespace integ::sync {
namespace {

using namespace testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kPage = "http://api.test/";

// Pages 1, 2, 3 and so on, with a state behind each, for ever.
testing::Function endless(int& asked) {
  return [&asked](const integ_host& host, integ_http_context* context) -> integ_status {
    EXPECT_EQ(document(host, context, INTEG_DOC_STATE), "null");
    for (int page = 1;; ++page) {
      asked = page;
      if (const integ_status status = emit(host, context, kPage + std::to_string(page)); status != INTEG_OK)
        return status;
      if (const integ_status status = emit_state(host, context, R"({"a":1})"); status != INTEG_OK) return status;
    }
  };
}

struct Sampler {
  std::vector<SampledStream> run(Source& source, const TestConnector& connector, std::uint64_t pages,
                                 const DiscoveredStreams& discovered = {}) {
    ReadRequest request = everything(connector);
    for (const auto& stream : discovered) request.catalog.streams.push_back({stream->info, {}});
    seen.resize(request.catalog.streams.size());
    return sample(source.connection, discovered, request.catalog, pages,
                  [this](std::size_t stream, const std::vector<std::string_view>& records) {
                    seen[stream].insert(seen[stream].end(), records.begin(), records.end());
                  });
  }
  std::vector<std::vector<std::string>> seen;
};

TEST(Sample, ReadsSoManyPagesAndNoMore) {
  World world;
  TestConnector connector;
  int asked = 0;
  connector.stream("orders", {.run = endless(asked)});
  Source source(world, connector);
  for (int page = 1; page <= 5; ++page) source.pages().page(kPage + std::to_string(page), items(page, page + 1));
  Sampler sampler;
  const auto sampled = sampler.run(source, connector, 3);
  EXPECT_EQ(sampled[0].pages, 3U);
  EXPECT_FALSE(sampled[0].error);
  EXPECT_EQ(asked, 3);
  EXPECT_EQ(source.pages().asked("http://api.test/4"), 0U);
  EXPECT_THAT(sampler.seen[0],
              ElementsAre(R"({"id":1})", R"({"id":2})", R"({"id":2})", R"({"id":3})", R"({"id":3})", R"({"id":4})"));
}

TEST(Sample, AStreamThatEndsBeforeHasWhatItHas) {
  World world;
  TestConnector connector;
  connector.stream("orders", {.run = [](const integ_host& host, integ_http_context* context) {
                     return emit(host, context, "http://api.test/1");
                   }});
  Source source(world, connector);
  source.pages().page("http://api.test/1", items(1, 1));
  Sampler sampler;
  const auto sampled = sampler.run(source, connector, 10);
  EXPECT_EQ(sampled[0].pages, 1U);
  EXPECT_FALSE(sampled[0].error);
}

TEST(Sample, AFailureIsTheStreamsOwnAndKeepsWhatWasSeen) {
  World world;
  TestConnector connector;
  int asked = 0;
  connector.stream("bad", {.run = endless(asked)});
  connector.stream("good", {.run = [](const integ_host& host, integ_http_context* context) {
                     return emit(host, context, "http://api.test/1");
                   }});
  Source source(world, connector);
  source.pages().page("http://api.test/1", items(1, 1));  // and no second
  Sampler sampler;
  const auto sampled = sampler.run(source, connector, 10);
  ASSERT_TRUE(sampled[0].error);
  EXPECT_THAT(sampled[0].error->what(), HasSubstr("stream bad: "));
  EXPECT_EQ(sampled[0].pages, 1U);
  EXPECT_EQ(sampler.seen[0].size(), 1U);
  EXPECT_FALSE(sampled[1].error);
  EXPECT_EQ(sampler.seen[1].size(), 1U);
}

TEST(Sample, OfSlicesTheFirstOnesUntilThereIsEnough) {
  World world;
  TestConnector connector;
  std::vector<std::string> ran;
  connector.stream("orders", {.run = [&](const integ_host& host, integ_http_context* context) -> integ_status {
                                ran.push_back(document(host, context, INTEG_DOC_SLICE));
                                for (int page = 0; page < 2; ++page) {
                                  const integ_status status = host.emit_values(context, str(R"({"id":1})"));
                                  if (status != INTEG_OK) return status;
                                }
                                return INTEG_OK;
                              },
                              .slices = [](const integ_host& host, integ_http_context* context) -> integ_status {
                                for (const char* key : {"a", "b", "c"}) {
                                  host.add_slice(context, str(key), str("[\"" + std::string(key) + "\"]"), 1);
                                }
                                return INTEG_OK;
                              }});
  Source source(world, connector);
  Sampler sampler;
  EXPECT_EQ(sampler.run(source, connector, 3)[0].pages, 3U);
  EXPECT_THAT(ran, ElementsAre(R"(["a"])", R"(["b"])"));
}

TEST(Sample, InterleavedStreamsAreFedByOneRun) {
  World world;
  TestConnector connector;
  connector.stream("orders", {});
  connector.stream("lines", {});
  int runs = 0;
  connector.interleaved([&](const integ_host& host, integ_http_context* context) -> integ_status {
    ++runs;
    for (const char* name : {"lines", "orders"}) {
      integ_http_context* stream = nullptr;
      EXPECT_EQ(host.open_stream(context, str(name), &stream), INTEG_OK);
      EXPECT_EQ(host.emit_values(stream, str("{\"of\":\"" + std::string(name) + "\"}")), INTEG_OK);
    }
    return INTEG_OK;
  });
  Source source(world, connector);
  Sampler sampler;
  const auto sampled = sampler.run(source, connector, 5);
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(sampled[0].pages, 1U);
  EXPECT_THAT(sampler.seen[0], ElementsAre(R"({"of":"orders"})"));
  EXPECT_THAT(sampler.seen[1], ElementsAre(R"({"of":"lines"})"));
}

TEST(Sample, ACancellationEndsIt) {
  World world;
  TestConnector connector;
  int asked = 0;
  connector.stream("orders", {.run = endless(asked)});
  Source source(world, connector);
  world.cancellation.cancel(CancelReason::output_failed);
  Sampler sampler;
  expect_error(Kind::cancelled, "", [&] { sampler.run(source, connector, 1); });
  EXPECT_EQ(asked, 0);
}

}  // namespace
}  // namespace integ::sync
