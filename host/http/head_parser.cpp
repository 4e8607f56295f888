#include "http/head_parser.hpp"

#include "base/text.hpp"

#include <charconv>

namespace integ::http {

void HeadParser::reset() {
  status_ = 0;
  complete_ = framed_ = false;
  bytes_ = 0;
  headers_.clear();
}

void HeadParser::begin(std::string_view status_line) {
  status_ = 0;
  headers_.clear();
  framed_ = status_line.starts_with("HTTP/2");
  const std::size_t space = status_line.find(' ');
  if (space == std::string_view::npos) return;
  const std::string_view rest = trimmed(status_line.substr(space));
  std::from_chars(rest.data(), rest.data() + rest.size(), status_);
}

bool HeadParser::line(std::string_view text, std::size_t limit) {
  bytes_ += text.size();
  if (bytes_ > limit) return false;
  if (complete_) return true;  // a trailer
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
  if (text.starts_with("HTTP/")) {
    begin(text);
    return true;
  }
  if (text.empty()) {
    complete_ = status_ >= 200;
    return true;
  }
  if ((text.front() == ' ' || text.front() == '\t') && !headers_.empty()) {  // a folded line goes on
    headers_.back().value.append(" ").append(trimmed(text));
    return true;
  }
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return true;
  headers_.push_back(
      {std::string(trimmed(text.substr(0, colon))), std::string(trimmed(text.substr(colon + 1))), false});
  return true;
}

}  // namespace integ::http
