#include "base/grace.hpp"

namespace integ {

std::string Grace::told() const {
  const auto ms = length.count();
  return "for " + (ms % 1000 == 0 ? std::to_string(ms / 1000) + " s" : std::to_string(ms) + " ms") +
         " after the run was stopped";
}

bool Stall::over() {
  if (grace_.cancellation == nullptr || !grace_.cancellation->cancelled()) return false;
  const auto now = std::chrono::steady_clock::now();
  if (!since_) since_ = now;
  return now - *since_ >= grace_.length;
}

}  // namespace integ
