// Runs a command and writes what it took to a file: {"wall":S,"cpu":S,"peak":BYTES}. Ends as the command ended.
//
//   bench_launch REPORT COMMAND ARG...
//
// A program of its own, since the kernel counts what a process was before execve(2) to its peak memory: a child of
// Python would have at least Python's. This one takes 3 MiB.
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

int fail(const char* what) {
  std::fprintf(stderr, "bench_launch: %s: %s\n", what, std::strerror(errno));
  return 127;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fputs("usage: bench_launch REPORT COMMAND ARG...\n", stderr);
    return 2;
  }
  const auto begin = std::chrono::steady_clock::now();
  const pid_t child = fork();
  if (child < 0) return fail("fork");
  if (child == 0) {
    execvp(argv[2], argv + 2);
    _exit(fail(argv[2]));
  }
  int status = 0;
  rusage used{};
  while (wait4(child, &status, 0, &used) < 0) {
    if (errno != EINTR) return fail("wait4");
  }
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begin;
  std::FILE* report = std::fopen(argv[1], "w");
  if (report == nullptr) return fail(argv[1]);
  std::fprintf(report, "{\"wall\":%.6f,\"cpu\":%.6f,\"peak\":%ld}\n", wall.count(),
               seconds(used.ru_utime) + seconds(used.ru_stime), used.ru_maxrss * 1024);
  if (std::fclose(report) != 0) return fail(argv[1]);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
