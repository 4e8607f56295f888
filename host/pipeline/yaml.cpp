// From yaml-cpp's events to the tree. Its Node interface is not used: it keeps the last of two equal keys
// without a word.

#include "pipeline/yaml.hpp"

#include "base/text.hpp"
#include "pipeline/scalar.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <sstream>

namespace integ::pipeline {
namespace {

// Aliases of aliases grow a small file without end; no pipeline comes near this.
constexpr std::size_t kMaxValues = 100'000;
constexpr std::string_view kCoreTag = "tag:yaml.org,2002:";

std::size_t size_of(const Value& value) {
  std::size_t size = 1;
  for (const Value& item : value.items) size += size_of(item);
  for (const Value::Member& member : value.members) size += size_of(member.value);
  return size;
}

class TreeBuilder final : public YAML::EventHandler {
 public:
  explicit TreeBuilder(const Source& source) : source_(source) {}

  Value take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (documents_++ == 0) return;
    const Where where = place(mark);
    const bool marker = source_.line(where.line).starts_with("---") || source_.line(where.line - 1).starts_with("---");
    fail(mark, marker ? "a second document in the file; list several pipelines under `pipelines:`"
                      : "not valid YAML: text behind the end of the document");
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    if (at_key()) fail(mark, "a key is empty or null; quote it if the text is meant");
    finish(made(mark, Value::Kind::null), anchor);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override {
    Value value = made(mark, Value::Kind::scalar);
    value.text = text;
    value.quoted = tag == "!" || tag == std::string(kCoreTag) + "str";
    check_tag(mark, tag, {"?", "!", "str", "int", "float", "bool", "null"});
    if (at_key()) {
      take_key(mark, value);
      if (anchor != YAML::NullAnchor) anchors_[anchor] = std::move(value);
      return;
    }
    finish(std::move(value), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    if (at_key()) fail(mark, "an alias can't be a key");
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) fail(mark, "the alias stands inside of what it names");
    count(mark, size_of(found->second));
    finish(found->second, YAML::NullAnchor);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    check_tag(mark, tag, {"?", "!", "seq"});
    open(mark, Value::Kind::list, anchor);
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    check_tag(mark, tag, {"?", "!", "map"});
    open(mark, Value::Kind::map, anchor);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Frame {
    Value value;
    YAML::anchor_t anchor;
    bool has_key = false;  // in a map: the next value is the last key's
  };

  Where place(const YAML::Mark& mark) const { return source_.where(mark.line, mark.column); }
  [[noreturn]] void fail(const YAML::Mark& mark, const std::string& message) const {
    throw Error(Kind::config, message).at(place(mark));
  }

  void count(const YAML::Mark& mark, std::size_t more) {
    values_ += more;
    if (values_ > kMaxValues) fail(mark, "more than " + std::to_string(kMaxValues) + " values in one file");
  }

  Value made(const YAML::Mark& mark, Value::Kind kind) {
    count(mark, 1);
    const Where where = place(mark);
    Value value;
    value.kind = kind;
    value.line = where.line;
    value.column = where.column;
    return value;
  }

  void check_tag(const YAML::Mark& mark, const std::string& tag, std::initializer_list<std::string_view> known) const {
    const std::string_view name = tag.starts_with(kCoreTag) ? std::string_view(tag).substr(kCoreTag.size()) : tag;
    if (tag.empty() || std::find(known.begin(), known.end(), name) != known.end()) return;
    fail(mark, "the tag '" + sanitised(tag, 40) + "' is not known; expected plain YAML");
  }

  bool at_key() const {
    return !stack_.empty() && stack_.back().value.kind == Value::Kind::map && !stack_.back().has_key;
  }

  void take_key(const YAML::Mark& mark, const Value& key) {
    Value& map = stack_.back().value;
    if (key.text == "<<" && !key.quoted) fail(mark, "'<<' does not merge here; write the keys out");
    for (const Value::Member& member : map.members) {
      if (member.key != key.text) continue;
      fail(mark,
           "the key '" + sanitised(key.text, 80) + "' is there twice, first in line " + std::to_string(member.line));
    }
    map.members.push_back({.key = key.text, .value = {}, .line = key.line, .column = key.column});
    stack_.back().has_key = true;
  }

  void open(const YAML::Mark& mark, Value::Kind kind, YAML::anchor_t anchor) {
    if (at_key()) fail(mark, "a list or map can't be a key; quote text that begins with '[' or '{'");
    stack_.push_back({made(mark, kind), anchor});
  }

  void close() {
    Frame frame = std::move(stack_.back());
    stack_.pop_back();
    finish(std::move(frame.value), frame.anchor);
  }

  // A value is whole: it goes where it belongs.
  void finish(Value value, YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor) anchors_[anchor] = value;
    if (stack_.empty()) {
      root_ = std::move(value);
      return;
    }
    Frame& parent = stack_.back();
    if (parent.value.kind == Value::Kind::list) {
      parent.value.items.push_back(std::move(value));
      return;
    }
    // An empty value has its place where its key is: yaml-cpp's may be lines further on.
    Value::Member& member = parent.value.members.back();
    if (value.kind == Value::Kind::null) {
      value.line = member.line;
      value.column = member.column;
    }
    member.value = std::move(value);
    parent.has_key = false;
  }

