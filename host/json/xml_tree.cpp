#include "json/xml_tree.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <exception>
#include <expat.h>
#include <memory>
#include <new>
#include <optional>
#include <unordered_map>
#include <utility>

// Older ones expand entities without a limit.
static_assert(XML_MAJOR_VERSION > 2 || (XML_MAJOR_VERSION == 2 && XML_MINOR_VERSION >= 4), "expat 2.4 or newer");

namespace integ::json {
namespace {

using Why = ReadError::Why;

constexpr std::size_t kStep = 1u << 20;  // expat counts in int

struct Free {
  void operator()(XML_Parser parser) const { XML_ParserFree(parser); }
};
using Parser = std::unique_ptr<std::remove_pointer_t<XML_Parser>, Free>;

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

// Fills a tree from expat's events. No exception passes through expat, which is C: the first stops it and is kept.
class Builder {
 public:
  Builder(XML_Parser parser, std::string_view bytes, bool namespaces, const ReadLimits& limits)
      : parser_(parser), bytes_(bytes), namespaces_(namespaces), limits_(limits) {
    tree_.nodes.emplace_back();
    open_.push_back({0, XmlNode::kNone});
    XML_SetUserData(parser, this);
    XML_SetElementHandler(parser, &on_start, &on_end);
    XML_SetCharacterDataHandler(parser, &on_text);
    XML_SetSkippedEntityHandler(parser, &on_skipped);
    XML_SetExternalEntityRefHandler(parser, &on_external);
  }

  XmlTree read() {
    std::string_view left = bytes_;
    for (bool last = false; !last;) {
      const std::string_view step = left.substr(0, kStep);
      left.remove_prefix(step.size());
      last = left.empty();
      const XML_Status status = XML_Parse(parser_, step.data(), static_cast<int>(step.size()), last ? 1 : 0);
      if (broken_) std::rethrow_exception(broken_);
      if (status != XML_STATUS_OK) fail();
    }
    return std::move(tree_);
  }

 private:
  struct Open {
    std::uint32_t node;
    std::uint32_t last;  // what is in it so far
  };

  static Builder& of(void* data) { return *static_cast<Builder*>(data); }

  template <typename Action>
  void guarded(Action&& action) noexcept {
    if (broken_) return;
    try {
      action();
    } catch (...) {
      broken_ = std::current_exception();
      XML_StopParser(parser_, XML_FALSE);
    }
  }

  static void on_start(void* data, const XML_Char* name, const XML_Char** attributes) {
    of(data).guarded([&] { of(data).start(name, attributes); });
  }
  static void on_end(void* data, const XML_Char*) {
    of(data).guarded([&] { of(data).end(); });
  }
  static void on_text(void* data, const XML_Char* text, int size) {
    of(data).guarded([&] { of(data).add_text({text, static_cast<std::size_t>(size)}); });
  }
  static void on_skipped(void* data, const XML_Char* name, int) {
    of(data).guarded([&] { of(data).refuse_entity("&" + sanitised(name, 40) + ";"); });
  }
  static int on_external(XML_Parser parser, const XML_Char*, const XML_Char*, const XML_Char* system, const XML_Char*) {
    Builder& builder = of(XML_GetUserData(parser));
    builder.guarded(
        [&] { builder.refuse_entity(system == nullptr ? "an entity" : "'" + sanitised(system, 80) + "'"); });
    return XML_STATUS_ERROR;
  }

  [[noreturn]] void refuse_entity(const std::string& what) const {
    throw ReadError{Why::refused, "xml: " + what + " on " + place() + " is declared elsewhere, and nothing is fetched"};
  }

  std::string place() const {
    return "line " + std::to_string(XML_GetCurrentLineNumber(parser_)) + ", column " +
           std::to_string(XML_GetCurrentColumnNumber(parser_) + 1) + " (byte " + std::to_string(offset()) + ")";
  }
  std::size_t offset() const {
    const XML_Index index = XML_GetCurrentByteIndex(parser_);
    return index < 0 ? bytes_.size() : std::min(static_cast<std::size_t>(index), bytes_.size());
  }

