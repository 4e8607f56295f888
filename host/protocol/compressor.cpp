#include "protocol/compressor.hpp"

#include "base/error.hpp"

#include <zlib.h>
#include <zstd.h>

#include <array>
#include <cerrno>
#include <new>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

namespace integ::protocol {
namespace {

using Compression = FileShape::Compression;

// JSON of records shrinks to a tenth at either; the next levels take twice the time for some percent.
constexpr int kGzipLevel = 4;
constexpr int kZstdLevel = 3;
constexpr int kGzipWrapping = MAX_WBITS + 16;
constexpr std::size_t kPiece = 64UL << 10;

// Bytes in, compressed bytes out; end() closes the member or frame, and the next add() begins another.
class Compressor {
 public:
  virtual ~Compressor() = default;
  virtual void add(std::string_view bytes, std::string& out) = 0;
  virtual void end(std::string& out) = 0;
};

class Gzip final : public Compressor {
 public:
  Gzip() {
    if (deflateInit2(&stream_, kGzipLevel, Z_DEFLATED, kGzipWrapping, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
      throw std::bad_alloc();
    }
  }
  ~Gzip() override { deflateEnd(&stream_); }
  Gzip(const Gzip&) = delete;
  Gzip& operator=(const Gzip&) = delete;

  void add(std::string_view bytes, std::string& out) override { run(bytes, Z_NO_FLUSH, out); }
  void end(std::string& out) override {
    run({}, Z_FINISH, out);
    deflateReset(&stream_);
  }

 private:
  void run(std::string_view bytes, int flush, std::string& out) {
    // zlib counts in 32 bits; a part of a write is never that long, but who knows.
    do {
      const std::string_view now = bytes.substr(0, 1UL << 30);
      bytes.remove_prefix(now.size());
      stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(now.data()));
      stream_.avail_in = static_cast<uInt>(now.size());
      do {
        stream_.next_out = reinterpret_cast<Bytef*>(buffer_.data());
        stream_.avail_out = static_cast<uInt>(buffer_.size());
        deflate(&stream_, flush);
        out.append(buffer_.data(), buffer_.size() - stream_.avail_out);
      } while (stream_.avail_out == 0);
    } while (!bytes.empty());
  }

  z_stream stream_{};
  std::array<char, kPiece> buffer_{};
};

class Zstd final : public Compressor {
 public:
  Zstd() : context_(ZSTD_createCCtx()) {
    if (context_ == nullptr) throw std::bad_alloc();
    ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel, kZstdLevel);
    ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_checksumFlag, 1);
  }
  void add(std::string_view bytes, std::string& out) override { run(bytes, ZSTD_e_continue, out); }
  void end(std::string& out) override { run({}, ZSTD_e_end, out); }

 private:
  struct Free {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  };

  void run(std::string_view bytes, ZSTD_EndDirective how, std::string& out) {
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    for (bool done = false; !done;) {
      ZSTD_outBuffer to{buffer_.data(), buffer_.size(), 0};
      const std::size_t left = ZSTD_compressStream2(context_.get(), &to, &in, how);
      if (ZSTD_isError(left) != 0) throw Error(Kind::output, std::string("zstd: ") + ZSTD_getErrorName(left));
      out.append(buffer_.data(), to.pos);
      done = how == ZSTD_e_end ? left == 0 : in.pos == in.size;
    }
  }

  std::unique_ptr<ZSTD_CCtx, Free> context_;
  std::array<char, kPiece> buffer_{};
};

class CompressedSink final : public Sink {
 public:
  CompressedSink(std::unique_ptr<Sink> inner, Compression compression) : inner_(std::move(inner)) {
    if (compression == Compression::gzip) {
      compressor_ = std::make_unique<Gzip>();
    } else {
      compressor_ = std::make_unique<Zstd>();
    }
  }

  void write(std::span<const std::string_view> parts) override {
    for (const std::string_view part : parts) {
      if (part.empty()) continue;
      compressor_->add(part, made_);
      open_ = true;
    }
    if (made_.size() >= kPiece) hand_on();
  }
  void flush() override {
    hand_on();
    inner_->flush();
  }
  void sync() override {
    if (std::exchange(open_, false)) compressor_->end(made_);
    hand_on();
    inner_->sync();
  }
  bool safe_when_flushed() const noexcept override { return false; }
  std::uint64_t file_bytes() const noexcept override { return inner_->file_bytes() + made_.size(); }

