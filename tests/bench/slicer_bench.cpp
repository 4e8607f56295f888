// How fast pages are sliced in memory: plain and pretty-printed records, whole and in pieces, and taken as they close;
// and the same bytes copied alone.
#include "json/slicer.hpp"
#include "json/stream_slicer.hpp"

#include <benchmark/benchmark.h>
#include <string>

namespace {

std::string page(bool pretty, std::size_t records) {
  const std::string space = pretty ? "\n      " : "";
  std::string out = R"({"count":1,"next":null,"results":[)";
  for (std::size_t i = 0; i < records; ++i) {
    out += (i > 0 ? "," : "") + space + R"({"name":"item-)" + std::to_string(i) + "\"," + space + R"("id":)" +
           std::to_string(i) + "," + space + R"("price":12.50,)" + space + R"("tags":["a","b","c"],)" + space +
           R"("owner":{"email":"user@example.com","address":{"city":"Malm\u00f6"}},)" + space + R"("note":")" +
           std::string(500, 'x') + R"("})";
  }
  return out + "]}";
}

void copy(benchmark::State& state) {
  const std::string whole = page(false, 1000);
  std::string body;
  for (auto _ : state) {
    body.clear();
    for (std::size_t at = 0; at < whole.size(); at += 16384) body.append(whole, at, 16384);
    benchmark::DoNotOptimize(body.data());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(whole.size()));
}

// `piece`: how many bytes arrive at a time; 0: all at once.
void slice(benchmark::State& state, bool pretty, std::size_t piece) {
  const std::string whole = page(pretty, 1000);
  integ::json::Slicer slicer({.records = "/results"});
  std::string body;
  for (auto _ : state) {
    slicer.reset();
    body.clear();
    for (std::size_t at = 0; piece > 0 && at < whole.size(); at += piece) {
      body.append(whole, at, piece);
      slicer.feed(body);
    }
    if (piece == 0) body = whole;
    benchmark::DoNotOptimize(slicer.finish(body));
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(whole.size()));
}

// In pieces of 16 KiB, records taken a batch at a time.
void stream(benchmark::State& state, bool lines) {
  std::string whole = page(false, 1000);
  if (lines) {
    whole = whole.substr(whole.find('[') + 1);
    for (std::size_t at = 0; (at = whole.find("},{", at)) != std::string::npos;) whole[at + 1] = '\n';
    whole.replace(whole.size() - 2, 2, "\n");
  }
  integ::json::StreamSlicer slicer({.records = lines ? "" : "/results", .lines = lines});
  std::string body;
  std::string text;
  for (auto _ : state) {
    slicer.reset();
    body.clear();
    for (std::size_t at = 0; at < whole.size(); at += 16384) {
      body.append(whole, at, 16384);
      slicer.feed(body);
      if (slicer.closed_bytes() >= 131072) benchmark::DoNotOptimize(slicer.take(body, text));
    }
    slicer.end(body);
    benchmark::DoNotOptimize(slicer.take(body, text));
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(whole.size()));
}

BENCHMARK(copy);
BENCHMARK_CAPTURE(stream, array, false);
BENCHMARK_CAPTURE(stream, lines, true);
BENCHMARK_CAPTURE(slice, compact_whole, false, 0);
BENCHMARK_CAPTURE(slice, compact_in_16k, false, 16384);
BENCHMARK_CAPTURE(slice, pretty_whole, true, 0);

}  // namespace

BENCHMARK_MAIN();
