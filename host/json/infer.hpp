// What records look like: types, names, nulls and formats of what was seen, merged into one shape, and a JSON Schema
// (draft 7) proposed from it.
//
//   Inference seen;
//   for (const Document& record : records) seen.see(record.root());
//   std::string schema = seen.schema();
//
// The schema takes every record that was seen. It says nothing that records can't tell: no enum, and nothing is
// required. Memory is bounded, whatever comes: an object of more than kMostKeys names is taken as a map (its names are
// data, its values are alike), and what no longer has room is left out. One thread at a time.
#pragma once

#include "json/document.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace integ::json {

// All that was seen at one place.
struct Shape {
  struct Member {
    std::string name;
    std::uint64_t seen = 0;  // in so many of `objects`
    std::unique_ptr<Shape> shape;
  };

  std::uint64_t nulls = 0;
  std::uint64_t booleans = 0;
  std::uint64_t integers = 0;  // written without point and exponent, of any length
  std::uint64_t numbers = 0;   // the others
  std::uint64_t strings = 0;
  std::uint64_t arrays = 0;
  std::uint64_t objects = 0;
  std::uint64_t dates = 0;         // strings that are a date, "2024-02-29"
  std::uint64_t instants = 0;      // strings that are an instant of RFC 3339, with its zone
  std::uint64_t big_integers = 0;  // that are not in the range of int64
  std::vector<Member> members;     // of objects, in the order in which they came
  std::map<std::string, std::size_t, std::less<>> by_name;
  std::unique_ptr<Shape> values;  // instead of members: of a map
  std::unique_ptr<Shape> items;   // of arrays; nullptr where all were empty

  // As JSON Schema calls them, null last; "integer" only where no other number was seen.
  std::vector<std::string> types() const;
  // "date", "date-time", or "" where not all strings are one.
  std::string_view format() const noexcept;
  // The member of that name is missing in some of the objects.
  bool sometimes_missing(const Member& member) const noexcept { return member.seen < objects; }
};

class Inference {
 public:
  // More than an object of fixed names has, and few enough for a struct of the SDK.
  static constexpr std::size_t kMostKeys = 250;
  // What is nested deeper is not looked into: a schema nests twice as deep, and has to be read by somebody.
  static constexpr std::size_t kMostDepth = 200;
  // Of names and shapes, about: some 50,000 places.
  static constexpr std::size_t kMostBytes = 32u << 20;

  void see(const Node& record);

  const Shape& shape() const noexcept { return root_; }
  // Something found no room: what the schema says is true, but not all there is.
  bool is_full() const noexcept { return full_; }
  std::string schema() const;

 private:
  void see(const Node& value, Shape& shape, std::size_t depth);
  void see_members(const Node& object, Shape& shape, std::size_t depth);
  Shape* member(Shape& object, std::string_view name);
  void make_map(Shape& object);
  void merge(Shape& into, Shape& from);
  // nullptr where there is no room.
  std::unique_ptr<Shape> new_shape(std::size_t name);

  Shape root_;
  std::size_t used_ = 0;
  bool full_ = false;
};

}  // namespace integ::json
