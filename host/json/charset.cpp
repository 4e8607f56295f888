#include "json/charset.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <iconv.h>
#include <new>

namespace integ::json {
namespace {

using Why = ReadError::Why;

constexpr std::size_t kStep = 64u << 10;
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

// Owns one conversion.
class Converter {
 public:
  explicit Converter(const std::string& from) : handle_(iconv_open("UTF-8", from.c_str())) {}
  ~Converter() {
    if (known()) iconv_close(handle_);
  }
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;

  bool known() const { return handle_ != reinterpret_cast<iconv_t>(-1); }

  enum class Ended { all, full, invalid, inside };
  // Converts from the front of `bytes`, which it shortens by what it used.
  Ended convert(std::string_view& bytes, std::string& out) {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): a buffer is written before it is read
    std::array<char, kStep> buffer;
    char* to = buffer.data();
    std::size_t room = buffer.size();
    // iconv's interface is not const-correct; it never writes to its input.
    char* from = const_cast<char*>(bytes.data());
    std::size_t left = bytes.size();
    const std::size_t code = left > 0 ? iconv(handle_, &from, &left, &to, &room)
                                      : iconv(handle_, nullptr, nullptr, &to, &room);  // what a shift state still holds
    const int why = errno;
    bytes.remove_prefix(bytes.size() - left);
    out.append(buffer.data(), to);
    if (code != static_cast<std::size_t>(-1)) return Ended::all;
    if (why == E2BIG) return Ended::full;
    return why == EINVAL ? Ended::inside : Ended::invalid;
  }

 private:
  iconv_t handle_;
};

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 40 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.' || c == ':' || c == '+';
  });
}

}  // namespace

bool is_charset(const std::string& name) { return is_name(name) && Converter(name).known(); }

bool is_utf8_name(std::string_view charset) noexcept {
  for (const std::string_view name : {"utf-8", "utf8", "us-ascii", "ascii"}) {
    if (equal_ignoring_case(charset, name)) return true;
  }
  return false;
}

std::size_t unit_of(std::string_view charset) {
  const std::string name = lower(charset);
  if (name.starts_with("utf-16") || name.starts_with("utf16") || name.starts_with("ucs-2")) return 2;
  if (name.starts_with("utf-32") || name.starts_with("utf32") || name.starts_with("ucs-4")) return 4;
  return 1;
}

std::string charset_of(std::string_view content_type) {
  for (std::size_t at = content_type.find(';'); at != std::string_view::npos;) {
    const std::size_t end = content_type.find(';', at + 1);
    const std::string_view parameter = trimmed(content_type.substr(at + 1, end - at - 1));
    const std::size_t equals = parameter.find('=');
    if (equals != std::string_view::npos && equal_ignoring_case(trimmed(parameter.substr(0, equals)), "charset")) {
      std::string_view value = trimmed(parameter.substr(equals + 1));
      if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
      return std::string(value);
    }
    at = end;
  }
  return {};
}

ByteOrderMark byte_order_mark(std::string_view bytes) noexcept {
  using namespace std::string_view_literals;
  if (bytes.starts_with(kByteOrderMark)) return {"UTF-8", kByteOrderMark.size()};
  if (bytes.starts_with("\xFF\xFE\0\0"sv)) return {"UTF-32LE", 4};
  if (bytes.starts_with("\0\0\xFE\xFF"sv)) return {"UTF-32BE", 4};
  if (bytes.starts_with("\xFF\xFE"sv)) return {"UTF-16LE", 2};
  if (bytes.starts_with("\xFE\xFF"sv)) return {"UTF-16BE", 2};
  return {};
}

std::string to_utf8(std::string_view layer, std::string_view bytes, const std::string& charset,
                    const ReadLimits& limits, std::uint64_t& replaced) {
  if (!is_charset(charset)) {
    throw ReadError{Why::refused, fmt::format("{}: the text's charset is said to be '{}', which is not known here; the "
                                              "option charset= can say another one",
                                              layer, sanitised(charset, 40))};
  }
  const std::size_t unit = unit_of(charset);
  Converter converter(charset);
  std::string out;
  out.reserve(bytes.size() + bytes.size() / 8);
  std::string_view left = bytes;
  for (bool more = true; more;) {
    check_size(layer, out.size(), limits);
    const bool last = left.empty();
    switch (converter.convert(left, out)) {
      case Converter::Ended::all:
        more = !last;
        break;
      case Converter::Ended::full:
        break;
      case Converter::Ended::inside:
        throw ReadError{Why::cut, fmt::format("{}: the text ends inside a character of {} (byte {})", layer, charset,
                                              bytes.size() - left.size())};
      case Converter::Ended::invalid:
        out += kReplacement;
        ++replaced;
        left.remove_prefix(std::min(unit, left.size()));
        break;
    }
  }
  return out;
}

}  // namespace integ::json
