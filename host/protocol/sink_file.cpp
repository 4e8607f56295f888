// A file as a sink, safe against a kill at any moment.
//
// Replacing: bytes go to NAME.tmp-PID-N beside NAME. The first sync() does write, fsync, rename, fsync of the
// folder, in this order. Killed before the rename, NAME is what it was (the temporary file stays behind until the next
// run of the output takes it away). rename(2) is atomic, so nobody ever sees half of either;
// since the fsync comes first, not even after a power cut. After the rename the same descriptor is written
// on, now as NAME: a kill leaves what the last sync() promised, and maybe more, maybe a torn last line,
// which a run that appends cuts off.
#include "base/files.hpp"
#include "base/temporary_file.hpp"
#include "json/document.hpp"
#include "protocol/compressor.hpp"
#include "protocol/output_buffer.hpp"
#include "protocol/sink.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <optional>
#include <poll.h>
#include <string>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace integ::protocol {
namespace {

[[noreturn]] void fail(const std::string& path, int error_number) {
  throw Error(Kind::output, "cannot write " + path + ": " + std::generic_category().message(error_number));
}

std::string folder_of(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

// What the path leads to through symbolic links, so that a rename replaces the file and not the link.
std::string resolved(const std::string& path) {
  std::error_code ignored;
  const auto real = std::filesystem::canonical(path, ignored);
  return ignored ? path : real.string();
}

void require_folder(const std::string& path) {
  struct stat status {};
  const std::string folder = folder_of(path);
  if (::stat(folder.c_str(), &status) != 0) {
    throw Error(Kind::output, "cannot write " + path + ": the folder " + folder +
                                  " is missing or closed to us; make it first (" +
                                  std::generic_category().message(errno) + ")");
  }
  if (!S_ISDIR(status.st_mode)) throw Error(Kind::output, "cannot write " + path + ": " + folder + " is no folder");
}

// /dev/stdout and all that leads there is a pipe of the host's own, which makes log lines of what plug-ins print.
void refuse_caught_output(const std::string& path, const struct stat& status) {
  struct stat caught {};
  if (!S_ISFIFO(status.st_mode) || ::fstat(STDOUT_FILENO, &caught) != 0) return;
  if (caught.st_dev != status.st_dev || caught.st_ino != status.st_ino) return;
  throw Error(Kind::output, "path: " + path +
                                " is standard output, where what plug-ins print is caught: leave path out to write "
                                "there");
}

std::optional<struct stat> status_of_file(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    if (errno == ENOENT) return std::nullopt;
    fail(path, errno);
  }
  if (S_ISDIR(status.st_mode)) fail(path, EISDIR);
  return status;
}

// A new file beside `path` with the mode of the one it will replace, or the usual one.
TemporaryFile open_temporary(const std::string& path, const std::optional<struct stat>& old) {
  TemporaryFile file = temporary_beside(path, 0666);
  if (!file.fd) fail(path, errno);
  if (old) static_cast<void>(::fchmod(file.fd.get(), old->st_mode & 07777U));
  return file;
}

// The bytes of a file that is appended to, from `begin` to `end`.
std::string bytes_between(int fd, off_t begin, off_t end, const std::string& path) {
  std::string out(static_cast<std::size_t>(end - begin), '\0');
  for (std::size_t have = 0; have < out.size();) {
    const ssize_t got = ::pread(fd, out.data() + have, out.size() - have, begin + static_cast<off_t>(have));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) fail(path, got < 0 ? errno : EIO);
    have += static_cast<std::size_t>(got);
  }
  return out;
}

// The length of the file up to and with its last line feed.
off_t whole_lines(int fd, off_t size, const std::string& path) {
  static constexpr off_t kBlock = 65536;
  while (size > 0) {
    const off_t start = std::max<off_t>(size - kBlock, 0);
    const std::size_t line_feed = bytes_between(fd, start, size, path).rfind('\n');
    if (line_feed != std::string::npos) return start + static_cast<off_t>(line_feed) + 1;
    size = start;
  }
  return 0;
}

bool is_object(const std::string& text) {
  try {
    return json::Document::parse(text).root().is_object();
  } catch (const Error&) {
    return false;
  }
}

// Makes the file one of whole lines, so that the next begins one of its own; its length then. What follows the last
// line feed is cut off where it is torn, by a kill; one whole object is a record that somebody ended otherwise.
off_t end_last_line(int fd, off_t size, const std::string& path) {
  const off_t whole = whole_lines(fd, size, path);
  if (whole == size) return size;
  if (!is_object(bytes_between(fd, whole, size, path))) {
    if (::ftruncate(fd, whole) != 0) fail(path, errno);
    return whole;
  }
  write_all(fd, "\n", 1, path);
  return size + 1;
}

class FileSink final : public Sink {
 public:
  FileSink(const std::string& path, UniqueFd fd, std::string temporary, bool regular, off_t had, const Grace& grace)
      : path_(path),
        temporary_(std::move(temporary)),
        regular_(regular),
        bytes_(static_cast<std::uint64_t>(had)),
        fd_(std::move(fd)),
        buffer_(fd_.get(), path, grace) {}

