// The parser behind Document: text to nodes, iteratively, with the grammar that the slicer has.
//
// RapidJSON's reader is not used here: it refuses numbers beyond a double (1e400, 2000 digits) even when it
// is told to keep their text, and it refuses the surrogate escapes that records may hold.
#pragma once

#include "json/document.hpp"
#include "json/document_storage.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace integ::json {

class DocumentBuilder {
 public:
  // Sets the root of a storage that holds its text. Throws SyntaxError.
  static void fill(Document::Storage& storage);
  static Document build(std::string text);
  // The same, where the empty array at `array_offset` stands for one whose `count` items were cut out.
  static Document build_skeleton(std::string text, std::size_t array_offset, std::uint64_t count);

 private:
  // A container that is not closed yet; its values and keys are the last ones of values_ and keys_.
  struct Open {
    bool object;
    std::size_t begin;
    std::size_t first_value;
    std::size_t first_key;
  };

  explicit DocumentBuilder(Document::Storage& storage);
  void parse();
  void parse_value();
  void parse_literal(std::string_view word, Type type, bool boolean);
  void parse_number();
  std::string_view parse_string();
  void parse_key();
  void open(bool object);
  void close();
  void skip_space() noexcept;
  [[noreturn]] void fail(const char* at, std::string message) const;
  std::size_t offset(const char* at) const noexcept { return static_cast<std::size_t>(at - begin_); }

  Document::Storage& storage_;
  const char* begin_;
  const char* end_;
  const char* p_;
  bool value_due_ = true;
  std::vector<Node> values_;
  std::vector<std::string_view> keys_;
  std::vector<Open> open_;
};

}  // namespace integ::json
