// Frames and messages: what is written comes back, and what does not fit is refused, wherever it was cut or damaged.
#include "unit/worker/support.hpp"

#include <functional>
#include <limits>
#include <random>
#include <vector>

namespace integ::worker::testing {
namespace {

TEST(Frame, EveryFieldComesBackAsItWasWritten) {
  FrameWriter out(Op::log);
  out.u8(255);
  out.flag(true);
  out.u32(std::numeric_limits<std::uint32_t>::max());
  out.u64(std::numeric_limits<std::uint64_t>::max());
  out.i32(std::numeric_limits<std::int32_t>::min());
  out.i64(std::numeric_limits<std::int64_t>::min());
  out.text(std::string("a\0\xC3\xA9", 4));
  out.text("\xff");
  out.optional_text(std::nullopt);
  out.optional_text("there");
  Read read(std::move(out));
  EXPECT_EQ(read.in.u8(), 255);
  EXPECT_TRUE(read.in.flag());
  EXPECT_EQ(read.in.u32(), std::numeric_limits<std::uint32_t>::max());
  EXPECT_EQ(read.in.u64(), std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(read.in.i32(), std::numeric_limits<std::int32_t>::min());
  EXPECT_EQ(read.in.i64(), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(read.in.text(), std::string_view("a\0\xC3\xA9", 4));
  EXPECT_EQ(read.in.bytes(), "\xff");
  EXPECT_EQ(read.in.optional_text(), std::nullopt);
  EXPECT_EQ(read.in.optional_text(), "there");
  read.in.end();
}

TEST(Frame, WhatDoesNotFitIsBroken) {
  EXPECT_THROW(FrameReader("").u8(), BrokenFrame);
  EXPECT_THROW(FrameReader("\x02").flag(), BrokenFrame);
  EXPECT_THROW(FrameReader("x").end(), BrokenFrame);
  const auto sized = [](std::uint64_t size, const std::string& rest) {
    FrameWriter out(Op::log);
    out.u64(size);
    return payload_of(std::move(out)).substr(1) + rest;
  };
  const std::string longer = sized(4, "abc");
  EXPECT_THROW(FrameReader(longer).bytes(), BrokenFrame);
  const std::string endless = sized(std::numeric_limits<std::uint64_t>::max(), "abc");
  EXPECT_THROW(FrameReader(endless).bytes(), BrokenFrame);
  const std::string no_text = sized(1, "\xff");
  EXPECT_THROW(FrameReader(no_text).text(), BrokenFrame);
}

// A count is a promise of memory: it has to be covered by bytes that are there.
TEST(Frame, ACountHasToBeCoveredByTheFrame) {
  FrameWriter out(Op::log);
  out.u32(3);
  out.text("12345678");  // 16 bytes
  const std::string payload = payload_of(std::move(out)).substr(1);
  EXPECT_EQ(FrameReader(payload).count(5), 3U);
  EXPECT_THROW(FrameReader(payload).count(6), BrokenFrame);
}

bridge::Request some_request() {
  bridge::Request out;
  out.http.method = "POST";
  out.http.url = "http://h/a?b=c";
  out.http.headers = {{"A", "1", false}, {"Token", "t", true}};
  out.http.body = std::string("\0\xff", 2);
  out.http.timeout = std::chrono::milliseconds(1500);
  out.http.retry_safe = out.http.rebuild = out.no_auth = true;
  out.parser = "gzip,jsonl";
  return out;
}

bridge::Emit some_emit() {
  bridge::Emit out;
  out.slice.records = "/items";
  out.slice.record = "/node";
  out.slice.extra = "{}";
  out.total = "/count";
  out.slice.keep = out.distinct = true;
  out.slice.observe = {{"/at", json::Observe::What::max, true}, {"/id", json::Observe::What::all, false}};
  return out;
}

Stream some_stream() {
  Stream out;
  out.name = "found";
  out.name_space = "there";
  out.json_schema = R"({"type":"object","properties":{"id":{"type":"integer"}}})";
  out.primary_key = {{"/id", 0}};
  out.iterate_by = {{"/id", 1}};
  out.incremental = out.resumable = true;
  out.data = R"({"a": 1})";
  return out;
}

TEST(Messages, ARequestComesBackWhole) {
  FrameWriter out(Op::fetch);
  put(out, some_request());
  Read read(std::move(out));
  const bridge::Request back = get_request(read.in);
  read.in.end();
  EXPECT_EQ(back.http.method, "POST");
  EXPECT_EQ(back.http.url, "http://h/a?b=c");
  ASSERT_EQ(back.http.headers.size(), 2U);
  EXPECT_EQ(back.http.headers[1].value, "t");
  EXPECT_TRUE(back.http.headers[1].secret && !back.http.headers[0].secret);
  EXPECT_EQ(back.http.body, std::string("\0\xff", 2));
  EXPECT_EQ(back.http.timeout.count(), 1500);
  EXPECT_TRUE(back.http.retry_safe && back.http.rebuild && back.no_auth);
  EXPECT_EQ(back.reader.wrappers.size(), 1U);
  EXPECT_EQ(back.reader.format, json::ReaderSpec::Format::lines);
}

TEST(Messages, AnErrorComesBackWithItsKindStatusAndPlace) {
  std::vector<Error> errors;
  for (int kind = 0; kind <= static_cast<int>(Kind::internal); ++kind)
    errors.emplace_back(static_cast<Kind>(kind), "m");
  for (integ_status status = INTEG_CANCELLED; status >= INTEG_E_OUTPUT; --status) {
    for (const int http : {0, 404, 503}) errors.push_back(Error::of_status(status, "of status", http));
  }
  errors.back().at({.file = "f", .line = 3, .column = 4, .pipeline = "p", .stream = "s", .slice = "k", .request = "r"});
  for (const Error& error : errors) {
    FrameWriter out(Reply::error);
    put(out, error);
    Read read(std::move(out));
    const Error back = get_error(read.in);
    read.in.end();
    EXPECT_EQ(back.kind(), error.kind()) << error.status();
    EXPECT_EQ(back.status(), error.status());
    EXPECT_EQ(back.http_status(), error.http_status());
    EXPECT_STREQ(back.what(), error.what());
  }
}

bridge::Page some_page(bool emitted) {
  bridge::Page page;
  page.answer.status = 200;
  page.answer.url = "http://h/x";
  page.answer.headers = {{"X", "\xff", false}};
  page.answer.body = std::make_shared<std::string>(R"({"items":[{"id":1},{"id":2}],"next":"n"})");
  page.emitted = emitted;
  std::string body = *page.answer.body;
  json::Slices slices = [&] {
    json::Slicer slicer({.records = "/items"});
    return slicer.finish(body);
  }();
  page.json = std::move(slices.skeleton);
  page.observed = {"1", ""};
  return page;
}

TEST(Messages, ASkeletonComesBackWithTheCountOfWhatWasCutOut) {
  FrameWriter out(Reply::ok);
  put_page(out, some_page(true));
  Read read(std::move(out));
  bridge::Page back;
  get_page(read.in, back);
  read.in.end();
  EXPECT_EQ(back.answer.status, 200);
  EXPECT_EQ(back.answer.headers.front().value, "\xff");
  ASSERT_TRUE(back.json);
  const json::Node* items = back.json->find("/items");
  EXPECT_EQ(items->count, 2U);
  EXPECT_EQ(items->items, nullptr);
  EXPECT_TRUE(items->elided);
  EXPECT_EQ(back.json->find("/next")->text, "n");
  EXPECT_EQ(back.observed, (json::Observed{"1", ""}));
  EXPECT_TRUE(back.body_is_far) << "records do not come back";
}

// A small body that nobody has cut goes along, and its JSON is made of it where it is asked for.
TEST(Messages, ABodyGoesAlongWhereItIsSmall) {
  for (const std::size_t size : {std::size_t{10}, kBodyAtOnce + 10}) {
    bridge::Page page;
    page.answer.status = 200;
    page.answer.body = std::make_shared<std::string>("[\"" + std::string(size - 4, 'x') + "\"]");
    page.json = json::Document::parse(*page.answer.body);
    FrameWriter out(Reply::ok);
    put_page(out, page);
    EXPECT_LT(out.payload_size(), kBodyAtOnce + 100);
    Read read(std::move(out));
    bridge::Page back;
    get_page(read.in, back);
    EXPECT_FALSE(back.json);
    EXPECT_EQ(back.body_is_far, size > kBodyAtOnce);
    EXPECT_EQ(back.answer.body ? *back.answer.body : "", size > kBodyAtOnce ? "" : *page.answer.body);
  }
}

// Each kind of message with its reader.
struct Message {
  std::string payload;
  std::function<void(FrameReader&)> read;
};

std::vector<Message> every_message() {
  std::vector<Message> out;
  const auto add = [&out](FrameWriter frame, std::function<void(FrameReader&)> read) {
    out.push_back({payload_of(std::move(frame)).substr(1), std::move(read)});
  };
  FrameWriter request(Op::fetch);
  put(request, some_request());
  add(std::move(request), [](FrameReader& in) { get_request(in); });
  FrameWriter emit(Op::fetch);
  put(emit, some_emit());
  add(std::move(emit), [](FrameReader& in) { get_emit(in); });
  FrameWriter stream(Op::add_stream);
  put(stream, some_stream());
  add(std::move(stream), [](FrameReader& in) { get_stream(in); });
  for (const bool emitted : {false, true}) {
    FrameWriter page(Reply::ok);
    put_page(page, some_page(emitted));
    add(std::move(page), [](FrameReader& in) {
      bridge::Page back;
      get_page(in, back);
    });
  }
  FrameWriter said(Op::done);
  put(said, bridge::Context::Said{Error::of_status(INTEG_E_HTTP, "no", 404), "what it said"});
  add(std::move(said), [](FrameReader& in) { get_said(in); });
  FrameWriter documents(Reply::task);
  bridge::Documents given;
  given[INTEG_DOC_CONFIG] = bridge::document_of(R"({"a":[1,2]})");
  put(documents, given);
  add(std::move(documents), [](FrameReader& in) { get_documents(in); });
  return out;
}

TEST(Messages, WhereverOneIsCutItIsBroken) {
  for (const Message& message : every_message()) {
    FrameReader whole(message.payload);
    message.read(whole);
    whole.end();
    for (std::size_t size = 0; size < message.payload.size(); ++size) {
      FrameReader cut(std::string_view(message.payload).substr(0, size));
      EXPECT_THROW(message.read(cut), BrokenFrame) << size << " of " << message.payload.size();
    }
  }
}

// No byte of one can do more than make it another message, or a broken one, or one that the host refuses.
TEST(Messages, ADamagedOneIsReadOrRefused) {
  std::mt19937 random(20260101);
  for (const Message& message : every_message()) {
    for (int turn = 0; turn < 3000; ++turn) {
      std::string damaged = message.payload;
      for (int i = 0; i <= turn % 4; ++i) damaged[random() % damaged.size()] = static_cast<char>(random());
      FrameReader in(damaged);
      try {
        message.read(in);
        in.end();
      } catch (const BrokenFrame&) {  // as it should
      } catch (const Error&) {        // a parser or a schema that is none
      }
    }
  }
}

}  // namespace
}  // namespace integ::worker::testing
