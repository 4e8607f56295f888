// The members of a valid JSON object, or the items of an array, one after the other, values skipped and not parsed.
//
//   MemberWalk walk(object);
//   while (walk.next()) use(walk.key(), walk.value());
//
// Text that is not valid JSON never makes it read outside; it throws Error of kind internal instead.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace integ::json {

class MemberWalk {
 public:
  // `text` is an object or an array, maybe with white space around it.
  explicit MemberWalk(std::string_view text);

  bool next();
  // Of a member: as it stands between its quotes, and unescaped when it has to be.
  std::string_view raw_key() const noexcept { return raw_key_; }
  std::string_view key() const noexcept { return key_is_raw_ ? raw_key_ : std::string_view(key_); }
  std::string_view value() const noexcept { return value_; }

 private:
  bool object_;
  std::string_view text_;
  std::size_t at_ = 0;
  std::string_view raw_key_;
  std::string key_;
  bool key_is_raw_ = true;
  std::string_view value_;
};

// The first byte that is no white space, at or behind `at`.
std::size_t skip_blank(std::string_view text, std::size_t at) noexcept;
// Behind the value that begins at `at`. The same error as MemberWalk.
std::size_t skip_value(std::string_view text, std::size_t at);

}  // namespace integ::json
