// A connector of somebody who has nothing but the installed SDK. Uses parts of the standard library whose
// symbols leak out of a library that is linked carelessly.
#include <integ/sdk.hpp>

#include <iostream>
#include <regex>

struct Config {
  std::string url;
  integ::Secret token;
};
INTEG_FIELDS(Config, url, token)

struct Thing {
  int id;
  std::string name;
};
INTEG_FIELDS(Thing, id, name)

static void read_things(integ::HttpContext& ctx) {
  const auto config = ctx.config<Config>();
  static const std::regex whole("https?://.*");
  if (!std::regex_match(config.url, whole)) ctx.fail(integ::Failure::config, "url is no URL.");
  ctx.emit_batch(integ::Request(config.url).path("things").bearer(config.token), "");
}

INTEG_PLUGIN(integ::Source::with_config<Config>("stranger", "0.0.1")
                 .stream(integ::non_incremental<Thing>("things").primary_key("/id"), read_things))
