// How fast a page's records become lines of a protocol in /dev/null, and the same bytes copied alone.
#include "base/files.hpp"
#include "model/batch.hpp"
#include "protocol/builtin.hpp"
#include "records.hpp"

#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <string>
#include <unistd.h>
#include <vector>

namespace {

constexpr std::int64_t kExtractedAtMs = 1'704'164'645'006;

// 932 KB, whatever a record has.
struct Page {
  explicit Page(std::size_t record_bytes) {
    std::mt19937 random(1);
    for (std::uint64_t i = 0; bytes < 932'000; ++i) {
      records.push_back(bench::record(i, record_bytes, bench::Text::plain, random));
      bytes += records.back().size();
    }
    stream.name = "items";
    stream.json_schema = R"({"type":"object","properties":{"id":{"type":"integer"}}})";
    batch.stream = &stream;
    batch.records.assign(records.begin(), records.end());
    batch.extracted_at_ms = kExtractedAtMs;
  }
  Page(const Page&) = delete;
  Page& operator=(const Page&) = delete;

  std::vector<std::string> records;
  std::size_t bytes = 0;
  integ::Stream stream;
  integ::Batch batch;
};

void lines(benchmark::State& state, const char* protocol, std::size_t record_bytes) {
  const Page page(record_bytes);
  const integ::UniqueFd null(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  const auto sink = integ::protocol::fd_sink(null.get(), "/dev/null");
  const auto adapter = integ::protocol::builtin_adapter(protocol);
  const auto session = adapter->open({.sink = sink.get()});
  session->stream(page.stream, {});
  for (auto _ : state) {
    session->records(page.batch);
    benchmark::DoNotOptimize(session->flush(integ::protocol::Flush::ask));
  }
  session->close(INTEG_OK);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(page.bytes));
}

void copy(benchmark::State& state, std::size_t record_bytes) {
  const Page page(record_bytes);
  std::string out;
  for (auto _ : state) {
    out.clear();
    for (const std::string_view record : page.batch.records) out.append(record);
    benchmark::DoNotOptimize(out.data());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(page.bytes));
}

BENCHMARK_CAPTURE(copy, 1k, 1000);
BENCHMARK_CAPTURE(lines, airbyte_200, "airbyte", 200);
BENCHMARK_CAPTURE(lines, airbyte_1k, "airbyte", 1000);
BENCHMARK_CAPTURE(lines, airbyte_5k, "airbyte", 5000);
BENCHMARK_CAPTURE(lines, singer_1k, "singer", 1000);
BENCHMARK_CAPTURE(lines, jsonl_1k, "jsonl", 1000);

}  // namespace

BENCHMARK_MAIN();
