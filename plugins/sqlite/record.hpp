// One record's text, read once from left to right, without a tree: members at the top level, values as slices.
//
// RapidJSON would do but for two things that a record needs: lone surrogates are no error here, and the raw
// text of a nested value is what is stored. The host has checked that a record is JSON, so what is read
// here is only kept inside its bounds; text that isn't JSON throws INTEG_E_MALFORMED.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace integ_sqlite {

enum class Kind { null, boolean, number, string, nested };

// A value inside the record. `raw` is its JSON text; of a string what is between the quotes.
struct Value {
  Kind kind = Kind::null;
  std::string_view raw;
  bool escaped = false;  // a string with a backslash in it
};

struct Member {
  Value name;  // always a string
  Value value;
};

//   RecordReader reader(text);
//   for (Member member; reader.next(member);) ...
class RecordReader {
 public:
  // `object` is the text of a JSON object.
  explicit RecordReader(std::string_view object);
  bool next(Member& member);

 private:
  std::string_view text_;
  std::size_t at_ = 0;
  bool first_ = true;
};

// The text of a string: `raw` itself, or its unescaped form appended to `arena`, whose capacity has to be
// there already (at most raw.size()), so that what was handed out before stays where it is. The escape of a
// lone surrogate is kept as the six characters that it is, for UTF-8 has no bytes for it.
std::string_view text_of(const Value& string, std::string& arena);

// The value that the steps lead to inside a nested one; nullopt where they lead nowhere.
std::optional<Value> look_up(const Value& value, const std::vector<std::string>& steps);

// RFC 6901: "/a~1b/0" -> {"a/b", "0"}, and one step back.
std::vector<std::string> steps_of(std::string_view pointer);
std::string pointer_to(std::string_view member);

}  // namespace integ_sqlite
