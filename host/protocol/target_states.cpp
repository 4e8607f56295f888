#include "protocol/target_states.hpp"

#include <algorithm>

namespace integ::protocol {

void TargetStates::wrote(std::uint64_t ticket, const std::string& scope, std::uint64_t hash) {
  const std::lock_guard lock(mutex_);
  waiting_.push_back({ticket, scope, hash});
}

bool TargetStates::given_back(const std::string& scope, std::uint64_t hash) {
  const std::lock_guard lock(mutex_);
  given_back_[scope] = hash;
  const auto found = std::find_if(waiting_.begin(), waiting_.end(), [&](const Waiting& one) {
    return !one.safe && one.hash == hash && one.scope == scope;
  });
  if (found == waiting_.end()) return false;
  for (auto one = waiting_.begin(); one <= found; ++one) one->safe = one->safe || one->scope == scope;
  forget_safe();
  return true;
}

bool TargetStates::is_known(const std::string& scope, std::uint64_t hash) const {
  const std::lock_guard lock(mutex_);
  const auto last = given_back_.find(scope);
  return (last != given_back_.end() && last->second == hash) ||
         std::ranges::any_of(waiting_, [&](const Waiting& one) { return one.hash == hash && one.scope == scope; });
}

void TargetStates::ended_well() {
  const std::lock_guard lock(mutex_);
  std::map<std::string, std::uint64_t> last;
  for (const Waiting& one : waiting_) last[one.scope] = one.hash;
  for (Waiting& one : waiting_) {
    const auto found = given_back_.find(one.scope);
    one.safe = one.safe || (found != given_back_.end() && found->second == last[one.scope]);
  }
  forget_safe();
}

std::uint64_t TargetStates::safe() const {
  const std::lock_guard lock(mutex_);
  return safe_;
}

bool TargetStates::any_given_back() const {
  const std::lock_guard lock(mutex_);
  return !given_back_.empty();
}

bool TargetStates::all_safe() const {
  const std::lock_guard lock(mutex_);
  return waiting_.empty();
}

void TargetStates::forget_safe() {
  while (!waiting_.empty() && waiting_.front().safe) {
    safe_ = waiting_.front().ticket;
    waiting_.pop_front();
  }
}

}  // namespace integ::protocol
