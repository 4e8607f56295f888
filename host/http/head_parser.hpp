// The head of an answer, put together from libcurl's header callback: one line a call, the status line
// first, an empty line last. Interim answers (1xx) are skipped, trailers are ignored. One thread.
#pragma once

#include "http/exchange.hpp"

#include <cstddef>
#include <string_view>
#include <vector>

namespace integ::http {

class HeadParser {
 public:
  void reset();
  // False when the lines together exceed `limit` bytes.
  bool line(std::string_view text, std::size_t limit);
  // The final status line and all its headers are there.
  bool complete() const noexcept { return complete_; }
  bool empty() const noexcept { return bytes_ == 0; }
  int status() const noexcept { return status_; }
  // The answer came in frames, the last of which says so (HTTP/2).
  bool framed() const noexcept { return framed_; }
  std::vector<Header>& headers() noexcept { return headers_; }

 private:
  void begin(std::string_view status_line);

  int status_ = 0;
  bool complete_ = false;
  bool framed_ = false;
  std::size_t bytes_ = 0;
  std::vector<Header> headers_;
};

}  // namespace integ::http
