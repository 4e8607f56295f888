// Two passes. The first writes each scalar as the type that the schema names at its place, and where text can't
// be that, as what it is, with a doubt: the schema may allow another type, too (["integer", "string"], oneOf). The
// schema is asked, and what it refuses is converted (a quoted "100" where only an integer can be) in the second
// pass, or is an error.

#include "pipeline/typed.hpp"

#include "base/text.hpp"
#include "json/pointer.hpp"
#include "json/schema.hpp"
#include "json/text.hpp"
#include "pipeline/pipeline.hpp"
#include "pipeline/reader.hpp"
#include "pipeline/scalar.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace integ::pipeline {
namespace {

struct Problem {
  Where where;
  std::string message;
};

struct Doubt {
  std::optional<std::string> converted;  // what it can be made when the schema refuses it as it is
  Problem problem;                       // else
};

// Whether keys beyond `properties` are allowed at the pointer in so many words. JSON Schema allows them by
// saying nothing, too, but then an unknown key is a slip of the pen far more often than meant.
bool says_more_keys(const json::Document& schema, const std::string& pointer) {
  std::string at;
  for (std::size_t i = 0; i < pointer.size();) {
    const std::size_t next = std::min(pointer.find('/', i + 1), pointer.size());
    at += "/properties" + pointer.substr(i, next - i);
    i = next;
  }
  const json::Node* more = schema.find(at + "/additionalProperties");
  if (more != nullptr && (more->is_object() || more->boolean)) return true;
  return schema.find(at + "/patternProperties") != nullptr;
}

std::string inside(const std::string& name, const std::string& key) { return name + "." + key; }

class Typing {
 public:
  Typing(const std::string& file, std::string_view schema, const std::string& name)
      : file_(file), schema_(schema, name), document_(json::Document::parse(std::string(schema), name)) {
    const std::vector<std::string> secret = schema_.secret_pointers();
    secrets_.insert(secret.begin(), secret.end());
  }

  std::string run(const Value& map, const std::string& name) {
    std::string first;
    write(first, map, "", name);
    if (!doubts_.empty()) settle(first);
    if (!problems_.empty()) throw_all();
    if (conversions_.empty()) return first;
    std::string second;
    second_pass_ = true;
    write(second, map, "", name);
    return second;
  }

 private:
  void write(std::string& out, const Value& value, const std::string& pointer, const std::string& name) {
    if (second_pass_) {
      const auto converted = conversions_.find(pointer);
      if (converted != conversions_.end()) {
        out += converted->second;
        return;
      }
    }
    const std::string type = schema_.type_at(pointer);
    switch (value.kind) {
      case Value::Kind::null:
        if (!type.empty() && type != "null") doubt(value, pointer, name, type, std::nullopt);
        out += "null";
        return;
      case Value::Kind::scalar:
        scalar(out, value, pointer, name, type);
        return;
      case Value::Kind::list:
        if (!type.empty() && type != "array") doubt(value, pointer, name, type, std::nullopt);
        list(out, value, pointer, name);
        return;
      case Value::Kind::map:
        if (!type.empty() && type != "object") doubt(value, pointer, name, type, std::nullopt);
        members(out, value, pointer, name);
        return;
    }
  }

  void scalar(std::string& out, const Value& value, const std::string& pointer, const std::string& name,
              const std::string& type) {
    if (type == "string") {
      out += json::quoted(value.text);
    } else if (type == "integer" || type == "number" || type == "boolean") {
      const auto converted = scalar_json(value.text, type);
      if (!value.quoted && converted) {
        out += *converted;
        return;
      }
      doubt(value, pointer, name, type, converted);
      out += json::quoted(value.text);
    } else {
      if (!type.empty()) doubt(value, pointer, name, type, std::nullopt);
      out += value.quoted ? json::quoted(value.text) : core_json(value.text);
    }
  }

  void list(std::string& out, const Value& value, const std::string& pointer, const std::string& name) {
    out += '[';
    for (std::size_t i = 0; i < value.items.size(); ++i) {
      if (i > 0) out += ',';
      const std::string index = std::to_string(i);
      std::string below = pointer;
      json::append_token(below, index);
      write(out, value.items[i], below, inside(name, index));
    }
    out += ']';
  }

