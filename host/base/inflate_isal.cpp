// gzip and deflate by ISA-L.
#include "base/inflate.hpp"

#include <isa-l/igzip_lib.h>

#include <algorithm>
#include <limits>

namespace integ {

namespace {

std::uint32_t checksum_of(Wrapping wrapping) {
  switch (wrapping) {
    case Wrapping::gzip:
      return ISAL_GZIP;
    case Wrapping::zlib:
      return ISAL_ZLIB;
    case Wrapping::raw:
      break;
  }
  return ISAL_DEFLATE;
}

const char* reason(int code) {
  switch (code) {
    case ISAL_INVALID_WRAPPER:
      return "no header of gzip or zlib";
    case ISAL_UNSUPPORTED_METHOD:
      return "an unknown method";
    case ISAL_INCORRECT_CHECKSUM:
      return "incorrect checksum";
    case ISAL_INVALID_LOOKBACK:
      return "a distance too far back";
    default:
      return "bad data";
  }
}

// NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): begin() sets up what is read
class Isal final : public MemberInflater {
 public:
  void begin(Wrapping wrapping) override {
    isal_inflate_init(&state_);
    state_.crc_flag = checksum_of(wrapping);
  }

  std::size_t unpack(std::string_view& bytes, char* into, std::size_t size) override {
    const auto given =
        static_cast<std::uint32_t>(std::min<std::size_t>(bytes.size(), std::numeric_limits<std::uint32_t>::max()));
    // ISA-L's interface is not const-correct; it never writes to its input.
    state_.next_in = reinterpret_cast<std::uint8_t*>(const_cast<char*>(bytes.data()));
    state_.avail_in = given;
    state_.next_out = reinterpret_cast<std::uint8_t*>(into);
    state_.avail_out = static_cast<std::uint32_t>(size);
    const int code = isal_inflate(&state_);
    if (code < 0 || code == ISAL_NEED_DICT)
      throw InflateError{std::string("the compressed body is broken: ") + reason(code)};
    const std::size_t made = size - state_.avail_out;
    if (made == 0 && given > 0 && state_.avail_in == given && !complete()) {
      throw InflateError{"the compressed body is broken: it does not go on"};
    }
    bytes.remove_prefix(given - state_.avail_in);
    return made;
  }

  bool complete() const noexcept override { return state_.block_state == ISAL_BLOCK_FINISH; }

 private:
  inflate_state state_;  // 86 KiB, which begin() sets up as far as it is needed
};

}  // namespace

std::unique_ptr<MemberInflater> member_inflater() { return std::make_unique_for_overwrite<Isal>(); }

}  // namespace integ
