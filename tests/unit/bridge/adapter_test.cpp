// A plug-in's adapter, in plain C functions, behind the host's own interface.
#include "bridge/convert.hpp"
#include "bridge/plugin_adapter.hpp"
#include "support/error_of.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <span>
#include <string>
#include <vector>

namespace integ::bridge {
namespace {

using support::error_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// The adapter: keeps what it is told; `fault` makes one of its functions answer a status after fail().
struct Fixture {
  const integ_host* host = nullptr;
  integ_http_context* context = nullptr;
  integ_sink* sink = nullptr;
  std::vector<std::string> calls;
  std::string fault;  // the function
  integ_status status = INTEG_OK;
  std::string said;
  std::string restored;
  const integ_stream* announced = nullptr;
  std::function<void(Fixture&)> in_records;

  integ_status called(const std::string& function, const std::string& rest = {}) {
    calls.push_back(function + rest);
    if (function != fault) return INTEG_OK;
    if (!said.empty()) host->fail(context, status, str(said));
    return status;
  }
};

std::string text(integ_str value) { return std::string(view(value)); }
Fixture& of(integ_session* session) { return *reinterpret_cast<Fixture*>(session); }

integ_adapter table(Fixture& fixture) {
  integ_adapter out{};
  out.size = sizeof out;
  out.self = &fixture;
  out.open = [](void* self, const integ_host* host, integ_http_context* context, integ_sink* sink,
                integ_session** session) {
    auto& in = *static_cast<Fixture*>(self);
    in.host = host;
    in.context = context;
    in.sink = sink;
    integ_value path{};
    path.size = sizeof path;
    host->get(context, host->document(context, INTEG_DOC_OPTIONS), str("/path"), &path);
    const integ_status status = in.called("open", " " + text(path.text) + (sink == nullptr ? " no sink" : ""));
    if (status == INTEG_OK) *session = reinterpret_cast<integ_session*>(self);
    return status;
  };
  out.stream = [](integ_session* session, const integ_stream* stream, integ_str entry) {
    of(session).announced = stream;
    EXPECT_EQ(stream->size, sizeof(integ_stream));
    EXPECT_THAT(text(entry), HasSubstr("\"sync_mode\""));
    std::string keys;
    for (std::size_t i = 0; i < stream->primary_key_count; ++i) keys += " " + text(stream->primary_key[i].pointer);
    return of(session).called("stream", " " + text(stream->name) + keys + " " + text(stream->json_schema));
  };
  out.restore = [](integ_session* session, const integ_stream* stream, integ_str* state) {
    if (!of(session).restored.empty()) *state = str(of(session).restored);
    return of(session).called("restore", " " + text(stream->name));
  };
  out.records = [](integ_session* session, const integ_batch* batch) {
    std::string rest = " " + text(batch->stream->name) + " " + std::to_string(batch->extracted_at_ms);
    EXPECT_EQ(batch->stream, of(session).announced) << "the very pointer that stream() was given";
    for (std::size_t i = 0; i < batch->record_count; ++i) rest += " " + text(batch->records[i]);
    if (of(session).in_records) of(session).in_records(of(session));
    return of(session).called("records", rest);
  };
  out.state = [](integ_session* session, const integ_stream*, integ_str state, std::uint64_t ticket) {
    return of(session).called("state", " " + text(state) + " " + std::to_string(ticket));
  };
  out.event = [](integ_session* session, std::int32_t kind, integ_str json) {
    return of(session).called("event", " " + std::to_string(kind) + " " + text(json));
  };
  out.flush = [](integ_session* session, std::int32_t how, std::uint64_t* confirmed) {
    *confirmed = 7;
    return of(session).called("flush", how == INTEG_FLUSH_NOW ? " now" : " ask");
  };
  out.close = [](integ_session* session, integ_status how) {
    return of(session).called("close", " " + std::to_string(how));
  };
  return out;
}

class MemorySink final : public protocol::Sink {
 public:
  explicit MemorySink(std::string& text, std::string* synced = nullptr) : text_(text), synced_(synced) {}
  void write(std::span<const std::string_view> parts) override {
    if (full) throw Error(Kind::output, "cannot write to memory: No space left");
    for (const std::string_view part : parts) text_ += part;
  }
  void flush() override {}
  void sync() override {
    if (synced_ != nullptr) *synced_ = text_;
  }
  bool full = false;

