// Bytes as a server compresses them, and back by the libraries themselves.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace support {

// `text` in zlib's format that `window` names: 15 + 16 is gzip, 15 zlib, -15 raw deflate.
std::string packed(const std::string& text, int window);
inline std::string gzip(const std::string& text) { return packed(text, 15 + 16); }

// All members, or frames, of what was packed. Throw std::runtime_error where it is cut or broken.
std::string gunzipped(std::string packed);
std::string unzstd(const std::string& packed);

// A file of a zip archive, and what may be wrong with it.
struct ZipFile {
  std::string name;
  std::string text;
  std::uint16_t method = 8;        // deflated; 0 is stored
  std::uint16_t flags = 0;         // 1: encrypted; 8: sizes and checksum behind the data
  std::string local_name{};        // in its own header, where that is not `name`
  std::uint32_t wrong_crc = 0;     // what the checksum is off by
  std::uint32_t wrong_size = 0;    // what the size is off by
  std::uint32_t wrong_packed = 0;  // what the packed size is off by, in the directory
  std::uint32_t wrong_offset = 0;  // what the header's place is off by
  bool zip64 = false;              // sizes are said to stand elsewhere
};

std::string zip(const std::vector<ZipFile>& files, const std::string& comment = "");

}  // namespace support
