// XML to JSON, by one rule for all documents, since there is no schema to go by:
//
//   <feed><entry id="1">a</entry><entry id="2"><b/><b>x</b></entry></feed>
//   {"feed":{"entry":[{"@id":"1","#text":"a"},{"@id":"2","b":["","x"]}]}}
//
// - The document is an object whose one member is the root element.
// - An element with neither attributes nor elements in it is a string, "" where it is empty.
// - Any other is an object: attributes as "@name", elements by their names, text (CDATA is text) as "#text". Blanks
//   between tags are dropped; what is in between elements is put together, so its place is lost.
// - Elements of one name in one parent are an array, wherever they stand. One alone is none, unless XmlOptions::arrays
//   has its path: then it always is, an empty one where its parent has none.
// - Comments and processing instructions are skipped. Names keep their namespace prefixes.
#pragma once

#include "json/reader.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace integ::json {

// Of the charsets, the option goes first, then what the document says of itself (also by a byte order mark), then the
// answer's Content-Type, then UTF-8. Throws ReadError: cut where elements are still open, malformed, refused,
// too_large.
std::string xml_to_json(std::string_view bytes, const XmlOptions& options, const BodyLabels& labels,
                        const ReadLimits& limits, std::uint64_t& replaced);

}  // namespace integ::json
