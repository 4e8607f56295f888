#include "protocol/output_buffer.hpp"
#include "protocol/sink.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace integ::protocol {
namespace {

// The largest size an unprivileged process may ask for (fs.pipe-max-size); a reader that pauses for a
// moment then does not stop us.
constexpr int kPipeSize = 1024 * 1024;

class FdSink final : public Sink {
 public:
  FdSink(int fd, std::string name, const Grace& grace) : fd_(fd), buffer_(fd, std::move(name), grace) {
#ifdef F_SETPIPE_SZ
    static_cast<void>(::fcntl(fd, F_SETPIPE_SZ, kPipeSize));  // no pipe, or not allowed: as good as before
#endif
    struct stat status {};
    regular_ = ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
  }
  void write(std::span<const std::string_view> parts) override { buffer_.write(parts); }
  void flush() override { buffer_.flush(); }
  void sync() override {
    buffer_.flush();
    // `> out.jsonl`: some file systems tell of a full disk here, not at write.
    if (regular_ && ::fdatasync(fd_) != 0 && errno != EINVAL && errno != EROFS) buffer_.fail("write to", errno);
  }

 private:
  int fd_;
  bool regular_ = false;
  OutputBuffer buffer_;
};

}  // namespace

std::unique_ptr<Sink> fd_sink(int fd, std::string name, const Grace& grace) {
  return std::make_unique<FdSink>(fd, std::move(name), grace);
}

bool is_closed_pipe(const Error& error) noexcept {
  // The error may have crossed a plug-in's status and come back as text, so it is told by its text.
  return error.kind() == Kind::output && std::string_view(error.message()).ends_with("Broken pipe");
}

}  // namespace integ::protocol
