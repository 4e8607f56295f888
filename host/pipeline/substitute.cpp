// ${...} in scalars, once each: what a value brings with it is not looked at again.

#include "base/files.hpp"
#include "base/text.hpp"
#include "pipeline/yaml.hpp"

#include <cctype>
#include <cstdlib>
#include <filesystem>

namespace integ::pipeline {
namespace {

constexpr std::string_view kForms = "expected ${NAME}, ${NAME:-default} or ${file:PATH}, and $${ for the text itself";
// A file for one setting is a token or a key, and /dev/zero has no end.
constexpr std::uintmax_t kMaxFileBytes = 1 << 20;

bool is_name(std::string_view text) {
  if (text.empty() || (text.front() >= '0' && text.front() <= '9')) return false;
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '_') return false;
  }
  return true;
}

void drop_final_newline(std::string& text) {
  if (!text.ends_with('\n')) return;
  text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
}

class Substitution {
 public:
  Substitution(Value& value, const Source& source, const Environment& environment)
      : value_(value), source_(source), environment_(environment) {}

  void run() {
    const std::string text = value_.text;
    std::string out;
    std::size_t at = 0;
    while (at < text.size()) {
      if (text.compare(at, 3, "$${") == 0) {
        out += "${";
        at += 3;
      } else if (text.compare(at, 2, "${") == 0) {
        out += resolved(text, at);
        value_.substituted = true;
      } else {
        out += text[at++];
      }
    }
    value_.text = std::move(out);
  }

 private:
  // The value of the reference at `at`, which moves behind it.
  std::string resolved(const std::string& text, std::size_t& at) {
    const std::size_t close = text.find('}', at);
    if (close == std::string::npos) fail("${", "'${' without its '}'; " + std::string(kForms));
    const std::string inside = text.substr(at + 2, close - at - 2);
    at = close + 1;
    if (inside.starts_with("file:")) return of_file(inside);
    const std::size_t colon = inside.find(":-");
    const std::string name = inside.substr(0, colon);
    if (!is_name(name)) fail("${" + inside.substr(0, 8), "'${' without the name of a variable; " + std::string(kForms));
    note("${" + name + "}");
    if (inside.find("${") != std::string::npos) {
      fail("${" + name, "the default of ${" + name + "} holds another '${', which is not looked at");
    }
    const std::optional<std::string> found = environment_(name);
    if (colon != std::string::npos && (!found || found->empty())) return inside.substr(colon + 2);
    if (!found) {
      fail("${" + name, "the variable " + name + " is not set; set it, or give a default: ${" + name + ":-default}");
    }
    return checked("${" + name, "the variable " + name, *found);
  }

  std::string of_file(const std::string& inside) {
    const std::string path = inside.substr(5);
    const std::string reference = "${" + inside;
    note(reference + "}");
    if (path.empty()) fail(reference, "${file:} without a path");
    const std::filesystem::path joined = std::filesystem::path(source_.file()).parent_path() / path;
    std::error_code error;
    const std::filesystem::file_status status = std::filesystem::status(joined, error);
    const bool endless =
        std::filesystem::is_character_file(status) ||
        (std::filesystem::is_regular_file(status) && std::filesystem::file_size(joined, error) > kMaxFileBytes);
    if (endless) fail(reference, "the file " + joined.string() + " is too large for a setting (1 MiB at most)");
    std::string content;
    try {
      content = read_file(joined.string());
    } catch (const Error& cause) {
      fail(reference, cause.message());
    }
    if (looks_like_utf16(content)) fail(reference, "the file " + joined.string() + " is UTF-16; expected UTF-8");
    content.erase(0, content.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0);
    drop_final_newline(content);
    return checked(reference, "the file " + joined.string(), std::move(content));
  }

  // A setting ends up in JSON, which has no place for other bytes.
  std::string checked(const std::string& reference, const std::string& what, std::string content) const {
    if (find_invalid_utf8(content) != std::string::npos) fail(reference, what + " does not hold UTF-8 text");
    return content;
  }

  void note(const std::string& reference) {
    if (value_.reference.empty()) value_.reference = sanitised(reference, 80);
  }

  // At the reference itself where the text stands in the file as it is, else at the value.
  [[noreturn]] void fail(const std::string& reference, const std::string& message) const {
    Where where = where_of(source_.file(), value_);
    if (value_.origin.empty()) {
      const std::size_t found = source_.text().find(reference, source_.offset(value_.line, value_.column));
      if (found != std::string::npos) where = source_.where(found);
    }
    throw Error(Kind::config, message).at(where);
  }

  Value& value_;
  const Source& source_;
  const Environment& environment_;
};

}  // namespace

Environment process_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    if (value == nullptr) return std::nullopt;
    return std::string(value);
  };
}

void substitute(Value& value, const Source& source, const Environment& environment) {
  if (value.kind == Value::Kind::scalar && value.text.find("${") != std::string::npos) {
    Substitution(value, source, environment).run();
  }
  for (Value& item : value.items) substitute(item, source, environment);
  for (Value::Member& member : value.members) substitute(member.value, source, environment);
}

}  // namespace integ::pipeline
