// Records against the schema that their stream declares, in whole reads.
#include "sync/record_check.hpp"

#include "support.hpp"
#include "sync/read.hpp"

#include <thread>

namespace integ::sync {
namespace {

using namespace testing;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

using Mode = Validation::Mode;

constexpr const char* kSchema =
    R"({"type":"object","properties":{"id":{"type":"integer"},"name":{"type":"string"},)"
    R"("pin":{"type":"string","writeOnly":true},"tags":{"type":"array","items":{"type":"string"}}}})";

Stream orders(const char* schema = kSchema) {
  Stream out;
  out.name = "orders";
  out.json_schema = schema;
  return out;
}

struct Check {
  explicit Check(Validation validation, const char* schema = kSchema,
                 const std::optional<std::vector<std::string>>& fields = {})
      : check(orders(schema), schema, fields, validation, world.services()) {}
  void records(const std::vector<std::string>& all) { check.check({all.begin(), all.end()}); }
  std::string summary() const { return check.summary().value_or(""); }

  World world;
  RecordCheck check;
};

TEST(RecordCheck, CountsByPathAndRuleWithAnExampleEach) {
  Check check({Mode::warn, 1});
  check.records({R"({"id":1})", R"({"id":"x"})", R"({"id":"y","tags":["a",2,3]})", R"({"id":null})"});
  EXPECT_EQ(check.summary(),
            "3 of 4 checked records break the stream's schema: /id: expected integer, found string (2, as \"x\"); "
            "/tags/*: expected string, found integer (2, as 2); /id: expected integer, found null (1, as null)");
}

TEST(RecordCheck, SaysNothingWhereAllIsWell) {
  Check check({Mode::warn, 1});
  check.records({R"({"id":1})", R"({"id":2,"more":[]})"});
  EXPECT_EQ(check.summary(), "");
}

TEST(RecordCheck, LooksAtTheFirstAndThenAtOneInSoMany) {
  Check check({Mode::warn, 3});
  std::vector<std::string> records;
  for (int i = 0; i < 10; ++i) records.push_back("{\"id\":\"" + std::to_string(i) + "\"}");
  const std::vector<std::string> first(records.begin(), records.begin() + 2);
  const std::vector<std::string> rest(records.begin() + 2, records.end());
  check.records(first);
  check.records({});
  check.records(rest);
  // 0, 1, 2, 3, 6 and 9.
  EXPECT_THAT(check.summary(), HasSubstr("6 of 6 checked records"));
  for (int i = 0; i < 100; ++i) check.records({R"({"id":"x"})"});
  EXPECT_THAT(check.summary(), HasSubstr("39 of 39 checked records")) << "12, 15, ... 108 of 0 to 109";
}

TEST(RecordCheck, ManyWaysAreBounded) {
  Check check({Mode::warn, 1}, R"({"additionalProperties":false})");
  for (int i = 0; i < 500; ++i) check.records({"{\"k" + std::to_string(i) + "\":1}"});
  EXPECT_THAT(check.summary(), AllOf(HasSubstr("500 of 500"), HasSubstr("/k19: "), Not(HasSubstr("/k20: ")),
                                     HasSubstr("; 480 in other ways")));
}

TEST(RecordCheck, ExamplesShowNoSecretsAndAreShort) {
  Check check({Mode::warn, 1});
  check.world.secrets.add("canary-7391");
  check.records({R"({"pin":1234567})", R"({"id":"my canary-7391 is )" + std::string(50, 'x') + "canary-7391\"}",
                 R"({"name":{"inner":"hidden"}})"});
  EXPECT_THAT(check.summary(),
              AllOf(HasSubstr("/pin: expected string, found integer (1, as ***)"), HasSubstr("as \"my *** is xxx"),
                    HasSubstr("xx...)"), HasSubstr("/name: expected string, found object (1)")));
  EXPECT_THAT(check.summary(), Not(::testing::AnyOf(HasSubstr("1234567"), HasSubstr("canary"), HasSubstr("hidden"))));
  // Names that tell what they are.
  Check named({Mode::warn, 1}, R"({"properties":{"access_token":{"type":"integer"}}})");
  named.records({R"({"access_token":"abcdef"})"});
  EXPECT_THAT(named.summary(), HasSubstr("(1, as ***)"));
  // Keys are data as well.
  Check keys({Mode::warn, 1}, R"({"additionalProperties":false})");
  keys.world.secrets.add("canary-7391");
  keys.records({"{\"" + std::string(155, 'k') + "canary-7391\\n\":1}"});
  EXPECT_THAT(keys.summary(), Not(HasSubstr("canar")));
}

TEST(RecordCheck, OfSelectedFieldsOnlyTheseAreLookedAt) {
  const char* schema = R"({"required":["id","name"],"additionalProperties":false,)"
                       R"("properties":{"id":{"type":"integer"},"name":{"type":"string"}}})";
  Check check({Mode::warn, 1}, schema, std::vector<std::string>{"/id"});
  check.records({R"({"id":1})", R"({"id":2,"name":5,"other":1})", R"({"id":"x"})"});
  EXPECT_EQ(check.summary(),
            "1 of 3 checked records break the stream's schema: /id: expected integer, found string (1, as \"x\")");
}

TEST(RecordCheck, FailThrowsAtTheFirstAndFromThenOn) {
  Check check({Mode::fail, 1});
  EXPECT_NO_THROW(check.records({R"({"id":1})", R"({"id":2})"}));
  try {
    check.records({R"({"id":3})", R"({"id":"x4"})", R"({"id":[]})"});
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), INTEG_E_SCHEMA);
    EXPECT_EQ(error.message(),
              "record 4 breaks the stream's schema: /id: expected integer, found string, there is \"x4\"");
  }
  EXPECT_THROW(check.records({R"({"id":5})"}), Error) << "the stream is over, whoever goes on";
  EXPECT_EQ(check.summary(), "");
}

