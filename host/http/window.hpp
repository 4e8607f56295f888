// How many requests may be under way to a host at once. It begins with as many as the streams make, is halved
// when the server says that it is too much (429, 503), and grows by one for each round of answers without
// trouble: TCP's additive increase and multiplicative decrease. So nobody has to know what a server bears.
//
//   std::optional<Windows::Slot> slot = windows.enter(origin, cancellation);   // waits for its turn
//   ... send, receive ...
//   slot->answered() or slot->overloaded();                                    // then let go of it
//
// Safe from every thread. Slots are borrowed from the Windows that gave them and must not outlive it.
#pragma once

#include "base/cancellation.hpp"

#include <condition_variable>
#include <cstdint>
#include <limits>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace integ::http {

class Windows {
 private:
  struct Window;

 public:
  // One request that is under way; its end is the destructor.
  class Slot {
   public:
    Slot(Slot&& other) noexcept;
    Slot& operator=(Slot&&) = delete;
    ~Slot();
    void answered();
    // Halves the window, unless it was halved since this request left: twenty that left together and are
    // refused together are one refusal.
    void overloaded();

   private:
    friend class Windows;
    Slot(Windows& owner, Window& window, std::uint64_t round) : owner_(&owner), window_(&window), round_(round) {}
    Windows* owner_;
    Window* window_;
    std::uint64_t round_;
  };

  // Nothing when cancelled.
  std::optional<Slot> enter(const std::string& origin, const Cancellation& cancellation);
  // Nothing where it would have to wait.
  std::optional<Slot> try_enter(const std::string& origin);
  // What the host is allowed now; infinite before the first refusal.
  double size(const std::string& origin) const;

 private:
  struct Window {
    double size = std::numeric_limits<double>::infinity();
    int under_way = 0;
    std::uint64_t round = 0;  // how often it was halved
    bool has_room() const noexcept { return under_way == 0 || under_way + 1 <= size; }
  };
  // Under the lock; nothing without room.
  std::optional<Slot> enter_now(Window& window);

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, Window> windows_;  // guarded by mutex_; entries stay where they are
};

}  // namespace integ::http
