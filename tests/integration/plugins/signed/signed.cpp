// A connector for tests: each request carries a nonce and an HMAC over it, which the server takes once.
//   GET URL/things?page=N, X-Nonce, X-Signature: hex(HMAC-SHA256(SECRET, NONCE + "things" + N))
#include <integ/sdk.hpp>

namespace {

struct Config {
  std::string url;
  integ::Secret secret;
};
INTEG_FIELDS(Config, url, secret)

struct Thing {
  std::int64_t id = 0;
};
INTEG_FIELDS(Thing, id)

void read_things(integ::HttpContext& ctx) {
  const auto config = ctx.config<Config>();
  integ::Response page;
  for (std::int64_t number = 1; number > 0; number = page.integer("/next_page")) {
    const auto sign = [&](integ::Request& request) {
      const std::string nonce = std::to_string(ctx.now().time_since_epoch().count());
      const std::string signature =
          integ::hex(integ::hmac_sha256(config.secret.reveal(), nonce + "things" + std::to_string(number)));
      request.header("X-Nonce", nonce).secret_header("X-Signature", signature);
    };
    ctx.emit_batch(integ::Request(config.url).path("things").query("page", number).sign(sign), page, "/items");
  }
}

}  // namespace

INTEG_PLUGIN(integ::Source::with_config<Config>("signed", "1.0.0")
                 .title("Signed")
                 .stream(integ::non_incremental<Thing>("things").primary_key("/id"), read_things))
