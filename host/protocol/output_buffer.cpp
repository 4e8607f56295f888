#include "protocol/output_buffer.hpp"

#include "base/error.hpp"

#include <cstring>
#include <system_error>
#include <utility>

namespace integ::protocol {

OutputBuffer::OutputBuffer(int fd, std::string name, const Grace& grace)
    : writer_(fd, grace), name_(std::move(name)), bytes_(std::make_unique_for_overwrite<char[]>(kSize)) {}

void OutputBuffer::fail(const char* verb, std::string why) {
  broken_ = std::move(why);
  used_ = 0;
  throw Error(Kind::output, std::string("cannot ") + verb + " " + name_ + ": " + broken_);
}

void OutputBuffer::fail(const char* verb, int error_number) {
  fail(verb, std::generic_category().message(error_number));
}

void OutputBuffer::refuse_when_broken() {
  if (!broken_.empty()) fail("write to", std::string(broken_));
}

void OutputBuffer::write_out(const char* data, std::size_t size) {
  std::string why = writer_.write(data, size);
  if (!why.empty()) fail("write to", std::move(why));
}

void OutputBuffer::flush() {
  refuse_when_broken();
  if (used_ == 0) return;
  write_out(bytes_.get(), used_);
  used_ = 0;
}

void OutputBuffer::write(std::span<const std::string_view> parts) {
  refuse_when_broken();
  for (std::string_view part : parts) {
    if (part.size() > kSize - used_) {
      // A part that would fill most of a buffer goes out as it lies; copying it first costs twice.
      if (part.size() >= kSize / 2) {
        flush();
        write_out(part.data(), part.size());
        continue;
      }
      const std::size_t fits = kSize - used_;
      std::memcpy(bytes_.get() + used_, part.data(), fits);
      used_ = kSize;
      flush();
      part.remove_prefix(fits);
    }
    if (part.empty()) continue;
    std::memcpy(bytes_.get() + used_, part.data(), part.size());
    used_ += part.size();
  }
}

}  // namespace integ::protocol