 private:
  std::string& text_;
  std::string* synced_;
};

class MemorySinks final : public protocol::Sinks {
 public:
  using protocol::Sinks::open;
  std::unique_ptr<protocol::Sink> open(const std::string& path, bool, const protocol::FileShape&) override {
    if (path == "no/folder") throw Error(Kind::output, "cannot write no/folder");
    return std::make_unique<MemorySink>(written, &synced);
  }
  std::string written, synced;
};

class Lines final : public LogWriter {
 public:
  void write(const LogLine& line) override { lines.push_back(line.message); }
  std::vector<std::string> lines;
};

class Adapted : public ::testing::Test {
 protected:
  Adapted() {
    loaded.name = "mine";
    loaded.version = "1.2.3";
    loaded.options_schema = "{}";
    stream.name = "orders";
    stream.json_schema = "{}";
    stream.primary_key = {{"/id", 0}, {"/shop", 1}};
  }
  std::unique_ptr<protocol::Session> open() {
    loaded.table = table(fixture);
    adapter = plugin_adapter(std::make_shared<plugin::Plugin>(), loaded);
    return adapter->open({.options = &options.root(), .sink = &sink, .sinks = &sinks, .log = &log});
  }
  std::unique_ptr<protocol::Session> begun() {
    auto session = open();
    session->stream(stream, {});
    fixture.calls.clear();
    return session;
  }
  Batch batch() const {
    Batch out;
    out.stream = &stream;
    out.records = {R"({"id":1})", R"({"id":2})"};
    out.extracted_at_ms = 5;
    return out;
  }