TEST(RecordCheck, ASchemaThatIsNoneIsAWarningOrAnError) {
  Check warned({Mode::warn, 1}, R"({"$ref":"#/nowhere"})");
  EXPECT_EQ(warned.world.lines.with("records are not checked: the schema of stream orders is no usable JSON Schema"),
            1U);
  EXPECT_NO_THROW(warned.records({R"({"id":"x"})"}));
  EXPECT_EQ(warned.summary(), "");
  Check failed({Mode::fail, 1}, R"({"$ref":"#/nowhere"})");
  expect_error(Kind::plugin, "no usable JSON Schema", [&] { failed.records({R"({"id":1})"}); });
}

TEST(RecordCheck, FromManyThreadsEachRecordIsCountedOnce) {
  Check check({Mode::warn, 1});
  constexpr int kThreads = 4;
  constexpr int kPages = 50;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      for (int page = 0; page < kPages; ++page) check.records({R"({"id":1})", R"({"id":"x"})"});
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(check.summary(), HasSubstr("200 of 400 checked records"));
}

// A page and a state behind it, for each of the URLs.
testing::Function pages(std::vector<std::string> urls, bool swallow = false) {
  return [urls = std::move(urls), swallow](const integ_host& host, integ_http_context* context) -> integ_status {
    for (const std::string& url : urls) {
      const integ_status status = emit(host, context, url);
      if (status != INTEG_OK && !swallow) return status;
      const integ_status kept = emit_state(host, context, "{\"up_to\":\"" + url.substr(url.rfind('/') + 1) + "\"}");
      if (kept != INTEG_OK && !swallow) return kept;
    }
    return INTEG_OK;
  };
}

ReadRequest checked(const TestConnector& connector, Validation validation) {
  ReadRequest request = everything(connector);
  request.validation = validation;
  return request;
}

TEST(RecordCheck, AReadFailsBeforeThePageAndKeepsWhatWasBefore) {
  for (const bool swallow : {false, true}) {
    SCOPED_TRACE(swallow ? "a connector that carries on" : "a connector that ends");
    World world;
    TestConnector connector;
    connector.stream("orders",
                     {.run = pages({"http://api.test/1", "http://api.test/2", "http://api.test/3"}, swallow)});
    connector.stream("others", {.run = pages({"http://api.test/3"})});
    Source source(world, connector);
    source.pages()
        .page("http://api.test/1", items(1, 2))
        .page("http://api.test/2", R"({"items":[{"id":3},{"id":"four"},{"id":5}]})")
        .page("http://api.test/3", items(6, 7));
    Recorder session;
    Commits commits;
    const ReadResult result =
        read(source.connection, {}, session, checked(connector, {Mode::fail, 1}), commits.function());
    const StreamResult& failed = result_of(result, "orders");
    EXPECT_FALSE(failed.complete);
    EXPECT_EQ(failed.records, 2U);
    ASSERT_TRUE(failed.error);
    EXPECT_EQ(failed.error->status(), INTEG_E_SCHEMA);
    EXPECT_THAT(failed.error->what(), HasSubstr("stream orders: record 4 breaks the stream's schema: /id: "));
    EXPECT_THAT(commits.by_stream["orders"], ElementsAre(R"({"up_to":"1"})"));
    EXPECT_TRUE(result_of(result, "others").complete) << "another stream goes on";
    EXPECT_EQ(session.record_count, 4U);
  }
}

TEST(RecordCheck, AReadWarnsOnceAtTheEndOfAStreamAndChangesNothing) {
  World world;
  TestConnector connector;
  connector.stream("orders", {.run = pages({"http://api.test/1", "http://api.test/2"})});
  Source source(world, connector);
  source.pages()
      .page("http://api.test/1", R"({"items":[{"id":"one"},{"id":2}]})")
      .page("http://api.test/2", R"({"items":[{"id":"three"}]})");
  Recorder session;
  Commits commits;
  const ReadResult result =
      read(source.connection, {}, session, checked(connector, {Mode::warn, 1}), commits.function());
  EXPECT_TRUE(result_of(result, "orders").complete);
  EXPECT_EQ(session.record_count, 3U);
  EXPECT_EQ(world.lines.with("break the stream's schema"), 1U);
  EXPECT_EQ(world.lines.with("2 of 3 checked records break the stream's schema: /id: expected integer, found string"),
            1U);
}

TEST(RecordCheck, TheSlicesOfAStreamThatFailedEnd) {
  World world;
  TestConnector connector;
  connector.stream(
      "orders", {.run = [](const integ_host& host, integ_http_context* context) -> integ_status {
                   // One slice is wrong from the start; the others go on until they are stopped.
                   const bool bad = document(host, context, INTEG_DOC_SLICE).find("bad") != std::string::npos;
                   for (;;) {
                     const integ_status status = host.emit_values(context, str(bad ? R"({"id":"x"})" : R"({"id":1})"));
                     if (status != INTEG_OK) return status;
                   }
                 },
                 .slices = [](const integ_host& host, integ_http_context* context) -> integ_status {
                   for (const char* key : {"bad", "good", "fine"}) {
                     host.add_slice(context, str(key), str("{\"key\":\"" + std::string(key) + "\"}"), 1);
                   }
                   return INTEG_OK;
                 }});
  Source source(world, connector);
  Recorder session;
  const ReadResult result = read(source.connection, {}, session, checked(connector, {Mode::fail, 1}), {});
  EXPECT_THAT(result_of(result, "orders").error->what(), HasSubstr("breaks the stream's schema"));
}

TEST(RecordCheck, InterleavedStreamsAreCheckedEachByItsOwn) {
  World world;
  TestConnector connector;
  connector.stream("orders", {});
  connector.stream("lines", {});
  connector.interleaved([](const integ_host& host, integ_http_context* context) -> integ_status {
    for (const char* name : {"orders", "lines"}) {
      integ_http_context* stream = nullptr;
      EXPECT_EQ(host.open_stream(context, str(name), &stream), INTEG_OK);
      EXPECT_EQ(host.emit_values(stream, str(std::string(name) == "lines" ? R"({"id":"x"})" : R"({"id":1})")),
                INTEG_OK);
    }
    return INTEG_OK;
  });
  Source source(world, connector);
  Recorder session;
  const ReadResult result = read(source.connection, {}, session, checked(connector, {Mode::warn, 1}), {});
  EXPECT_TRUE(result_of(result, "orders").complete);
  EXPECT_EQ(world.lines.with("1 of 1 checked records"), 1U);
}

}  // namespace
}  // namespace integ::sync
