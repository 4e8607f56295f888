// Recorded exchanges, one JSON object a line: what went out, what came back. Secrets are masked when a cassette is
// written, so that it can stand in a repository.
//
//   {"request":{"method":"GET","url":"https://api.test/items?page=2","headers":[["Accept","*/*"]]},
//    "answer":{"status":200,"headers":[["Content-Type","application/json"]],"body":"{...}"}}
//
// A body is text where it is UTF-8, else `body_hex`; it is kept unpacked, without its Content-Encoding. An attempt
// that brought no answer has "failure":{"why":"reset","message":"...","permanent":false} instead. Plain data.
#pragma once

#include "base/secrets.hpp"
#include "http/cassette_mask.hpp"
#include "http/exchange.hpp"
#include "http/transport.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace integ::http {

struct Recorded {
  Request request;
  int status = 0;
  std::vector<Header> headers;
  std::string body;
  std::optional<TransportError> failure;
};

// The line of an exchange, without its line break. Masked are: known secrets anywhere; secret headers, the credentials
// and cookies of both sides, a URL's user; and the values of parameters (of links inside of bodies, too) and JSON
// members that are named like a secret (access_token, client_secret, sig, ...), since a server's new token is known to
// nobody before it is used.
std::string cassette_line(const Recorded& exchange, const Secrets& secrets, LinkMasks& links);

// Throws Error of kind config that names the file and the line. `name` is the file's.
std::vector<Recorded> parse_cassette(const std::string& text, const std::string& name);

}  // namespace integ::http
