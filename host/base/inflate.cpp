#include "base/inflate.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace integ {

namespace {

// RFC 1950: method 8 and a header that is a multiple of 31.
bool is_zlib(unsigned char first, unsigned char second) {
  return (first & 0x0F) == 8 && ((unsigned{first} << 8) | second) % 31 == 0;
}

class Members final : public Inflater {
 public:
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): a buffer is written before it is read
  explicit Members(bool gzip) : gzip_(gzip), member_(member_inflater()) {
    if (gzip) begin(Wrapping::gzip);
  }

  void feed(std::string_view bytes, const Sink& sink) override {
    if (begun_) return run(bytes, sink);
    start_.append(bytes);
    if (start_.size() < 2) return;
    begin(is_zlib(static_cast<unsigned char>(start_[0]), static_cast<unsigned char>(start_[1])) ? Wrapping::zlib
                                                                                                : Wrapping::raw);
    const std::string start = std::move(start_);
    run(start, sink);
  }

  void finish() const override {
    if (!begun_ || !member_->complete()) throw InflateError{"the compressed body ends too early", true};
  }

 private:
  void begin(Wrapping wrapping) {
    member_->begin(wrapping);
    begun_ = true;
  }

  // Behind a member: another one, or padding with zeros, which some writers leave.
  bool next_member(std::string_view bytes) {
    if (!gzip_ || padding_ || bytes.front() == '\0') {
      padding_ = true;
      if (!gzip_ || bytes.find_first_not_of('\0') != std::string_view::npos) {
        throw InflateError{"bytes follow the end of the compressed body"};
      }
      return false;
    }
    begin(Wrapping::gzip);
    return true;
  }

  void run(std::string_view bytes, const Sink& sink) {
    bool full = false;
    while (!bytes.empty() || full) {
      if (member_->complete() && (bytes.empty() || !next_member(bytes))) return;
      const std::size_t made = member_->unpack(bytes, buffer_.data(), buffer_.size());
      full = made == buffer_.size();
      if (made > 0) sink({buffer_.data(), made});
    }
  }

  const bool gzip_;
  const std::unique_ptr<MemberInflater> member_;
  bool begun_ = false;
  bool padding_ = false;
  std::string start_;  // of deflate, until its wrapping is known
  std::array<char, kInflateStep> buffer_;
};

}  // namespace

std::unique_ptr<Inflater> gzip_inflater() { return std::make_unique<Members>(true); }
std::unique_ptr<Inflater> deflate_inflater() { return std::make_unique<Members>(false); }

}  // namespace integ
