#include "protocol/target_process.hpp"

#include "base/error.hpp"
#include "base/spawn.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace integ::protocol {
namespace {

constexpr std::size_t kLastWords = 10;
// Of a line of its: a state is small, and so is a message. What is longer is taken in pieces.
constexpr std::size_t kLongestLine = 64UL << 20;
// A process that it left behind may hold its descriptors: it is listened to for so long after the target has ended.
constexpr std::chrono::milliseconds kStrays{1000};
constexpr std::chrono::milliseconds kGlance{100};

std::string file_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

bool is_program(const std::string& path) { return ::access(path.c_str(), X_OK) == 0; }

}  // namespace

void check_command(const std::vector<std::string>& command, const std::string& folder) {
  const std::string& program = command.front();
  if (program.find('/') != std::string::npos) {
    const bool relative = program.front() != '/' && !folder.empty();
    if (is_program(relative ? folder + "/" + program : program)) return;
    throw Error(Kind::config, "command: there is no program " + sanitised(program, 200));
  }
  const char* path = std::getenv("PATH");
  for (const std::string_view place : split(path == nullptr ? "" : path, ':')) {
    if (is_program((place.empty() ? "." : std::string(place)) + "/" + program)) return;
  }
  throw Error(Kind::config, "command: there is no program " + sanitised(program, 200) + " in PATH");
}

TargetProcess::TargetProcess(const std::vector<std::string>& command, const std::string& folder, Log& log,
                             const Grace& grace, OnLine on_line)
    : name_(file_name(command.front())), log_(log), grace_(grace), on_line_(std::move(on_line)) {
  try {
    auto [in_read, in_write] = pipe_ends();
    auto [out_read, out_write] = pipe_ends();
    auto [err_read, err_write] = pipe_ends();
    pid_ = spawn({.words = command,
                  .folder = folder,
                  .in = in_read.get(),
                  .out = out_write.get(),
                  .err = err_write.get(),
                  .environment = nullptr});
    input_ = std::move(in_write);
    output_ = std::move(out_read);
    errors_ = std::move(err_read);
  } catch (const Error& error) {
    throw Error(Kind::output, "the target can't be started: " + error.message());
  }
  if (grace.cancellation != nullptr) {
    abandoned_ = grace.cancellation->on_abandon([pid = *pid_] { kill_group(pid, SIGTERM); });
  }
  sink_ = fd_sink(input_.get(), name_, grace_);
  reader_ = std::thread([this] { read_lines(output_.get(), on_line_); });
  error_reader_ = std::thread([this] {
    read_lines(errors_.get(), [this](TargetProcess&, std::string_view line) {
      remember(sanitised(line, 1000));
      log_.info({}, name_ + ": " + std::string(line));
    });
  });
}

TargetProcess::~TargetProcess() {
  if (pid_) end();
  ended_ = true;
  if (reader_.joinable()) reader_.join();
  if (error_reader_.joinable()) error_reader_.join();
}

template <class Does>
void TargetProcess::guarded(Does does) {
  if (!pid_) throw Error(Kind::output, name_ + " has ended already");
  try {
    does();
  } catch (const Error& error) {
    if (!is_closed_pipe(error)) throw;
    // It closed its input: it has ended, or is about to. (A target that closed it and goes on is waited for.)
    const int status = wait();
    throw ended_badly(how_it_ended(status) + " before it was told to");
  }
}

void TargetProcess::write(std::span<const std::string_view> parts) {
  guarded([&] { sink_->write(parts); });
}

void TargetProcess::flush() {
  guarded([&] { sink_->flush(); });
}

void TargetProcess::finish() {
  flush();
  const int status = wait();
  if (status != 0) throw ended_badly(how_it_ended(status));
}

int TargetProcess::wait() {
  sink_.reset();
  input_.reset();
  for (Stall stall(grace_); !ends_within(*pid_, Stall::kGlance);) {
    if (!stall.over()) continue;
    end();
    throw ended_badly("did not end " + grace_.told() + ", and was made to");
  }
  const int status = reap();
  ended_ = true;
  reader_.join();
  error_reader_.join();
  return status;
}

void TargetProcess::end() {
  sink_.reset();
  input_.reset();
  kill_group(*pid_, SIGTERM);
  static_cast<void>(ends_within(*pid_, grace_.length));
  kill_group(*pid_, SIGKILL);  // also what it has started and left behind
  static_cast<void>(reap());
}

int TargetProcess::reap() {
  abandoned_ = {};  // before its number is free
  const int status = wait_for_end(*pid_).value_or(0);
  pid_.reset();
  return status;
}

void TargetProcess::read_lines(int fd, const OnLine& on_line) {
  std::string text;
  std::array<char, 65536> piece{};
  const auto line = [&](std::string_view whole) {
    if (whole.ends_with('\r')) whole.remove_suffix(1);
    if (!whole.empty()) on_line(*this, whole);
  };
  for (int silent = 0;;) {
    pollfd waiting{.fd = fd, .events = POLLIN, .revents = 0};
    if (::poll(&waiting, 1, static_cast<int>(kGlance.count())) == 0) {
      if (ended_ && ++silent * kGlance > kStrays) break;
      continue;
    }
    const ssize_t got = ::read(fd, piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    std::size_t searched = text.size();
    text.append(piece.data(), static_cast<std::size_t>(got));
    std::size_t begin = 0;
    for (std::size_t end = 0; (end = text.find('\n', searched)) != std::string::npos; searched = begin = end + 1) {
      line(std::string_view(text).substr(begin, end - begin));
    }
    text.erase(0, begin);
    if (text.size() > kLongestLine) line(std::exchange(text, {}));
  }
  line(text);
}

void TargetProcess::remember(std::string words) {
  const std::lock_guard lock(mutex_);
  last_words_.push_back(std::move(words));
  if (last_words_.size() > kLastWords) last_words_.pop_front();
}

Error TargetProcess::ended_badly(const std::string& how) {
  std::string message = name_ + " " + how;
  const std::lock_guard lock(mutex_);
  if (!last_words_.empty()) message += "; it said last:";
  for (const std::string& words : last_words_) message += "\n    " + words;
  return Error(Kind::output, message);
}

}  // namespace integ::protocol
