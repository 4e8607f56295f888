// Cookies of one run, in memory only, sent back to the very origin that set them (scheme, host and port):
// stricter than browsers, since sticky balancers need no more. Domain is ignored; Path, Max-Age, Expires
// and Secure hold. Safe from every thread.
#pragma once

#include "base/url.hpp"
#include "http/exchange.hpp"

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace integ::http {

class CookieJar {
 public:
  void remember(const Url& url, const std::vector<Header>& headers, std::int64_t now_ms);
  // "a=1; b=2", or "".
  std::string header_for(const Url& url, std::int64_t now_ms) const;

 private:
  struct Cookie {
    std::string name;
    std::string value;
    std::string path;
    std::int64_t expires_ms = 0;  // 0: with the run
  };
  void store(std::vector<Cookie>& cookies, Cookie cookie, std::int64_t now_ms);

  static constexpr std::size_t kPerOrigin = 100;
  mutable std::mutex mutex_;
  std::map<std::string, std::vector<Cookie>, std::less<>> jar_;  // by origin, guarded by mutex_
};

}  // namespace integ::http
