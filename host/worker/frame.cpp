#include "worker/frame.hpp"

#include "base/text.hpp"

#include <cstring>
#include <utility>

namespace integ::worker {
namespace {

template <class Number>
Number number_of(std::string_view bytes) {
  Number value = 0;
  std::memcpy(&value, bytes.data(), sizeof value);
  return value;
}

}  // namespace

void FrameWriter::text(std::string_view value) {
  u64(value.size());
  out_ += value;
}

void FrameWriter::optional_text(const std::optional<std::string>& value) {
  flag(value.has_value());
  if (value) text(*value);
}

std::string FrameWriter::frame() && {
  const std::uint64_t size = payload_size();
  std::memcpy(out_.data(), &size, sizeof size);
  return std::move(out_);
}

std::string_view FrameReader::take(std::uint64_t size) {
  if (size > rest_.size()) throw BrokenFrame("it ends in the middle of a field");
  const std::string_view out = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return out;
}

std::uint8_t FrameReader::u8() { return number_of<std::uint8_t>(take(sizeof(std::uint8_t))); }
std::uint32_t FrameReader::u32() { return number_of<std::uint32_t>(take(sizeof(std::uint32_t))); }
std::uint64_t FrameReader::u64() { return number_of<std::uint64_t>(take(sizeof(std::uint64_t))); }
std::int32_t FrameReader::i32() { return number_of<std::int32_t>(take(sizeof(std::int32_t))); }
std::int64_t FrameReader::i64() { return number_of<std::int64_t>(take(sizeof(std::int64_t))); }

bool FrameReader::flag() {
  const std::uint8_t value = u8();
  if (value > 1) throw BrokenFrame("it holds a yes or no that is neither");
  return value == 1;
}

std::string_view FrameReader::bytes() { return take(u64()); }

std::string_view FrameReader::text() {
  const std::string_view out = bytes();
  if (find_invalid_utf8(out) != std::string_view::npos) throw BrokenFrame("it holds a text that is no UTF-8");
  return out;
}

std::optional<std::string> FrameReader::optional_text() {
  if (!flag()) return std::nullopt;
  return std::string(text());
}

std::size_t FrameReader::count(std::size_t least) {
  const std::uint32_t out = u32();
  if (out > rest_.size() / least) throw BrokenFrame("it counts more elements than it has room for");
  return out;
}

void FrameReader::end() const {
  if (!rest_.empty()) throw BrokenFrame("it goes on behind its last field");
}

}  // namespace integ::worker
