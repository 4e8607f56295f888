#include "json/xml_reader.hpp"

#include "base/text.hpp"
#include "json/charset.hpp"
#include "json/text.hpp"
#include "json/xml_tree.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>
#include <vector>

namespace integ::json {
namespace {

constexpr std::size_t kDeclaration = 1024;  // more than the longest <?xml ... ?> that means something

// The declared arrays, as a tree of names.
struct Arrays {
  std::map<std::string, std::unique_ptr<Arrays>, std::less<>> below;
  bool is_array = false;

  void add(const XmlOptions::Path& path) {
    Arrays* at = this;
    for (const std::string& name : path) {
      std::unique_ptr<Arrays>& next = at->below[name];
      if (!next) next = std::make_unique<Arrays>();
      at = next.get();
    }
    at->is_array = true;
  }
  const Arrays* find(std::string_view name) const {
    const auto found = below.find(name);
    return found == below.end() ? nullptr : found->second.get();
  }
};

// Writes a tree as JSON. Recursion is as deep as the document, which kMaxXmlDepth bounds.
class Writer {
 public:
  Writer(const XmlTree& tree, const XmlOptions& options, const ReadLimits& limits)
      : tree_(tree), options_(options), limits_(limits), same_(tree.nodes.size(), XmlNode::kNone) {
    for (const XmlOptions::Path& path : options.arrays) arrays_.add(path);
    group_of_.resize(tree.names.size());
  }

  std::string write() {
    if (options_.prefix.empty()) {
      write_members(0, &arrays_);
      return std::move(out_);
    }
    std::uint32_t parent = 0;
    for (std::size_t step = 0;; ++step) {
      const std::vector<Group> groups = groups_in(parent, nullptr);
      const auto found = std::find_if(groups.begin(), groups.end(), [&](const Group& group) {
        return !group.attribute && name_of(group) == options_.prefix[step];
      });
      const bool last = step + 1 == options_.prefix.size();
      if (found == groups.end() || (!last && found->count > 1)) no_prefix(step, found != groups.end());
      if (last) {
        write_value(*found, &arrays_, found->count > 1);
        return std::move(out_);
      }
      parent = found->first;
    }
  }

 private:
  // The nodes of one key in one element; where `attribute`, the key has the attributes' prefix.
  struct Group {
    std::uint32_t first;
    std::uint32_t last;
    std::size_t count = 1;
    bool attribute = false;
  };
  struct Seen {
    std::uint64_t pass = 0;
    std::size_t group = 0;
  };

  const std::string& name_of(const Group& group) const { return tree_.names[tree_.nodes[group.first].name]; }

  // In the order in which they came. Texts go into `text`, linked by same_ as well.
  std::vector<Group> groups_in(std::uint32_t element, Group* text) {
    std::vector<Group> groups;
    ++pass_;
    for (std::uint32_t at = tree_.nodes[element].first; at != XmlNode::kNone; at = tree_.nodes[at].next) {
      const XmlNode& node = tree_.nodes[at];
      if (node.kind == XmlNode::Kind::text) {
        if (text != nullptr) link(*text, at);
        continue;
      }
      // With nothing in front of attributes' names, one may be called as an element is: then they are one array.
      const bool attribute = node.kind == XmlNode::Kind::attribute && !options_.attributes.empty();
      Seen& seen = group_of_[node.name];
      if (seen.pass == pass_ && groups[seen.group].attribute == attribute) {
        link(groups[seen.group], at);
        continue;
      }
      seen = {pass_, groups.size()};
      groups.push_back({at, at, 1, attribute});
    }
    return groups;
  }

  void link(Group& group, std::uint32_t node) {
    if (group.count == 0) {
      group.first = node;
    } else {
      same_[group.last] = node;
    }
    group.last = node;
    ++group.count;
  }

  void write_element(std::uint32_t element, const Arrays* arrays) {
    const bool array_below = arrays != nullptr && std::any_of(arrays->below.begin(), arrays->below.end(),
                                                              [](const auto& entry) { return entry.second->is_array; });
    const std::uint32_t first = tree_.nodes[element].first;
    const bool bare = first == XmlNode::kNone ||
                      (tree_.nodes[first].kind == XmlNode::Kind::text && tree_.nodes[first].next == XmlNode::kNone);
    if (array_below || !bare) return write_members(element, arrays);
    out_ += '"';
    if (first != XmlNode::kNone) append_escaped(out_, tree_.text_of(tree_.nodes[first]));
    out_ += '"';
    check_size("xml", out_.size(), limits_);
  }

