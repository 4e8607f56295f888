// What is around a format: gzip and zip. Plain functions, any thread.
#pragma once

#include "json/reader.hpp"

#include <string>
#include <string_view>

namespace integ::json {

// Several members are one text. Throws ReadError: cut, malformed, too_large.
std::string ungzip(std::string_view bytes, const ReadLimits& limits);

// One entry of a zip archive, stored or deflated: the only file in it, or the only one whose name fits `entry`, in
// which
// `*` stands for any number of characters. Folders do not count, nor what macOS adds in __MACOSX/. Names, sizes and
// checksum are those of the central directory, and the entry's own header has to agree.
// Throws ReadError: cut, malformed, too_large; refused for another number of entries (with their names), encrypted
// entries, other methods, archives in parts and zip64 (over 4 GiB).
std::string unzip(std::string_view bytes, const std::string& entry, const ReadLimits& limits);

// By their first bytes.
inline constexpr std::string_view kGzipMark = "\x1F\x8B";
bool is_gzip(std::string_view bytes) noexcept;
bool is_zip(std::string_view bytes) noexcept;

// How much was unpacked of how much, while it goes on. Throws too_large.
void check_ratio(std::string_view layer, std::size_t unpacked, std::size_t packed, const ReadLimits& limits);

}  // namespace integ::json
