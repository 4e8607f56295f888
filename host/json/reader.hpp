// Bodies that are not JSON, made into JSON: unpacked, decoded, converted; then sliced as any page is.
//
//   ReadBody page = read_body(ReaderSpec::parse("gzip,csv"), body, {.content_type = "text/csv"}, limits);
//   slicer.finish(page.json);
//
// Whole bodies only; plain functions, any thread. What a format can't tell, nobody can: a CSV body that was cut
// between two rows is a shorter one.
#pragma once

#include "json/reader_spec.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace integ::json {

// Why a body can't be read; whoever asked for it repeats the request by it.
struct ReadError {
  enum class Why {
    cut,        // good so far, but its end is missing
    malformed,  // not what was asked for
    html,       // a page for people
    refused,    // will never be read here: encrypted, a charset that is not known, JSON where CSV was asked for
    too_large,
  };
  Why why;
  std::string message;  // begins with the layer and has line and byte offset where there are any
  std::string piece{};  // of the text at fault, raw, to be masked before it is shown
};

// What an answer's headers say of its body.
struct BodyLabels {
  std::string_view content_type;
  bool was_encoded = false;  // a Content-Encoding was undone already
};

struct ReadLimits {
  std::size_t max_bytes = 0;  // of what each step makes
  std::size_t ratio = 200;    // unpacked to packed, after ratio_after
  std::size_t ratio_after = 1u << 20;
};

struct ReadBody {
  std::string json;
  std::uint64_t replaced = 0;  // characters that became U+FFFD; what is left of invalid UTF-8 is the slicer's
};

// Throws ReadError.
ReadBody read_body(const ReaderSpec& spec, std::string_view body, const BodyLabels& labels, const ReadLimits& limits);

// Whether a body for which no parser was named is packed, by its first bytes.
bool is_packed(std::string_view body) noexcept;
bool is_html(std::string_view body) noexcept;

// "line 3 (byte 17)", both counted from the begin of `text`, lines from 1.
std::string place_in(std::string_view text, std::size_t offset);
// Enough to show a piece of, and so much that no secret is cut in two before it is masked.
std::string piece_at(std::string_view text, std::size_t offset);
// Throws too_large; `layer` begins the message.
void check_size(std::string_view layer, std::size_t size, const ReadLimits& limits);

}  // namespace integ::json
