// gzip and deflate by zlib, where there is no ISA-L.
#include "base/inflate.hpp"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <new>

namespace integ {

namespace {

int window_bits(Wrapping wrapping) {
  switch (wrapping) {
    case Wrapping::gzip:
      return MAX_WBITS + 16;
    case Wrapping::zlib:
      return MAX_WBITS;
    case Wrapping::raw:
      break;
  }
  return -MAX_WBITS;
}

class Zlib final : public MemberInflater {
 public:
  Zlib() = default;
  Zlib(const Zlib&) = delete;
  Zlib& operator=(const Zlib&) = delete;
  ~Zlib() override {
    if (open_) inflateEnd(&stream_);
  }

  void begin(Wrapping wrapping) override {
    const int code =
        open_ ? inflateReset2(&stream_, window_bits(wrapping)) : inflateInit2(&stream_, window_bits(wrapping));
    if (code != Z_OK) throw std::bad_alloc();
    open_ = true;
    complete_ = false;
  }

  std::size_t unpack(std::string_view& bytes, char* into, std::size_t size) override {
    const auto given = static_cast<uInt>(std::min<std::size_t>(bytes.size(), std::numeric_limits<uInt>::max()));
    // zlib's interface is not const-correct; it never writes to its input.
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream_.avail_in = given;
    stream_.next_out = reinterpret_cast<Bytef*>(into);
    stream_.avail_out = static_cast<uInt>(size);
    const int code = inflate(&stream_, Z_NO_FLUSH);
    bytes.remove_prefix(given - stream_.avail_in);
    if (code == Z_STREAM_END) {
      complete_ = true;
    } else if (code == Z_MEM_ERROR) {
      throw std::bad_alloc();
    } else if (code != Z_OK && code != Z_BUF_ERROR) {
      throw InflateError{std::string("the compressed body is broken: ") +
                         (stream_.msg != nullptr ? stream_.msg : "bad data")};
    }
    return size - stream_.avail_out;
  }

  bool complete() const noexcept override { return complete_; }

 private:
  z_stream stream_{};
  bool open_ = false;
  bool complete_ = false;
};

}  // namespace

std::unique_ptr<MemberInflater> member_inflater() { return std::make_unique<Zlib>(); }

}  // namespace integ
