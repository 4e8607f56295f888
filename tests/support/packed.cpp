#include "support/packed.hpp"

#include <zlib.h>
#include <zstd.h>

#include <array>
#include <memory>
#include <stdexcept>

namespace support {
namespace {

void u16(std::string& out, std::size_t value) {
  out += static_cast<char>(value & 0xFF);
  out += static_cast<char>((value >> 8) & 0xFF);
}

void u32(std::string& out, std::size_t value) {
  u16(out, value & 0xFFFF);
  u16(out, (value >> 16) & 0xFFFF);
}

// What header and directory have alike.
void common(std::string& out, const ZipFile& file, std::size_t packed_size, bool known) {
  u16(out, 20);
  u16(out, file.flags);
  u16(out, file.method);
  u32(out, 0);  // time and date
  const auto* bytes = reinterpret_cast<const Bytef*>(file.text.data());
  u32(out, known ? (crc32_z(0, bytes, file.text.size()) + file.wrong_crc) & 0xFFFFFFFF : 0);
  u32(out, !known ? 0 : file.zip64 ? 0xFFFFFFFF : packed_size);
  u32(out, !known ? 0 : file.zip64 ? 0xFFFFFFFF : file.text.size() + file.wrong_size);
}

}  // namespace

std::string packed(const std::string& text, int window) {
  z_stream stream{};
  if (deflateInit2(&stream, 6, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY) != Z_OK) throw std::runtime_error("zlib");
  std::string out(compressBound(text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int code = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  if (code != Z_STREAM_END) throw std::runtime_error("zlib");
  return out;
}

std::string zip(const std::vector<ZipFile>& files, const std::string& comment) {
  std::string out;
  std::string directory;
  for (const ZipFile& file : files) {
    const std::string data = file.method == 8 ? packed(file.text, -15) : file.text;
    const std::string& own_name = file.local_name.empty() ? file.name : file.local_name;
    u32(directory, 0x02014B50);
    u16(directory, 20);
    common(directory, file, data.size() + file.wrong_packed, true);
    u16(directory, file.name.size());
    for (int i = 0; i < 4; ++i) u16(directory, 0);  // extra, comment, disk, attributes
    u32(directory, 0);
    u32(directory, out.size() + file.wrong_offset);
    directory += file.name;
    u32(out, 0x04034B50);
    common(out, file, data.size(), (file.flags & 8U) == 0);
    u16(out, own_name.size());
    u16(out, 4);  // an extra field, which the directory does not have
    out += own_name + std::string("\x34\x12\0\0", 4) + data;
    if ((file.flags & 8U) != 0) out += "PK\x07\x08............";
  }
  const std::size_t at = out.size();
  out += directory;
  u32(out, 0x06054B50);
  u32(out, 0);
  u16(out, files.size());
  u16(out, files.size());
  u32(out, directory.size());
  u32(out, at);
  u16(out, comment.size());
  return out + comment;
}

std::string gunzipped(std::string packed) {
  z_stream stream{};
  if (inflateInit2(&stream, MAX_WBITS + 16) != Z_OK) throw std::runtime_error("zlib");
  const std::unique_ptr<z_stream, decltype(&inflateEnd)> end(&stream, &inflateEnd);
  stream.next_in = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_in = static_cast<uInt>(packed.size());
  std::string out;
  std::array<char, 65536> piece{};
  int result = Z_STREAM_END;
  while (stream.avail_in > 0 || result == Z_OK) {
    if (result == Z_STREAM_END) inflateReset(&stream);
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = static_cast<uInt>(piece.size());
    result = inflate(&stream, Z_NO_FLUSH);
    out.append(piece.data(), piece.size() - stream.avail_out);
    if (result != Z_OK && result != Z_STREAM_END) break;
  }
  if (result != Z_STREAM_END) throw std::runtime_error("a gzip file that is cut or broken");
  return out;
}

std::string unzstd(const std::string& packed) {
  const std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> context(ZSTD_createDCtx(), &ZSTD_freeDCtx);
  ZSTD_inBuffer in{packed.data(), packed.size(), 0};
  std::string out;
  std::array<char, 65536> piece{};
  std::size_t left = 0;
  while (in.pos < in.size) {
    ZSTD_outBuffer to{piece.data(), piece.size(), 0};
    left = ZSTD_decompressStream(context.get(), &to, &in);
    if (ZSTD_isError(left) != 0) break;
    out.append(piece.data(), to.pos);
  }
  if (left != 0) throw std::runtime_error("a zstd file that is cut or broken");
  return out;
}

}  // namespace support
