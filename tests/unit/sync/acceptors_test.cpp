#include "sync/acceptors.hpp"

#include "support/packed.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace integ::sync {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Verdict = http::Acceptor::Verdict;

http::Answer answer(std::string body) {
  http::Answer out;
  out.status = 200;
  out.body = std::make_shared<std::string>(std::move(body));
  return out;
}

http::Acceptor::Judgement sliced(const std::string& body, const json::SliceOptions& options = {.records = "/items"}) {
  SliceAcceptor acceptor(options);
  http::Answer given = answer("");
  acceptor.begin();
  for (const char c : body) {  // a byte at a time, as the worst network would
    given.body->push_back(c);
    acceptor.more(*given.body);
  }
  return acceptor.judge(given);
}

http::Acceptor::Judgement taken(const std::string& body) {
  BodyAcceptor acceptor;
  http::Answer given = answer(body);
  acceptor.begin();
  acceptor.more(*given.body);
  return acceptor.judge(given);
}

TEST(SliceAcceptor, AcceptsAWholePageAndGivesItsRecords) {
  SliceAcceptor acceptor({.records = "/items"});
  http::Answer given = answer(R"({"items":[{"id":1},{"id":2}],"next":"x"})");
  acceptor.begin();
  acceptor.more(*given.body);
  EXPECT_EQ(acceptor.judge(given).verdict, Verdict::accept);
  const auto slices = acceptor.take();
  ASSERT_TRUE(slices);
  EXPECT_EQ(slices->records.size(), 2U);
  EXPECT_EQ(slices->records[1], R"({"id":2})");
  EXPECT_EQ(slices->skeleton.find("/next")->text, "x");
}

