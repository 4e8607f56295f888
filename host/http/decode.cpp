#include "http/decode.hpp"

#include "base/text.hpp"
#include "http/inflate_brotli.hpp"
#include "http/inflate_zstd.hpp"
#include "http/transport.hpp"

#include <algorithm>

namespace integ::http {

namespace {

using Make = std::unique_ptr<Inflater> (*)();

// nullptr: not known. What is here is what accept_encoding() says.
Make inflater_of(std::string_view name, bool brotli) {
  if (name == "gzip" || name == "x-gzip") return &gzip_inflater;
  if (name == "deflate") return &deflate_inflater;
  if (name == "zstd") return &zstd_inflater;
  if (name == "br" && brotli) return &brotli_inflater;
  return nullptr;
}

TransportError broken(const InflateError& error) { return {TransportError::Why::decode, error.message, false}; }

TransportError encoded_twice(const std::string& first, const std::string& second) {
  return {TransportError::Why::decode, "the answer is encoded twice (" + first + ", " + second + ")", true};
}

}  // namespace

std::string_view accept_encoding(bool brotli) noexcept {
  return brotli ? "gzip, deflate, zstd, br, identity" : "gzip, deflate, zstd, identity";
}

Decoder::Decoder(std::string_view encoding, const DecodeLimits& limits) : limits_(limits) {
  std::string found;
  std::size_t at = 0;
  while (at <= encoding.size()) {
    const std::size_t end = std::min(encoding.find(',', at), encoding.size());
    const std::string name = lower(trimmed(encoding.substr(at, end - at)));
    at = end + 1;
    if (name.empty() || name == "identity") continue;
    const Make make = inflater_of(name, limits.brotli);
    if (make == nullptr) {
      throw TransportError{TransportError::Why::decode,
                           "the answer's Content-Encoding is " + sanitised(name, 40) +
                               ", which was not asked for and can't be decoded here (" +
                               std::string(accept_encoding(limits.brotli)) + " can)",
                           true};
    }
    if (!found.empty()) throw encoded_twice(found, name);
    found = name;
    inflater_ = make();
  }
}

Decoder::~Decoder() = default;

void Decoder::check(std::size_t decoded) const {
  if (decoded > limits_.max_body) {
    throw TransportError{TransportError::Why::too_large,
                         "the body is larger than max_body (" + std::to_string(limits_.max_body) + " bytes)", true};
  }
  if (inflater_ && decoded > limits_.ratio_after && decoded / limits_.ratio > encoded_) {
    throw TransportError{TransportError::Why::too_large,
                         "the body inflates to more than " + std::to_string(limits_.ratio) + " times its size", true};
  }
}

void Decoder::feed(std::string_view bytes, std::string& out, const std::function<void()>& more) {
  if (bytes.empty()) return;
  encoded_ += bytes.size();
  if (!inflater_) {
    check(out.size() + bytes.size());
    out.append(bytes);
    more();
    return;
  }
  std::size_t told = out.size();
  const auto take = [&](std::string_view decoded) {
    check(out.size() + decoded.size());
    out.append(decoded);
    if (out.size() - told < kInflateStep) return;
    told = out.size();
    more();
  };
  try {
    inflater_->feed(bytes, take);
  } catch (const InflateError& error) {
    throw broken(error);
  }
  if (out.size() > told) more();
}

void Decoder::finish() {
  if (!inflater_ || encoded_ == 0) return;  // an answer without a body is encoded in nothing
  try {
    inflater_->finish();
  } catch (const InflateError& error) {
    throw broken(error);
  }
}

}  // namespace integ::http
