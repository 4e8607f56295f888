#include "cli/report.hpp"

#include "cli/signals.hpp"
#include "json/document.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <string>

namespace integ::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

sync::StreamResult complete(const std::string& name, std::uint64_t records) {
  sync::StreamResult out;
  out.id.name = name;
  out.complete = true;
  out.records = records;
  return out;
}

sync::StreamResult failed(const std::string& name, const std::string& message) {
  sync::StreamResult out;
  out.id.name = name;
  out.error = Error::of_status(INTEG_E_HTTP, message, 500);
  return out;
}

sync::StreamResult stopped(const std::string& name) {
  sync::StreamResult out;
  out.id = {name, "shop"};
  return out;
}

PipelineReport report(std::vector<sync::StreamResult> streams) {
  PipelineReport out;
  out.name = "orders";
  out.file = "orders.yaml";
  out.connector = "shop";
  out.protocol = "sqlite";
  out.started_at_ms = 1'704'164'645'006;
  out.ended_at_ms = out.started_at_ms + 1'549;
  out.requests = 1234;
  out.retries = 2;
  out.bytes = 1'500'000;
  out.streams = std::move(streams);
  return out;
}

PipelineReport configuration_error() {
  PipelineReport out = report({});
  out.configuration = true;
  out.error = Error(Kind::config, "unknown key 'conector'").at({.file = "orders.yaml", .line = 2, .column = 1});
  return out;
}

std::string text_at(const json::Document& document, std::string_view pointer) {
  const json::Node* node = document.find(pointer);
  return node == nullptr ? "absent" : std::string(node->text);
}

json::Document parsed(const std::vector<PipelineReport>& reports, int code, const Secrets& secrets = {}) {
  return json::Document::parse(report_json(reports, code, secrets), "the report");
}

TEST(ExitCode, SaysWhatCameOfAllPipelines) {
  const PipelineReport good = report({complete("a", 1), complete("b", 2)});
  const PipelineReport partly = report({complete("a", 1), failed("b", "m")});
  const PipelineReport bad = report({failed("a", "m"), failed("b", "m")});
  PipelineReport broken = report({});
  broken.error = Error(Kind::output, "No space left");
  EXPECT_EQ(exit_code_of({}), 0);
  EXPECT_EQ(exit_code_of({good}), 0);
  EXPECT_EQ(exit_code_of({report({})}), 0) << "nothing was asked for";
  EXPECT_EQ(exit_code_of({partly}), 3);
  EXPECT_EQ(exit_code_of({bad}), 1);
  EXPECT_EQ(exit_code_of({broken}), 1);
  EXPECT_EQ(exit_code_of({good, bad}), 3);
  EXPECT_EQ(exit_code_of({configuration_error()}), 2);
  EXPECT_EQ(exit_code_of({good, configuration_error()}), 2);
  PipelineReport cancelled = report({stopped("a")});
  cancelled.cancelled = true;
  EXPECT_EQ(exit_code_of({cancelled}), 1);
}

TEST(ExitCode, OfASignalIsTheShells) {
  EXPECT_EQ(exit_code_of(CancelReason::interrupted, 1), 130);
  EXPECT_EQ(exit_code_of(CancelReason::terminated, 0), 143);
  EXPECT_EQ(exit_code_of(CancelReason::deadline, 1), 1);
  EXPECT_EQ(exit_code_of(CancelReason::none, 3), 3);
}

TEST(Summary, IsOneLineForPeople) {
  EXPECT_EQ(summary(report({complete("a", 1000), failed("b", "m")})),
            "orders: 1 of 2 streams complete, 1,000 records, 1.5 MB into sqlite in 1.5 s (1,234 requests, 2 retries)");
  PipelineReport cancelled = report({stopped("a")});
  cancelled.cancelled = true;
  EXPECT_THAT(summary(cancelled), HasSubstr("0 of 1 stream complete"));
  EXPECT_TRUE(summary(cancelled).ends_with(", cancelled"));
  EXPECT_EQ(summary(configuration_error()), "orders: not started, orders.yaml:2:1: unknown key 'conector'");
}

