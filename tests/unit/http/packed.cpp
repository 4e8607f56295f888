#include "packed.hpp"

#ifdef INTEG_BROTLI
#include <brotli/encode.h>
#endif
#include <gtest/gtest.h>
#include <zstd.h>

#include <memory>

namespace integ::http::testing {

std::string zstd_packed(const std::string& text, int window_log) {
  const std::unique_ptr<ZSTD_CCtx, std::size_t (*)(ZSTD_CCtx*)> context(ZSTD_createCCtx(), &ZSTD_freeCCtx);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_windowLog, window_log);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
  // As a stream of unknown size, or the window would be cut down to it.
  std::string out(ZSTD_compressBound(text.size()) + 64, '\0');
  ZSTD_inBuffer in{text.data(), text.size(), 0};
  ZSTD_outBuffer packed{out.data(), out.size(), 0};
  std::size_t left = ZSTD_compressStream2(context.get(), &packed, &in, ZSTD_e_flush);
  left = ZSTD_compressStream2(context.get(), &packed, &in, ZSTD_e_end);
  EXPECT_EQ(left, 0u);
  out.resize(packed.pos);
  return out;
}

#ifdef INTEG_BROTLI
std::string brotli_packed(const std::string& text) {
  std::size_t size = BrotliEncoderMaxCompressedSize(text.size());
  std::string out(size, '\0');
  EXPECT_TRUE(BrotliEncoderCompress(5, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_TEXT, text.size(),
                                    reinterpret_cast<const std::uint8_t*>(text.data()), &size,
                                    reinterpret_cast<std::uint8_t*>(out.data())));
  out.resize(size);
  return out;
}
#else
std::string brotli_packed(const std::string&) { return {}; }
#endif

}  // namespace integ::http::testing
