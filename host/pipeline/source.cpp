#include "pipeline/source.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace integ::pipeline {
namespace {

std::string with_line_feeds(const std::string& text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r') {
      out += text[i];
    } else if (i + 1 == text.size() || text[i + 1] != '\n') {
      out += '\n';
    }
  }
  return out;
}

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

}  // namespace

Source::Source(std::string file, std::string text) : file_(std::move(file)) {
  if (looks_like_utf16(text)) {
    throw Error(Kind::config, "the file is UTF-16; expected UTF-8").at({.file = file_, .line = 1, .column = 1});
  }
  if (text.starts_with(kByteOrderMark)) text.erase(0, kByteOrderMark.size());
  text_ = with_line_feeds(text);
  lines_.push_back(0);
  for (std::size_t i = 0; i < text_.size(); ++i) {
    if (text_[i] == '\n') lines_.push_back(i + 1);
  }
  if (const std::size_t bad = find_invalid_utf8(text_); bad != std::string::npos) {
    throw Error(Kind::config, "a byte that is no UTF-8; expected a file in UTF-8").at(where(bad));
  }
  const auto control = std::find_if(text_.begin(), text_.end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n') || c == 0x7F;
  });
  if (control != text_.end()) {
    throw Error(Kind::config, "a control character, which YAML doesn't allow; in double quotes it can be written \\xNN")
        .at(where(static_cast<std::size_t>(control - text_.begin())));
  }
}

Where Source::where(int line, int byte) const {
  if (line < 0 || byte < 0) return {.file = file_};
  const std::size_t begin = lines_[std::min(static_cast<std::size_t>(line), lines_.size() - 1)];
  return where(std::min(begin + static_cast<std::size_t>(byte), text_.size()));
}

Where Source::where(std::size_t offset) const {
  const auto line = std::upper_bound(lines_.begin(), lines_.end(), offset) - 1;
  const auto column = std::count_if(text_.begin() + static_cast<std::ptrdiff_t>(*line),
                                    text_.begin() + static_cast<std::ptrdiff_t>(offset),
                                    [](char c) { return !continues_character(c); });
  return {.file = file_, .line = static_cast<int>(line - lines_.begin()) + 1, .column = static_cast<int>(column) + 1};
}

std::size_t Source::offset(int line, int column) const {
  if (line < 1 || static_cast<std::size_t>(line) > lines_.size()) return text_.size();
  std::size_t at = lines_[static_cast<std::size_t>(line) - 1];
  for (int i = 1; i < column && at < text_.size(); ++i) {
    ++at;
    while (at < text_.size() && continues_character(text_[at])) ++at;
  }
  return at;
}

std::string_view Source::line(int line) const {
  const std::size_t begin = offset(line, 1);
  return std::string_view(text_).substr(begin, text_.find('\n', begin) - begin);
}

}  // namespace integ::pipeline
