// One attempt: request out, redirects followed, body decoded and shown to the acceptor while it arrives.
// No waiting and no repeating, but for the one case that is none: a reused connection that was dead.
// Safe from every thread.
#pragma once

#include "base/clock.hpp"
#include "base/secrets.hpp"
#include "http/buffer_pool.hpp"
#include "http/client.hpp"
#include "http/cookies.hpp"
#include "http/router.hpp"
#include "http/transport.hpp"

#include <string>
#include <vector>

namespace integ::http {

class Sender {
 public:
  Sender(const Settings& settings, std::string user_agent, Transport& transport, Clock& clock, const Secrets& secrets,
         Router& router)
      : settings_(settings),
        user_agent_(std::move(user_agent)),
        transport_(transport),
        clock_(clock),
        secrets_(secrets),
        router_(router) {}

  struct Sent {
    Answer answer;
    std::string cookies;            // that went out, of all hops: what an error must not repeat
    std::vector<std::string> hops;  // where redirects led
    bool redirected = false;
    std::string led_to{};   // the last hop's origin, where it is another one than was asked
    bool withheld = false;  // and credentials did not go there
  };
  // Told of the hops, each of which may be to another host, with limits of its own.
  class Hops {
   public:
    virtual ~Hops() = default;
    // Before a request that a redirect leads to. Returns when it may leave, or throws.
    virtual void pass(const std::string& origin) = 0;
    virtual void answered(const Answer& answer, const std::string& origin) = 0;
  };
  // `url` is `request.url` as the router admitted it. Throws TransportError or Error (refused hop); `sent`
  // holds what was known of the answer by then.
  void send(const Request& request, const Url& url, Acceptor& acceptor, const Caller& caller,
            const Cancellation& cancellation, Hops& hops, Sent& sent);

 private:
  class PageReceiver;
  void hop(const Request& request, Acceptor& acceptor, const Caller& caller, const Cancellation& cancellation,
           Sent& sent);

  const Settings& settings_;
  const std::string user_agent_;
  Transport& transport_;
  Clock& clock_;
  const Secrets& secrets_;
  Router& router_;
  BufferPool pool_;
  CookieJar cookies_;
};

}  // namespace integ::http
