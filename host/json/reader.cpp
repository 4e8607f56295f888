#include "json/reader.hpp"

#include "base/text.hpp"
#include "json/charset.hpp"
#include "json/csv_reader.hpp"
#include "json/lines_reader.hpp"
#include "json/slicer.hpp"
#include "json/unpack.hpp"
#include "json/xml_reader.hpp"

#include <algorithm>
#include <utility>

namespace integ::json {
namespace {

using Format = ReaderSpec::Format;
using Why = ReadError::Why;

constexpr std::size_t kPiece = 4096;
constexpr int kMostWrappers = 4;

// `kept` holds what the layer makes; a layer that is not there hands on what came in.
std::string_view unpacked(const Wrapper& wrapper, std::string_view body, std::string& kept, const BodyLabels& labels,
                          const ReadLimits& limits) {
  if (wrapper.kind == Wrapper::Kind::zip) return kept = unzip(body, wrapper.entry, limits);
  if (is_gzip(body)) return kept = ungzip(body, limits);
  // A file x.gz that is labelled with Content-Encoding: gzip was unpacked on its way.
  if (labels.was_encoded && !body.empty()) return body;
  if (body.empty()) throw ReadError{Why::cut, "gzip: the body is empty"};
  throw ReadError{is_html(body) ? Why::html : Why::malformed, "gzip: the body does not begin as gzip does",
                  piece_at(body, 0)};
}

bool is_json(std::string_view text) {
  const std::string_view start = trimmed(text.substr(0, kPiece));
  if (!start.starts_with('{') && !start.starts_with('[')) return false;
  try {
    std::string copy(text);
    static_cast<void>(Slicer({.records = "/", .allow_missing = true}).finish(copy));
    return true;
  } catch (const SliceError& error) {
    return error.why == SliceError::Why::no_array || error.why == SliceError::Why::no_object;
  }
}

// CSV in UTF-8, without its mark; `kept` holds it where it had to be converted.
std::string_view csv_text(const ReaderSpec& spec, std::string_view body, std::string& kept, const BodyLabels& labels,
                          const ReadLimits& limits, std::uint64_t& replaced) {
  const ByteOrderMark mark = byte_order_mark(body);
  std::string charset(mark.charset);
  if (charset.empty()) charset = spec.csv.charset;
  if (charset.empty()) charset = charset_of(labels.content_type);
  body.remove_prefix(mark.size);
  if (!charset.empty() && !is_utf8_name(charset)) {
    return kept = to_utf8(spec.name, body, charset, limits, replaced);
  }
  if (body.substr(0, 2).find('\0') != std::string_view::npos) {
    throw ReadError{Why::refused, spec.name + ": the text begins with NUL bytes, as UTF-16 does without a byte order " +
                                      "mark; charset=utf-16le or charset=utf-16be reads that"};
  }
  return body;
}

std::string csv_json(const ReaderSpec& spec, std::string_view body, const BodyLabels& labels, const ReadLimits& limits,
                     std::uint64_t& replaced) {
  std::string kept;
  const std::string_view text = csv_text(spec, body, kept, labels, limits, replaced);
  // As rows of one column, pages of errors would be taken for no records.
  if (is_html(text)) {
    throw ReadError{Why::html, spec.name + ": expected rows, but the answer is a page of HTML", piece_at(text, 0)};
  }
  const bool xml = text.starts_with("<?xml");
  if (xml || is_json(text)) {
    throw ReadError{Why::refused, spec.name + ": expected rows, but the answer is " + (xml ? "XML" : "JSON"),
                    piece_at(text, 0)};
  }
  return csv_to_json(spec.name, text, spec.csv, limits);
}

}  // namespace

bool is_packed(std::string_view body) noexcept { return is_gzip(body) || is_zip(body); }

bool is_html(std::string_view body) noexcept {
  body = without_byte_order_mark(body);
  body = body.substr(std::min(body.find_first_not_of(" \t\r\n"), body.size()));
  return equal_ignoring_case(body.substr(0, 14), "<!doctype html") || equal_ignoring_case(body.substr(0, 5), "<html");
}

std::string place_in(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  std::size_t line = 1;
  for (std::size_t at = 0; (at = before.find_first_of("\r\n", at)) != std::string_view::npos; ++at, ++line) {
    if (before[at] == '\r' && at + 1 < before.size() && before[at + 1] == '\n') ++at;
  }
  return "line " + std::to_string(line) + " (byte " + std::to_string(offset) + ")";
}

std::string piece_at(std::string_view text, std::size_t offset) {
  return std::string(text.substr(std::min(offset, text.size()), kPiece));
}

void check_size(std::string_view layer, std::size_t size, const ReadLimits& limits) {
  if (size <= limits.max_bytes) return;
  throw ReadError{Why::too_large, std::string(layer) + ": what it makes of the body is larger than max_body (" +
                                      std::to_string(limits.max_bytes) + " bytes)"};
}

ReadBody read_body(const ReaderSpec& spec, std::string_view body, const BodyLabels& labels, const ReadLimits& limits) {
  std::string kept;
  for (const Wrapper& wrapper : spec.wrappers) body = unpacked(wrapper, body, kept, labels, limits);
  ReadBody out;
  switch (spec.format) {
    case Format::any:
      for (int layer = 0; is_packed(body) && layer < kMostWrappers; ++layer) {
        const Wrapper wrapper{is_zip(body) ? Wrapper::Kind::zip : Wrapper::Kind::gzip, {}};
        body = unpacked(wrapper, body, kept, labels, limits);
      }
      [[fallthrough]];
    case Format::json:
      out.json = body.data() == kept.data() ? std::move(kept) : std::string(body);
      break;
    case Format::lines:
      body = without_byte_order_mark(body);
      if (is_html(body)) {
        throw ReadError{Why::html, spec.name + ": expected JSON, but the answer is a page of HTML", piece_at(body, 0)};
      }
      out.json = lines_to_json(spec.name, body, limits);
      break;
    case Format::xml:
      if (is_html(body)) {
        throw ReadError{Why::html, "xml: expected XML, but the answer is a page of HTML", piece_at(body, 0)};
      }
      out.json = xml_to_json(body, spec.xml, labels, limits, out.replaced);
      break;
    case Format::csv:
      out.json = csv_json(spec, body, labels, limits, out.replaced);
      break;
  }
  return out;
}

}  // namespace integ::json