TEST(SliceAcceptor, TellsACutPageFromABrokenOne) {
  EXPECT_EQ(sliced(R"({"items":[{"id":1},{"i)").verdict, Verdict::cut);
  EXPECT_EQ(sliced(R"({"items":[{"id":1}])").verdict, Verdict::cut);
  EXPECT_EQ(sliced("").verdict, Verdict::cut);
  EXPECT_THAT(sliced("").message, HasSubstr("empty"));
  EXPECT_EQ(sliced(R"({"items":[{"id":1},{]})").verdict, Verdict::malformed);
  EXPECT_EQ(sliced("Service Unavailable").verdict, Verdict::malformed);
  EXPECT_EQ(sliced(R"({"items":[]} trailing)").verdict, Verdict::malformed);
}

TEST(SliceAcceptor, KnowsHtml) {
  for (const std::string page : {"<html>Log in</html>", "  \n<!DOCTYPE html>", "\xEF\xBB\xBF<p>"}) {
    const auto judgement = sliced(page);
    EXPECT_EQ(judgement.verdict, Verdict::html) << page;
    EXPECT_THAT(judgement.message, HasSubstr("HTML"));
  }
}

// Raw, and longer than what is shown: who makes the error masks it first and cuts it then.
TEST(SliceAcceptor, HandsOnAPieceOfTheBody) {
  const std::string page = "<html>" + std::string(500, 'x') + "</html>";
  EXPECT_EQ(sliced(page).piece, page);
  EXPECT_EQ(sliced(page + std::string(1'000'000, 'x')).piece.size(), 4096U);
  EXPECT_EQ(sliced(R"({"error":"invalid key"})").piece, R"({"error":"invalid key"})");
  EXPECT_EQ(sliced(R"({"items":"none"})").piece, R"("none"})");
  EXPECT_EQ(sliced(R"({"items":[{},7,{}]})").piece, "7,{}]}");
}

TEST(SliceAcceptor, RefusesForGoodWhatIsJsonWithoutTheRecords) {
  EXPECT_EQ(sliced(R"({"results":[]})").verdict, Verdict::refuse);
  EXPECT_EQ(sliced(R"({"items":{"id":1}})").verdict, Verdict::refuse);
  EXPECT_EQ(sliced(R"({"items":[1,2]})").verdict, Verdict::refuse);
  EXPECT_EQ(sliced(R"({"results":[]})", {.records = "/items", .allow_missing = true}).verdict, Verdict::accept);
}

TEST(SliceAcceptor, ForgetsAFailedAttempt) {
  SliceAcceptor acceptor({.records = "/items"});
  http::Answer first = answer(R"({"items":[{"id":1},{"id)");
  acceptor.begin();
  acceptor.more(*first.body);
  EXPECT_EQ(acceptor.judge(first).verdict, Verdict::cut);
  EXPECT_FALSE(acceptor.take());
  acceptor.begin();
  http::Answer second = answer(R"({"items":[{"id":1}]})");
  acceptor.more(*second.body);
  EXPECT_EQ(acceptor.judge(second).verdict, Verdict::accept);
  EXPECT_EQ(acceptor.take()->records.size(), 1U);
}

TEST(SliceAcceptor, HasNothingForAnAnswerThatIsNotJudged) {
  SliceAcceptor acceptor({.records = "/items"});
  acceptor.begin();  // a 204
  EXPECT_FALSE(acceptor.take());
}

TEST(BodyAcceptor, WantsWhatBeginsLikeJsonWhole) {
  EXPECT_EQ(taken(R"({"a":1})").verdict, Verdict::accept);
  EXPECT_EQ(taken("[1,2]").verdict, Verdict::accept);
  EXPECT_EQ(taken(R"({"a":1)").verdict, Verdict::cut);
  EXPECT_EQ(taken(R"( [1,2,)").verdict, Verdict::cut);
  EXPECT_EQ(taken(R"({"a":})").verdict, Verdict::malformed);
}

TEST(BodyAcceptor, TakesAnythingElseAsItIs) {
  for (const char* body : {"", "id,name\n1,a\n", "<xml/>", "plain", "\x1F\x8B\x08"}) {
    EXPECT_EQ(taken(body).verdict, Verdict::accept) << body;
  }
}

TEST(BodyAcceptor, HandsOnTheParsedDocument) {
  BodyAcceptor acceptor;
  http::Answer given = answer("\xEF\xBB\xBF{\"a\":{\"b\":1.10}}");
  acceptor.begin();
  ASSERT_EQ(acceptor.judge(given).verdict, Verdict::accept);
  const auto document = acceptor.take();
  ASSERT_TRUE(document);
  EXPECT_EQ(document->find("/a/b")->text, "1.10");
  acceptor.begin();
  EXPECT_FALSE(acceptor.take()) << "of another attempt";
}

TEST(Acceptors, LookUpValuesForRules) {
  SliceAcceptor slices({.records = "/items"});
  BodyAcceptor body;
  const http::Answer given = answer(R"({"error":{"code":17,"why":"late"}})");
  EXPECT_EQ(slices.value_at(given, "/error/code"), "17");
  EXPECT_EQ(body.value_at(given, "/error/why"), "late");
  EXPECT_EQ(body.value_at(given, "/nothing"), "");
  EXPECT_EQ(body.value_at(answer("no json"), "/error"), "");
  EXPECT_EQ(body.value_at(http::Answer{}, "/error"), "");
}

BodyReader reader(std::string_view parser) { return {json::ReaderSpec::parse(parser), {.max_bytes = 1u << 20}}; }

http::Acceptor::Judgement rows(std::string_view parser, const std::string& body, std::vector<std::string>& records) {
  SliceAcceptor acceptor({.records = ""}, reader(parser));
  http::Answer given = answer("");
  acceptor.begin();
  for (const char c : body) {
    given.body->push_back(c);
    acceptor.more(*given.body);
  }
  const http::Acceptor::Judgement judgement = acceptor.judge(given);
  records.clear();
  if (const auto slices = acceptor.take()) records.assign(slices->records.begin(), slices->records.end());
  return judgement;
}

TEST(Readers, AWholeBodyIsReadAndSliced) {
  std::vector<std::string> records;
  EXPECT_EQ(rows("csv", "id\n1\n2\n", records).verdict, Verdict::accept);
  EXPECT_THAT(records, ElementsAre(R"({"id":"1"})", R"({"id":"2"})"));
  EXPECT_EQ(rows("", support::gzip("[{}]"), records).verdict, Verdict::accept);
  EXPECT_THAT(records, ElementsAre("{}"));
}

TEST(Readers, WhatIsWrongDecidesWhetherItIsAskedForAgain) {
  std::vector<std::string> records;
  EXPECT_EQ(rows("csv", "a,b\n1", records).verdict, Verdict::cut);
  EXPECT_EQ(rows("csv", "a,b\n1\n2,3\n", records).verdict, Verdict::malformed);
  EXPECT_EQ(rows("csv", "<html>", records).verdict, Verdict::html);
  EXPECT_EQ(rows("csv", "{}", records).verdict, Verdict::refuse);
  EXPECT_EQ(rows("csv", "a\n" + std::string(2u << 20, '1'), records).verdict, Verdict::too_large);
  EXPECT_EQ(rows("gzip", support::gzip("[{}"), records).verdict, Verdict::cut);
  EXPECT_EQ(rows("json", support::gzip("[{}]"), records).verdict, Verdict::malformed) << "it was said what it is";
  EXPECT_THAT(records, IsEmpty());
}

TEST(Readers, AFailedBodyStaysAsItCame) {
  SliceAcceptor acceptor({.records = ""}, reader("csv"));
  http::Answer given = answer("a,b\n1\n2,3\n");
  acceptor.begin();
  EXPECT_EQ(acceptor.judge(given).verdict, Verdict::malformed);
  EXPECT_EQ(*given.body, "a,b\n1\n2,3\n");
}

TEST(Readers, AFetchedBodyBecomesItsJson) {
  BodyAcceptor acceptor(reader("xml"));
  http::Answer given = answer("<a><b>1</b></a>");
  acceptor.begin();
  ASSERT_EQ(acceptor.judge(given).verdict, Verdict::accept);
  EXPECT_EQ(*given.body, R"({"a":{"b":"1"}})");
  EXPECT_EQ(acceptor.take()->find("/a/b")->text, "1");
  BodyAcceptor json(reader("json"));
  http::Answer text = answer("plain");
  json.begin();
  EXPECT_EQ(json.judge(text).verdict, Verdict::malformed) << "JSON was asked for by name";
}

TEST(Readers, RulesSeeValuesOfWhatIsNotYetRead) {
  SliceAcceptor acceptor({.records = ""}, reader("xml"));
  EXPECT_EQ(acceptor.value_at(answer("<e><code>17</code></e>"), "/e/code"), "17");
  EXPECT_EQ(acceptor.value_at(answer(R"({"code":17})"), "/code"), "17") << "errors are often JSON";
  EXPECT_EQ(acceptor.value_at(answer("neither"), "/code"), "");
}

}  // namespace
}  // namespace integ::sync
