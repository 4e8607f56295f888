// Streams from a seed, on a server: their records, what these are asked for by, and the bodies that they come in.
#pragma once

#include "fixture_api/server.hpp"
#include "schemas.hpp"

#include <string>
#include <vector>

namespace properties {

struct Record {
  Json json;         // as it has to come out
  std::string text;  // the same, as it came in; "" where it isn't the server's text alone
};

struct Page {
  std::string target;  // after the case's own prefix
  std::string part;    // "" where the stream isn't in parts
  std::vector<Record> records;
  fixture_api::Response response;
};

struct Stream {
  std::string name;
  std::string name_space;
  std::vector<Property> properties;
  bool keyed = false;   // by the member "id"
  bool nested = false;  // which stands inside of "in"
  bool incremental = false;
  std::string way;  // as plugin/anything.cpp has them
  std::string path;
  std::string records;
  std::string record;
  bool extra = false;
  std::size_t parts = 0;  // read at once, each with pages of its own; 0: it is no stream of parts
  std::vector<Page> pages;

  // "NAMESPACE/NAME".
  std::string id() const { return name_space + "/" + name; }
  // What comes in an order: the stream, or the part of it that the page belongs to.
  std::string id(const Page& page) const { return page.part.empty() ? id() : id() + " " + page.part; }
  bool has_states_between() const { return way == "links" || way == "header" || way == "numbered"; }
};

// `url` goes into links. In parts all of them, or none.
std::vector<Stream> streams(Random& random, const std::string& url, bool in_parts);
// GET url/streams, and all pages.
void serve(fixture_api::FixtureApi& api, const std::string& prefix, const std::vector<Stream>& streams);
// Something that passes: what was asked for is there at a later attempt. At most `most` of them.
void disturb(Random& random, fixture_api::FixtureApi& api, const std::string& prefix,
             const std::vector<Stream>& streams, std::size_t most);

}  // namespace properties
