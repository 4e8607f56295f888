// Emissions with STREAMING: records go out while the rest of the body is to come.
#include "streaming_case.hpp"

#include <zlib.h>

#include <future>

namespace integ::sync {
namespace {

using namespace testing;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string gzipped(const std::string& text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

TEST_F(Streaming, AnArrayAndWhatStandsAroundIt) {
  std::string body = items(1, kMany);
  body.insert(1, R"("at":"now",)");
  body.insert(body.size() - 1, R"(,"next":"http://api.test/2")");
  script({page(body)});
  run({});
  expect_once(kMany);
  EXPECT_THAT(got.statuses, ElementsAre(INTEG_OK));
  EXPECT_EQ(got.emitted, std::uint64_t{kMany});
  EXPECT_EQ(got.highest, std::to_string(kMany));
  EXPECT_EQ(got.skeleton, R"({"at":"now","items":[],"next":"http://api.test/2"})");
  EXPECT_EQ(got.body, got.skeleton) << "the records are gone";
  EXPECT_THAT(commits.by_stream["orders"], ElementsAre(R"({"done":true})"));
  EXPECT_EQ(result_of(result, "orders").records, std::uint64_t{kMany});
}

TEST_F(Streaming, RecordsGoOutBeforeTheBodyIsThere) {
  std::promise<void> written;
  std::shared_future<void> is_written = written.get_future().share();
  bool first = true;
  on_batch = [&](const Batch&) {
    if (std::exchange(first, false)) written.set_value();
  };
  TestConnector connector;
  // The transport holds the end of the body back until the beginning of it was written.
  class Slow final : public http::Transport {
   public:
    explicit Slow(std::shared_future<void> until) : until_(std::move(until)) {}
    void perform(const http::Attempt&, http::Receiver& receiver, const Cancellation&) override {
      const std::string body = lines(1, kMany);
      receiver.head(200, {{"Content-Length", std::to_string(body.size())}});
      receiver.piece(std::string_view(body).substr(0, body.size() / 2));
      ASSERT_EQ(until_.wait_for(std::chrono::seconds(60)), std::future_status::ready);
      receiver.piece(std::string_view(body).substr(body.size() / 2));
    }

   private:
    std::shared_future<void> until_;
  } slow(is_written);
  connector.stream("orders", {.run = [&](const integ_host& host, integ_http_context* context) {
                     return emission(host, context, {.records = "", .parser = "jsonl"});
                   }});
  Connection connection(std::make_shared<plugin::Plugin>(), connector.loaded, "{}", {}, slow, world.services());
  session.on_records = [&](const Batch& batch) { on_batch(batch); };
  read(connection, {}, session, everything(connector), {});
  EXPECT_EQ(session.record_count, std::size_t{kMany});
}

TEST_F(Streaming, LinesByNameAndByLabel) {
  struct {
    const char* name;
    std::string parser;
    std::string label;
  } const cases[] = {{"jsonl", "jsonl", "text/plain"},
                     {"ndjson", "ndjson", "application/json"},
                     {"label", "", "application/x-ndjson; charset=utf-8"},
                     {"label", "", "Application/JSONL"}};
  for (const std::uint32_t flags : {std::uint32_t{INTEG_EMIT_STREAMING}, std::uint32_t{0}}) {
    for (const auto& c : cases) {
      ids.clear();
      script({page(lines(1, 20), {{"Content-Type", c.label}})});
      run({.records = "", .parser = c.parser, .flags = flags});
      EXPECT_EQ(ids.size(), 20U) << c.name << ", flags " << flags << ": " << got.error;
      EXPECT_EQ(got.skeleton, "[]");
    }
  }
}

TEST_F(Streaming, LinesThatNobodyAnnouncedAreNoJson) {
  script({page(lines(1, 3))});
  run({.records = ""});
  EXPECT_THAT(ids, IsEmpty());
  EXPECT_THAT(error().what(), HasSubstr("breaks at byte 9"));
}

TEST_F(Streaming, APointerIntoLinesIsRefused) {
  script({page(lines(1, 3))});
  run({.records = "/items", .parser = "jsonl"});
  EXPECT_THAT(got.statuses, ElementsAre(INTEG_E_ARGUMENT));
  EXPECT_THAT(error().what(), HasSubstr("JSON Lines"));
  EXPECT_EQ(asked, 0U);
}

TEST_F(Streaming, KeepAndStreamingExcludeEachOther) {
  script({page(items(1, 3))});
  run({.flags = INTEG_EMIT_STREAMING | INTEG_EMIT_KEEP});
  EXPECT_THAT(got.statuses, ElementsAre(INTEG_E_ARGUMENT));
  EXPECT_THAT(error().what(), HasSubstr("KEEP"));
}

TEST_F(Streaming, AGzipFileOfLines) {
  const std::string packed = gzipped(lines(1, kMany));
  script({page(packed, {{"Content-Type", "application/gzip"}})});
  run({.records = "", .parser = "gzip,jsonl"});
  expect_once(kMany);
  // Cut: the end marker is missing, whatever the server says of the length.
  ids.clear();
  script({page(packed.substr(0, packed.size() * 3 / 4), {{"Content-Length", "1"}}), page(packed)});
  run({.records = "", .parser = "gzip,jsonl"});
  expect_once(kMany);
  EXPECT_EQ(asked, 2U);
  // A server that calls the file encoded as well, so that it has been unpacked on the way.
  ids.clear();
  script({page(packed, {{"Content-Encoding", "gzip"}})});
  run({.records = "", .parser = "gzip,jsonl"});
  expect_once(kMany);
}

TEST_F(Streaming, AGzipFileThatUnpacksToNothingButSizeIsRefused) {
  std::string bomb = lines(1, 1);
  bomb.append(8'000'000, ' ');
  script({page(gzipped(bomb + "\n" + lines(2, 2)))});
  run({.records = "", .parser = "gzip,jsonl"});
  EXPECT_EQ(error().status(), INTEG_E_LIMIT);
  EXPECT_THAT(error().what(), HasSubstr("200 times"));
  EXPECT_EQ(asked, 1U);
}

TEST_F(Streaming, ALimitEndsTheTransfer) {
  struct Endless final : http::Transport {
    void perform(const http::Attempt&, http::Receiver& receiver, const Cancellation&) override {
      receiver.head(200, {});
      receiver.piece(R"({"items":[{"id":1})");
      for (int id = 2;; ++id) receiver.piece(",{\"id\":" + std::to_string(id) + "}");
    }
  } endless;
  for (const std::uint64_t limit : {std::uint64_t{1}, std::uint64_t{7}, std::uint64_t{30'000}}) {
    TestConnector connector;
    connector.stream("orders", {.run = [&](const integ_host& host, integ_http_context* context) {
                       return emission(host, context, {});
                     }});
    Connection connection(std::make_shared<plugin::Plugin>(), connector.loaded, "{}", {}, endless, world.services());
    Recorder to;
    ReadRequest request = everything(connector);
    request.limit = limit;
    result = read(connection, {}, to, request, {});
    EXPECT_EQ(to.record_count, limit);
    EXPECT_TRUE(result_of(result, "orders").complete) << limit;
    EXPECT_EQ(got.statuses.back(), INTEG_STOP);
    EXPECT_EQ(got.emitted, limit);
  }
}

TEST_F(Streaming, ARecordMayBeAsLargeAsABodyMayBeElsewhere) {
  settings.max_body = 300'000;
  std::string body = R"({"items":[)";
  for (int id = 1; id <= 20; ++id) {
    body += (id > 1 ? "," : "") + (R"({"id":)" + std::to_string(id) + R"(,"s":")" + std::string(250'000, 'x') + "\"}");
  }
  body += "]}";
  script({page(body, whole(body))});
  run({});
  expect_once(20);
  ids.clear();
  script({page(R"({"items":[{"id":1},{"id":2,"s":")" + std::string(400'000, 'x') + "\"}]}")});
  run({});
  EXPECT_EQ(error().status(), INTEG_E_LIMIT);
  EXPECT_THAT(error().what(), AllOf(HasSubstr("record 2"), HasSubstr("300000")));
  EXPECT_EQ(asked, 1U);
  script({page(R"({"items":[{"id":1}],"tail":")" + std::string(400'000, 'x') + "\"}")});
  run({});
  EXPECT_EQ(error().status(), INTEG_E_LIMIT) << "nor what stands behind the records";
}

TEST_F(Streaming, MembersPutInAreInEveryRecord) {
  const std::string array = items(1, kMany);
  script({cut(array.substr(0, array.size() / 2)), page(array)});
  std::size_t with_shop = 0;
  on_batch = [&](const Batch& batch) {
    for (const std::string_view record : batch.records) with_shop += record.ends_with(R"(,"shop":"x"})") ? 1U : 0U;
  };
  run({.extra = R"({"shop":"x"})"});
  expect_once(kMany);
  EXPECT_EQ(with_shop, std::size_t{kMany});
}

TEST_F(Streaming, FieldsAreCutAndInvalidUtf8IsReplacedAsElsewhere) {
  script({page("{\"items\":[{\"id\":1,\"name\":\"a\"},{\"name\":\"\xFF\",\"id\":2},{\"id\":\"\xFF\"}]}")});
  on_batch = [&](const Batch& batch) {
    EXPECT_THAT(batch.records, ElementsAre(R"({"id":1})", R"({"id":2})", "{\"id\":\"\xEF\xBF\xBD\"}"));
    ids.clear();
  };
  TestConnector connector;
  connector.stream("orders", {.run = [&](const integ_host& host, integ_http_context* context) {
                     return emission(host, context, {});
                   }});
  Source source(world, connector);
  source.pages().answer(kUrl, answers[kUrl]);
  session.on_records = on_batch;
  ReadRequest request = everything(connector);
  request.cut_fields = true;
  request.catalog.streams[0].selection.fields = {{"/id"}};
  result = read(source.connection, {}, session, request, {});
  EXPECT_EQ(session.record_count, 3U);
  EXPECT_EQ(world.lines.with("UTF-8"), 1U);
}

TEST_F(Streaming, BatchesAreSmall) {
  std::string body = R"({"items":[)";
  for (int id = 1; id <= 400; ++id) {
    body += (id > 1 ? "," : "") + (R"({"id":)" + std::to_string(id) + R"(,"s":")" + std::string(100'000, 'x') + "\"}");
  }
  body += "]}";
  script({page(body)});
  std::atomic<std::size_t> most{0};
  on_batch = [&](const Batch& batch) { most = std::max(most.load(), batch.bytes); };
  run({});
  expect_once(400);
  EXPECT_LT(most.load(), 1u << 20);
}

TEST_F(Streaming, AnAnswerWithoutABodyHasNoRecords) {
  script({{.status = 204, .body = ""}});
  run({});
  EXPECT_EQ(got.statuses.back(), INTEG_OK);
  EXPECT_EQ(got.emitted, 0U);
}

// A link to another origin takes no secrets along, also where the record that had it has gone.
TEST_F(Streaming, ALinkInARecordIsKnownToBeOne) {
  TestConnector connector;
  connector.loaded.info.allowed_hosts = {"api.test", "other.test"};
  std::string sent;
  connector.stream("orders", {.run = [&](const integ_host& host, integ_http_context* context) -> integ_status {
                     integ_request request{};
                     request.size = sizeof request;
                     request.url = str(kUrl);
                     const integ_observe observe{str("/link"), INTEG_OBSERVE_LAST, 0};
                     integ_emit options{};
                     options.size = sizeof options;
                     options.flags = INTEG_EMIT_STREAMING;
                     options.records = str("/items");
                     options.observe = &observe;
                     options.observe_count = 1;
                     integ_response* answer = nullptr;
                     std::uint64_t emitted = 0;
                     EXPECT_EQ(host.emit_batch(context, &request, &options, &answer, &emitted), INTEG_OK);
                     integ_value link{};
                     link.size = sizeof link;
                     EXPECT_EQ(host.observed(context, answer, 0, &link), INTEG_OK);
                     const std::string url = text_of(link);
                     const integ_pair secret{str("X-Token"), str("s3cret-token"), INTEG_PAIR_SECRET, 0};
                     request.url = str(url);
                     request.headers = &secret;
                     request.headers_count = 1;
                     return host.fetch(context, &request, &answer);
                   }});
  Source source(world, connector);
  source.pages().page(kUrl, R"({"items":[{"id":1,"link":"http://other.test/file"}]})");
  source.pages().answer("http://other.test/file", [&](const http::Request& request) {
    for (const http::Header& header : request.headers) sent += header.name + ": " + header.value + "\n";
    return Pages::Page{.body = "{}"};
  });
  result = read(source.connection, {}, session, everything(connector), {});
  EXPECT_TRUE(result_of(result, "orders").complete);
  EXPECT_FALSE(sent.empty());
  EXPECT_THAT(sent, ::testing::Not(HasSubstr("s3cret-token")));
}

}  // namespace
}  // namespace integ::sync
