// The credentials of a connection: got once for all threads, renewed before they expire and when a server
// refuses them. Safe from every thread.
//
//   RequestCredentials credentials(shared, cancellation);      // of one exchange: an http::Authorizer
//   client.exchange(request, acceptor, {.authorizer = &credentials}, ...);
//
// While one thread gets new ones the others wait, and all share what comes of it, the failure as well: a
// refused refresh token is sent once and not once a stream. A failure that only a person can mend is
// remembered for the connection's life; after another one, who comes later tries again.
#pragma once

#include "base/cancellation.hpp"
#include "base/clock.hpp"
#include "base/error.hpp"
#include "http/client.hpp"
#include "http/exchange.hpp"

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace integ::sync {

// What `authorize` set.
struct Credentials {
  std::vector<http::Header> headers;
  std::vector<http::Header> query;
  std::int64_t valid_ms = 0;  // 0: until they are refused
};

class SharedCredentials {
 public:
  // Gets new ones, on the thread of whoever needs them first; throws Error.
  using Get = std::function<Credentials()>;
  SharedCredentials(Clock& clock, Get get) : clock_(clock), get_(std::move(get)) {}

  struct Held {
    Credentials credentials;
    std::uint64_t generation = 0;       // counts from 1
    std::int64_t renew_at_unix_ns = 0;  // 0: never
  };
  // Throws what getting them threw, or kind cancelled.
  std::shared_ptr<const Held> current(const Cancellation& cancellation);
  // Those that are there and can be used, else nullptr: never waits, and gets none.
  std::shared_ptr<const Held> at_hand();
  // A server refused those of that generation (and so all before it).
  void refuse(std::uint64_t generation);

  // How long before their end credentials are renewed: 30 s, so that none dies on its way; half of their life
  // where that is less.
  static constexpr std::int64_t kMargin_ms = 30'000;

 private:
  bool usable() const;
  void get(std::unique_lock<std::mutex>& lock);

  Clock& clock_;
  const Get get_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::shared_ptr<const Held> held_;  // guarded by mutex_, as are all below
  std::uint64_t refused_ = 0;
  bool getting_ = false;
  std::uint64_t rounds_ = 0;      // of getting, that have ended
  std::optional<Error> failure_;  // of the last round, unless it was only cancelled
  bool final_ = false;            // nobody needs to try again
};

// Those that are there, for what goes ahead: it gets no others, and a refusal is not its business.
class HeldCredentials final : public http::Authorizer {
 public:
  explicit HeldCredentials(const Credentials& credentials) : credentials_(credentials) {}
  void put_on(http::Request& request) override;
  bool renew() override { return false; }

 private:
  const Credentials& credentials_;
};

// What one exchange puts on its attempts.
class RequestCredentials final : public http::Authorizer {
 public:
  RequestCredentials(SharedCredentials& shared, const Cancellation& cancellation)
      : shared_(shared), cancellation_(cancellation) {}
  void put_on(http::Request& request) override;
  bool renew() override;

 private:
  SharedCredentials& shared_;
  const Cancellation& cancellation_;
  std::shared_ptr<const SharedCredentials::Held> sent_;
};

}  // namespace integ::sync
