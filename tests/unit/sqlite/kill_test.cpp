// kill -9 at any moment leaves rows and states as some commit left them, and the next run completes them: nothing
// missing, nothing twice.
#include "fake_host.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <random>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace sqlite_test {
namespace {

constexpr int pages = 120;
constexpr int page_size = 7;

struct Two {
  StreamSpec keyed{.name = "keyed", .keys = {"/n"}};
  StreamSpec plain{.name = "plain", .keys = {}};
};

std::vector<std::string> page_of(int page) {
  std::vector<std::string> records;
  for (int i = 0; i < page_size; ++i) records.push_back("{\"n\":" + std::to_string(page * page_size + i) + "}");
  return records;
}

// What an incremental connector does: goes on behind its state, a state after every third page. `after_page` sees each
// page's end with the ticket that is confirmed by then.
template <class Seen>
void sync(const std::string& path, Seen&& after_page) {
  FakeRun run(path);
  struct One {
    const integ_stream* stream;
    int next;
  };
  std::vector<One> streams;
  for (const StreamSpec& spec : {Two().keyed, Two().plain}) {
    const auto* stream = run.stream(spec, incremental);
    const std::string state = run.restore(stream);
    streams.push_back({stream, state == "null" ? 0 : std::atoi(state.c_str() + 5)});  // {"n":12}
  }
  std::uint64_t ticket = 0;
  for (bool more = true; more;) {
    more = false;
    for (One& one : streams) {
      if (one.next == pages) continue;
      more = true;
      run.records(one.stream, page_of(one.next++));
      if (one.next % 3 == 0) run.state(one.stream, "{\"n\":" + std::to_string(one.next) + "}", ++ticket);
      run.context.now_ns += 130'000'000;  // a commit every fourth page or so, never in step with the states
      after_page(run.flush(INTEG_FLUSH_ASK));
    }
  }
  run.flush();
  run.close();
}

class Pipe {
 public:
  Pipe() {
    if (pipe(ends_) != 0) throw std::runtime_error("no pipe");
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    close(ends_[0]);
    close(ends_[1]);
  }
  void tell(std::uint64_t value) const {
    if (write(ends_[1], &value, sizeof value) != sizeof value) _exit(3);
  }
  std::uint64_t hear() const {
    std::uint64_t value = 0;
    return read(ends_[0], &value, sizeof value) == sizeof value ? value : ~std::uint64_t{0};
  }

 private:
  int ends_[2] = {-1, -1};
};

TEST(Kill, AtAnyMomentLosesNothingAndDoublesNothing) {
  std::mt19937 random(7);
  for (int round = 0; round < 12; ++round) {
    const Folder folder;
    const std::string path = folder / "out.db";
    for (int attempt = 0; attempt < 3; ++attempt) {
      const Pipe said;
      const pid_t child = fork();
      ASSERT_GE(child, 0);
      if (child == 0) {
        sync(path, [&](std::uint64_t confirmed) { said.tell(confirmed); });
        for (;;) pause();
      }
      // Somewhere inside the calls that follow page `stop`: the child runs on while the signal is on its way.
      const auto stop = random() % 70;
      std::uint64_t confirmed = 0;
      for (unsigned i = 0; i <= stop; ++i) confirmed = said.hear();
      for (auto spin = random() % 2000; spin > 0; --spin) std::this_thread::yield();
      kill(child, SIGKILL);
      int status = 0;
      ASSERT_EQ(waitpid(child, &status, 0), child);
      ASSERT_TRUE(WIFSIGNALED(status));
      const std::string ticket = value(path, "SELECT ifnull(max(ticket), 0) FROM _integ_state");
      if (attempt == 0) {
        EXPECT_GE(std::stoull(ticket), confirmed) << "confirmed, but not in the file";
      }
      EXPECT_EQ(value(path, "PRAGMA integrity_check"), "'ok'");
      for (const char* table : {"keyed", "plain"}) {
        const std::string name(table);
        const std::string covered =
            "(SELECT ifnull(max(state ->> 'n'), 0) * 7 FROM _integ_state WHERE stream = '" + name + "')";
        EXPECT_EQ(value(path, "SELECT count(DISTINCT n) = " + covered + " FROM " + name + " WHERE n < " + covered), "1")
            << name << ": the state runs ahead of the rows";
      }
    }
    sync(path, [](std::uint64_t) {});
    for (const char* table : {"keyed", "plain"}) {
      EXPECT_EQ(value(path, std::string("SELECT count(*), count(DISTINCT n), min(n), max(n) FROM ") + table),
                "840|840|0|839")
          << table << " in round " << round;
    }
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace sqlite_test
