// An XML document in memory, by expat, as flat as it can be: nodes that name each other by index.
//
// What is dangerous in XML is off. No external entity or DTD is ever fetched: a reference to one is an error, since
// leaving it out would lose data. Entities of the document itself are expanded within expat's limits (100 times the
// document, from 8 MiB on) and those given here. Elements nest up to kMaxXmlDepth.
#pragma once

#include "json/reader.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace integ::json {

// An element is an object in an array at most, and a document is read with json::kMaxDepth (1024).
inline constexpr std::size_t kMaxXmlDepth = 500;

struct XmlNode {
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;
  enum class Kind : std::uint8_t { element, attribute, text };
  Kind kind = Kind::element;
  std::uint32_t name = kNone;   // into XmlTree::names; of elements and attributes
  std::uint32_t first = kNone;  // of an element: what is in it, attributes first
  std::uint32_t next = kNone;   // beside this one
  std::size_t begin = 0;        // of attributes and texts: the part of XmlTree::text
  std::size_t size = 0;
};

struct XmlTree {
  std::vector<XmlNode> nodes;  // [0] stands for the document and has the root element in it
  std::vector<std::string> names;
  std::string text;

  std::string_view text_of(const XmlNode& node) const { return std::string_view(text).substr(node.begin, node.size); }
};

// Text that is white space and nothing else is kept where it is all that an element has. `encoding`: "" for what the
// document says. `namespaces` false: names without their prefixes, and no xmlns attributes. Throws ReadError.
XmlTree read_xml_tree(std::string_view bytes, const std::string& encoding, bool namespaces, const ReadLimits& limits);

}  // namespace integ::json
