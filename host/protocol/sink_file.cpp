// A file as a sink, safe against a kill at any moment.
//
// Replacing: bytes go to NAME.XXXXXX beside NAME. The first sync() does write, fsync, rename, fsync of the
// folder, in this order. Killed before the rename, NAME is what it was (the temporary file stays behind and
// is in nobody's way: a name that is taken is passed over). rename(2) is atomic, so nobody ever sees half of either;
// since the fsync comes first, not even after a power cut. After the rename the same descriptor is written
// on, now as NAME: a kill leaves what the last sync() promised, and maybe more, maybe a torn last line,
// which a run that appends cuts off.
#include "protocol/compressor.hpp"
#include "protocol/output_buffer.hpp"
#include "protocol/sink.hpp"

#include <climits>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <optional>
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
UniqueFd open_temporary(const std::string& path, const std::optional<struct stat>& old, std::string& temporary) {
  // mkostemp() makes 0600; the mode of a plain open() is only known through the umask, which can't be read
  // without being changed for all threads. So the names are made here and opened as any file is.
  static constexpr int kAttempts = 100;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    temporary = path + ".tmp-" + std::to_string(::getpid()) + "-" + std::to_string(attempt);
    UniqueFd fd(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    if (!fd && errno == EEXIST) continue;
    if (!fd) fail(path, errno);
    if (old) static_cast<void>(::fchmod(fd.get(), old->st_mode & 07777U));
    return fd;
  }
  fail(path, EEXIST);
}

// The length of the file up to and with its last line feed.
off_t whole_lines(int fd, off_t size, const std::string& path) {
  std::array<char, 65536> block{};
  while (size > 0) {
    const auto length = static_cast<std::size_t>(std::min<off_t>(size, static_cast<off_t>(block.size())));
    const off_t start = size - static_cast<off_t>(length);
    std::size_t have = 0;
    while (have < length) {
      const ssize_t got = ::pread(fd, block.data() + have, length - have, start + static_cast<off_t>(have));
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) fail(path, got < 0 ? errno : EIO);
      have += static_cast<std::size_t>(got);
    }
    const std::size_t line_feed = std::string_view(block.data(), length).rfind('\n');
    if (line_feed != std::string_view::npos) return start + static_cast<off_t>(line_feed) + 1;
    size = start;
  }
  return 0;
}

class FileSink final : public Sink {
 public:
  FileSink(const std::string& path, UniqueFd fd, std::string temporary, bool regular, off_t had = 0)
      : path_(path),
        temporary_(std::move(temporary)),
        regular_(regular),
        bytes_(static_cast<std::uint64_t>(had)),
        fd_(std::move(fd)),
        buffer_(fd_.get(), path) {}

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

std::unique_ptr<Sink> append_to(const std::string& path, Compression compression) {
  UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666));
  if (!fd) fail(path, errno);
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) fail(path, errno);
  const off_t keep = compression == Compression::none ? whole_lines(fd.get(), status.st_size, path)
                                                      : whole_members(compression, fd.get(), path);
  if (keep != status.st_size && ::ftruncate(fd.get(), keep) != 0) fail(path, errno);
  return std::make_unique<FileSink>(path, std::move(fd), "", true, keep);
}

class FileSinks final : public Sinks {
 public:
  explicit FileSinks(std::string folder) : folder_(std::move(folder)) {}

  std::unique_ptr<Sink> open(const std::string& path, bool append, const FileShape& shape) override {
    if (shape.rotate_bytes > 0) return rotating_sink(absolute(path), append, shape);
    return file_sink(absolute(path), append, shape.compression);
  }
  using Sinks::open;

  void check(const std::string& path) override {
    const std::string target = resolved(absolute(path));
    require_folder(target);
    const auto old = status_of_file(target);
    if (old && ::access(target.c_str(), W_OK) != 0) fail(target, errno);
    // A replacement needs the folder; only making something there tells the truth (read-only mounts, quota).
    if (old && !S_ISREG(old->st_mode)) return;
    std::string temporary;
    const UniqueFd probe = open_temporary(target, old, temporary);
    ::unlink(temporary.c_str());
  }

 private:
  std::string absolute(const std::string& path) const { return (std::filesystem::path(folder_) / path).string(); }
  std::string folder_;
};

}  // namespace

std::unique_ptr<Sink> file_sink(const std::string& path, bool append, Compression compression) {
  const std::string target = resolved(path);
  require_folder(target);
  const auto old = status_of_file(target);
  if (old && !S_ISREG(old->st_mode)) {
    UniqueFd fd(::open(target.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
    if (!fd) fail(target, errno);
    return compressed(std::make_unique<FileSink>(target, std::move(fd), "", false), compression);
  }
  if (append) return compressed(append_to(target, compression), compression);
  if (old && ::access(target.c_str(), W_OK) != 0) fail(target, errno);
  std::string temporary;
  UniqueFd fd = open_temporary(target, old, temporary);
  return compressed(std::make_unique<FileSink>(target, std::move(fd), std::move(temporary), true), compression);
}

std::unique_ptr<Sinks> file_sinks(std::string folder) { return std::make_unique<FileSinks>(std::move(folder)); }

}  // namespace integ::protocol
