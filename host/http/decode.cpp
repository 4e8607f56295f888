#include "http/decode.hpp"

#include "base/text.hpp"
#include "http/transport.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <limits>
#include <new>

namespace integ::http {

namespace {

// Inflated into a buffer that stays in the second-level cache, then appended: cheaper than growing (and
// zeroing) the page for an unknown number of bytes.
constexpr std::size_t kStep = 64u << 10;
constexpr int kGzip = MAX_WBITS + 16;
constexpr int kZlib = MAX_WBITS;
constexpr int kRaw = -MAX_WBITS;

[[noreturn]] void broken(const std::string& what) { throw TransportError{TransportError::Why::decode, what, false}; }

// RFC 1950: method 8 and a header that is a multiple of 31. Servers that say deflate send either.
bool is_zlib(unsigned char first, unsigned char second) {
  return (first & 0x0F) == 8 && ((unsigned{first} << 8) | second) % 31 == 0;
}

}  // namespace

class Decoder::Inflater {
 public:
  explicit Inflater(bool gzip) : gzip_(gzip) {
    if (gzip) open(kGzip);
  }
  ~Inflater() {
    if (open_) inflateEnd(&stream_);
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  template <typename Sink>
  void feed(std::string_view bytes, Sink&& sink) {
    if (!open_) {
      start_deflate(bytes);
      if (!open_) return;
      const std::string start = std::move(start_);
      run(start, sink);
      return;
    }
    run(bytes, sink);
  }

  void finish() const {
    if (!complete_) broken("the compressed body ends too early");
  }

 private:
  void open(int window) {
    if (inflateInit2(&stream_, window) != Z_OK) throw std::bad_alloc();
    open_ = true;
  }

  void start_deflate(std::string_view bytes) {
    start_.append(bytes);
    if (start_.size() < 2) return;
    open(is_zlib(static_cast<unsigned char>(start_[0]), static_cast<unsigned char>(start_[1])) ? kZlib : kRaw);
  }

  // At the end of a member: another one, or padding with zeros, which some writers leave.
  bool next_member() {
    if (!gzip_ || padding_ || *stream_.next_in == 0) {
      padding_ = true;
      const unsigned char* end = stream_.next_in + stream_.avail_in;
      if (!gzip_ || std::find_if(static_cast<const unsigned char*>(stream_.next_in), end,
                                 [](unsigned char c) { return c != 0; }) != end) {
        broken("bytes follow the end of the compressed body");
      }
      return false;
    }
    inflateReset(&stream_);
    complete_ = false;
    return true;
  }

  template <typename Sink>
  void run(std::string_view bytes, Sink& sink) {
    // zlib's interface is not const-correct; it never writes to its input.
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream_.avail_in = static_cast<uInt>(bytes.size());
    bool full = false;
    while (stream_.avail_in > 0 || full) {
      if (complete_ && (stream_.avail_in == 0 || !next_member())) return;
      stream_.next_out = buffer_.data();
      stream_.avail_out = static_cast<uInt>(buffer_.size());
      const int code = inflate(&stream_, Z_NO_FLUSH);
      const std::size_t made = buffer_.size() - stream_.avail_out;
      full = stream_.avail_out == 0;
      if (made > 0) sink(std::string_view(reinterpret_cast<const char*>(buffer_.data()), made));
      if (code == Z_STREAM_END) {
        complete_ = true;
      } else if (code == Z_MEM_ERROR) {
        throw std::bad_alloc();
      } else if (code != Z_OK && code != Z_BUF_ERROR) {
        broken(std::string("the compressed body is broken: ") + (stream_.msg != nullptr ? stream_.msg : "bad data"));
      }
    }
  }

  z_stream stream_{};
  bool gzip_;
  bool open_ = false;
  bool complete_ = false;
  bool padding_ = false;
  std::string start_;  // of deflate, until its kind is known
  std::array<unsigned char, kStep> buffer_{};
};

namespace {

TransportError encoded_twice(const std::string& first, const std::string& second) {
  return {TransportError::Why::decode, "the answer is encoded twice (" + first + ", " + second + ")", true};
}

}  // namespace

Decoder::Decoder(std::string_view encoding, const DecodeLimits& limits) : limits_(limits) {
  std::string found;
  std::size_t at = 0;
  while (at <= encoding.size()) {
    const std::size_t end = std::min(encoding.find(',', at), encoding.size());
    const std::string name = lower(trimmed(encoding.substr(at, end - at)));
    at = end + 1;
    if (name.empty() || name == "identity") continue;
    if (name != "gzip" && name != "x-gzip" && name != "deflate") {
      throw TransportError{TransportError::Why::decode,
                           "the answer's Content-Encoding is " + sanitised(name, 40) +
                               ", which was not asked for and can't be decoded here (" + std::string(kAcceptEncoding) +
                               " can)",
                           true};
    }
    if (!found.empty()) throw encoded_twice(found, name);
    found = name;
  }
  if (!found.empty()) inflater_ = std::make_unique<Inflater>(found != "deflate");
}

Decoder::~Decoder() = default;

void Decoder::check(std::size_t decoded) const {
  if (decoded > limits_.max_body) {
    throw TransportError{TransportError::Why::too_large,
                         "the body is larger than max_body (" + std::to_string(limits_.max_body) + " bytes)", true};
  }
  if (inflater_ && decoded > limits_.ratio_after && decoded / limits_.ratio > encoded_) {
    throw TransportError{TransportError::Why::too_large,
                         "the body inflates to more than " + std::to_string(limits_.ratio) + " times its size", true};
  }
}

void Decoder::feed(std::string_view bytes, std::string& out, const std::function<void()>& more) {
  if (bytes.empty()) return;
  encoded_ += bytes.size();
  if (!inflater_) {
    check(out.size() + bytes.size());
    out.append(bytes);
    more();
    return;
  }
  std::size_t told = out.size();
  while (!bytes.empty()) {
    const std::string_view part = bytes.substr(0, std::numeric_limits<uInt>::max() / 2);
    bytes.remove_prefix(part.size());
    inflater_->feed(part, [&](std::string_view decoded) {
      check(out.size() + decoded.size());
      out.append(decoded);
      if (out.size() - told < kStep) return;
      told = out.size();
      more();
    });
  }
  if (out.size() > told) more();
}

void Decoder::finish() {
  if (inflater_ && encoded_ > 0) inflater_->finish();  // an answer without a body is encoded in nothing
}

}  // namespace integ::http
