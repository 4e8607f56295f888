#include "base/inflate.hpp"
#include "json/unpack.hpp"

namespace integ::json {

bool is_gzip(std::string_view bytes) noexcept { return bytes.starts_with(kGzipMark); }

void check_ratio(std::string_view layer, std::size_t unpacked, std::size_t packed, const ReadLimits& limits) {
  check_size(layer, unpacked, limits);
  if (unpacked > limits.ratio_after && unpacked / limits.ratio > packed) {
    throw ReadError{ReadError::Why::too_large, std::string(layer) + ": it inflates to more than " +
                                                   std::to_string(limits.ratio) + " times its size"};
  }
}

std::string ungzip(std::string_view bytes, const ReadLimits& limits) {
  std::string out;
  const std::unique_ptr<Inflater> inflater = gzip_inflater();
  try {
    inflater->feed(bytes, [&](std::string_view unpacked) {
      check_ratio("gzip", out.size() + unpacked.size(), bytes.size(), limits);
      out.append(unpacked);
    });
    inflater->finish();
  } catch (const InflateError& error) {
    throw ReadError{error.cut ? ReadError::Why::cut : ReadError::Why::malformed, "gzip: " + error.message};
  }
  return out;
}

}  // namespace integ::json