  const Source& source_;
  Value root_;
  std::vector<Frame> stack_;
  std::map<YAML::anchor_t, Value> anchors_;
  std::size_t values_ = 0;
  int documents_ = 0;
};

// yaml-cpp's words, in those of someone who writes a file.
std::string in_plain_words(const std::string& message) {
  static const std::map<std::string, std::string> kWords = {
      {YAML::ErrorMsg::TAB_IN_INDENTATION, "a tab in the indentation; expected spaces"},
      {YAML::ErrorMsg::EOF_IN_SCALAR, "the text in quotes is not closed"},
      {YAML::ErrorMsg::END_OF_MAP_FLOW, "expected ',' or '}'"},
      {YAML::ErrorMsg::END_OF_SEQ_FLOW, "expected ',' or ']'"},
      {YAML::ErrorMsg::END_OF_MAP, "expected 'key: value' in the column of the keys before it"},
      {YAML::ErrorMsg::END_OF_SEQ, "expected '- ' in the column of the entries before it"},
      {YAML::ErrorMsg::MAP_VALUE, "a ':' behind what can't be a key; text that holds ': ' has to be quoted"},
      {YAML::ErrorMsg::MAP_KEY, "a key can't stand here"},
      {YAML::ErrorMsg::BLOCK_ENTRY, "a '- ' can't stand here"},
      {YAML::ErrorMsg::FLOW_END, "a closing bracket that nothing opened"},
      {YAML::ErrorMsg::UNKNOWN_TOKEN, "text can't begin with this character; quote it"},
      {YAML::ErrorMsg::UNKNOWN_ANCHOR, "nothing before it has an anchor of that name"},
  };
  const auto found = kWords.find(message);
  return "not valid YAML: " + (found == kWords.end() ? sanitised(message, 200) : found->second);
}

}  // namespace

const Value* Value::member(const std::string& key) const {
  for (const Member& candidate : members) {
    if (candidate.key == key) return &candidate.value;
  }
  return nullptr;
}

Value parse_tree(const Source& source) {
  // yaml-cpp takes text in quotes for closed when the file ends right behind a line break, and would drop what the
  // person meant to write; so the last thing in the file is a comment.
  std::istringstream stream(source.text().ends_with('\n') ? source.text() + "#" : source.text());
  TreeBuilder builder(source);
  try {
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::Exception& error) {
    Where where = source.where(error.mark.line, error.mark.column);
    std::string message = in_plain_words(error.msg);
    const std::string_view line = source.line(where.line);
    const std::size_t tab = line.find('\t');
    if (tab < line.find_first_not_of(" \t")) {
      message = in_plain_words(YAML::ErrorMsg::TAB_IN_INDENTATION);
      where.column = static_cast<int>(tab) + 1;
    } else if (line.find("${") != std::string_view::npos) {
      message += "; a value with ${...} has to be quoted inside of [...] and {...}, and where it holds ': ' or ' #'";
    }
    throw Error(Kind::config, message).at(where);
  }
  return builder.take();
}

Value parse_yaml(const std::string& text, const std::string& file, const Environment& environment) {
  const Source source(file, text);
  Value value = parse_tree(source);
  substitute(value, source, environment);
  return value;
}

Where where_of(const std::string& file, const Value& value) {
  if (!value.origin.empty()) return {.file = value.origin};
  return {.file = file, .line = value.line, .column = value.column};
}

Where where_of(const std::string& file, const Value::Member& member) {
  if (!member.value.origin.empty()) return {.file = member.value.origin};
  return {.file = file, .line = member.line, .column = member.column};
}

Error error_at(const std::string& file, const Value& value, std::string message) {
  Error error(Kind::config, std::move(message));
  error.at(where_of(file, value));
  return error;
}

std::string kind_in_words(const Value& value) {
  switch (value.kind) {
    case Value::Kind::null:
      return "nothing";
    case Value::Kind::list:
      return "a list";
    case Value::Kind::map:
      return "a map";
    case Value::Kind::scalar:
      break;
  }
  if (!value.reference.empty()) return "the value of " + value.reference;
  const std::string json = value.quoted ? "\"" : core_json(value.text);
  if (json == "true" || json == "false") return "a boolean";
  return json.front() == '"' ? "text" : "a number";
}

std::string shown(const Value& value) {
  if (value.kind != Value::Kind::scalar) return kind_in_words(value);
  if (!value.reference.empty()) return "the value of " + value.reference;
  return "'" + sanitised(value.text, 60) + "'";
}

}  // namespace integ::pipeline
