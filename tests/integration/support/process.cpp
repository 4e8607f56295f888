#include "integration/support/process.hpp"

#include "integration/support/platform_output.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <ostream>
#include <spawn.h>
#include <sstream>
#include <sys/mman.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace integration {
namespace {

void check(int error, const char* what) {
  if (error != 0) throw std::system_error(error, std::generic_category(), what);
}

class Fd {
 public:
  explicit Fd(int fd = -1) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&&) = delete;
  ~Fd() { close(); }
  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }
  void close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }

 private:
  int fd_;
};

struct Pipe {
  static Pipe make() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) check(errno, "pipe2");
    return {Fd(ends[0]), Fd(ends[1])};
  }
  Fd reading;
  Fd writing;
};

// An unnamed file with that content, at its beginning: unlike a pipe, it takes any amount before anyone reads.
Fd file_with(const std::string& text) {
  Fd file(::memfd_create("input", MFD_CLOEXEC));
  if (file.get() < 0) check(errno, "memfd_create");
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t wrote = ::write(file.get(), text.data() + done, text.size() - done);
    if (wrote < 0) check(errno, "write");
    done += static_cast<std::size_t>(wrote);
  }
  ::lseek(file.get(), 0, SEEK_SET);
  return file;
}

class Actions {
 public:
  Actions() { check(::posix_spawn_file_actions_init(&actions_), "posix_spawn_file_actions_init"); }
  ~Actions() { ::posix_spawn_file_actions_destroy(&actions_); }
  Actions(const Actions&) = delete;
  Actions& operator=(const Actions&) = delete;

  void use(int from, int to) { check(::posix_spawn_file_actions_adddup2(&actions_, from, to), "adddup2"); }
  void open(const std::string& path, int to) {
    check(::posix_spawn_file_actions_addopen(&actions_, to, path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0666),
          "addopen");
  }
  void enter(const std::string& folder) {
    check(::posix_spawn_file_actions_addchdir_np(&actions_, folder.c_str()), "addchdir");
  }
  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> out;
  for (std::string& word : words) out.push_back(word.data());
  out.push_back(nullptr);
  return out;
}

}  // namespace

std::size_t peak_memory(pid_t pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::stoul(line.substr(6)) * 1024;
  }
  return 0;
}

std::ostream& operator<<(std::ostream& stream, const Outcome& outcome) {
  return stream << "exit code " << outcome.exit_code << (outcome.hung ? " (hung, killed)" : "") << ", stderr:\n"
                << outcome.err;
}

Process::Process(const Options& options) : options_(options) {
  const Fd input = file_with(options.input);
  Pipe out = Pipe::make();
  Pipe err = Pipe::make();
  Actions actions;
  actions.use(input.get(), STDIN_FILENO);
  if (options.out_file.empty()) {
    actions.use(out.writing.get(), STDOUT_FILENO);
  } else {
    actions.open(options.out_file, STDOUT_FILENO);
  }
  actions.use(err.writing.get(), STDERR_FILENO);
  if (!options.folder.empty()) actions.enter(options.folder);

  std::vector<std::string> words = options.arguments;
  std::vector<std::string> variables;
  for (const auto& [name, value] : options.environment) variables.push_back(name + "=" + value);
  check(::posix_spawn(&pid_, words.at(0).c_str(), actions.get(), nullptr, pointers(words).data(),
                      pointers(variables).data()),
        words.at(0).c_str());
  out.writing.close();
  err.writing.close();
  out_reader_ = std::thread([this, fd = out.reading.release()] { read_all(fd, out_); });
  err_reader_ = std::thread([this, fd = err.reading.release()] { read_all(fd, err_); });
  watcher_ = std::thread([this] { watch(); });
}

Process::~Process() {
  kill(SIGKILL);
  if (out_reader_.joinable()) out_reader_.join();
  if (err_reader_.joinable()) err_reader_.join();
  if (watcher_.joinable()) watcher_.join();
}

void Process::read_all(int raw, Captured& into) {
  const Fd fd(raw);
  std::array<char, 65536> chunk{};
  for (;;) {
    const ssize_t got = ::read(fd.get(), chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    const std::lock_guard lock(mutex_);
    if (got > 0) into.text.append(chunk.data(), static_cast<std::size_t>(got));
    if (got <= 0) into.over = true;
    changed_.notify_all();
    if (got <= 0) return;
  }
}

void Process::watch() {
  // The child is reaped under the lock, so that its number is never signalled once it may be another's.
  siginfo_t info{};
  while (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT) != 0 && errno == EINTR) {
  }
  const std::lock_guard lock(mutex_);
  int status = 0;
  ::waitpid(pid_, &status, 0);
  status_ = status;
  changed_.notify_all();
}

void Process::kill(int signal_number) {
  const std::lock_guard lock(mutex_);
  if (!status_ && pid_ > 0) ::kill(pid_, signal_number);
}

bool Process::running() {
  const std::lock_guard lock(mutex_);
  return !status_;
}

bool Process::wait_for(const Captured& captured, std::string_view text) {
  std::unique_lock lock(mutex_);
  const auto said = [&] { return captured.text.find(text) != std::string::npos; };
  changed_.wait_for(lock, patience, [&] { return said() || captured.over; });
  return said();
}

bool Process::wait_for_out(std::string_view text) { return wait_for(out_, text); }
bool Process::wait_for_err(std::string_view text) { return wait_for(err_, text); }

Outcome Process::wait() {
  {
    std::unique_lock lock(mutex_);
    const auto ended = [&] { return status_ && out_.over && err_.over; };
    if (!changed_.wait_for(lock, patience, ended)) {
      hung_ = true;
      if (!status_) ::kill(pid_, SIGKILL);
    }
  }
  out_reader_.join();
  err_reader_.join();
  watcher_.join();
  const int status = status_.value_or(-1);
  Outcome outcome;
  outcome.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  outcome.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + outcome.signal;
  outcome.hung = hung_;
  outcome.out = std::move(out_.text);
  outcome.err = std::move(err_.text);
  check_platform_output(options_, outcome);
  return outcome;
}

std::vector<pid_t> children_of(pid_t parent) {
  std::vector<pid_t> out;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename().string();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    std::ifstream file(entry.path() / "stat");
    std::string stat(std::istreambuf_iterator<char>(file), {});
    const std::size_t close = stat.rfind(')');
    if (close == std::string::npos) continue;
    std::istringstream fields(stat.substr(close + 1));
    std::string state;
    pid_t its_parent = 0;
    fields >> state >> its_parent;
    if (its_parent == parent) out.push_back(static_cast<pid_t>(std::stol(name)));
  }
  return out;
}

}  // namespace integration