  [[noreturn]] void fail() const {
    const XML_Error code = XML_GetErrorCode(parser_);
    Why why = Why::malformed;
    std::string what = std::string(XML_ErrorString(code)) + " on " + place();
    switch (code) {
      case XML_ERROR_NO_MEMORY:
        throw std::bad_alloc();
      case XML_ERROR_NO_ELEMENTS:
      case XML_ERROR_UNCLOSED_TOKEN:
      case XML_ERROR_PARTIAL_CHAR:
      case XML_ERROR_UNCLOSED_CDATA_SECTION:
        why = Why::cut;
        what = is_blank(bytes_) ? "the body is empty" : "the document ends too early, on " + place();
        break;
      case XML_ERROR_AMPLIFICATION_LIMIT_BREACH:
        why = Why::refused;
        what = "the document's entities expand to more than 100 times its size";
        break;
      case XML_ERROR_UNKNOWN_ENCODING:
        why = Why::refused;
        break;
      default:
        break;
    }
    throw ReadError{why, "xml: " + what, piece_at(bytes_, offset())};
  }

  std::string_view local(std::string_view name) const {
    if (namespaces_) return name;
    const std::size_t colon = name.find(':');
    return colon == std::string_view::npos ? name : name.substr(colon + 1);
  }

  std::uint32_t name_of(std::string_view name) {
    const auto [at, added] = numbers_.try_emplace(std::string(name), static_cast<std::uint32_t>(tree_.names.size()));
    if (added) tree_.names.emplace_back(name);
    return at->second;
  }

  std::uint32_t add(const XmlNode& node) {
    if (tree_.nodes.size() >= XmlNode::kNone) throw ReadError{Why::too_large, "xml: too many elements"};
    const auto index = static_cast<std::uint32_t>(tree_.nodes.size());
    tree_.nodes.push_back(node);
    Open& parent = open_.back();
    (parent.last == XmlNode::kNone ? tree_.nodes[parent.node].first : tree_.nodes[parent.last].next) = index;
    parent.last = index;
    return index;
  }

  void append(std::string_view text) {
    check_size("xml", tree_.text.size() + text.size(), limits_);
    tree_.text += text;
  }

  void start(std::string_view name, const XML_Char** attributes) {
    end_text(false);
    if (open_.size() > kMaxXmlDepth) {
      throw ReadError{Why::refused,
                      "xml: elements nest deeper than " + std::to_string(kMaxXmlDepth) + " on " + place()};
    }
    const std::uint32_t element = add({.name = name_of(local(name))});
    open_.push_back({element, XmlNode::kNone});
    for (; *attributes != nullptr; attributes += 2) {
      const std::string_view attribute = attributes[0];
      if (!namespaces_ && (attribute == "xmlns" || attribute.starts_with("xmlns:"))) continue;
      const std::size_t begin = tree_.text.size();
      append(attributes[1]);
      add({.kind = XmlNode::Kind::attribute,
           .name = name_of(local(attribute)),
           .begin = begin,
           .size = tree_.text.size() - begin});
    }
    text_begin_ = tree_.text.size();
  }

  void end() {
    end_text(open_.back().last == XmlNode::kNone);
    open_.pop_back();
  }

  void add_text(std::string_view text) { append(text); }

  // What came since the last tag. Blanks between tags are the layout's.
  void end_text(bool blanks_too) {
    const std::size_t size = tree_.text.size() - text_begin_;
    const bool blank = is_blank(std::string_view(tree_.text).substr(text_begin_));
    if (size > 0 && (!blank || blanks_too)) {
      add({.kind = XmlNode::Kind::text, .begin = text_begin_, .size = size});
    } else {
      tree_.text.resize(text_begin_);
    }
    text_begin_ = tree_.text.size();
  }

  XML_Parser parser_;
  std::string_view bytes_;
  bool namespaces_;
  const ReadLimits& limits_;
  XmlTree tree_;
  std::vector<Open> open_;
  std::unordered_map<std::string, std::uint32_t> numbers_;  // of names
  std::size_t text_begin_ = 0;
  std::exception_ptr broken_;
};

}  // namespace

XmlTree read_xml_tree(std::string_view bytes, const std::string& encoding, bool namespaces, const ReadLimits& limits) {
  const Parser parser(XML_ParserCreate(encoding.empty() ? nullptr : encoding.c_str()));
  if (!parser) throw std::bad_alloc();
  return Builder(parser.get(), bytes, namespaces, limits).read();
}

}  // namespace integ::json
