// Compressed bytes, unpacked while they arrive. One object a body, one thread.
//
//   const std::unique_ptr<Inflater> inflater = gzip_inflater();
//   inflater->feed(bytes, [&](std::string_view unpacked) { page.append(unpacked); });
//   inflater->finish();                        // throws when the body was cut
//
// gzip and deflate are unpacked by ISA-L where the build has it (3 times as fast), by zlib elsewhere; both pass the
// same tests.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace integ {

// What is wrong with the compressed bytes.
struct InflateError {
  std::string message;  // "the compressed body is broken: incorrect checksum"
  bool cut = false;     // good so far, but its end is missing
};

class Inflater {
 public:
  using Sink = std::function<void(std::string_view unpacked)>;
  virtual ~Inflater() = default;
  // Hands pieces of kInflateStep bytes at most to the sink. Throws InflateError: broken data.
  virtual void feed(std::string_view bytes, const Sink& sink) = 0;
  // Throws InflateError unless the last feed ended the body.
  virtual void finish() const = 0;
};

// Unpacked into a buffer that stays in the second-level cache, then appended: cheaper than growing (and zeroing)
// the page for an unknown number of bytes.
inline constexpr std::size_t kInflateStep = 64u << 10;

// What gzip and deflate are wrapped in.
enum class Wrapping { gzip, zlib, raw };

// Several members, an empty one among them, and zeros behind the last one are fine.
std::unique_ptr<Inflater> gzip_inflater();
// zlib's wrapping or none: servers that say deflate send either.
std::unique_ptr<Inflater> deflate_inflater();

// The engine under gzip and deflate: one member at a time.
class MemberInflater {
 public:
  virtual ~MemberInflater() = default;
  // Begins a member.
  virtual void begin(Wrapping wrapping) = 0;
  // Unpacks from the front of `bytes`, which it shortens by what it used, into `into`; answers how much came. Ends
  // when the buffer is full, the bytes are used up or the member is complete. Throws InflateError: broken data.
  virtual std::size_t unpack(std::string_view& bytes, char* into, std::size_t size) = 0;
  virtual bool complete() const noexcept = 0;
};
std::unique_ptr<MemberInflater> member_inflater();

}  // namespace integ
