#include "base/files.hpp"

#include "base/error.hpp"
#include "base/fd_writer.hpp"
#include "base/temporary_file.hpp"
#include "base/text.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace integ {
namespace {

[[noreturn]] void fail(Kind kind, const std::string& what, const std::string& path) {
  throw Error(kind, what + " " + path + ": " + std::strerror(errno));
}

// Settings that were given where the name of a file belongs. A secret may stand in them, so that nothing of it is
// shown.
bool is_json(std::string_view path) {
  path = trimmed(path);
  return path.starts_with('{') || path.starts_with('[') || path.starts_with('"');
}

[[noreturn]] void cannot_read(const std::string& path) {
  const int code = errno;
  if (is_json(path)) {
    throw Error(Kind::config, "expected the name of a file that holds the JSON, and not the JSON itself");
  }
  errno = code;
  fail(Kind::config, "cannot read", path);
}

}  // namespace

UniqueFd& UniqueFd::operator=(UniqueFd&& other) noexcept {
  if (this != &other) {
    reset();
    fd_ = std::exchange(other.fd_, -1);
  }
  return *this;
}

void UniqueFd::reset() noexcept {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

std::string one_name(const std::string& path) {
  std::error_code error;
  const std::filesystem::path absolute = std::filesystem::absolute(path, error);
  const std::string out = std::filesystem::weakly_canonical(absolute, error).string();
  return error ? path : out;
}

std::string read_file(const std::string& path) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) cannot_read(path);
  std::string content;
  std::array<char, 65536> chunk{};
  for (;;) {
    const ssize_t got = ::read(fd.get(), chunk.data(), chunk.size());
    if (got == 0) return content;
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail(Kind::config, "cannot read", path);
    content.append(chunk.data(), static_cast<std::size_t>(got));
  }
}

std::string read_text_file(const std::string& path) {
  std::string content = read_file(path);
  if (looks_like_utf16(content)) {
    throw Error(Kind::config, "the file is UTF-16; expected UTF-8").at({.file = path, .line = 1, .column = 1});
  }
  if (content.starts_with(kByteOrderMark)) content.erase(0, kByteOrderMark.size());
  return content;
}

void replace_file(const std::string& path, std::string_view content, unsigned mode) {
  struct stat now {};
  if (::stat(path.c_str(), &now) == 0 && !S_ISREG(now.st_mode)) {  // /dev/stdout, a named pipe: nothing to replace
    const UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (!fd) fail(Kind::output, "cannot write", path);
    write_all(fd.get(), content.data(), content.size(), path);
    return;
  }
  remove_abandoned(path);
  const auto [fd, temporary] = temporary_beside(path, 0600);
  if (!fd) fail(Kind::output, "cannot write", path);
  try {
    write_all(fd.get(), content.data(), content.size(), path);
    if (::fchmod(fd.get(), mode) != 0 || ::fsync(fd.get()) != 0) fail(Kind::output, "cannot write", path);
    if (::rename(temporary.c_str(), path.c_str()) != 0) fail(Kind::output, "cannot replace", path);
  } catch (...) {
    ::unlink(temporary.c_str());
    throw;
  }
}

void write_all(int fd, const char* data, std::size_t size, const std::string& name) {
  const std::string why = FdWriter(fd).write(data, size);
  if (!why.empty()) throw Error(Kind::output, "cannot write to " + name + ": " + why);
}

}  // namespace integ
