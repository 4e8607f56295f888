#include "cli/report.hpp"

#include "base/clock.hpp"
#include "base/text.hpp"
#include "json/text.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace integ::cli {
namespace {

std::string seconds(std::int64_t ms) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f s", static_cast<double>(ms) / 1000);
  return text.data();
}

std::string error_json(const Error& error, const Secrets& secrets) {
  std::string out;
  json::ObjectWriter writer(out);
  writer.text("kind", name_of(error.kind())).text("message", secrets.mask(error.what()));
  writer.close();
  return out;
}

std::string_view status_of(const PipelineReport& report) {
  if (report.ok()) return "complete";
  if (report.cancelled) return "cancelled";
  return report.complete() > 0 && !report.error ? "partial" : "failed";
}

std::string stream_json(const sync::StreamResult& stream, const Secrets& secrets) {
  std::string out;
  json::ObjectWriter writer(out);
  writer.text("name", stream.id.name);
  if (!stream.id.name_space.empty()) writer.text("namespace", stream.id.name_space);
  writer.text("status", stream.complete ? "complete"
                        : stream.error  ? "failed"
                                        : "cancelled")
      .number("records", static_cast<long long>(stream.records))
      .number("duration_ms", stream.duration_ms);
  if (stream.error) writer.raw("error", error_json(*stream.error, secrets));
  writer.close();
  return out;
}

}  // namespace

std::size_t PipelineReport::complete() const {
  return static_cast<std::size_t>(
      std::count_if(streams.begin(), streams.end(), [](const sync::StreamResult& stream) { return stream.complete; }));
}

std::uint64_t PipelineReport::records() const {
  std::uint64_t sum = 0;
  for (const sync::StreamResult& stream : streams) sum += stream.records;
  return sum;
}

std::string summary(const PipelineReport& report) {
  std::string out = report.name + ": ";
  if (report.configuration) return out + "not started, " + (report.error ? report.error->what() : "");
  out += std::to_string(report.complete()) + " of " + std::to_string(report.streams.size()) +
         (report.streams.size() == 1 ? " stream" : " streams") + " complete, " + with_separators(report.records()) +
         " records, " + human_bytes(static_cast<double>(report.bytes)) + " into " + report.protocol + " in " +
         seconds(report.ended_at_ms - report.started_at_ms) + " (" + with_separators(report.requests) + " requests, " +
         with_separators(report.retries) + " retries)";
  if (report.cancelled) out += ", cancelled";
  return out;
}

std::string report_json(const std::vector<PipelineReport>& reports, int exit_code, const Secrets& secrets) {
  std::string pipelines = "[";
  for (const PipelineReport& report : reports) {
    std::string streams = "[";
    for (const sync::StreamResult& stream : report.streams) {
      if (streams.size() > 1) streams += ',';
      streams += stream_json(stream, secrets);
    }
    streams += ']';
    if (pipelines.size() > 1) pipelines += ',';
    json::ObjectWriter writer(pipelines);
    writer.text("name", report.name)
        .text("file", report.file)
        .text("connector", report.connector)
        .text("protocol", report.protocol)
        .text("status", status_of(report))
        .text("started_at", rfc3339(report.started_at_ms))
        .text("ended_at", rfc3339(report.ended_at_ms))
        .number("records", static_cast<long long>(report.records()))
        .number("bytes", static_cast<long long>(report.bytes))
        .number("requests", static_cast<long long>(report.requests))
        .number("retries", static_cast<long long>(report.retries))
        .number("waited_ms", static_cast<long long>(report.waited_ms))
        .raw("streams", streams);
    if (report.error) writer.raw("error", error_json(*report.error, secrets));
    writer.close();
  }
  pipelines += ']';
  std::string out;
  json::ObjectWriter writer(out);
  writer.number("exit_code", exit_code).raw("pipelines", pipelines);
  writer.close();
  return out + "\n";
}

int exit_code_of(const std::vector<PipelineReport>& reports) {
  bool all = true;
  bool some = false;
  bool configuration = false;
  for (const PipelineReport& report : reports) {
    all = all && report.ok();
    some = some || report.complete() > 0;
    configuration = configuration || report.configuration;
  }
  if (all) return 0;
  if (configuration) return 2;
  return some ? 3 : 1;
}

}  // namespace integ::cli
