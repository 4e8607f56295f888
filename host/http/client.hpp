// The client: one exchange from the request to an accepted answer, with everything in between.
//
//   Answer answer = client.exchange(request, acceptor, caller);
//
// Waits at the host's gate and token bucket, sends, decodes, follows redirects, has the answer judged,
// and repeats the whole exchange as the policy says; nothing is emitted before the page is accepted, so
// a retry never doubles a record. One client serves all streams of a run; exchange() blocks the task's
// thread and may be called from many at once.
#pragma once

#include "base/cancellation.hpp"
#include "base/clock.hpp"
#include "base/counters.hpp"
#include "base/log.hpp"
#include "base/secrets.hpp"
#include "http/exchange.hpp"
#include "http/settings.hpp"
#include "http/transport.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace integ::http {

// Puts credentials on what is sent. Asked anew for each attempt, right before it leaves, so that none dies
// while the request waits for its turn. Belongs to one exchange, on its thread.
class Authorizer {
 public:
  virtual ~Authorizer() = default;
  // Adds headers and query parameters. What it throws ends the exchange.
  virtual void put_on(Request& request) = 0;
  // What was put on last was refused, by a 401 or as a rule says. True when there are others now, so that
  // one more attempt makes sense.
  virtual bool renew() = 0;
};

// A good answer to a request that was sent before anybody asked for it, to be judged by who asks.
struct Early {
  Answer answer;
  std::string url;      // where it was sent, before redirects and credentials
  std::string cookies;  // that went out with it
  bool redirected = false;
};

// Who asks: for masks, logs, counters and credentials.
struct Caller {
  std::string stream;
  const Cancellation* cancellation = nullptr;
  StreamCounters* counters = nullptr;
  // The page of another origin that named this request's (linked_from()), "" for none: the request goes without
  // secrets then, and never from https to http.
  std::string linked_from{};
  Authorizer* authorizer = nullptr;
  bool outside_window = false;  // for what requests wait for that have their slots: the login itself
};

// What a request has used up of its budgets; kept in the response between REBUILD calls.
struct Budget {
  int attempts = 0;
  int malformed = 0;
  int throttled = 0;
  int quota = 0;           // taken from the host's quota of repetitions
  bool refreshed = false;  // the one retry with new credentials
  std::int64_t failing_ms = 0;
  std::int64_t throttled_ms = 0;
};

class Client {
 public:
  struct Services {
    Transport& transport;
    Clock& clock;
    Log& log;
    Secrets& secrets;
    std::uint64_t seed = 0;  // of the jitter
  };
  // `allowed_hosts` is the connector's list with config values filled in; `settings.allowed_hosts`
  // narrows it. Empty: nowhere. `user_agent` goes on requests that bring none of their own.
  Client(Settings settings, const std::vector<std::string>& allowed_hosts, std::string user_agent, Services services);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // What came of it. `again`: a REBUILD request is to be built anew; the wait is over, `answer` holds
  // the failed one.
  struct Outcome {
    Answer answer;
    bool again = false;
  };
  // An answer that a rule says to ignore is returned with `ignored` set and was not judged; nor were 204
  // and 205, and a 304 to a request with If-None-Match or If-Modified-Since: nothing is new. `failed` may be nullptr.
  // Throws Error (with where().request set, masked) when the request failed for good;
  // `*failed` then holds the last answer, its status 0 when none came.
  // With an `early` answer to this very request, that one is judged first, and used as if it had just come; where it
  // isn't good it is forgotten, and the exchange begins.
  Outcome exchange(const Request& request, Acceptor& acceptor, const Caller& caller, Budget& budget, Answer* failed,
                   std::optional<Early> early = {});

  struct Ahead {
    bool sent = false;           // else it can be tried again later
    std::optional<Early> early;  // nothing where it failed
  };
  // One attempt at a request that may be asked for soon. Gate, bucket, window and cookies take note of it as of each
  // request, but it takes second place: it goes only where its host has room for one more and is not closed, and never
  // waits long for its turn. It is not repeated, takes from no budget, and goes only to origins that the connector has
  // asked of its own accord. The acceptor sees the body, and judges what can be judged by now. Never throws.
  Ahead send_ahead(const Request& request, Acceptor& acceptor, const Caller& caller);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace integ::http
