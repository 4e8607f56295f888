#include "json/infer.hpp"

#include "json/compare.hpp"
#include "json/text.hpp"

#include <set>
#include <utility>

namespace integ::json {
namespace {

std::size_t cost_of(std::size_t name) { return sizeof(Shape) + sizeof(Shape::Member) + 2 * (name + 64); }

std::size_t cost_below(const Shape& shape) {
  std::size_t out = 0;
  for (const Shape::Member& member : shape.members) out += cost_of(member.name.size()) + cost_below(*member.shape);
  for (const auto* part : {shape.values.get(), shape.items.get()}) {
    if (part != nullptr) out += cost_of(0) + cost_below(*part);
  }
  return out;
}

// How many bytes at the end of an instant are its zone, as the format date-time wants one; 0 for none.
std::size_t zone_length(std::string_view text) {
  if (text.ends_with('Z') || text.ends_with('z')) return 1;
  const bool numeric = text[text.size() - 3] == ':' && (text[text.size() - 6] == '+' || text[text.size() - 6] == '-');
  return numeric ? 6 : 0;
}

// The formats of a JSON Schema take less than parse_instant() reads, and records are checked for no more than that.
void see_string(std::string_view text, Shape& shape) {
  constexpr std::size_t kDate = 10;      // 2024-02-29
  constexpr std::size_t kSeconds = 19;   // 2024-02-29T12:00:00
  constexpr std::size_t kFraction = 41;  // with its point
  ++shape.strings;
  if (text.size() < kDate || text.size() > kSeconds + kFraction + 6 || !parse_instant(text)) return;
  if (text[4] != '-' || text[7] != '-') return;
  if (text.size() == kDate) ++shape.dates;
  if (text.size() <= kSeconds || text[10] == '\0' || text[13] != ':' || text[16] != ':') return;
  const std::size_t zone = zone_length(text);
  if (zone > 0 && text.size() - zone <= kSeconds + kFraction && text.substr(11, 2) < "24") ++shape.instants;
}

std::string schema_of(const Shape& shape, bool nullable);

std::string properties_of(const Shape& shape) {
  std::string out;
  ObjectWriter writer(out);
  for (const Shape::Member& member : shape.members) {
    writer.raw(member.name, schema_of(*member.shape, shape.sometimes_missing(member)));
  }
  writer.close();
  return out;
}

void write_members(ObjectWriter& writer, const Shape& shape) {
  if (!shape.members.empty()) writer.raw("properties", properties_of(shape));
  if (shape.values) writer.raw("additionalProperties", schema_of(*shape.values, false));
}

std::string schema_of(const Shape& shape, bool nullable) {
  std::vector<std::string> types = shape.types();
  std::string out;
  ObjectWriter writer(out);
  if (types.empty() || (types.size() == 1 && types.front() == "null")) {
    // Whatever it is when it is there, null is not all that it can be.
    writer.text("description", "only null was seen").close();
    return out;
  }
  if (nullable && types.back() != "null") types.emplace_back("null");
  if (types.size() == 1) {
    writer.text("type", types.front());
  } else {
    writer.raw("type", string_array(types));
  }
  if (!shape.format().empty()) writer.text("format", shape.format());
  write_members(writer, shape);
  if (shape.items) writer.raw("items", schema_of(*shape.items, false));
  writer.close();
  return out;
}

}  // namespace

std::vector<std::string> Shape::types() const {
  std::vector<std::string> out;
  if (booleans > 0) out.emplace_back("boolean");
  if (numbers > 0) {
    out.emplace_back("number");
  } else if (integers > 0) {
    out.emplace_back("integer");
  }
  if (strings > 0) out.emplace_back("string");
  if (arrays > 0) out.emplace_back("array");
  if (objects > 0) out.emplace_back("object");
  if (nulls > 0) out.emplace_back("null");
  return out;
}

std::string_view Shape::format() const noexcept {
  if (strings == 0) return {};
  return dates == strings ? "date" : instants == strings ? "date-time" : std::string_view();
}

void Inference::see(const Node& record) { see(record, root_, kMostDepth); }

void Inference::see(const Node& value, Shape& shape, std::size_t depth) {
  switch (value.type) {
    case Type::null:
      ++shape.nulls;
      return;
    case Type::boolean:
      ++shape.booleans;
      return;
    case Type::integer:
      ++shape.integers;
      return;
    case Type::number:
      if (value.text.find_first_of(".eE") != std::string_view::npos) {
        ++shape.numbers;
      } else {
        ++shape.integers;
        ++shape.big_integers;
      }
      return;
    case Type::string:
      return see_string(value.text, shape);
    case Type::array:
      ++shape.arrays;
      if (depth == 0) return;
      if (value.count > 0 && !shape.items) shape.items = new_shape(0);
      for (std::uint64_t i = 0; shape.items && i < value.count; ++i) see(value.items[i], *shape.items, depth - 1);
      return;
    case Type::object:
      ++shape.objects;
      if (depth > 0) see_members(value, shape, depth - 1);
      return;
  }
}

void Inference::see_members(const Node& object, Shape& shape, std::size_t depth) {
  std::set<std::string_view> names;
  for (std::uint64_t i = 0; i < object.count; ++i) {
    if (!names.insert(object.keys[i]).second) continue;  // the first counts, as everywhere
    if (Shape* found = member(shape, object.keys[i])) see(object.items[i], *found, depth);
  }
}

Shape* Inference::member(Shape& object, std::string_view name) {
  if (object.values) return object.values.get();
  if (const auto found = object.by_name.find(name); found != object.by_name.end()) {
    Shape::Member& member = object.members[found->second];
    ++member.seen;
    return member.shape.get();
  }
  if (object.members.size() >= kMostKeys) {
    make_map(object);
    return object.values.get();
  }
  std::unique_ptr<Shape> shape = new_shape(name.size());
  if (!shape) return nullptr;
  object.by_name.emplace(name, object.members.size());
  object.members.push_back({std::string(name), 1, std::move(shape)});
  return object.members.back().shape.get();
}

void Inference::make_map(Shape& object) {
  std::vector<Shape::Member> members = std::exchange(object.members, {});
  object.by_name.clear();
  object.values = std::make_unique<Shape>();
  used_ += cost_of(0);
  for (Shape::Member& member : members) {
    used_ -= cost_of(member.name.size()) + cost_below(*member.shape);
    merge(*object.values, *member.shape);
  }
}

void Inference::merge(Shape& into, Shape& from) {
  for (std::uint64_t Shape::*count :
       {&Shape::nulls, &Shape::booleans, &Shape::integers, &Shape::numbers, &Shape::strings, &Shape::arrays,
        &Shape::dates, &Shape::instants, &Shape::big_integers}) {
    into.*count += from.*count;
  }
  const auto fold = [this](std::unique_ptr<Shape>& to, const std::unique_ptr<Shape>& other) {
    if (!other) return;
    if (!to) to = new_shape(0);
    if (to) merge(*to, *other);
  };
  fold(into.items, from.items);
  if (from.values && !into.values) make_map(into);
  if (from.values) merge(*into.values, *from.values);
  for (Shape::Member& other : from.members) {
    Shape* const to = member(into, other.name);
    if (to == nullptr) continue;
    if (const auto found = into.by_name.find(other.name); found != into.by_name.end()) {
      into.members[found->second].seen += other.seen - 1;  // member() has counted one
    }
    merge(*to, *other.shape);
  }
  into.objects += from.objects;
}

std::unique_ptr<Shape> Inference::new_shape(std::size_t name) {
  const std::size_t cost = cost_of(name);
  if (used_ + cost > kMostBytes) {
    full_ = true;
    return nullptr;
  }
  used_ += cost;
  return std::make_unique<Shape>();
}

std::string Inference::schema() const {
  std::string out;
  ObjectWriter writer(out);
  writer.text("$schema", "http://json-schema.org/draft-07/schema#").text("type", "object");
  write_members(writer, root_);
  writer.close();
  return out;
}

}  // namespace integ::json
