// Reading in tests: a body by a parser's text, and what came of it as one comparable value.
#pragma once

#include "base/error.hpp"
#include "base/text.hpp"
#include "json/document.hpp"
#include "json/reader.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <ostream>
#include <string>
#include <string_view>

namespace integ::json {

inline std::ostream& operator<<(std::ostream& out, ReadError::Why why) {
  constexpr const char* kNames[] = {"cut", "malformed", "html", "refused", "too_large"};
  return out << kNames[static_cast<int>(why)];
}

}  // namespace integ::json

namespace integ::test {

// A body, the parser for it and what comes of it.
struct ReadCase {
  const char* parser;
  std::string body;
  const char* json;
};

struct Read {
  std::string json;  // valid JSON, as the slicer takes it
  std::uint64_t replaced = 0;
  std::optional<json::ReadError::Why> error;
  std::string message;
  std::string piece;
};

inline std::ostream& operator<<(std::ostream& out, const Read& read) {
  if (read.error) return out << *read.error << ": " << read.message;
  return out << read.json;
}

inline Read read(std::string_view parser, const std::string& body, const json::BodyLabels& labels = {},
                 const json::ReadLimits& limits = {.max_bytes = 64u << 20}) {
  Read out;
  try {
    const json::ReadBody made = json::read_body(json::ReaderSpec::parse(parser), body, labels, limits);
    std::size_t replaced = 0;
    out.json = replace_invalid_utf8(made.json, &replaced);  // as the slicer does
    out.replaced = made.replaced + replaced;
    static_cast<void>(json::Document::parse(out.json));  // whatever a reader makes has to be JSON
  } catch (const json::ReadError& error) {
    out.error = error.why;
    out.message = error.message;
    out.piece = error.piece;
  } catch (const Error& error) {
    ADD_FAILURE() << error.what() << "\n" << out.json;
  }
  return out;
}

inline std::string json_of(std::string_view parser, const std::string& body, const json::BodyLabels& labels = {}) {
  const Read got = read(parser, body, labels);
  if (got.error) return "error: " + got.message;
  return got.json;
}

}  // namespace integ::test
