// What a function's status means, with what was said and what had happened before it.
#include "fake_backend.hpp"

namespace integ::bridge {
namespace {

using ::testing::AllOf;
using testing::answers;
using testing::Entered;
using testing::fails;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::request;

Error concluded(Context& context, integ_status status) {
  try {
    context.conclude(status);
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "no error";
  return {Kind::internal, "no error"};
}

integ_status fetch(Entered& in) {
  const integ_request asked = request("http://h/");
  integ_response* answer = nullptr;
  return in.host.fetch(in.handle(), &asked, &answer);
}

TEST(Conclude, OkIsOk) {
  Entered in;
  EXPECT_EQ(in.context.conclude(INTEG_OK), Flow::ok);
  EXPECT_FALSE(in.context.warning());
}

TEST(Conclude, FailThenOkIsAWarning) {
  Entered in;
  EXPECT_EQ(in.host.fail(in.handle(), INTEG_E_SCHEMA, str("half of it\xFF")), INTEG_E_SCHEMA);
  EXPECT_EQ(in.context.conclude(INTEG_OK), Flow::ok);
  EXPECT_EQ(in.context.warning(), "half of it\xEF\xBF\xBD");
  EXPECT_EQ(in.context.conclude(INTEG_OK), Flow::ok);
  EXPECT_FALSE(in.context.warning()) << "of the next call nothing was said";
}

TEST(Conclude, FailSaysWhatAndTheStatusWhichKind) {
  Entered in;
  EXPECT_EQ(in.host.fail(in.handle(), INTEG_E_AUTH, str("the key is of another shop")), INTEG_E_AUTH);
  const Error error = concluded(in.context, INTEG_E_AUTH);
  EXPECT_EQ(error.kind(), Kind::auth);
  EXPECT_EQ(error.message(), "the key is of another shop");
  EXPECT_EQ(in.host.fail(in.handle(), INTEG_OK, str("m")), INTEG_E_INTERNAL) << "a failure is never a success";
  EXPECT_EQ(in.host.fail(in.handle(), INTEG_STOP, str("m")), INTEG_E_INTERNAL);
}

TEST(Conclude, TheHostsOwnErrorStandsWhereNothingIsSaid) {
  Entered in;
  in.backend.answer = [](Page&) -> Flow {
    throw Error::of_status(INTEG_E_HTTP, "the server answered 503", 503).at({.request = "GET http://h/"});
  };
  EXPECT_EQ(fetch(in), INTEG_E_HTTP);
  EXPECT_THAT(in.error(), HasSubstr("503"));
  const Error error = concluded(in.context, INTEG_E_HTTP);
  EXPECT_EQ(error.kind(), Kind::transient);
  EXPECT_EQ(error.http_status(), 503);
  EXPECT_STREQ(error.what(), "the server answered 503 (GET http://h/)");
}

TEST(Conclude, WhatIsSaidKeepsTheHostsErrorAsItsCause) {
  Entered in;
  in.backend.answer = [](Page&) -> Flow {
    throw Error::of_status(INTEG_E_NOT_FOUND, "the server answered 404", 404).at({.request = "GET http://h/"});
  };
  fetch(in);
  in.host.fail(in.handle(), INTEG_E_CONFIG, str("there is no shop of that name"));
  const Error error = concluded(in.context, INTEG_E_CONFIG);
  EXPECT_EQ(error.kind(), Kind::config);
  EXPECT_STREQ(error.what(), "there is no shop of that name: the server answered 404 (GET http://h/)");
}

TEST(Conclude, AFailureThatWasDealtWithIsNoCauseOfALaterOne) {
  Entered in;
  in.backend.answer = fails(INTEG_E_NOT_FOUND, "the server answered 404");
  EXPECT_EQ(fetch(in), INTEG_E_NOT_FOUND);
  in.backend.answer = answers(200, "{}");
  EXPECT_EQ(fetch(in), INTEG_OK);
  in.host.fail(in.handle(), INTEG_E_SCHEMA, str("no total"));
  EXPECT_THAT(concluded(in.context, INTEG_E_SCHEMA).message(), AllOf(HasSubstr("no total"), Not(HasSubstr("404"))));
}

TEST(Conclude, AnotherStatusThanTheHostsIsToldWithBoth) {
  Entered in;
  in.backend.answer = fails(INTEG_E_NETWORK, "connection refused");
  fetch(in);
  const Error error = concluded(in.context, INTEG_E_INTERNAL);
  EXPECT_EQ(error.kind(), Kind::plugin);
  EXPECT_THAT(error.message(), AllOf(HasSubstr("without saying why"), HasSubstr("connection refused")));
}

TEST(Conclude, StopAndCancelledAreTakenOnlyWhenGiven) {
  Entered in;
  EXPECT_EQ(concluded(in.context, INTEG_STOP).kind(), Kind::plugin);
  EXPECT_EQ(concluded(in.context, INTEG_CANCELLED).kind(), Kind::plugin);
  EXPECT_EQ(concluded(in.context, 77).kind(), Kind::plugin);
  in.backend.answer = [](Page&) { return Flow::stop; };
  EXPECT_EQ(in.host.emit_values(in.handle(), str("{}")), INTEG_STOP);
  EXPECT_EQ(in.context.conclude(INTEG_STOP), Flow::stop);
  in.backend.is_cancelled = true;
  EXPECT_EQ(concluded(in.context, INTEG_CANCELLED).kind(), Kind::cancelled);
}

TEST(Conclude, ACancellationIsOneWhateverThePluginMakesOfIt) {
  Entered in;
  in.backend.answer = [](Page&) -> Flow { throw Error(Kind::cancelled, "cancelled"); };
  in.backend.is_cancelled = true;
  EXPECT_EQ(fetch(in), INTEG_CANCELLED);
  in.host.fail(in.handle(), INTEG_E_INTERNAL, str("could not fetch"));
  EXPECT_EQ(concluded(in.context, INTEG_E_INTERNAL).kind(), Kind::cancelled);
}

TEST(Conclude, AnErrorTextLastsUntilTheNextHostCall) {
  Entered in;
  in.backend.answer = fails(INTEG_E_NETWORK, "connection refused");
  fetch(in);
  EXPECT_EQ(in.error(), "connection refused");
  EXPECT_EQ(in.error(), "connection refused");
  in.backend.answer = answers(200, "{}");
  fetch(in);
  EXPECT_EQ(in.error(), "");
}

TEST(Conclude, AnOpenedContextsErrorIsAdopted) {
  Entered outer;
  Entered first;
  Entered second;
  first.backend.answer = fails(INTEG_E_NETWORK, "connection refused");
  fetch(first);
  second.backend.answer = fails(INTEG_E_NOT_FOUND, "the server answered 404");
  fetch(second);
  outer.context.adopt(first.context, INTEG_E_NOT_FOUND);
  outer.context.adopt(second.context, INTEG_E_NOT_FOUND);
  EXPECT_EQ(concluded(outer.context, INTEG_E_NOT_FOUND).message(), "the server answered 404");
}

}  // namespace
}  // namespace integ::bridge