  void members(std::string& out, const Value& map, const std::string& pointer, const std::string& name) {
    const std::vector<std::string> known = schema_.property_names(pointer);
    const bool closed = !known.empty() && !says_more_keys(document_, pointer);
    out += '{';
    for (const Value::Member& member : map.members) {
      if (closed && std::find(known.begin(), known.end(), member.key) == known.end()) {
        if (!second_pass_) {
          problems_.push_back({where_of(file_, member), name + ": " + unknown_key(member.key, known)});
        }
        continue;
      }
      if (out.back() != '{') out += ',';
      json::append_quoted(out, member.key);
      out += ':';
      std::string below = pointer;
      json::append_token(below, member.key);
      write(out, member.value, below, inside(name, member.key));
    }
    out += '}';
  }

  void doubt(const Value& value, const std::string& pointer, const std::string& name, const std::string& type,
             std::optional<std::string> converted) {
    if (second_pass_) return;
    const bool secret = value.kind == Value::Kind::scalar && is_secret(pointer);
    std::string message = sanitised(name, 200) + ": expected " + type_in_words(type) + ", found " +
                          (secret ? "a value that is not shown" : shown(value));
    if (value.kind == Value::Kind::null && type == "string") message += "; quote it if a text is meant";
    doubts_[pointer] = {std::move(converted), {where_of(file_, value), std::move(message)}};
  }

  // Below a secret, too: entries of a list are secret by their list.
  bool is_secret(std::string pointer) const {
    for (;;) {
      if (secrets_.contains(pointer)) return true;
      const std::size_t slash = pointer.rfind('/');
      if (slash == std::string::npos) return false;
      pointer.resize(slash);
    }
  }

  // Asks the schema about what the first pass was in doubt of. Where alternatives fail, the violation is that of
  // the value which has them, so that one above counts as well.
  void settle(const std::string& json) {
    const json::Document document = json::Document::parse(json);
    std::set<std::string> refused;
    for (const json::Violation& violation : schema_.check(document.root())) refused.insert(violation.pointer);
    for (auto& [pointer, doubt] : doubts_) {
      bool wrong = refused.contains(pointer);
      for (std::string at = pointer; !wrong && !at.empty();) {
        at.resize(at.rfind('/'));
        wrong = refused.contains(at);
      }
      if (!wrong) continue;
      if (doubt.converted) {
        conversions_[pointer] = *doubt.converted;
      } else {
        problems_.push_back(doubt.problem);
      }
    }
  }

  [[noreturn]] void throw_all() {
    std::stable_sort(problems_.begin(), problems_.end(), [](const Problem& a, const Problem& b) {
      return std::pair(a.where.line, a.where.column) < std::pair(b.where.line, b.where.column);
    });
    std::string message = problems_.front().message;
    for (std::size_t i = 1; i < problems_.size(); ++i) {
      Error next(Kind::config, problems_[i].message);
      message += std::string("\n") + next.at(problems_[i].where).what();
    }
    throw Error(Kind::config, message).at(problems_.front().where);
  }

  const std::string& file_;
  json::Schema schema_;
  json::Document document_;
  std::set<std::string> secrets_;
  std::map<std::string, Doubt> doubts_;  // by pointer
  std::map<std::string, std::string> conversions_;
  std::vector<Problem> problems_;
  bool second_pass_ = false;
};

void write_untyped(std::string& out, const Value& value) {
  switch (value.kind) {
    case Value::Kind::null:
      out += "null";
      return;
    case Value::Kind::scalar:
      out += value.quoted ? json::quoted(value.text) : core_json(value.text);
      return;
    case Value::Kind::list:
      out += '[';
      for (std::size_t i = 0; i < value.items.size(); ++i) {
        if (i > 0) out += ',';
        write_untyped(out, value.items[i]);
      }
      out += ']';
      return;
    case Value::Kind::map:
      out += '{';
      for (const Value::Member& member : value.members) {
        if (out.back() != '{') out += ',';
        json::append_quoted(out, member.key);
        out += ':';
        write_untyped(out, member.value);
      }
      out += '}';
      return;
  }
}

}  // namespace

std::string typed_json(const std::string& file, const Value& map, std::string_view schema, const std::string& name) {
  if (!trimmed(schema).empty()) return Typing(file, schema, name).run(map, name);
  std::string out;
  write_untyped(out, map);
  return out;
}

}  // namespace integ::pipeline
