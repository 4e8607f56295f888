#include "cli/signals.hpp"

#include <chrono>
#include <optional>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

namespace integ::cli {
namespace {

// One wish to end may come as several signals: timeout(1) sends one to its child and one to its group, and a shell may
// pass on what the terminal has told everyone already. Only a signal so long after the first is impatience.
constexpr auto kSameWish = std::chrono::seconds(1);

sigset_t ending_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGUSR1);  // wakes the thread when it is to end
  return set;
}

}  // namespace

Signals::Signals(Cancellation& cancellation) : cancellation_(cancellation) {
  signal(SIGPIPE, SIG_IGN);  // a closed reader is an error of write(2)
  signal(SIGXFSZ, SIG_IGN);  // and so is a file that may not grow
  const sigset_t set = ending_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  thread_ = std::thread([this] { listen(); });
}

Signals::~Signals() {
  ending_ = true;
  pthread_kill(thread_.native_handle(), SIGUSR1);
  thread_.join();
}

void Signals::listen() {
  const sigset_t set = ending_signals();
  std::optional<std::chrono::steady_clock::time_point> first;
  for (;;) {
    int signal_number = 0;
    if (sigwait(&set, &signal_number) != 0) continue;
    if (ending_) return;
    if (signal_number == SIGUSR1) continue;
    const auto now = std::chrono::steady_clock::now();
    if (first && now - *first < kSameWish) continue;
    if (first) {
      cancellation_.abandon();
      _exit(128 + signal_number);
    }
    first = now;
    cancellation_.cancel(signal_number == SIGINT ? CancelReason::interrupted : CancelReason::terminated);
  }
}

int exit_code_of(CancelReason reason, int otherwise) {
  if (reason == CancelReason::interrupted) return 128 + SIGINT;
  if (reason == CancelReason::terminated) return 128 + SIGTERM;
  return otherwise;
}

}  // namespace integ::cli
