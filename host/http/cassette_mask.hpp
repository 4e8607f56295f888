// What must not stand in a cassette. Pure functions.
//
// Beside the known secrets these are values that are named like one: a token that a server's answer brings is known to
// nobody before it is used.
#pragma once

#include "base/secrets.hpp"
#include "http/exchange.hpp"

#include <string>
#include <string_view>

namespace integ::http {

// A URL as a cassette shows it: without its user, secret parameters masked. The same for the same URL with another
// secret.
std::string cassette_url(std::string_view url, const Secrets& secrets);
// Secret members of JSON, secret pairs of a form, known secrets in anything.
std::string cassette_body(const std::string& body, const Secrets& secrets);
std::string cassette_header(const Header& header, const Secrets& secrets);

}  // namespace integ::http
