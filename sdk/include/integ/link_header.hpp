// Link header fields (RFC 8288): what Response::link_header() reads.
//
//   Link: <https://api.example.com/items?page=2&ids=1,2>; type="x"; REL="first Next", </items?page=9>; rel=last
//
// A target ends at its '>', whatever stands inside; several fields are one list; names and relations are
// compared without regard to case; one `rel` may hold several relations, and only the first `rel` of a link
// counts. A link with an `anchor` speaks of another page than this one and is passed over.
#pragma once

#include <integ/text.hpp>
#include <integ/url.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace integ {
inline namespace v1 {
namespace detail {

// Reads one field from left to right.
class LinkReader {
 public:
  explicit LinkReader(std::string_view field) : text_(field) {}

  // The target of the first link of that relation (in lower case); "" where there is none.
  std::string find(std::string_view relation) {
    while (to_target()) {
      const std::string_view target = until('>');
      bool has_relation = false, has_rel = false, elsewhere = false;
      while (parameter()) {
        elsewhere = elsewhere || name_ == "anchor";
        if (name_ == "rel" && !has_rel) {
          has_rel = true;
          has_relation = is_among(relation, lower(value_));
        }
      }
      if (has_relation && !elsewhere) return std::string(target);
    }
    return {};
  }

 private:
  static bool is_space(char c) { return c == ' ' || c == '\t'; }
  bool more() const { return at_ < text_.size(); }
  void skip_space() {
    while (more() && is_space(text_[at_])) ++at_;
  }
  bool take(char c) {
    if (!more() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  // Behind the next '<'.
  bool to_target() {
    while (more() && text_[at_] != '<') ++at_;
    return take('<');
  }
  std::string_view until(char end) {
    const std::size_t found = text_.find(end, at_);
    const std::string_view out = text_.substr(at_, found == text_.npos ? text_.npos : found - at_);
    at_ = found == text_.npos ? text_.size() : found + 1;
    return out;
  }
  // The next `; name=value` of this link; false at its end.
  bool parameter() {
    skip_space();
    if (!take(';')) return false;
    skip_space();
    const std::size_t begin = at_;
    while (more() && std::string_view("=;, \t").find(text_[at_]) == std::string_view::npos) ++at_;
    name_ = lower(text_.substr(begin, at_ - begin));
    value_.clear();
    skip_space();
    if (!take('=')) return true;
    skip_space();
    // Single quotes are no quotes in RFC 8288, but servers write them, and other clients take them.
    const char quote = more() && text_[at_] == '\'' ? '\'' : '"';
    if (take(quote)) {
      while (more() && text_[at_] != quote) {
        if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
        value_ += text_[at_++];
      }
      take(quote);
    } else {
      while (more() && text_[at_] != ';' && text_[at_] != ',') value_ += text_[at_++];
    }
    return true;
  }
  static bool is_among(std::string_view relation, std::string_view relations) {
    for (std::size_t begin = 0; begin < relations.size();) {
      const std::size_t end = std::min(relations.find_first_of(" \t", begin), relations.size());
      if (relations.substr(begin, end - begin) == relation) return true;
      begin = end + 1;
    }
    return false;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string name_, value_;  // of the last parameter
};

}  // namespace detail

// The target in one Link field, as it stands there; "" where it has no such relation.
inline std::string link_target(std::string_view field, std::string_view relation) {
  return detail::LinkReader(field).find(detail::lower(relation));
}

}  // namespace v1
}  // namespace integ
