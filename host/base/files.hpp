// Files: read whole, replaced whole, and descriptors that close themselves.
//
// Errors are of kind config for files that an operator named, and name path and errno's text.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace integ {

// A file descriptor, owned. Move-only.
class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) : fd_(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept;
  ~UniqueFd() { reset(); }
  int get() const noexcept { return fd_; }
  int release() noexcept { return std::exchange(fd_, -1); }
  explicit operator bool() const noexcept { return fd_ >= 0; }
  void reset() noexcept;

 private:
  int fd_ = -1;
};

// The same for every way to write a file's name, whether it is there or not: absolute, symbolic links followed.
std::string one_name(const std::string& path);

std::string read_file(const std::string& path);
// Like read_file, without a leading UTF-8 byte order mark. UTF-16 is an error of kind config.
std::string read_text_file(const std::string& path);
// Temporary name beside it, fsync, rename: the old content or the new, never half of one. What is there and no
// file (a device, a pipe) is written as it stands.
void replace_file(const std::string& path, std::string_view content, unsigned mode = 0644);
// All of it or an Error of kind output: short writes, EINTR and a non-blocking
// descriptor are handled, EPIPE and ENOSPC named.
void write_all(int fd, const char* data, std::size_t size, const std::string& name);

}  // namespace integ
