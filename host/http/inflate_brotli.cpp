#include "http/inflate_brotli.hpp"

#ifdef INTEG_BROTLI
#include <array>
#include <brotli/decode.h>
#include <cstdint>
#include <new>
#endif

namespace integ::http {

#ifdef INTEG_BROTLI
namespace {

struct Free {
  void operator()(BrotliDecoderState* state) const { BrotliDecoderDestroyInstance(state); }
};

// One stream (RFC 7932), without a checksum of its own: what was altered on its way may go unnoticed, what was cut not.
class Brotli final : public Inflater {
 public:
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): a buffer is written before it is read
  Brotli() : state_(BrotliDecoderCreateInstance(nullptr, nullptr, nullptr)) {
    if (state_ == nullptr) throw std::bad_alloc();
  }

  void feed(std::string_view bytes, const Sink& sink) override {
    const auto* in = reinterpret_cast<const std::uint8_t*>(bytes.data());
    std::size_t left = bytes.size();
    for (;;) {
      if (complete() && left > 0) throw InflateError{"bytes follow the end of the compressed body"};
      auto* out = reinterpret_cast<std::uint8_t*>(buffer_.data());
      std::size_t room = buffer_.size();
      const BrotliDecoderResult result = BrotliDecoderDecompressStream(state_.get(), &left, &in, &room, &out, nullptr);
      if (result == BROTLI_DECODER_RESULT_ERROR) {
        throw InflateError{std::string("the compressed body is broken: ") +
                           BrotliDecoderErrorString(BrotliDecoderGetErrorCode(state_.get()))};
      }
      if (room < buffer_.size()) sink({buffer_.data(), buffer_.size() - room});
      if (result != BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT && left == 0) return;
    }
  }

  void finish() const override {
    if (!complete()) throw InflateError{"the compressed body ends too early", true};
  }

 private:
  bool complete() const { return BrotliDecoderIsFinished(state_.get()) != BROTLI_FALSE; }

  const std::unique_ptr<BrotliDecoderState, Free> state_;
  std::array<char, kInflateStep> buffer_;
};

}  // namespace

bool brotli_is_built() noexcept { return true; }
std::unique_ptr<Inflater> brotli_inflater() { return std::make_unique<Brotli>(); }
#else
bool brotli_is_built() noexcept { return false; }
std::unique_ptr<Inflater> brotli_inflater() { throw InflateError{"this build has no Brotli"}; }
#endif

}  // namespace integ::http
