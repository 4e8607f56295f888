// How long a run that is told to end waits for others: for a reader that takes nothing, a program that does not end.
//
//   Stall stall(grace);
//   while (!moves(kGlance)) {
//     if (stall.over()) throw ...;
//   }
//   stall.moved();
//
// Before the run is cancelled such a wait has no end. What was accepted is worth some patience after it, too, as long
// as something moves; the grace counts from the cancellation, or from the last time that anything moved.
#pragma once

#include "base/cancellation.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace integ {

struct Grace {
  const Cancellation* cancellation = nullptr;  // borrowed; nullptr: nothing cancels
  std::chrono::milliseconds length{5000};

  // "for 5 s after the run was stopped", for messages.
  std::string told() const;
};

// Used by one thread.
class Stall {
 public:
  // How often a wait that can be cancelled looks up: every 50 ms, as all waits do.
  static constexpr std::chrono::milliseconds kGlance{50};

  explicit Stall(const Grace& grace) : grace_(grace) {}
  const Grace& grace() const noexcept { return grace_; }
  void moved() noexcept { since_.reset(); }
  // Asked again and again while nothing moves.
  bool over();

 private:
  Grace grace_;
  std::optional<std::chrono::steady_clock::time_point> since_;  // it was cancelled, and nothing has moved
};

}  // namespace integ
