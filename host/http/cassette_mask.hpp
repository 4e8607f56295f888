// What must not stand in a cassette. Pure functions.
//
// Beside the known secrets these are values that are named like one: a token that a server's answer brings is known to
// nobody before it is used.
#pragma once

#include "base/secrets.hpp"
#include "http/exchange.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace integ::http {

// What stands for the values of parameters in links. Values that differ get masks that differ, or the links of pages
// that differ by a token alone would seem to go round in a circle when they are replayed.
class LinkMasks {
 public:
  std::string of(std::string_view value);

 private:
  std::map<std::string, std::size_t, std::less<>> numbers_;
};

// A URL as a cassette shows it: without its user, secret parameters masked. The same for the same URL with another
// secret.
std::string cassette_url(std::string_view url, const Secrets& secrets);
// Secret members of JSON, secret pairs of a form, secret parameters of links, known secrets in anything.
std::string cassette_body(const std::string& body, const Secrets& secrets, LinkMasks& links);
std::string cassette_header(const Header& header, const Secrets& secrets, LinkMasks& links);

}  // namespace integ::http