  Fixture fixture;
  plugin::LoadedAdapter loaded;
  const json::Document options = json::Document::parse(R"({"path":"out.db"})");
  std::string written;
  MemorySink sink{written};
  MemorySinks sinks;
  Secrets secrets;
  Lines lines;
  Log log{secrets, lines};
  Stream stream;
  std::unique_ptr<protocol::Adapter> adapter;
};

TEST_F(Adapted, SaysWhatItsDescriptorSays) {
  auto session = open();
  EXPECT_EQ(adapter->name(), "mine");
  EXPECT_EQ(adapter->version(), "1.2.3");
  EXPECT_FALSE(adapter->no_sink());
  EXPECT_FALSE(adapter->selected_fields());
  EXPECT_FALSE(adapter->logs());
  loaded.table.flags = INTEG_ADAPTER_NO_SINK | INTEG_ADAPTER_SELECTED_FIELDS;
  EXPECT_TRUE(adapter->no_sink());
  EXPECT_TRUE(adapter->selected_fields());
}

TEST_F(Adapted, EveryCallArrives) {
  fixture.restored = R"({"since":1})";
  {
    auto session = open();
    session->stream(stream, {});
    EXPECT_EQ(session->restore(stream), R"({"since":1})");
    session->records(batch());
    session->state(stream, R"({"since":2})", 7);
    session->event(protocol::Event::log, R"({"message":"m"})");
    EXPECT_EQ(session->flush(protocol::Flush::ask), 7U);
    EXPECT_EQ(session->flush(protocol::Flush::now), 7U);
    session->close(INTEG_CANCELLED);
  }
  EXPECT_THAT(fixture.calls, ElementsAre("open out.db", "stream orders /id /shop {}", "restore orders",
                                         R"(records orders 5 {"id":1} {"id":2})", R"(state {"since":2} 7)",
                                         R"(event 5 {"message":"m"})", "flush ask", "flush now", "close 2"))
      << "closed once, also when the session is destroyed";
}

TEST_F(Adapted, AChangedSchemaComesWithTheSamePointer) {
  auto session = open();
  session->stream(stream, {});
  const integ_stream* const before = fixture.announced;
  stream.json_schema = R"({"more":1})";
  stream.primary_key = {{"/other", 0}};
  session->stream(stream, {});
  EXPECT_EQ(fixture.announced, before);
  EXPECT_EQ(fixture.calls.back(), R"(stream orders /other {"more":1})");
  session->records(batch());
}

TEST_F(Adapted, OptionalFunctionsMayBeMissing) {
  auto session = begun();
  loaded.table.restore = nullptr;
  loaded.table.event = nullptr;
  EXPECT_EQ(session->restore(stream), std::nullopt);
  EXPECT_NO_THROW(session->event(protocol::Event::log, "{}"));
  session->close(INTEG_OK);
}

TEST_F(Adapted, ARestoreOfNothingIsNothing) {
  auto session = begun();
  EXPECT_EQ(session->restore(stream), std::nullopt);
}

TEST_F(Adapted, ItsErrorsAreOfKindOutputAndNameIt) {
  auto session = begun();
  fixture.fault = "records";
  fixture.status = INTEG_E_INTERNAL;
  fixture.said = "the table is locked";
  const Error error = error_of([&] { session->records(batch()); });
  EXPECT_EQ(error.kind(), Kind::output);
  EXPECT_STREQ(error.what(), "output mine, records: the table is locked");
  fixture.fault = "flush";
  fixture.said.clear();
  EXPECT_THAT(error_of([&] { session->flush(protocol::Flush::ask); }).message(),
              ::testing::AllOf(HasSubstr("without saying why"), ::testing::Not(HasSubstr("locked"))))
      << "what was said of one call is not said of the next";
}

TEST_F(Adapted, AConfigurationErrorStaysOne) {
  fixture.fault = "open";
  fixture.status = INTEG_E_CONFIG;
  fixture.said = "path is a folder";
  EXPECT_EQ(error_of([&] { open(); }).kind(), Kind::config);
}

TEST_F(Adapted, AWarningIsLoggedOnce) {
  auto session = begun();
  fixture.fault = "records";
  fixture.status = INTEG_OK;
  fixture.said = "a column was added";
  session->records(batch());
  session->records(batch());
  session->state(stream, "{}", 1);
  EXPECT_THAT(lines.lines, ElementsAre("output mine: a column was added"));
}

TEST_F(Adapted, ASessionThatIsLeftIsClosedAsAFailure) {
  begun();
  EXPECT_THAT(fixture.calls, ElementsAre("close -1"));
}

TEST_F(Adapted, WritesToItsSinkAndNamesWhyItCannot) {
  auto session = begun();
  fixture.in_records = [](Fixture& in) {
    const integ_str parts[] = {str("a"), {nullptr, 0}, str("b\n")};
    EXPECT_EQ(in.host->write(in.sink, parts, 3), INTEG_OK);
    EXPECT_EQ(in.host->write(in.sink, nullptr, 0), INTEG_OK);
    EXPECT_EQ(in.host->write(in.sink, nullptr, 2), INTEG_E_ARGUMENT);
    EXPECT_EQ(in.host->sync(in.sink), INTEG_OK);
  };
  session->records(batch());
  EXPECT_EQ(written, "ab\n");
  sink.full = true;
  fixture.in_records = [](Fixture& in) {
    const integ_str part = str("c");
    in.fault = "records";
    in.status = in.host->write(in.sink, &part, 1);
  };
  fixture.fault = "records";
  const Error error = error_of([&] { session->records(batch()); });
  EXPECT_EQ(error.kind(), Kind::output);
  EXPECT_THAT(error.what(), HasSubstr("No space left"));
}

TEST_F(Adapted, OpensSinksOfItsOwn) {
  auto session = begun();
  fixture.in_records = [](Fixture& in) {
    integ_sink* file = nullptr;
    EXPECT_EQ(in.host->open_sink(in.context, str("orders.txt"), 0, &file), INTEG_OK);
    const integ_str part = str("line\n");
    EXPECT_EQ(in.host->write(file, &part, 1), INTEG_OK);
    EXPECT_EQ(in.host->close_sink(file, 1), INTEG_OK);
    EXPECT_EQ(in.host->open_sink(in.context, str("no/folder"), 0, &file), INTEG_E_OUTPUT);
    EXPECT_THAT(std::string(view(in.host->error(in.context))), HasSubstr("no/folder"));
    EXPECT_EQ(in.host->open_sink(in.context, str("x"), 4, &file), INTEG_E_UNSUPPORTED);
    EXPECT_EQ(in.host->open_sink(in.context, str("\xFF"), 0, &file), INTEG_E_ARGUMENT);
    EXPECT_EQ(in.host->open_sink(in.context, str("x"), 0, nullptr), INTEG_E_ARGUMENT);
  };
  session->records(batch());
  EXPECT_EQ(sinks.synced, "line\n");
}

TEST_F(Adapted, ASessionMakesNoRequestsButLogsAndMasks) {
  auto session = begun();
  fixture.in_records = [](Fixture& in) {
    integ_request request{};
    request.size = sizeof request;
    request.url = str("http://h/");
    integ_response* answer = nullptr;
    EXPECT_EQ(in.host->fetch(in.context, &request, &answer), INTEG_E_UNSUPPORTED);
    EXPECT_EQ(in.host->emit_values(in.context, str("{}")), INTEG_E_UNSUPPORTED);
    EXPECT_EQ(in.host->mark_secret(in.context, str("hunter2")), INTEG_OK);
    in.host->log(in.context, INTEG_LOG_WARN, str("the password is hunter2"));
    EXPECT_GT(in.host->now_ns(in.context), 0);
  };
  session->records(batch());
  EXPECT_THAT(lines.lines, ElementsAre("the password is ***"));
}

TEST_F(Adapted, AStreamThatWasNotAnnouncedIsOurBug) {
  auto session = open();
  EXPECT_EQ(error_of([&] { session->records(batch()); }).kind(), Kind::internal);
}

}  // namespace
}  // namespace integ::bridge
