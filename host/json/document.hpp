// JSON documents: parsed once, read by pointer, numbers with their own text.
//
//   Document doc = Document::parse(R"({"a":{"b":1.10}})");
//   const Node* b = doc.find("/a/b");       // b->text == "1.10"
//
// A Document owns its text and its nodes; nodes are immutable and live as long as it does. Parsing is
// iterative (a recursive parse of 200 KB of '[' overflows the stack), with a depth limit of 1024, and takes
// what the slicer takes (document_builder.hpp). A moved Document keeps its nodes' addresses; the one that it was
// moved from can only be assigned or destroyed. Reading is safe from every thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace integ::json {

inline constexpr std::size_t kMaxDepth = 1024;

enum class Type { null, boolean, integer /* fits int64 */, number, string, array, object };

// One value. `text` is a string's unescaped bytes, a number's own digits, "true"/"false"/"null", or the
// raw JSON text of an array or object. An elided array (records cut out of it) has a count but no items.
struct Node {
  Type type = Type::null;
  bool elided = false;
  bool boolean = false;
  std::int64_t integer = 0;
  double number = 0;  // integer and number
  std::string_view text;
  std::uint64_t count = 0;                 // of an array or object
  const Node* items = nullptr;             // `count` values side by side, unless elided
  const std::string_view* keys = nullptr;  // of an object, unescaped, beside `items`

  // The member with that key (the first, where a key comes twice), or nullptr.
  const Node* member(std::string_view key) const noexcept;
  // Shorthand for reading: the text of a string member, or "".
  std::string_view string(std::string_view key) const noexcept;
  bool is_object() const noexcept { return type == Type::object; }
  bool is_array() const noexcept { return type == Type::array; }
  bool is_string() const noexcept { return type == Type::string; }
};

// Where an ill-formed text breaks, for callers that word their own message.
struct SyntaxError {
  std::size_t offset = 0;
  std::string message;
};

class Document {
 public:
  // Throws Error of kind malformed with line, column and a piece of the text; `name` says whose text it
  // is ("--config config.json"). A byte order mark is skipped; trailing text is an error.
  static Document parse(std::string text, std::string_view name = {});
  // JSON null.
  Document();
  Document(Document&&) noexcept;
  Document& operator=(Document&&) noexcept;
  ~Document();

  const Node& root() const noexcept;
  const std::string& text() const noexcept;
  // Of a skeleton: where the empty array stands in its text whose items were cut out, and how many they were.
  struct Elision {
    std::size_t offset = 0;
    std::uint64_t count = 0;
  };
  const std::optional<Elision>& elision() const noexcept;
  // By RFC 6901 pointer from the root; nullptr where nothing is. Throws Error of kind config for an
  // ill-formed pointer.
  const Node* find(std::string_view pointer) const;

 private:
  friend class DocumentBuilder;
  struct Storage;
  explicit Document(std::unique_ptr<Storage> storage);
  std::unique_ptr<Storage> storage_;
};

// From any node. The same errors as Document::find.
const Node* find(const Node& from, std::string_view pointer);

}  // namespace integ::json
