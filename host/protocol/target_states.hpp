// Which tickets a target has given back: a state is safe once whoever stores the records has said so.
//
//   states.wrote(7, "", hash);          // on the writer's thread: the state went out with ticket 7
//   states.given_back("", hash);        // on the reader's: the target has said it
//   states.safe();                      // every ticket up to this one is
//
// `scope` is what a state speaks of: one stream (Airbyte), or "" for all of them together (Singer). A state that comes
// back covers the earlier ones of its scope; a target may leave some out. Of equal states the oldest that waits is
// taken to be meant, so that nothing is safe too early. Safe from every thread.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <string>

namespace integ::protocol {

class TargetStates {
 public:
  void wrote(std::uint64_t ticket, const std::string& scope, std::uint64_t hash);
  // False for one that was never written, or was safe already.
  bool given_back(const std::string& scope, std::uint64_t hash);
  // Whether it waits to be given back, or is the one that was given back last.
  bool is_known(const std::string& scope, std::uint64_t hash) const;
  // The target has read all there was and ended well: where the last state it gave back is the last one written, all of
  // its scope is safe.
  void ended_well();
  std::uint64_t safe() const;
  bool any_given_back() const;
  bool all_safe() const;

 private:
  struct Waiting {
    std::uint64_t ticket;
    std::string scope;
    std::uint64_t hash;
    bool safe = false;
  };
  void forget_safe();

  mutable std::mutex mutex_;
  std::deque<Waiting> waiting_;                        // by ticket; guarded by mutex_, as is what follows
  std::map<std::string, std::uint64_t> given_back_{};  // the last one, by scope
  std::uint64_t safe_ = 0;
};

}  // namespace integ::protocol
