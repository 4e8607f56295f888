// The text of a YAML file, as the parser is to see it, and the way from its places to an operator's.
#pragma once

#include "base/error.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace integ::pipeline {

class Source {
 public:
  // Drops a byte order mark and makes every line break a LF, so that lines are counted as editors do. Throws
  // Error with the place where the text is not UTF-8 or holds control characters.
  Source(std::string file, std::string text);

  const std::string& file() const noexcept { return file_; }
  const std::string& text() const noexcept { return text_; }
  // Of a line and a byte in it, both from 0 as yaml-cpp counts, in lines and characters from 1.
  Where where(int line, int byte) const;
  // Of an offset into the text.
  Where where(std::size_t offset) const;
  // The other way, from a line and a character from 1.
  std::size_t offset(int line, int column) const;
  std::string_view line(int line) const;  // from 1

 private:
  std::string file_;
  std::string text_;
  std::vector<std::size_t> lines_;  // where each begins
};

}  // namespace integ::pipeline
