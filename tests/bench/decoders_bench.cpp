// How fast pages are unpacked: integ's decoders, fed in pieces as they come from a socket, and the bytes copied alone.
// Compiled twice, with ISA-L and with zlib under gzip. Bytes are those that come out.
#include "base/inflate.hpp"
#include "http/inflate_zstd.hpp"
#include "records.hpp"
#include "support/packed.hpp"

#include <zstd.h>

#include <benchmark/benchmark.h>
#include <memory>
#include <stdexcept>
#include <string>

namespace {

constexpr std::size_t kPiece = 64u << 10;

const std::string& page() {
  static const std::string text = [] {
    std::mt19937 random(1);
    std::string out;
    for (std::uint64_t i = 0; i < 1000; ++i) out += bench::record(i, 1000, bench::Text::plain, random) + ",";
    return out;
  }();
  return text;
}

std::string zstd(const std::string& text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  const std::size_t size = ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3);
  if (ZSTD_isError(size) != 0) throw std::runtime_error(ZSTD_getErrorName(size));
  out.resize(size);
  return out;
}

void unpack(benchmark::State& state, const std::string& packed, std::unique_ptr<integ::Inflater> (*make)()) {
  std::string out;
  for (auto _ : state) {
    out.clear();
    const auto inflater = make();
    for (std::size_t at = 0; at < packed.size(); at += kPiece) {
      inflater->feed(std::string_view(packed).substr(at, kPiece), [&](std::string_view bytes) { out.append(bytes); });
    }
    inflater->finish();
    benchmark::DoNotOptimize(out.data());
  }
  if (out != page()) state.SkipWithError("something else came out");
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(page().size()));
}

void copy(benchmark::State& state) {
  std::string out;
  for (auto _ : state) {
    out.clear();
    for (std::size_t at = 0; at < page().size(); at += kPiece) out.append(page(), at, kPiece);
    benchmark::DoNotOptimize(out.data());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(page().size()));
}
BENCHMARK(copy);

void gzip(benchmark::State& state) { unpack(state, support::gzip(page()), &integ::gzip_inflater); }
BENCHMARK(gzip);

void zstd(benchmark::State& state) { unpack(state, zstd(page()), &integ::http::zstd_inflater); }
BENCHMARK(zstd);

}  // namespace

BENCHMARK_MAIN();
