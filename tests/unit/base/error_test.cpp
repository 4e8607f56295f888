#include "base/error.hpp"

#include <gtest/gtest.h>

#include <string>

namespace integ {
namespace {

// The table of sdk/docs/abi.md, row by row.
TEST(Error, TheTableOfStatusKindAndFailureTypeIsComplete) {
  struct Row {
    integ_status status;
    int http;
    Kind kind;
    const char* name;
    const char* failure_type;
  };
  const Row kRows[] = {
      {INTEG_E_CONFIG, 0, Kind::config, "config", "config_error"},
      {INTEG_E_ARGUMENT, 0, Kind::config, "config", "config_error"},
      {INTEG_E_AUTH, 401, Kind::auth, "auth", "config_error"},
      {INTEG_E_FORBIDDEN, 403, Kind::auth, "auth", "config_error"},
      {INTEG_E_NOT_FOUND, 404, Kind::not_found, "not_found", "config_error"},
      {INTEG_E_NETWORK, 0, Kind::transient, "transient", "transient_error"},
      {INTEG_E_TIMEOUT, 0, Kind::transient, "transient", "transient_error"},
      {INTEG_E_HTTP, 500, Kind::transient, "transient", "transient_error"},
      {INTEG_E_HTTP, 599, Kind::transient, "transient", "transient_error"},
      {INTEG_E_HTTP, 499, Kind::http, "http", "system_error"},
      {INTEG_E_HTTP, 0, Kind::http, "http", "system_error"},
      {INTEG_E_RATE_LIMITED, 429, Kind::rate_limited, "rate_limited", "transient_error"},
      {INTEG_E_MALFORMED, 200, Kind::malformed, "malformed", "system_error"},
      {INTEG_E_SCHEMA, 0, Kind::malformed, "malformed", "system_error"},
      {INTEG_E_LIMIT, 0, Kind::malformed, "malformed", "system_error"},
      {INTEG_E_OUTPUT, 0, Kind::output, "output", "system_error"},
      {INTEG_E_INTERNAL, 0, Kind::plugin, "plugin", "system_error"},
      {INTEG_E_UNSUPPORTED, 0, Kind::plugin, "plugin", "system_error"},
      {INTEG_CANCELLED, 0, Kind::cancelled, "cancelled", "system_error"},
      {-99, 0, Kind::plugin, "plugin", "system_error"},
      {INTEG_STOP, 0, Kind::plugin, "plugin", "system_error"},
  };
  for (const Row& row : kRows) {
    const Error error = Error::of_status(row.status, "m", row.http);
    EXPECT_EQ(error.kind(), row.kind) << row.status << " " << row.http;
    EXPECT_EQ(name_of(error.kind()), row.name) << row.status;
    EXPECT_EQ(failure_type_of(error.kind()), row.failure_type) << row.status;
    EXPECT_EQ(error.status(), row.status) << "the status crosses the boundary as it came";
    EXPECT_EQ(error.http_status(), row.http);
  }
  EXPECT_EQ(name_of(Kind::state), "state");
  EXPECT_EQ(name_of(Kind::internal), "internal");
}

TEST(Error, EveryKindCrossesTheBoundaryAsAFailureThatComesBackAlike) {
  for (const Kind kind : {Kind::config, Kind::auth, Kind::not_found, Kind::rate_limited, Kind::transient, Kind::http,
                          Kind::malformed, Kind::plugin, Kind::output, Kind::cancelled}) {
    EXPECT_NE(status_of(kind), INTEG_OK);
    EXPECT_EQ(kind_of(status_of(kind)), kind) << name_of(kind);
  }
  EXPECT_EQ(status_of(Kind::state), INTEG_E_INTERNAL);
  EXPECT_EQ(status_of(Kind::internal), INTEG_E_INTERNAL);
}

TEST(Error, IsItsMessageWhereNothingIsKnown) {
  const Error error(Kind::config, "the sky is green");
  EXPECT_STREQ(error.what(), "the sky is green");
  EXPECT_EQ(error.message(), "the sky is green");
}

TEST(Error, NamesFileLineAndColumnAsCompilersDo) {
  EXPECT_STREQ(Error(Kind::config, "m").at({.file = "p.yaml", .line = 3, .column = 7}).what(), "p.yaml:3:7: m");
  EXPECT_STREQ(Error(Kind::config, "m").at({.file = "p.yaml", .line = 3}).what(), "p.yaml:3: m");
  EXPECT_STREQ(Error(Kind::config, "m").at({.file = "p.yaml", .column = 7}).what(), "p.yaml: m");
}

TEST(Error, NamesPipelineStreamSliceAndRequest) {
  Error error(Kind::http, "the server answered 404");
  error.at({.request = "GET http://h/x"});
  error.at({.stream = "orders", .slice = "2024"});
  error.at({.pipeline = "shop"});
  EXPECT_STREQ(error.what(), "pipeline shop: stream orders, slice 2024: the server answered 404 (GET http://h/x)");
  EXPECT_EQ(error.message(), "the server answered 404");
  Error told(Kind::http, "GET http://h/x was refused");
  EXPECT_STREQ(told.at({.request = "GET http://h/x"}).what(), "GET http://h/x was refused") << "not twice";
}

TEST(Error, WhatIsKnownOfThePlaceStays) {
  Error error(Kind::http, "m");
  error.at({.file = "a", .line = 1, .stream = "inner"});
  error.at({.file = "b", .line = 2, .column = 2, .stream = "outer", .slice = "k"});
  EXPECT_STREQ(error.what(), "a:1: stream inner, slice k: m");
  const Error copy = error;
  EXPECT_STREQ(copy.what(), error.what());
}

}  // namespace
}  // namespace integ