TEST(ReportJson, TellsEverythingOnce) {
  const json::Document all =
      parsed({report({complete("a", 7), failed("b", "the server answered 500"), stopped("c")})}, 3);
  EXPECT_EQ(text_at(all, "/exit_code"), "3");
  const std::string one = "/pipelines/0";
  EXPECT_EQ(text_at(all, one + "/name"), "orders");
  EXPECT_EQ(text_at(all, one + "/file"), "orders.yaml");
  EXPECT_EQ(text_at(all, one + "/connector"), "shop");
  EXPECT_EQ(text_at(all, one + "/protocol"), "sqlite");
  EXPECT_EQ(text_at(all, one + "/status"), "partial");
  EXPECT_EQ(text_at(all, one + "/started_at"), "2024-01-02T03:04:05.006000Z");
  EXPECT_EQ(text_at(all, one + "/ended_at"), "2024-01-02T03:04:06.555000Z");
  EXPECT_EQ(text_at(all, one + "/records"), "7");
  EXPECT_EQ(text_at(all, one + "/bytes"), "1500000");
  EXPECT_EQ(text_at(all, one + "/requests"), "1234");
  EXPECT_EQ(text_at(all, one + "/retries"), "2");
  EXPECT_EQ(text_at(all, one + "/error"), "absent");
  EXPECT_EQ(text_at(all, one + "/streams/0/status"), "complete");
  EXPECT_EQ(text_at(all, one + "/streams/0/namespace"), "absent");
  EXPECT_EQ(text_at(all, one + "/streams/1/status"), "failed");
  EXPECT_EQ(text_at(all, one + "/streams/1/error/kind"), "transient");
  EXPECT_EQ(text_at(all, one + "/streams/1/error/message"), "the server answered 500");
  EXPECT_EQ(text_at(all, one + "/streams/2/status"), "cancelled");
  EXPECT_EQ(text_at(all, one + "/streams/2/namespace"), "shop");
}

TEST(ReportJson, KnowsHowAPipelineEnded) {
  PipelineReport broken = report({complete("a", 1)});
  broken.error = Error(Kind::output, "No space left");
  PipelineReport cancelled = report({stopped("a")});
  cancelled.cancelled = true;
  const json::Document all = parsed({report({complete("a", 1)}), broken, cancelled, report({failed("a", "m")})}, 1);
  EXPECT_EQ(text_at(all, "/pipelines/0/status"), "complete");
  EXPECT_EQ(text_at(all, "/pipelines/1/status"), "failed");
  EXPECT_EQ(text_at(all, "/pipelines/1/error/kind"), "output");
  EXPECT_EQ(text_at(all, "/pipelines/2/status"), "cancelled");
  EXPECT_EQ(text_at(all, "/pipelines/3/status"), "failed");
  EXPECT_EQ(parsed({}, 0).find("/pipelines")->count, 0U);
}

TEST(ReportJson, IsMaskedAndStaysJsonWhateverAMessageHolds) {
  Secrets secrets;
  secrets.add("hunter2-token");
  const std::string message = "bad \"token\" hunter2-token\n\\ \x01 \xFF end";
  const std::string text = report_json({report({failed("a\"b", message)})}, 1, secrets);
  EXPECT_THAT(text, Not(HasSubstr("hunter2-token")));
  EXPECT_TRUE(text.ends_with("}\n"));
  const json::Document all = json::Document::parse(text, "the report");
  EXPECT_EQ(text_at(all, "/pipelines/0/streams/0/name"), "a\"b");
  EXPECT_EQ(text_at(all, "/pipelines/0/streams/0/error/message"), "bad \"token\" ***\n\\ \x01 \xEF\xBF\xBD end");
}

}  // namespace
}  // namespace integ::cli
