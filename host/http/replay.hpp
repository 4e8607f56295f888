// Answers from a cassette instead of a network, for `--replay`. Safe from every thread.
//
// A request is answered by the first recording of its method and URL (as the cassette shows it, secrets masked) that
// was not used yet, so repeated requests get their answers in the order in which they were recorded. A URL that was not
// recorded is answered by one that differs from it in nothing but instants, since those of a run end with its own time.
#pragma once

#include "base/secrets.hpp"
#include "http/cassette.hpp"
#include "http/transport.hpp"

#include <cstddef>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace integ::http {

class Cassette {
 public:
  // `name` is the file's, for messages; `secrets` are borrowed.
  Cassette(std::vector<Recorded> exchanges, std::string name, const Secrets& secrets);

  // Throws Error of kind config: nothing is recorded for it, or not that often. It names request and file, and what
  // is there.
  Recorded next(const Request& request);

 private:
  struct Row {
    std::deque<Recorded> left;
    std::size_t used = 0;
    Recorded take();  // there is one
  };
  Row* at_another_time(const std::string& key);  // with mutex_ held; nullptr: there is none

  const std::string name_;
  const Secrets& secrets_;
  std::mutex mutex_;
  std::map<std::string, Row> rows_;  // by "METHOD URL", guarded by mutex_
  // By the same without times, in the order of the recording; guarded by mutex_.
  std::map<std::string, std::vector<Row*>> alike_;
};

class ReplayTransport final : public Transport {
 public:
  // `cassette` is borrowed and outlives it.
  explicit ReplayTransport(Cassette& cassette) : cassette_(cassette) {}
  void perform(const Attempt& attempt, Receiver& receiver, const Cancellation& cancellation) override;
  // Each recording is used up by one request; nothing is gained by asking for it early.
  bool may_go_ahead() const noexcept override { return false; }

 private:
  Cassette& cassette_;
};

}  // namespace integ::http
