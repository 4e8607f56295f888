#include "cli/cpp_struct.hpp"

#include "json/text.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <utility>
#include <vector>

namespace integ::cli {
namespace {

using json::Shape;

// Words of C++20, and macros of the C library that many headers bring.
constexpr auto kReserved = std::to_array<std::string_view>(
    {"alignas",     "alignof",  "and",        "and_eq",    "asm",       "auto",         "bitand",
     "bitor",       "bool",     "break",      "case",      "catch",     "char",         "char16_t",
     "char32_t",    "char8_t",  "class",      "co_await",  "co_return", "co_yield",     "compl",
     "concept",     "const",    "const_cast", "consteval", "constexpr", "constinit",    "continue",
     "decltype",    "default",  "delete",     "do",        "double",    "dynamic_cast", "else",
     "enum",        "explicit", "export",     "extern",    "false",     "float",        "for",
     "friend",      "goto",     "if",         "inline",    "int",       "long",         "mutable",
     "namespace",   "new",      "noexcept",   "not",       "not_eq",    "nullptr",      "operator",
     "or",          "or_eq",    "private",    "protected", "public",    "register",     "reinterpret_cast",
     "requires",    "return",   "short",      "signed",    "sizeof",    "static",       "static_assert",
     "static_cast", "struct",   "switch",     "template",  "this",      "thread_local", "throw",
     "true",        "try",      "typedef",    "typeid",    "typename",  "union",        "unsigned",
     "using",       "virtual",  "void",       "volatile",  "wchar_t",   "while",        "xor",
     "xor_eq",      "errno",    "assert",     "stdin",     "stdout",    "stderr",       "linux",
     "unix",        "major",    "minor",      "makedev",   "integ",     "std",          "NULL",
     "EOF",         "INFINITY"});

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// "total-price" -> "total_price", "class" -> "class_", "__typename" -> "typename_", "2fa" -> "n2fa".
std::string identifier(std::string_view name) {
  std::string out;
  for (const char c : name) {
    const bool fits = is_letter(c) || is_digit(c);
    if (fits) out += c;
    if (!fits && !out.empty() && out.back() != '_') out += '_';
  }
  while (out.ends_with('_')) out.pop_back();
  if (out.empty() || is_digit(out.front())) out.insert(0, "n");
  if (std::find(kReserved.begin(), kReserved.end(), out) != kReserved.end()) out += '_';
  return out;
}

// "line_items" -> "LineItems".
std::string type_name(std::string_view name) {
  std::string out;
  bool upper = true;
  for (const char c : identifier(name)) {
    if (c == '_') {
      upper = true;
      continue;
    }
    out += upper ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    upper = false;
  }
  return out;
}

// One of several: "LineItems" -> "LineItem".
std::string singular(std::string name) {
  if (name.ends_with("ies") && name.size() > 4) return name.substr(0, name.size() - 3) + "y";
  if (name.ends_with('s') && !name.ends_with("ss") && !name.ends_with("us") && name.size() > 2) name.pop_back();
  return name;
}

std::string unique(const std::string& name, std::set<std::string>& used) {
  std::string out = name;
  for (int i = 2; !used.insert(out).second; ++i) out = name + std::to_string(i);
  return out;
}

class Writer {
 public:
  std::string write(const Shape& records, std::string_view stream) {
    struct_of(records, unique(singular(type_name(stream)), types_));
    return std::move(out_);
  }

 private:
  struct Field {
    std::string name, type, json_name, format;
  };

  void struct_of(const Shape& shape, const std::string& name) {
    std::vector<Field> fields;
    std::set<std::string> names{name};
    for (const Shape::Member& member : shape.members) {
      Field field{.name = identifier(member.name), .type = {}, .json_name = member.name, .format = {}};
      while (!names.insert(field.name).second) field.name += '_';
      fields.push_back(std::move(field));
    }
    // A type of a member's name would hide it, or be hidden.
    types_.insert(names.begin(), names.end());
    for (std::size_t i = 0; i < fields.size(); ++i) {
      const Shape::Member& member = shape.members[i];
      const bool nullable = member.shape->nulls > 0 || shape.sometimes_missing(member);
      const std::string type = type_of(*member.shape, type_name(member.name));
      fields[i].type = nullable && type != kJson ? "std::optional<" + type + ">" : type;
      if (type == "std::string" && member.shape->format() == "date") fields[i].format = "date";
    }
    append(name, fields);
  }

  std::string type_of(const Shape& shape, const std::string& name) {
    std::vector<std::string> types = shape.types();
    if (!types.empty() && types.back() == "null") types.pop_back();
    if (types.size() != 1) return kJson;
    const std::string& type = types.front();
    if (type == "boolean") return "bool";
    if (type == "integer") return shape.big_integers > 0 ? kJson : "std::int64_t";
    if (type == "number") return "double";
    if (type == "string") return shape.format() == "date-time" ? "integ::DateTime" : "std::string";
    if (type == "array") {
      return "std::vector<" + (shape.items ? type_of(*shape.items, singular(name)) : std::string(kJson)) + ">";
    }
    if (shape.values) return "std::map<std::string, " + type_of(*shape.values, singular(name)) + ">";
    if (shape.members.empty()) return kJson;
    std::string own = unique(name, types_);
    struct_of(shape, own);
    return own;
  }

  void append(const std::string& name, const std::vector<Field>& fields) {
    if (!out_.empty()) out_ += '\n';
    out_ += "struct " + name + " {\n";
    for (const Field& field : fields) out_ += "  " + field.type + " " + field.name + initialiser(field.type) + ";\n";
    out_ += "};\n";
    std::string line = "INTEG_FIELDS(" + name;
    for (const Field& field : fields) {
      line += ',';
      if (line.size() + field.name.size() + 3 > kWidth) {
        out_ += line + "\n";
        line = std::string(12, ' ');
      }
      line += ' ' + field.name;
    }
    out_ += line + ")\n";
    std::string about;
    for (const Field& field : fields) {
      if (field.name == field.json_name && field.format.empty()) continue;
      about += "  about.field(&" + name + "::" + field.name + ")";
      if (field.name != field.json_name) about += ".name(" + literal(field.json_name) + ")";
      if (!field.format.empty()) about += ".format(" + literal(field.format) + ")";
      about += ";\n";
    }
    if (!about.empty()) out_ += "\ninline void integ_describe(integ::About<" + name + ">& about) {\n" + about + "}\n";
  }

  static std::string initialiser(const std::string& type) {
    if (type == "bool") return " = false";
    if (type == "std::int64_t" || type == "double") return " = 0";
    return {};
  }

  // Three octal digits at most belong to an escape, whatever stands behind them.
  static std::string literal(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      if (c == '"' || c == '\\' || c == '?') {
        (out += '\\') += c;
      } else if (byte < 0x20 || byte == 0x7F) {
        for (const int shift : {6, 3, 0}) {
          if (shift == 6) out += '\\';
          out += static_cast<char>('0' + ((byte >> shift) & 7));
        }
      } else {
        out += c;
      }
    }
    return out + "\"";
  }

  static constexpr const char* kJson = "integ::Json";
  static constexpr std::size_t kWidth = 118;

  std::string out_;
  std::set<std::string> types_{"Config", "State"};
};

}  // namespace

std::string cpp_structs(const json::Shape& records, std::string_view stream) { return Writer().write(records, stream); }

}  // namespace integ::cli
