// Zip archives, as far as answers are ones: APPNOTE.TXT 6.3, without zip64, encryption and spanning.
#include "base/inflate.hpp"
#include "base/text.hpp"
#include "json/unpack.hpp"

#include <zlib.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

namespace integ::json {
namespace {

using Why = ReadError::Why;

constexpr std::uint32_t kLocalHeader = 0x04034B50;
constexpr std::uint32_t kCentralHeader = 0x02014B50;
constexpr std::uint32_t kEnd = 0x06054B50;
constexpr std::size_t kLocalSize = 30;
constexpr std::size_t kCentralSize = 46;
constexpr std::size_t kEndSize = 22;
constexpr std::size_t kLongestComment = 0xFFFF;
constexpr std::uint32_t kIn64 = 0xFFFFFFFF;  // "see the zip64 field"
constexpr std::uint16_t kIn64Short = 0xFFFF;
constexpr std::size_t kNamesShown = 10;

[[noreturn]] void fail(Why why, const std::string& what) { throw ReadError{why, "zip: " + what}; }

// Little-endian numbers at an offset, checked.
class Bytes {
 public:
  explicit Bytes(std::string_view bytes) : bytes_(bytes) {}
  std::string_view part(std::size_t at, std::size_t size) const {
    if (at > bytes_.size() || size > bytes_.size() - at) {
      fail(Why::malformed, "a part at byte " + std::to_string(at) + " lies outside of the archive");
    }
    return bytes_.substr(at, size);
  }
  std::uint16_t u16(std::size_t at) const {
    const std::string_view two = part(at, 2);
    return static_cast<std::uint16_t>(static_cast<unsigned char>(two[0]) | (static_cast<unsigned char>(two[1]) << 8));
  }
  std::uint32_t u32(std::size_t at) const { return std::uint32_t{u16(at)} | (std::uint32_t{u16(at + 2)} << 16); }
  std::size_t size() const { return bytes_.size(); }

