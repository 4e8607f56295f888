// A real HTTP/1.1 server on loopback that plays the APIs that the tests pull from.
//
//   FixtureApi api;                                   // listens at once, on a free port
//   api.fail("/pokemon", Fault::with_status(503).times(2));
//   run_integ({{"POKEAPI_URL", api.url()}});
//   EXPECT_EQ(api.count("/pokemon"), 16u);
//
// What answers a request, first match: a planned fault (fail), a handler (set_handler, set_page), PokeAPI, updates,
// Shopify, Klaviyo, Sitoo, Storm, 404.
#pragma once

#include "fixture_api/exchange.hpp"
#include "fixture_api/faults.hpp"
#include "fixture_api/klaviyo.hpp"
#include "fixture_api/shopify.hpp"
#include "fixture_api/sitoo.hpp"
#include "fixture_api/storm.hpp"
#include "fixture_api/updates.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace fixture_api {

// Owns its threads: one that accepts, one a connection. Any thread may call anything but the destructor.
class FixtureApi {
 public:
  struct Options {
    std::uint16_t port = 0;      // 0: a free one
    std::size_t pokemon = 1302;  // as many as PokeAPI listed when this was written
    std::size_t page_size = 0;   // the most pokemon a page holds; 0: as many as are asked for
  };
  using Handler = std::function<Response(const Request&)>;

  // Throws std::system_error when the port can't be had.
  FixtureApi();
  explicit FixtureApi(const Options& options);
  ~FixtureApi();
  FixtureApi(const FixtureApi&) = delete;
  FixtureApi& operator=(const FixtureApi&) = delete;

  std::uint16_t port() const;
  // "http://127.0.0.1:PORT", to which a path is appended.
  std::string url(std::string_view path = "") const;
  // Closes every connection, also those in the midst of an answer, and joins the threads. Nothing on a second call.
  void stop();

  // `where` of a fault: a path, a whole target (path?query), or "*".
  void fail(std::string where, Fault fault);
  void clear_faults();
  // `where` of a page or handler: a path or a whole target, which goes before the path. The last one set counts.
  void set_page(std::string where, std::string body, std::string content_type = "application/json");
  void set_page(std::string where, Response response);
  // Called on the connections' threads, several at once; a throw answers 500 with the text of the exception.
  void set_handler(std::string where, Handler handler);

  // In the order in which they were read; a request is there before its answer is sent.
  std::vector<Request> requests() const;
  std::vector<Request> requests(std::string_view path) const;
  std::size_t count() const;
  std::size_t count(std::string_view path) const;
  std::size_t connections() const;  // accepted so far
  void forget_requests();

  const std::vector<std::string>& pokemon() const;  // their names, in their order
  Updates& updates();
  Shopify& shopify();
  Klaviyo& klaviyo();
  Sitoo& sitoo();
  Storm& storm();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace fixture_api