 private:
  void hand_on() {
    if (made_.empty()) return;
    const std::string_view part = made_;
    inner_->write(std::span(&part, 1));
    made_.clear();
  }

  std::unique_ptr<Sink> inner_;
  std::unique_ptr<Compressor> compressor_;
  std::string made_;   // compressed, not handed on yet
  bool open_ = false;  // a member or frame has begun
};

// Reads a file from its beginning and remembers where the last whole member ended.
class Members {
 public:
  virtual ~Members() = default;
  // False: broken from here on.
  virtual bool take(std::string_view bytes) = 0;
  virtual std::string_view name() const = 0;  // as the option `compression` has it
  off_t whole() const { return whole_; }

 protected:
  off_t read_ = 0;
  off_t whole_ = 0;
};

class GzipMembers final : public Members {
 public:
  GzipMembers() {
    if (inflateInit2(&stream_, kGzipWrapping) != Z_OK) throw std::bad_alloc();
  }
  ~GzipMembers() override { inflateEnd(&stream_); }
  GzipMembers(const GzipMembers&) = delete;
  GzipMembers& operator=(const GzipMembers&) = delete;

  std::string_view name() const override { return "gzip"; }
  bool take(std::string_view bytes) override {
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream_.avail_in = static_cast<uInt>(bytes.size());
    while (stream_.avail_in > 0) {
      stream_.next_out = reinterpret_cast<Bytef*>(nobody_.data());
      stream_.avail_out = static_cast<uInt>(nobody_.size());
      const int result = inflate(&stream_, Z_NO_FLUSH);
      if (result == Z_STREAM_END) {
        whole_ = read_ + static_cast<off_t>(bytes.size() - stream_.avail_in);
        inflateReset(&stream_);
      } else if (result != Z_OK && result != Z_BUF_ERROR) {
        return false;
      }
    }
    read_ += static_cast<off_t>(bytes.size());
    return true;
  }

 private:
  z_stream stream_{};
  std::array<char, kPiece> nobody_{};
};

class ZstdFrames final : public Members {
 public:
  ZstdFrames() : context_(ZSTD_createDCtx()) {
    if (context_ == nullptr) throw std::bad_alloc();
  }
  std::string_view name() const override { return "zstd"; }
  bool take(std::string_view bytes) override {
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    while (in.pos < in.size) {
      ZSTD_outBuffer to{nobody_.data(), nobody_.size(), 0};
      const std::size_t left = ZSTD_decompressStream(context_.get(), &to, &in);
      if (ZSTD_isError(left) != 0) return false;
      if (left == 0) whole_ = read_ + static_cast<off_t>(in.pos);
    }
    read_ += static_cast<off_t>(bytes.size());
    return true;
  }

 private:
  struct Free {
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
  };
  std::unique_ptr<ZSTD_DCtx, Free> context_;
  std::array<char, kPiece> nobody_{};
};

}  // namespace

Compression compression_of(std::string_view name) {
  if (name == "gzip") return Compression::gzip;
  return name == "zstd" ? Compression::zstd : Compression::none;
}

std::unique_ptr<Sink> compressed(std::unique_ptr<Sink> inner, Compression compression) {
  if (compression == Compression::none) return inner;
  return std::make_unique<CompressedSink>(std::move(inner), compression);
}

off_t whole_members(Compression compression, int fd, const std::string& path) {
  std::unique_ptr<Members> members;
  if (compression == Compression::gzip) {
    members = std::make_unique<GzipMembers>();
  } else {
    members = std::make_unique<ZstdFrames>();
  }
  std::vector<char> piece(kPiece);
  for (off_t at = 0;;) {
    const ssize_t got = ::pread(fd, piece.data(), piece.size(), at);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      throw Error(Kind::output, "cannot read " + path + ": " + std::generic_category().message(errno));
    }
    if (got == 0) break;
    if (!members->take({piece.data(), static_cast<std::size_t>(got)})) {
      // A run that was killed leaves a torn end behind what it had synced, or a first piece without its end. This is
      // neither, so it is somebody else's.
      if (members->whole() > 0) break;
      throw Error(Kind::output, "cannot append to " + path +
                                    ": nothing in it can be read; it is not compressed as `compression: " +
                                    std::string(members->name()) + "` says");
    }
    at += got;
  }
  return members->whole();
}

}  // namespace integ::protocol
