// kill -9 at any moment leaves rows and states as some commit left them, and the next run completes them: nothing
// missing, nothing twice. A table that is being replaced is the old one or the new one, whole.
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
  for (int i = 0; i < page_size; ++i) {
    records.push_back("{\"n\":" + std::to_string(page * page_size + i) + ",\"age\":\"new\"}");
  }
  return records;
}

// What an incremental connector does: goes on behind its state, a state after every third page. `after_page` sees each
// page's end with the ticket that is confirmed by then.
template <class Seen>
void sync(const std::string& path, const std::string& mode, Seen&& after_page) {
  FakeRun run(path, {{"/mode", mode}});
  struct One {
    const integ_stream* stream;
    int next;
  };
  std::vector<One> streams;
  for (const StreamSpec& spec : {Two().keyed, Two().plain}) {
    const auto* stream = run.stream(spec, incremental);
    const std::string state = run.restore(stream);
    streams.push_back({stream, state == "null" ? 0 : std::atoi(state.c_str() + 5)});  // {"n":12}
    run.status(stream, "STARTED");
    if (streams.back().next == pages) run.status(stream, "COMPLETE");
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
      if (one.next == pages) run.status(one.stream, "COMPLETE");
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

// Runs sync() in a child and kills it somewhere inside the calls that follow page `stop`: it runs on while the signal
// is on its way. Answers the ticket that was confirmed by then.
std::uint64_t killed_sync(const std::string& path, const std::string& mode, unsigned stop, unsigned spin) {
  const Pipe said;
  const pid_t child = fork();
  if (child == 0) {
    sync(path, mode, [&](std::uint64_t confirmed) { said.tell(confirmed); });
    for (;;) pause();
  }
  if (child < 0) throw std::runtime_error("no child");
  std::uint64_t confirmed = 0;
  for (unsigned i = 0; i <= stop; ++i) confirmed = said.hear();
  for (; spin > 0; --spin) std::this_thread::yield();
  kill(child, SIGKILL);
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFSIGNALED(status));
  return confirmed;
}

TEST(Kill, F103_AtAnyMomentLosesNothingAndDoublesNothing) {
  std::mt19937 random(7);
  for (int round = 0; round < 12; ++round) {
    const Folder folder;
    const std::string path = folder / "out.db";
    for (int attempt = 0; attempt < 3; ++attempt) {
      const auto stop = static_cast<unsigned>(random() % 70);
      const std::uint64_t confirmed = killed_sync(path, "upsert", stop, static_cast<unsigned>(random() % 2000));
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
    sync(path, "upsert", [](std::uint64_t) {});
    for (const char* table : {"keyed", "plain"}) {
      EXPECT_EQ(value(path, std::string("SELECT count(*), count(DISTINCT n), min(n), max(n) FROM ") + table),
                "840|840|0|839")
          << table << " in round " << round;
    }
    if (HasFailure()) return;
  }
}

// What is in the table: "old", "new", or what else.
std::string age_of(const std::string& path, const std::string& table) {
  const std::string seen = value(path, "SELECT count(*), count(DISTINCT n), min(age), max(age) FROM " + table);
  if (seen == "500|500|'old'|'old'") return "old";
  return seen == "840|840|'new'|'new'" ? "new" : seen;
}

TEST(Kill, ATableThatIsReplacedIsTheOldOneOrTheNewOneWhole) {
  std::mt19937 random(11);
  int old_seen = 0;
  for (int round = 0; round < 12; ++round) {
    const Folder folder;
    const std::string path = folder / "out.db";
    std::vector<std::string> before;
    for (int n = 0; n < 500; ++n) before.push_back("{\"n\":" + std::to_string(n * 2) + R"(,"age":"old"})");
    {
      FakeRun run(path, {{"/mode", "replace"}});
      for (const StreamSpec& spec : {Two().keyed, Two().plain}) {
        const auto* stream = run.stream(spec);
        run.records(stream, before);
        run.status(stream, "COMPLETE");
      }
      run.close();
    }
    for (int attempt = 0; attempt < 3; ++attempt) {
      // Anywhere, and every other time about the end, where the tables are put in place.
      const auto left = static_cast<unsigned>(
          2 * pages -
          std::stoi(value(path, "SELECT ifnull(sum(state ->> 'n'), 0) FROM _integ_state")));  // pages still to come
      if (left == 0) break;
      const auto stop = static_cast<unsigned>(round % 2 == 0 || left < 4 ? random() % left : left - 1 - random() % 4);
      killed_sync(path, "replace", stop, static_cast<unsigned>(random() % 2000));
      EXPECT_EQ(value(path, "PRAGMA integrity_check"), "'ok'");
      for (const char* const table : {"keyed", "plain"}) {
        const std::string age = age_of(path, table);
        EXPECT_TRUE(age == "old" || age == "new") << table << " in round " << round << ": " << age;
        if (age == "old") ++old_seen;
      }
    }
    sync(path, "replace", [](std::uint64_t) {});
    for (const char* const table : {"keyed", "plain"}) EXPECT_EQ(age_of(path, table), "new") << table;
    EXPECT_EQ(value(path, "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name LIKE '%integ_new_%'"), "0")
        << "in round " << round;
    if (::testing::Test::HasFailure()) return;
  }
  EXPECT_GT(old_seen, 0);
}

}  // namespace
}  // namespace sqlite_test
