#include "worker/process.hpp"

#include "base/error.hpp"
#include "base/spawn.hpp"
#include "base/text.hpp"
#include "plugin/environment.hpp"
#include "worker/control.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <string_view>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace integ::worker {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// How long a worker may take to end when it is told to, or when its socket has closed: it is a matter of the kernel's.
constexpr milliseconds kEnding{2'000};

[[noreturn]] void not_made(const std::string& what) {
  throw Error(Kind::internal, "a connector's process can't be started: " + what + ": " + std::strerror(errno));
}

std::pair<UniqueFd, UniqueFd> made_pair(int type) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends.data()) != 0) not_made("socketpair");
  UniqueFd near = above_standard(ends[0]);
  return {std::move(near), above_standard(ends[1])};
}

int left_ms(steady_clock::time_point deadline) {
  const auto left = std::chrono::ceil<milliseconds>(deadline - steady_clock::now()).count();
  return static_cast<int>(std::clamp<long long>(left, 0, 60'000));
}

// What a worker prints, line by line into the log.
class Printed {
 public:
  Printed(int fd, Log& log, std::string who) : fd_(fd), log_(log), who_(std::move(who)) {}
  ~Printed() {
    if (!line_.empty()) say();
  }
  Printed(const Printed&) = delete;
  Printed& operator=(const Printed&) = delete;

  // -1 when it is closed.
  int fd() const noexcept { return fd_; }
  // What is there now.
  void read() {
    std::array<char, 4096> piece{};
    for (;;) {
      const ssize_t got = ::read(fd_, piece.data(), piece.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0 && errno == EAGAIN) return;
      if (got <= 0) {
        fd_ = -1;
        return;
      }
      for (const char c : std::string_view(piece.data(), static_cast<std::size_t>(got))) {
        if (c != '\n') line_ += c;
        if (c == '\n' || line_.size() > 8192) say();
      }
    }
  }

 private:
  void say() {
    log_.warn({}, who_ + line_);
    line_.clear();
  }
  int fd_;
  Log& log_;
  const std::string who_;
  std::string line_;
};

}  // namespace

Process::Process(const Settings& settings, Log& log, const Cancellation& cancellation)
    : settings_(settings), log_(log), cancellation_(cancellation) {}

std::shared_ptr<Process> Process::start(const Settings& settings, Log& log, const Cancellation& cancellation) {
  std::shared_ptr<Process> out(new Process(settings, log, cancellation));
  out->begin();
  try {
    out->hello();
  } catch (...) {
    out->kill("it could not be used");  // nobody waits for what it still does
    throw;
  }
  return out;
}

void Process::begin() {
  auto [near, far] = made_pair(SOCK_SEQPACKET);
  control_ = std::move(near);
  cancelled_ = UniqueFd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!cancelled_) not_made("eventfd");
  watcher_ = std::thread([this, channel = std::make_shared<UniqueFd>(std::move(far))] { watch(std::move(*channel)); });
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return spawned_; });
    if (not_spawned_) std::rethrow_exception(not_spawned_);
  }
  hook_ = cancellation_.on_cancel([this] { cancel(); });
}

void Process::hello() {
  const auto deadline = steady_clock::now() + settings_.start_limit;
  for (;;) {
    std::array<pollfd, 2> wait{pollfd{control_.get(), POLLIN, 0}, pollfd{cancelled_.get(), POLLIN, 0}};
    const int ready = ::poll(wait.data(), wait.size(), left_ms(deadline));
    if (ready < 0 && errno == EINTR) continue;
    cancellation_.throw_if_cancelled();
    if (ready == 0) {
      kill("it was not loaded within " + std::to_string(settings_.start_limit.count() / 1000) + " s");
      break;
    }
    if (wait[0].revents == 0) continue;
    const std::optional<std::string> word = receive_first_word(control_.get());
    if (!word) break;
    if (word->empty()) return;
    throw Error(Kind::plugin, *word);
  }
  throw Error(Kind::plugin, settings_.file + " " + how_it_ended() + " while it was loaded in a process of its own");
}

pid_t Process::spawn_child(const UniqueFd& channel) {
  auto [out, child_out] = pipe_ends();
  auto [err, child_err] = pipe_ends();
  // Only the reading ends: a plug-in that prints does not expect to be told to try again.
  for (const UniqueFd* end : {&out, &err}) ::fcntl(end->get(), F_SETFL, O_NONBLOCK);
  out_ = std::move(out);
  err_ = std::move(err);
  const std::vector<std::string> environment = plugin::harmless_environment();
  Spawn child;
  child.words = {settings_.executable, kVerb, settings_.file, settings_.connector};
  child.out = child_out.get();
  child.err = child_err.get();
  child.channel = channel.get();
  child.environment = &environment;
  try {
    return spawn(child);
  } catch (const Error& error) {
    throw Error(Kind::internal, "a connector's process can't be started: " + error.message());
  }
}

