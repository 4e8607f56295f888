// What the fixture API's parts hand to each other: a request that was read, an answer to be written.
//
// Plain data, owned by whoever holds it. No part but connection.cpp knows Boost.Beast.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fixture_api {

using Headers = std::vector<std::pair<std::string, std::string>>;

// The value of the first header of that name (in any case), "" where there is none.
std::string_view find_header(const Headers& headers, std::string_view name);

struct Request {
  std::string method;
  std::string target;                                      // as it came: path and query
  std::string path;                                        // the target up to '?', not decoded
  std::vector<std::pair<std::string, std::string>> query;  // decoded, in their order
  Headers headers;                                         // in their order, repeated ones too
  std::string body;
  std::uint64_t connection = 0;  // number of the connection, from 1: equal numbers mean that it was kept alive
  int answered = 0;  // status of the answer; 0 while there is none, and where the connection was closed instead

  std::string_view header(std::string_view name) const { return find_header(headers, name); }
  // The first value of that key, "" where there is none.
  std::string_view parameter(std::string_view key) const;
};

struct Response {
  int status = 200;
  std::string body;
  std::string content_type = "application/json";
  Headers headers;       // beside Content-Type, Content-Length and Connection
  bool chunked = false;  // Transfer-Encoding: chunked, in pieces of 1000 bytes, instead of Content-Length
  // A body that is made while it goes out, a chunk a call, until one is empty; instead of `body`. Nothing: the
  // connection is closed in the midst of it.
  std::function<std::optional<std::string>()> pieces = {};
};

Response json_error(int status, std::string_view message);

// Splits "/a?x=1&y=2" into path and query of the request.
void set_target(Request& request, std::string_view target);

}  // namespace fixture_api
