#include "json/lines_reader.hpp"

#include "base/text.hpp"
#include "json/slicer.hpp"

#include <algorithm>

namespace integ::json {
namespace {

using Why = ReadError::Why;

[[noreturn]] void fail(std::string_view layer, const SliceError& error, std::string_view text, std::size_t at,
                       bool last) {
  const bool cut = error.why == SliceError::Why::cut && last;
  std::string what = error.message;
  if (error.why == SliceError::Why::no_object || error.why == SliceError::Why::no_array) what = "no JSON object";
  throw ReadError{cut ? Why::cut : Why::malformed, std::string(layer) + ": " + place_in(text, at) + ": " + what,
                  piece_at(text, at)};
}

}  // namespace

std::string lines_to_json(std::string_view layer, std::string_view text, const ReadLimits& limits) {
  // What is no UTF-8 is left to whoever slices the whole.
  Slicer slicer({.records = "", .invalid_utf8 = InvalidUtf8::preserve});
  std::string out = "[";
  std::string line;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    line = trimmed(text.substr(at, end - at));
    if (!line.empty()) {
      try {
        slicer.reset();
        if (line.front() != '{') throw SliceError{.why = SliceError::Why::no_object};
        static_cast<void>(slicer.finish(line));
      } catch (const SliceError& error) {
        fail(layer, error, text, at, end == text.size());
      }
      if (out.size() > 1) out += ',';
      out += line;
      check_size(layer, out.size(), limits);
    }
    at = end + 1;
  }
  out += ']';
  return out;
}

}  // namespace integ::json
