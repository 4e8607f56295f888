// Content decoding while bytes arrive: identity, gzip (x-gzip, several members, an empty last one), deflate
// (zlib or raw), zstd and, where it is asked for, br. libcurl's own decoding takes a truncated gzip body for a whole
// one and fails on several members, so it is off and the end is checked here. One thread.
#pragma once

#include "base/inflate.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace integ::http {

// What Accept-Encoding says: exactly what Decoder decodes.
std::string_view accept_encoding(bool brotli) noexcept;

struct DecodeLimits {
  std::size_t max_body = 0;  // decoded bytes
  std::size_t ratio = 200;   // decoded to encoded, after ratio_after
  std::size_t ratio_after = 1u << 20;
  bool brotli = false;  // br is known
};

class Decoder {
 public:
  // `encoding` is the Content-Encoding header, "" for none. Throws TransportError: unknown ones by name.
  Decoder(std::string_view encoding, const DecodeLimits& limits);
  ~Decoder();
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  // Appends what `bytes` decode to; `more` is called after each 64 KiB or so. Throws TransportError:
  // broken data (decode), too much (too_large, permanent).
  void feed(std::string_view bytes, std::string& out, const std::function<void()>& more);
  // The answer is whole: throws TransportError when the encoded data is not.
  void finish();
  bool identity() const noexcept { return inflater_ == nullptr; }

 private:
  void check(std::size_t decoded) const;

  DecodeLimits limits_;
  std::size_t encoded_ = 0;
  std::unique_ptr<Inflater> inflater_;
};

}  // namespace integ::http
