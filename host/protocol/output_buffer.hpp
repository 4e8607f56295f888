// The buffer between lines and write(2), for every kind of sink.
//
// Invariants: (1) bytes leave in the order in which they came; (2) after an error the buffer is empty and
// broken for good, so nothing goes out behind a gap. Used by one thread; the descriptor is someone else's.
#pragma once

#include "base/fd_writer.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace integ::protocol {

class OutputBuffer {
 public:
  // As many bytes as a page of records has: fewer system calls gain nothing measurable above it.
  static constexpr std::size_t kSize = 256UL * 1024;

  // What waits ends as `grace` says.
  OutputBuffer(int fd, std::string name, const Grace& grace);
  void write(std::span<const std::string_view> parts);
  void flush();
  // Throws Error of kind output: "cannot VERB NAME: WHY", or the text of errno. Breaks the buffer.
  [[noreturn]] void fail(const char* verb, std::string why);
  [[noreturn]] void fail(const char* verb, int error_number);

 private:
  void write_out(const char* data, std::size_t size);
  void refuse_when_broken();

  FdWriter writer_;
  std::string name_;
  std::unique_ptr<char[]> bytes_;
  std::size_t used_ = 0;
  std::string broken_;  // why it is; "" as long as it is not
};

}  // namespace integ::protocol
