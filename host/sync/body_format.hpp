// What the bytes of an answer are, from a request's `parser` and, where that says nothing, from the answer's label.
// Plain functions.
#pragma once

#include "http/exchange.hpp"
#include "json/reader_spec.hpp"

#include <string_view>

namespace integ::sync {

struct BodyFormat {
  bool lines = false;        // JSON Lines
  bool by_label = false;     // nothing was said: JSON Lines where the answer's Content-Type says so
  bool gzip = false;         // maybe in a gzip file, which its first bytes tell and which is no Content-Encoding
  bool as_it_comes = false;  // can be read before all of it is there

  // `records` is the pointer of the emission: one that leads into a document says that the answer is one. Throws
  // Error, ARGUMENT, where it can't lead into lines.
  static BodyFormat of(const json::ReaderSpec& spec, std::string_view records);
  bool is_lines(const http::Answer& answer) const;
};

}  // namespace integ::sync
