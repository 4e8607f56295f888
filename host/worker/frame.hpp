// One message between the host and a connector's worker process, written and read field by field.
//
//   FrameWriter out(Op::fetch);            FrameReader in(payload);
//   out.u32(context);                      const std::uint32_t context = in.u32();
//   out.text(url);                         const std::string url(in.text());
//   channel.send(std::move(out).frame());  in.end();
//
// A frame is eight bytes of length, then that many bytes of payload, the first of which says what it is. Numbers are in
// the machine's own order: both ends are one program on one machine. Whatever a frame holds is checked when it is read,
// because the other end may be a plug-in that went astray: what does not fit is a BrokenFrame.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

namespace integ::worker {

// The protocol was broken; the text says how, without the bytes.
struct BrokenFrame : std::runtime_error {
  using std::runtime_error::runtime_error;
};

inline constexpr std::size_t kFrameHead = 8;

class FrameWriter {
 public:
  template <class Kind>
  requires std::is_enum_v<Kind>
  explicit FrameWriter(Kind kind) : out_(kFrameHead, '\0') { u8(static_cast<std::uint8_t>(kind)); }

  void u8(std::uint8_t value) { out_ += static_cast<char>(value); }
  void flag(bool value) { u8(value ? 1 : 0); }
  void u32(std::uint32_t value) { raw(&value, sizeof value); }
  void u64(std::uint64_t value) { raw(&value, sizeof value); }
  void i32(std::int32_t value) { raw(&value, sizeof value); }
  void i64(std::int64_t value) { raw(&value, sizeof value); }
  void text(std::string_view value);
  void optional_text(const std::optional<std::string>& value);
  void count(std::size_t value) { u32(static_cast<std::uint32_t>(value)); }

  std::size_t payload_size() const noexcept { return out_.size() - kFrameHead; }
  // The whole frame, its length in front.
  std::string frame() &&;

 private:
  void raw(const void* data, std::size_t size) { out_.append(static_cast<const char*>(data), size); }
  std::string out_;
};

// Borrows the payload; the views that it answers point into it.
class FrameReader {
 public:
  explicit FrameReader(std::string_view payload) : rest_(payload) {}

  std::uint8_t u8();
  bool flag();
  std::uint32_t u32();
  std::uint64_t u64();
  std::int32_t i32();
  std::int64_t i64();
  // UTF-8, or any bytes.
  std::string_view text();
  std::string_view bytes();
  std::optional<std::string> optional_text();
  // A u8 below `end`, as an enumerator.
  template <class Enum>
  Enum one_of(Enum end) {
    const std::uint8_t value = u8();
    if (value >= static_cast<std::uint8_t>(end)) throw BrokenFrame("it holds a value that does not exist");
    return static_cast<Enum>(value);
  }
  // How many elements follow, of `least` bytes each at least: no more than there is room for.
  std::size_t count(std::size_t least);
  // Nothing may be left.
  void end() const;

 private:
  std::string_view take(std::uint64_t size);
  std::string_view rest_;
};

}  // namespace integ::worker