// PDEATHSIG is of the thread that starts a process: it is this one, which lives as long as the worker.
void Process::watch(UniqueFd channel) {
  pid_t child = -1;
  std::exception_ptr failed;
  UniqueFd pidfd;
  try {
    child = spawn_child(channel);
    // glibc 2.36 declares pidfd_open for C alone.
    pidfd = UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
    if (!pidfd) {
      kill_group(child, SIGKILL);
      static_cast<void>(wait_for_end(child));
      not_made("pidfd_open");
    }
  } catch (...) {
    failed = std::current_exception();
  }
  channel.reset();
  {
    const std::lock_guard lock(mutex_);
    pid_ = child;
    pidfd_ = std::move(pidfd);
    not_spawned_ = failed;
    spawned_ = true;
  }
  changed_.notify_all();
  if (failed) return;
  pass_on_until_it_ends();
}

void Process::pass_on_until_it_ends() {
  {
    const std::string who = settings_.called + " printed to standard ";
    Printed out(out_.get(), log_, who + "output: ");
    Printed err(err_.get(), log_, who + "error: ");
    for (bool ended = false; !ended;) {
      std::array<pollfd, 3> wait{pollfd{pidfd_.get(), POLLIN, 0}, pollfd{out.fd(), POLLIN, 0},
                                 pollfd{err.fd(), POLLIN, 0}};
      if (::poll(wait.data(), wait.size(), -1) < 0) continue;
      ended = wait[0].revents != 0;
      // What it said last is read when it has ended; what a grandchild holds open says nothing more.
      if (ended) kill_group(pid_, SIGKILL);
      if (out.fd() >= 0) out.read();
      if (err.fd() >= 0) err.read();
    }
  }
  {
    // Under the lock, so that nobody kills a number that is free again. It has ended: this does not wait.
    const std::lock_guard lock(mutex_);
    status_ = wait_for_end(pid_).value_or(0);
  }
  changed_.notify_all();
}

Process::~Process() {
  hook_ = {};
  control_.reset();  // the worker ends when its end is closed
  if (!watcher_.joinable()) return;
  {
    std::unique_lock lock(mutex_);
    const bool over =
        changed_.wait_for(lock, kEnding, [this] { return status_ || (spawned_ && not_spawned_ != nullptr); });
    if (!over) kill_group(pid_, SIGKILL);
  }
  watcher_.join();
}

void Process::cancel() noexcept {
  send_cancelled(control_.get());
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(cancelled_.get(), &one, sizeof one);
}

std::optional<UniqueFd> Process::open_task() {
  auto [near, far] = made_pair(SOCK_STREAM);
  if (!send_task(control_.get(), far.get())) return std::nullopt;
  return std::move(near);
}

bool Process::running() const {
  const std::lock_guard lock(mutex_);
  return !status_ && killed_because_.empty();
}

bool Process::wait(int fd, short events, steady_clock::duration& late) {
  for (;;) {
    const bool is_cancelled = cancellation_.cancelled();
    const steady_clock::duration left = settings_.grace - late;
    if (is_cancelled && left <= steady_clock::duration::zero()) {
      const std::string why =
          "it went on for " + std::to_string(settings_.grace.count() / 1000) + " s after the run was cancelled";
      // A cancelled run has no errors to tell it by.
      if (kill(why)) log_.warn({}, settings_.file + " was killed: " + why);
      const std::lock_guard lock(mutex_);
      outstayed_ = true;
      return false;
    }
    // A descriptor below zero is left out: one that stays readable would wake for ever.
    std::array<pollfd, 3> wait{pollfd{fd, events, 0}, pollfd{pidfd_.get(), POLLIN, 0},
                               pollfd{is_cancelled ? -1 : cancelled_.get(), POLLIN, 0}};
    const auto before = steady_clock::now();
    const int ready = ::poll(wait.data(), wait.size(), is_cancelled ? left_ms(before + left) : -1);
    if (is_cancelled) late += steady_clock::now() - before;
    if (ready <= 0) continue;
    if (wait[0].revents != 0) return true;
    if (wait[1].revents != 0) return false;
  }
}

bool Process::kill(const std::string& why) {
  const std::lock_guard lock(mutex_);
  if (status_ || !killed_because_.empty()) return false;
  killed_because_ = why;
  kill_group(pid_, SIGKILL);
  return true;
}

std::string Process::how_it_ended() {
  std::unique_lock lock(mutex_);
  if (!changed_.wait_for(lock, kEnding, [this] { return status_.has_value(); }) && killed_because_.empty()) {
    killed_because_ = "it closed its channel and went on";
    kill_group(pid_, SIGKILL);
  }
  if (!killed_because_.empty()) return "was killed: " + killed_because_;
  return integ::how_it_ended(*status_);
}

bool Process::outstayed() const {
  const std::lock_guard lock(mutex_);
  return outstayed_;
}

}  // namespace integ::worker