 private:
  std::string_view bytes_;
};

struct Entry {
  std::string_view name;
  std::uint16_t flags = 0;
  std::uint16_t method = 0;
  std::uint32_t crc = 0;
  std::uint32_t packed = 0;
  std::uint32_t unpacked = 0;
  std::uint32_t local = 0;
};

// From behind, since a comment of any size may follow; it has to reach to the archive's end exactly.
std::size_t find_end(const Bytes& zip, std::string_view bytes) {
  for (std::size_t back = kEndSize; back <= std::min(bytes.size(), kEndSize + kLongestComment); ++back) {
    const std::size_t at = bytes.size() - back;
    if (zip.u32(at) == kEnd && zip.u16(at + 20) == back - kEndSize) return at;
  }
  if (is_zip(bytes)) fail(Why::cut, "the archive ends too early: its directory is missing");
  fail(Why::malformed, "this is no zip archive");
}

bool is_file(std::string_view name) { return !name.ends_with('/') && !name.starts_with("__MACOSX/"); }

std::vector<Entry> files_in(const Bytes& zip, std::size_t end) {
  if (zip.u16(end + 4) != 0 || zip.u16(end + 6) != 0)
    fail(Why::refused, "this is a part of an archive in several parts");
  const std::uint16_t count = zip.u16(end + 10);
  std::size_t at = zip.u32(end + 16);
  if (count == kIn64Short || at == kIn64) fail(Why::refused, "zip64 archives can't be read here");
  std::vector<Entry> files;
  for (std::uint16_t i = 0; i < count; ++i) {
    if (zip.u32(at) != kCentralHeader) {
      fail(Why::malformed, "no entry of the directory at byte " + std::to_string(at));
    }
    Entry entry{zip.part(at + kCentralSize, zip.u16(at + 28)),
                zip.u16(at + 8),
                zip.u16(at + 10),
                zip.u32(at + 16),
                zip.u32(at + 20),
                zip.u32(at + 24),
                zip.u32(at + 42)};
    at += kCentralSize + entry.name.size() + zip.u16(at + 30) + zip.u16(at + 32);
    if (is_file(entry.name)) files.push_back(entry);
  }
  if (at > end) fail(Why::malformed, "the directory runs over its end");
  return files;
}

// `*` for any number of characters; else byte for byte.
bool fits(std::string_view name, std::string_view pattern) {
  std::optional<std::size_t> star;  // behind the last one
  std::size_t taken = 0;            // how much of the name the text behind it was tried at
  std::size_t n = 0;
  std::size_t p = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = ++p;
      taken = n;
    } else if (p < pattern.size() && pattern[p] == name[n]) {
      ++p;
      ++n;
    } else if (star) {
      p = *star;
      n = ++taken;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

std::string names_of(const std::vector<Entry>& files) {
  std::vector<std::string> names;
  for (const Entry& file : files) {
    if (names.size() == kNamesShown) {
      names.push_back(std::to_string(files.size() - kNamesShown) + " more");
      break;
    }
    names.push_back(sanitised(file.name, 80));
  }
  return names.empty() ? "none" : listed(names);
}

const Entry& chosen(const std::vector<Entry>& files, const std::string& wanted) {
  const Entry* found = nullptr;
  for (const Entry& file : files) {
    if (!wanted.empty() && !fits(file.name, wanted)) continue;
    if (found != nullptr) {
      fail(Why::refused, (wanted.empty() ? "there are several files in it, one has to be named, as in zip?entry=NAME"
                                         : "several files fit entry=" + wanted) +
                             ": " + names_of(files));
    }
    found = &file;
  }
  if (found == nullptr) {
    fail(Why::refused,
         wanted.empty() ? "there is no file in it" : "no file fits entry=" + wanted + ": " + names_of(files));
  }
  return *found;
}

// Where the entry's data lies, after its own header was compared.
std::string_view data_of(const Bytes& zip, const Entry& entry, const std::string& name) {
  if (zip.u32(entry.local) != kLocalHeader) {
    fail(Why::malformed, "no header of " + name + " at byte " + std::to_string(entry.local));
  }
  const std::uint16_t name_size = zip.u16(entry.local + 26);
  const std::size_t data = std::size_t{entry.local} + kLocalSize + name_size + zip.u16(entry.local + 28);
  if (zip.part(entry.local + kLocalSize, name_size) != entry.name || zip.u16(entry.local + 8) != entry.method) {
    fail(Why::malformed, "directory and header of " + name + " do not agree");
  }
  return zip.part(data, entry.packed);
}

std::string inflated(std::string_view data, const Entry& entry, const std::string& name, const ReadLimits& limits) {
  const std::unique_ptr<MemberInflater> member = member_inflater();
  member->begin(Wrapping::raw);
  std::string out;
  std::string buffer(kInflateStep, '\0');
  std::string_view left = data;
  try {
    while (!member->complete()) {
      const std::size_t before = left.size();
      const std::size_t made = member->unpack(left, buffer.data(), buffer.size());
      out.append(buffer, 0, made);
      if (out.size() > entry.unpacked) break;  // more than it says
      check_ratio("zip", out.size(), data.size(), limits);
      if (made == 0 && left.size() == before) break;  // nothing comes any more
    }
  } catch (const InflateError& error) {
    fail(Why::malformed, name + ": " + error.message);
  }
  // A few bytes more may go unseen, since ISA-L reads ahead; size and checksum are what holds.
  if (!member->complete() || !left.empty()) fail(Why::malformed, name + " does not end where the directory says");
  return out;
}

}  // namespace

bool is_zip(std::string_view bytes) noexcept {
  return bytes.starts_with("PK\x03\x04") || bytes.starts_with("PK\x05\x06");
}

std::string unzip(std::string_view bytes, const std::string& entry, const ReadLimits& limits) {
  const Bytes zip(bytes);
  if (bytes.empty()) fail(Why::cut, "the body is empty");
  const std::vector<Entry> files = files_in(zip, find_end(zip, bytes));
  const Entry& file = chosen(files, entry);
  const std::string name = sanitised(file.name, 80);
  if ((file.flags & 1U) != 0) fail(Why::refused, name + " is encrypted");
  if (file.packed == kIn64 || file.unpacked == kIn64 || file.local == kIn64) {
    fail(Why::refused, name + " is a zip64 entry, which can't be read here");
  }
  check_size("zip", file.unpacked, limits);
  const std::string_view data = data_of(zip, file, name);
  constexpr std::uint16_t kStored = 0;
  constexpr std::uint16_t kDeflated = 8;
  if (file.method != kStored && file.method != kDeflated) {
    fail(Why::refused, name + " is packed by method " + std::to_string(file.method) +
                           ", only stored and deflated files can be read here");
  }
  std::string out = file.method == kStored ? std::string(data) : inflated(data, file, name, limits);
  if (out.size() != file.unpacked) fail(Why::malformed, name + " is not as large as the directory says");
  const uLong crc = crc32_z(0, reinterpret_cast<const Bytef*>(out.data()), out.size());
  if (crc != file.crc) fail(Why::malformed, name + ": incorrect checksum");
  return out;
}

}  // namespace integ::json
