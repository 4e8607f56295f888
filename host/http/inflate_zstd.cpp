#include "http/inflate_zstd.hpp"

#include "http/transport.hpp"

#include <zstd.h>
#include <zstd_errors.h>

#include <array>
#include <memory>
#include <new>

namespace integ::http {

namespace {

constexpr int kWindowLog = 23;  // 8 MiB: what RFC 9659 lets a server use without asking

struct Free {
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

class Zstd final : public Inflater {
 public:
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): a buffer is written before it is read
  Zstd() : context_(ZSTD_createDCtx()) {
    if (context_ == nullptr) throw std::bad_alloc();
    ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, kWindowLog);
  }

  void feed(std::string_view bytes, const Sink& sink) override {
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    bool full = false;
    while (in.pos < in.size || full) {
      ZSTD_outBuffer out{buffer_.data(), buffer_.size(), 0};
      left_ = ZSTD_decompressStream(context_.get(), &out, &in);
      if (ZSTD_isError(left_) != 0) fail();
      full = out.pos == out.size;
      if (out.pos > 0) sink({buffer_.data(), out.pos});
    }
  }

  void finish() const override {
    if (left_ != 0) throw InflateError{"the compressed body ends too early", true};
  }

 private:
  [[noreturn]] void fail() const {
    if (ZSTD_getErrorCode(left_) == ZSTD_error_frameParameter_windowTooLarge) {
      throw TransportError{TransportError::Why::too_large, "the body's zstd window is larger than 8 MiB", true};
    }
    throw InflateError{std::string("the compressed body is broken: ") + ZSTD_getErrorName(left_)};
  }

  const std::unique_ptr<ZSTD_DCtx, Free> context_;
  std::size_t left_ = 1;  // 0 at the end of a frame, else more has to come
  std::array<char, kInflateStep> buffer_;
};

}  // namespace

std::unique_ptr<Inflater> zstd_inflater() { return std::make_unique<Zstd>(); }

}  // namespace integ::http
