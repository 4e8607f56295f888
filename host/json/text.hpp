// JSON text: written, cut and merged without parsing values into trees. Plain functions, any thread.
#pragma once

#include "json/document.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace integ::json {

// Appends "..." with what RFC 8259 wants escaped; invalid UTF-8 becomes U+FFFD.
void append_quoted(std::string& out, std::string_view text);
std::string quoted(std::string_view text);
// What stands between the quotes; bytes that are no UTF-8 stay as they are, for the slicer to deal with.
void append_escaped(std::string& out, std::string_view text);

// An object put together member by member:  ObjectWriter(out).text("name", n).raw("schema", s).close();
class ObjectWriter {
 public:
  explicit ObjectWriter(std::string& out) : out_(out) { out_ += '{'; }
  ObjectWriter& text(std::string_view name, std::string_view value);
  ObjectWriter& raw(std::string_view name, std::string_view json);
  ObjectWriter& number(std::string_view name, long long value);
  ObjectWriter& boolean(std::string_view name, bool value);
  void close() { out_ += '}'; }

 private:
  void key(std::string_view key);
  std::string& out_;
  bool first_ = true;
};

// The JSON text of a node, which is `text` but for strings.
std::string json_of(const Node& node);

// ["a","b"]
std::string string_array(const std::vector<std::string>& values);

// Without white space outside strings; the text must be valid.
std::string compacted(std::string_view json);
// `object` with the members of `extra`, which replace members of the same name. Kept bytes are copied.
std::string merged(std::string_view object, std::string_view extra);
// RFC 7396.
std::string merge_patched(std::string_view target, std::string_view patch);

// A record cut to the selected fields: a tree of the kept properties, applied without parsing values.
//
//   FieldCut cut({"/name", "/address/city"});
//   std::string small = cut.apply(record);
//
// A pointer keeps the whole value below it; elements of arrays on the way are each cut alike.
class FieldCut {
 public:
  explicit FieldCut(const std::vector<std::string>& pointers);
  FieldCut(FieldCut&&) noexcept;
  FieldCut& operator=(FieldCut&&) noexcept;
  ~FieldCut();
  // Appends the cut record; `record` is a valid JSON object.
  void apply(std::string_view record, std::string& out) const;
  // The same cut applied to a JSON Schema: `properties` and `required`, nested through objects and arrays.
  std::string apply_to_schema(std::string_view schema) const;

 private:
  struct Tree;
  std::unique_ptr<Tree> tree_;
};

}  // namespace integ::json