  ~FileSink() override {
    if (!temporary_.empty()) ::unlink(temporary_.c_str());
  }

  void write(std::span<const std::string_view> parts) override {
    buffer_.write(parts);
    for (const std::string_view part : parts) bytes_ += part.size();
  }
  void flush() override { buffer_.flush(); }

  void sync() override {
    buffer_.flush();
    if (!regular_) return;
    // Errors that a close() would be the first to tell (quota, network file systems) come here.
    if (::fsync(fd_.get()) != 0) buffer_.fail("write to", errno);
    if (in_place_) return;
    if (!temporary_.empty()) {
      if (::rename(temporary_.c_str(), path_.c_str()) != 0) buffer_.fail("put into its place", errno);
      temporary_.clear();
    }
    const UniqueFd folder(::open(folder_of(path_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (folder) static_cast<void>(::fsync(folder.get()));  // some file systems have no such thing
    in_place_ = true;
  }

  bool safe_when_flushed() const noexcept override { return !regular_; }
  std::uint64_t file_bytes() const noexcept override { return bytes_; }

 private:
  std::string path_;
  std::string temporary_;  // empty once renamed, or when there is none
  bool regular_;
  bool in_place_ = false;
  std::uint64_t bytes_;
  UniqueFd fd_;
  OutputBuffer buffer_;  // borrows fd_
};

using Compression = FileShape::Compression;

std::unique_ptr<Sink> append_to(const std::string& path, Compression compression, const Grace& grace) {
  UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666));
  if (!fd) fail(path, errno);
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) fail(path, errno);
  if (compression == Compression::none) {
    const off_t length = end_last_line(fd.get(), status.st_size, path);
    return std::make_unique<FileSink>(path, std::move(fd), "", true, length, grace);
  }
  const off_t keep = whole_members(compression, fd.get(), path);
  if (keep != status.st_size && ::ftruncate(fd.get(), keep) != 0) fail(path, errno);
  return std::make_unique<FileSink>(path, std::move(fd), "", true, keep, grace);
}

// A named pipe that nobody reads can't be opened yet: as long a wait as for a reader that takes nothing.
UniqueFd open_as_it_stands(const std::string& path, const struct stat& status, const Grace& grace) {
  for (Stall stall(grace);;) {
    UniqueFd fd(::open(path.c_str(), O_WRONLY | O_APPEND | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    if (fd) return fd;
    if (errno != EINTR && (errno != ENXIO || !S_ISFIFO(status.st_mode))) fail(path, errno);
    if (stall.over()) throw Error(Kind::output, "cannot write " + path + ": nobody opened it to read, " + grace.told());
    ::poll(nullptr, 0, static_cast<int>(Stall::kGlance.count()));
  }
}

class FileSinks final : public Sinks {
 public:
  FileSinks(std::string folder, const Grace& grace) : folder_(std::move(folder)), grace_(grace) {}

  std::unique_ptr<Sink> open(const std::string& path, bool append, const FileShape& shape) override {
    if (shape.rotate_bytes > 0) return rotating_sink(absolute(path), append, shape);
    return file_sink(absolute(path), append, shape.compression, grace_);
  }
  using Sinks::open;

  void check(const std::string& path) override {
    const std::string target = resolved(absolute(path));
    require_folder(target);
    const auto old = status_of_file(target);
    if (old) refuse_caught_output(path, *old);
    if (old && ::access(target.c_str(), W_OK) != 0) fail(target, errno);
    // A replacement needs the folder; only making something there tells the truth (read-only mounts, quota).
    if (old && !S_ISREG(old->st_mode)) return;
    const TemporaryFile probe = open_temporary(target, old);
    ::unlink(probe.path.c_str());
  }
  void tidy(const std::string& beginning) override { remove_abandoned(resolved(absolute(beginning))); }

 private:
  std::string absolute(const std::string& path) const { return (std::filesystem::path(folder_) / path).string(); }
  std::string folder_;
  Grace grace_;
};

}  // namespace

std::unique_ptr<Sink> file_sink(const std::string& path, bool append, Compression compression, const Grace& grace) {
  const std::string target = resolved(path);
  require_folder(target);
  const auto old = status_of_file(target);
  if (old && !S_ISREG(old->st_mode)) {
    UniqueFd fd = open_as_it_stands(target, *old, grace);
    return compressed(std::make_unique<FileSink>(target, std::move(fd), "", false, 0, grace), compression);
  }
  if (append) return compressed(append_to(target, compression, grace), compression);
  if (old && ::access(target.c_str(), W_OK) != 0) fail(target, errno);
  TemporaryFile file = open_temporary(target, old);
  auto sink = std::make_unique<FileSink>(target, std::move(file.fd), std::move(file.path), true, 0, grace);
  return compressed(std::move(sink), compression);
}

std::unique_ptr<Sinks> file_sinks(std::string folder, const Grace& grace) {
  return std::make_unique<FileSinks>(std::move(folder), grace);
}

}  // namespace integ::protocol