  void write_members(std::uint32_t element, const Arrays* arrays) {
    Group text{XmlNode::kNone, XmlNode::kNone, 0};
    const std::vector<Group> groups = groups_in(element, &text);
    out_ += '{';
    const std::size_t begin = out_.size();
    const auto key = [&](std::string_view prefix, std::string_view name) {
      if (out_.size() > begin) out_ += ',';
      out_ += '"';
      append_escaped(out_, prefix);
      append_escaped(out_, name);
      out_ += "\":";
    };
    for (const Group& group : groups) {
      key(group.attribute ? options_.attributes : std::string_view(), name_of(group));
      const Arrays* below = arrays == nullptr || group.attribute ? nullptr : arrays->find(name_of(group));
      write_value(group, below, group.count > 1 || (below != nullptr && below->is_array));
    }
    if (arrays != nullptr) {
      for (const auto& [name, below] : arrays->below) {
        const bool there = std::any_of(groups.begin(), groups.end(), [&, &absent = name](const Group& group) {
          return !group.attribute && name_of(group) == absent;
        });
        if (!below->is_array || there) continue;
        key({}, name);
        out_ += "[]";
      }
    }
    if (text.count > 0 && !is_blank(text, groups.empty())) {
      key({}, "#text");
      out_ += '"';
      for (std::uint32_t at = text.first; at != XmlNode::kNone; at = same_[at]) {
        append_escaped(out_, tree_.text_of(tree_.nodes[at]));
      }
      out_ += '"';
    }
    out_ += '}';
    check_size("xml", out_.size(), limits_);
  }

  // The one blank text of an element that is an object for its declared arrays alone.
  bool is_blank(const Group& text, bool alone) const {
    return alone && tree_.text_of(tree_.nodes[text.first]).find_first_not_of(" \t\r\n") == std::string_view::npos;
  }

  void write_value(const Group& group, const Arrays* arrays, bool array) {
    if (array) out_ += '[';
    std::uint32_t at = group.first;
    for (std::size_t i = 0; i < group.count; ++i, at = same_[at]) {
      if (i > 0) out_ += ',';
      const XmlNode& node = tree_.nodes[at];
      if (node.kind == XmlNode::Kind::attribute) {
        out_ += '"';
        append_escaped(out_, tree_.text_of(node));
        out_ += '"';
      } else {
        write_element(at, arrays);
      }
    }
    if (array) out_ += ']';
  }

  [[noreturn]] void no_prefix(std::size_t step, bool several) const {
    std::string path;
    for (std::size_t i = 0; i <= step; ++i) path += (i > 0 ? "." : "") + options_.prefix[i];
    const XmlNode& root = tree_.nodes[tree_.nodes[0].first];
    throw ReadError{ReadError::Why::refused, several ? "xml: prefix: there are several elements " + path
                                                     : "xml: prefix: there is no element " + path +
                                                           ", the document's root is '" +
                                                           sanitised(tree_.names[root.name], 80) + "'"};
  }

  const XmlTree& tree_;
  const XmlOptions& options_;
  const ReadLimits& limits_;
  Arrays arrays_;
  std::vector<std::uint32_t> same_;  // beside the nodes: the next one in its group
  std::vector<Seen> group_of_;       // beside the names: its group, in the element that is looked at
  std::uint64_t pass_ = 0;
  std::string out_;
};

// The encoding that <?xml ... encoding="..."?> says; "" where it says none, or can't be read byte by byte.
std::string declared_encoding(std::string_view bytes) {
  if (!bytes.starts_with("<?xml")) return {};
  const std::string_view declaration = bytes.substr(0, std::min(bytes.find("?>"), kDeclaration));
  const std::size_t at = declaration.find("encoding");
  const std::size_t open = declaration.find_first_of("\"'", at);
  if (at == std::string_view::npos || open == std::string_view::npos) return {};
  const std::size_t close = declaration.find(declaration[open], open + 1);
  if (close == std::string_view::npos) return {};
  return std::string(declaration.substr(open + 1, close - open - 1));
}

// expat's own: it finds UTF-16 by itself, by the mark or by how "<?" looks in it.
bool is_expats(std::string_view charset) {
  for (const std::string_view name : {"utf-16", "utf-16le", "utf-16be", "iso-8859-1"}) {
    if (equal_ignoring_case(charset, name)) return true;
  }
  return false;
}

// Of a text without a mark.
std::string charset_for(std::string_view bytes, const XmlOptions& options, const BodyLabels& labels) {
  if (!options.charset.empty()) return options.charset;
  if (looks_like_utf16(bytes)) return bytes[0] == '\0' ? "UTF-16BE" : "UTF-16LE";
  // Documents that were written into a string say utf-16 and then go out as UTF-8: where the declaration could be read
  // byte by byte, that can't be true.
  for (const std::string& said : {declared_encoding(bytes), charset_of(labels.content_type)}) {
    if (!said.empty() && unit_of(said) == 1) return said;
  }
  return "UTF-8";
}

}  // namespace

std::string xml_to_json(std::string_view bytes, const XmlOptions& options, const BodyLabels& labels,
                        const ReadLimits& limits, std::uint64_t& replaced) {
  const ByteOrderMark mark = byte_order_mark(bytes);
  bytes.remove_prefix(mark.size);
  std::string charset = mark.size > 0 ? std::string(mark.charset) : charset_for(bytes, options, labels);
  std::string converted;
  if (is_utf8_name(charset)) {
    // As JSON is treated: what is no UTF-8 is replaced, and counted.
    if (find_invalid_utf8(bytes) != std::string_view::npos) {
      std::size_t count = 0;
      converted = replace_invalid_utf8(bytes, &count);
      replaced += count;
      bytes = converted;
    }
    charset = "UTF-8";
  } else if (!is_expats(charset)) {
    converted = to_utf8("xml", bytes, charset, limits, replaced);
    bytes = converted;
    charset = "UTF-8";
  }
  const XmlTree tree = read_xml_tree(bytes, charset, options.namespaces, limits);
  return Writer(tree, options, limits).write();
}

}  // namespace integ::json
