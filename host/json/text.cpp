#include "json/text.hpp"

#include "base/text.hpp"
#include "json/merge.hpp"
#include "json/string_scan.hpp"

namespace integ::json {
namespace {

void append_escape(std::string& out, char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default: {
      constexpr std::string_view kHex = "0123456789abcdef";
      const auto byte = static_cast<unsigned char>(c);
      out += "\\u00";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
  }
}

// Patched values have no members that are null.
std::string without_nulls(const Node& patch);

std::string patched(const Node* target, const Node& patch) {
  if (!patch.is_object()) return json_of(patch);
  if (target == nullptr || !target->is_object()) return without_nulls(patch);
  std::string out;
  ObjectWriter writer(out);
  for (std::uint64_t i = 0; i < target->count; ++i) {
    const Node& old = target->items[i];
    const Node* change = patch.member(target->keys[i]);
    if (change == nullptr) {
      writer.raw(target->keys[i], json_of(old));
    } else if (change->type != Type::null) {
      writer.raw(target->keys[i], patched(&old, *change));
    }
  }
  for (std::uint64_t i = 0; i < patch.count; ++i) {
    if (target->member(patch.keys[i]) != nullptr || patch.items[i].type == Type::null) continue;
    writer.raw(patch.keys[i], patched(nullptr, patch.items[i]));
  }
  writer.close();
  return out;
}

std::string without_nulls(const Node& patch) {
  std::string out;
  ObjectWriter writer(out);
  for (std::uint64_t i = 0; i < patch.count; ++i) {
    if (patch.items[i].type != Type::null) writer.raw(patch.keys[i], patched(nullptr, patch.items[i]));
  }
  writer.close();
  return out;
}

}  // namespace

void append_quoted(std::string& out, std::string_view text) {
  const char* p = text.data();
  const char* const end = p + text.size();
  out += '"';
  while (p != end) {
    const char* stop = find_special(p, end);
    out.append(p, stop);
    if (stop == end) break;
    p = stop;
    if (static_cast<unsigned char>(*p) < 0x80) {
      append_escape(out, *p++);
      continue;
    }
    const int length = utf8_sequence(p, end);
    if (length > 0) {
      out.append(p, static_cast<std::size_t>(length));
      p += length;
      continue;
    }
    // Replaced by the one rule that the host has for maximal invalid parts: up to the next ASCII byte.
    const char* ascii = p;
    while (ascii != end && static_cast<unsigned char>(*ascii) >= 0x80) ++ascii;
    out += replace_invalid_utf8({p, static_cast<std::size_t>(ascii - p)});
    p = ascii;
  }
  out += '"';
}

void append_escaped(std::string& out, std::string_view text) {
  const char* p = text.data();
  const char* const end = p + text.size();
  while (p != end) {
    const char* stop = find_special(p, end);
    while (stop != end && static_cast<unsigned char>(*stop) >= 0x80) ++stop;
    out.append(p, stop);
    p = stop;
    if (p != end && is_special(*p)) append_escape(out, *p++);
  }
}

std::string quoted(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 2);
  append_quoted(out, text);
  return out;
}

void ObjectWriter::key(std::string_view key) {
  if (!first_) out_ += ',';
  first_ = false;
  append_quoted(out_, key);
  out_ += ':';
}

ObjectWriter& ObjectWriter::text(std::string_view name, std::string_view value) {
  key(name);
  append_quoted(out_, value);
  return *this;
}

ObjectWriter& ObjectWriter::raw(std::string_view name, std::string_view json) {
  key(name);
  out_ += json;
  return *this;
}

ObjectWriter& ObjectWriter::number(std::string_view name, long long value) {
  key(name);
  out_ += std::to_string(value);
  return *this;
}

ObjectWriter& ObjectWriter::boolean(std::string_view name, bool value) {
  key(name);
  out_ += value ? "true" : "false";
  return *this;
}

std::string json_of(const Node& node) { return node.is_string() ? quoted(node.text) : std::string(node.text); }

std::string string_array(const std::vector<std::string>& values) {
  std::string out = "[";
  for (const std::string& value : values) {
    if (out.size() > 1) out += ',';
    append_quoted(out, value);
  }
  return out += ']';
}

std::string compacted(std::string_view json) {
  std::string out;
  out.reserve(json.size());
  const char* p = json.data();
  const char* const end = p + json.size();
  while (p != end) {
    if (*p == '"') {
      const char* const start = p++;
      while (p != end && *p != '"') p = find_special(*p == '\\' && end - p > 1 ? p + 2 : p + 1, end);
      if (p != end) ++p;
      out.append(start, p);
    } else {
      if (*p != ' ' && *p != '\t' && *p != '\n' && *p != '\r') out += *p;
      ++p;
    }
  }
  return out;
}

std::string merged(std::string_view object, std::string_view extra) {
  std::string out;
  Merge(extra).apply(object, out);
  return out;
}

std::string merge_patched(std::string_view target, std::string_view patch) {
  const Document from = Document::parse(std::string(target), "the value to patch");
  const Document change = Document::parse(std::string(patch), "the patch");
  return patched(&from.root(), change.root());
}

}  // namespace integ::json
