// Requests and emissions: how the C structs are read, and what is refused.
#include "fake_backend.hpp"

namespace integ::bridge {
namespace {

using testing::answers;
using ::testing::Contains;
using ::testing::ElementsAre;
using testing::emit_options;
using testing::Entered;
using testing::fails;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::request;

integ_pair pair(std::string_view name, std::string_view text, std::uint32_t flags = 0) {
  return {str(name), str(text), flags, 0};
}

class Asked : public ::testing::Test {
 protected:
  integ_status fetch(const integ_request* asked) { return in.host.fetch(in.handle(), asked, &answer); }
  integ_status batch(const integ_request* asked, const integ_emit* how) {
    return in.host.emit_batch(in.handle(), asked, how, &answer, &emitted);
  }
  Entered in;
  integ_response* answer = nullptr;
  std::uint64_t emitted = 99;
};

TEST_F(Asked, ARequestArrivesAsItWasBuilt) {
  const integ_pair query[] = {pair("a b", "1&2"), pair("a b", "\xC3\xA9"),
                              pair("key", "s3cret/key", INTEG_PAIR_SECRET)};
  const integ_pair headers[] = {pair("X-One", "1"), pair("X-Token", "t0ken", INTEG_PAIR_SECRET)};
  integ_request asked = request("http://h/p?x=1#frag");
  asked.method = str("POST");
  asked.query = query;
  asked.query_count = 3;
  asked.headers = headers;
  asked.headers_count = 2;
  asked.body = {"\xFF\0b", 3};
  asked.parser = str("gzip,csv?delimiter=;");
  asked.timeout_ms = 1500;
  asked.flags = INTEG_REQUEST_RETRY_SAFE | INTEG_REQUEST_REBUILD | INTEG_REQUEST_NO_AUTH;
  EXPECT_EQ(fetch(&asked), INTEG_OK);
  const Request& got = in.backend.request;
  EXPECT_EQ(got.http.method, "POST");
  EXPECT_EQ(got.http.url, "http://h/p?x=1&a%20b=1%262&a%20b=%C3%A9&key=s3cret%2Fkey");
  EXPECT_EQ(got.http.body, std::string("\xFF\0b", 3)) << "a body is bytes";
  ASSERT_EQ(got.http.headers.size(), 2U);
  EXPECT_TRUE(got.http.headers[1].secret);
  EXPECT_EQ(got.http.timeout.count(), 1500);
  EXPECT_TRUE(got.http.retry_safe && got.http.rebuild && got.no_auth);
  EXPECT_EQ(got.reader.wrappers.size(), 1U);
  EXPECT_EQ(got.reader.format, json::ReaderSpec::Format::csv);
  EXPECT_EQ(got.reader.csv.delimiter, ';');
  EXPECT_THAT(in.backend.calls, Contains("secret s3cret/key"));
  EXPECT_THAT(in.backend.calls, Contains("secret t0ken"));
}

TEST_F(Asked, TheQueryIsAppendedBehindWhatIsThere) {
  const integ_pair query = pair("b", "2");
  for (const auto& [url, expected] : {std::pair("http://h/", "http://h/?b=2"),
                                      {"http://h/?", "http://h/?b=2"},
                                      {"http://h/?a=1", "http://h/?a=1&b=2"},
                                      {"http://h/?a=1&", "http://h/?a=1&b=2"}}) {
    integ_request asked = request(url);
    asked.query = &query;
    asked.query_count = 1;
    EXPECT_EQ(fetch(&asked), INTEG_OK);
    EXPECT_EQ(in.backend.request.http.url, expected);
  }
  EXPECT_EQ(in.backend.request.http.method, "GET");
}

TEST_F(Asked, WhatIsWrongWithARequestIsSaid) {
  EXPECT_EQ(fetch(nullptr), INTEG_E_ARGUMENT);
  integ_request asked = request("http://h/");
  asked.size = offsetof(integ_request, timeout_ms);
  EXPECT_EQ(fetch(&asked), INTEG_E_ARGUMENT);
  EXPECT_THAT(in.error(), HasSubstr("too small"));
  asked = request("");
  EXPECT_EQ(fetch(&asked), INTEG_E_ARGUMENT);
  EXPECT_THAT(in.error(), HasSubstr("no url"));
  asked = request("http://h/\xFF");
  EXPECT_EQ(fetch(&asked), INTEG_E_ARGUMENT);
  EXPECT_THAT(in.error(), HasSubstr("the url is no UTF-8"));
  asked = request("http://h/");
  asked.query_count = 1;
  EXPECT_EQ(fetch(&asked), INTEG_E_ARGUMENT);
  EXPECT_THAT(in.error(), HasSubstr("NULL but has a count"));
  asked = request("http://h/");
  asked.flags = 8;
  EXPECT_EQ(fetch(&asked), INTEG_E_UNSUPPORTED);
  asked = request("http://h/");
  asked.parser = str("yaml");
  EXPECT_EQ(fetch(&asked), INTEG_E_UNSUPPORTED);
  EXPECT_THAT(in.error(), HasSubstr("gzip, zip, json, jsonl, ndjson, xml, csv and tsv"));
  asked.parser = str("csv?header=maybe");
  EXPECT_EQ(fetch(&asked), INTEG_E_ARGUMENT);
  const integ_pair strange = pair("a", "b", 2);
  asked = request("http://h/");
  asked.headers = &strange;
  asked.headers_count = 1;
  EXPECT_EQ(fetch(&asked), INTEG_E_UNSUPPORTED);
  EXPECT_THAT(in.backend.calls, IsEmpty());
  asked = request("http://h/");
  EXPECT_EQ(in.host.fetch(in.handle(), &asked, nullptr), INTEG_E_ARGUMENT);
  EXPECT_THAT(in.error(), HasSubstr("io is NULL"));
  EXPECT_EQ(in.host.prefetch(in.handle(), &asked), INTEG_OK);
  EXPECT_EQ(in.host.prefetch(in.handle(), nullptr), INTEG_E_ARGUMENT);
}

TEST_F(Asked, AHintArrivesAsItWasBuiltAndItsSecretsAreMarked) {
  const integ_pair query = pair("key", "in-the-query", INTEG_PAIR_SECRET);
  const integ_pair header = pair("X-Key", "in-a-header", INTEG_PAIR_SECRET);
  integ_request asked = request("http://h/");
  asked.query = &query;
  asked.headers = &header;
  asked.query_count = asked.headers_count = 1;
  EXPECT_EQ(in.host.prefetch(in.handle(), &asked), INTEG_OK);
  EXPECT_THAT(in.backend.calls,
              ElementsAre("secret in-the-query", "secret in-a-header", "prefetch GET http://h/?key=in-the-query"));
}

TEST(Prefetch, IsHeededInARunAlone) {
  for (const Phase phase : {Phase::check, Phase::discover, Phase::authorize, Phase::slices}) {
    Entered in(phase);
    const integ_request asked = request("http://h/");
    EXPECT_EQ(in.host.prefetch(in.handle(), &asked), INTEG_OK);
    EXPECT_THAT(in.backend.calls, IsEmpty());
  }
}

TEST_F(Asked, ANewerRequestsLongerStructIsTaken) {
  struct {
    integ_request request;
    std::uint64_t later;
  } asked{request("http://h/"), 1};
  asked.request.size = sizeof asked;
  EXPECT_EQ(fetch(&asked.request), INTEG_OK);
}

TEST_F(Asked, AfterAFailureTheAnswerIsThereAndEmpty) {
  integ_request asked = request("http://h/");
  in.backend.answer = answers(200, R"({"a":1})");
  EXPECT_EQ(fetch(&asked), INTEG_OK);
  EXPECT_EQ(in.host.response_status(answer), 200);
  asked.parser = str("cvs");  // refused before anything is sent: the answer of before does not stand for it
  EXPECT_EQ(fetch(&asked), INTEG_E_UNSUPPORTED);
  EXPECT_EQ(in.host.response_status(answer), 0);
  EXPECT_EQ(in.host.response_body(answer).data, nullptr);
  integ_response* fresh = nullptr;
  EXPECT_EQ(in.host.fetch(in.handle(), &asked, &fresh), INTEG_E_UNSUPPORTED);
  EXPECT_NE(fresh, nullptr);
  EXPECT_EQ(in.host.response_status(fresh), 0);
}

TEST_F(Asked, AnEmissionArrivesAsItWasBuilt) {
  const integ_observe observe[] = {{str("/at"), INTEG_OBSERVE_MAX, INTEG_OBSERVE_TIME},
                                   {str("/id"), INTEG_OBSERVE_ALL, 0}};
  integ_emit how = emit_options("/data/items");
  how.record = str("/node");
  how.extra = str(R"({"shop":1})");
  how.observe = observe;
  how.observe_count = 2;
  how.flags = INTEG_EMIT_KEEP | INTEG_EMIT_ALLOW_MISSING | INTEG_EMIT_STREAMING;
  how.total = str("/count");
  const integ_request asked = request("http://h/");
  EXPECT_EQ(batch(&asked, &how), INTEG_OK);
  EXPECT_EQ(emitted, 3U);
  EXPECT_EQ(in.backend.how.total, "/count");
  how.size = offsetof(integ_emit, total);  // of a plug-in that was built before there was one
  EXPECT_EQ(batch(&asked, &how), INTEG_OK);
  EXPECT_EQ(in.backend.how.total, "");
  const Emit& got = in.backend.how;
  EXPECT_EQ(got.slice.records, "/data/items");
  EXPECT_EQ(got.slice.record, "/node");
  EXPECT_EQ(got.slice.extra, R"({"shop":1})");
  EXPECT_TRUE(got.slice.keep && got.slice.allow_missing && got.streaming);
  ASSERT_EQ(got.slice.observe.size(), 2U);
  EXPECT_EQ(got.slice.observe[0].what, json::Observe::What::max);
  EXPECT_TRUE(got.slice.observe[0].time);
  EXPECT_EQ(got.slice.observe[1].what, json::Observe::What::all);
  EXPECT_EQ(in.host.emit_response(in.handle(), answer, &how, &emitted), INTEG_OK);
  EXPECT_EQ(emitted, 2U);
  EXPECT_EQ(in.host.emit_batch(in.handle(), &asked, &how, &answer, nullptr), INTEG_OK);
}

TEST_F(Asked, WhatIsWrongWithAnEmissionIsSaidAndCountsNothing) {
  const integ_request asked = request("http://h/");
  EXPECT_EQ(batch(&asked, nullptr), INTEG_E_ARGUMENT);
  EXPECT_EQ(emitted, 0U);
  integ_emit how = emit_options();
  how.size = offsetof(integ_emit, observe);
  EXPECT_EQ(batch(&asked, &how), INTEG_E_ARGUMENT);
  how = emit_options("items");
  EXPECT_EQ(batch(&asked, &how), INTEG_E_ARGUMENT);
  EXPECT_THAT(in.error(), HasSubstr("'items'"));
  how = emit_options();
  how.flags = 64;
  EXPECT_EQ(batch(&asked, &how), INTEG_E_UNSUPPORTED);
  integ_observe observe{str("/a"), 17, 0};
  how = emit_options();
  how.observe = &observe;
  how.observe_count = 1;
  EXPECT_EQ(batch(&asked, &how), INTEG_E_UNSUPPORTED);
  observe = {str("/a"), INTEG_OBSERVE_LAST, 8};
  EXPECT_EQ(batch(&asked, &how), INTEG_E_UNSUPPORTED);
  how.observe = nullptr;
  EXPECT_EQ(batch(&asked, &how), INTEG_E_ARGUMENT);
  how = emit_options();
  EXPECT_EQ(in.host.emit_response(in.handle(), nullptr, &how, &emitted), INTEG_E_ARGUMENT);
  EXPECT_THAT(in.backend.calls, IsEmpty());
  emitted = 99;
  in.backend.answer = fails(INTEG_E_HTTP, "the server answered 500");
  EXPECT_EQ(batch(&asked, &how), INTEG_E_HTTP);
  EXPECT_EQ(emitted, 0U);
}

TEST_F(Asked, AgainComesWithTheSameAnswer) {
  const integ_request asked = request("http://h/");
  const integ_emit how = emit_options();
  int calls = 0;
  in.backend.answer = [&](Page& page) {
    page.budget.attempts += 1;
    return ++calls < 3 ? Flow::again : Flow::ok;
  };
  EXPECT_EQ(batch(&asked, &how), INTEG_AGAIN);
  integ_response* const same = answer;
  EXPECT_EQ(batch(&asked, &how), INTEG_AGAIN);
  EXPECT_EQ(batch(&asked, &how), INTEG_OK);
  EXPECT_EQ(answer, same);
  EXPECT_EQ(reinterpret_cast<const Page*>(answer)->budget.attempts, 3);
  EXPECT_EQ(in.context.conclude(INTEG_OK), Flow::ok);
  EXPECT_THROW(in.context.conclude(INTEG_AGAIN), Error) << "not a thing to end with";
}

TEST(Authorizing, CredentialsArrive) {
  Entered in(Phase::authorize);
  const integ_pair headers[] = {pair("Authorization", "Bearer x")};
  EXPECT_EQ(in.host.set_auth(in.handle(), headers, 1, nullptr, 0, 60), INTEG_OK);
  EXPECT_EQ(in.host.set_auth(in.handle(), nullptr, 1, nullptr, 0, 60), INTEG_E_ARGUMENT);
  EXPECT_EQ(in.host.update_config(in.handle(), str(R"({"a":1})")), INTEG_OK);
  EXPECT_THAT(in.backend.calls, ElementsAre("set_auth 1 0 60", R"(update_config {"a":1})"));
}

}  // namespace
}  // namespace integ::bridge
