// Signals and --timeout while nobody takes what a run writes: every wait ends, and nothing that was started stays.
#include "base/files.hpp"
#include "integration/pipelines/pipeline_test.hpp"

#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <sys/ioctl.h>
#include <sys/stat.h>

namespace integration {
namespace {

using ::integ::UniqueFd;
using ::testing::HasSubstr;
using ::testing::Not;

class Stopping : public PipelineTest {
 protected:
  // A page of more than pipes and queues hold.
  void serve_much() {
    std::string records;
    for (int i = 0; i < 30; ++i) {
      records += (i > 0 ? "," : "") + (R"({"name":")" + std::to_string(i)) + std::string(1 << 20, 'x') + "\"}";
    }
    for (const char* path : {"/api/v2/pokemon", "/pokemon"}) api.set_page(path, page_of(records));
  }
  // Of a name of its own, so that several run at a time.
  std::string numbered(std::size_t number, const std::string& output) {
    const std::string name = "p" + std::to_string(number);
    std::string file = name + ".yaml";
    folder.write(file, "name: " + name + "\nconnector: pokeapi\nstreams: [pokemon]\nconfig: {url: \"" + api.url() +
                           "\"}\noutput: " + output + "\nstate: {path: " + name + ".db}\n");
    return file;
  }
  // A named pipe whose reader is there and takes nothing.
  UniqueFd unread_pipe(const std::string& name) {
    EXPECT_EQ(::mkfifo(folder.path(name).c_str(), 0600), 0);
    return UniqueFd(::open(folder.path(name).c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  }
  // More than what goes before the records: those have begun, and do not fit.
  static bool holds_records(const UniqueFd& pipe) {
    int bytes = 0;
    return ::ioctl(pipe.get(), FIONREAD, &bytes) == 0 && bytes > 32'000;
  }
  // One that has ended and waits for its parent's word has no command line.
  static bool exists(const std::string& pid) {
    std::ifstream file("/proc/" + pid + "/cmdline");
    return file.get() != std::ifstream::traits_type::eof();
  }
};

TEST_F(Stopping, NoReaderHoldsUpTheEndOfARun) {
  serve_much();
  folder.write("config.json", R"({"url":")" + api.url() + R"("})");
  folder.write("catalog.json",
               R"({"streams":[{"stream":{"name":"pokemon","json_schema":{},"supported_sync_modes":["full_refresh"]},)"
               R"("sync_mode":"full_refresh","destination_sync_mode":"append"}]})");
  struct Way {
    std::string line;
    int signal;
    int code;
    std::string errors = {};
  };
  const std::vector<Way> ways{
      {"run " + numbered(0, "{protocol: jsonl}"), SIGTERM, 143},
      {"run " + numbered(1, "{protocol: airbyte}"), SIGINT, 130},
      {"run --timeout 8s " + numbered(2, "{protocol: singer}"), 0, 1},
      {"run " + numbered(3, "{protocol: jsonl, path: out3}"), SIGTERM, 143},
      {"tap pokeapi --config config.json", SIGTERM, 143},
      {"source pokeapi read --config config.json --catalog catalog.json", SIGTERM, 143},
      {"run " + numbered(6, "{protocol: jsonl}"), SIGTERM, 143, " 2>&1"},  // the log goes there, too
  };
  std::vector<UniqueFd> readers;
  std::vector<std::unique_ptr<Process>> runs;
  for (std::size_t i = 0; i < ways.size(); ++i) {
    const std::string out = "out" + std::to_string(i);
    readers.push_back(unread_pipe(out));
    runs.push_back(start_shell("exec \"$INTEG\" " + ways[i].line + (i == 3 ? "" : " >" + out) + ways[i].errors));
  }
  for (std::size_t i = 0; i < ways.size(); ++i) {
    ASSERT_TRUE(eventually([&] { return holds_records(readers[i]); })) << ways[i].line;
    if (ways[i].signal != 0) runs[i]->kill(ways[i].signal);
  }
  for (std::size_t i = 0; i < ways.size(); ++i) {
    const Outcome end = runs[i]->wait();
    EXPECT_FALSE(end.hung) << ways[i].line;
    EXPECT_EQ(end.exit_code, ways[i].code) << ways[i].line << end;
    if (!ways[i].errors.empty()) continue;
    EXPECT_THAT(end.err, HasSubstr("nothing was taken for 5 s after the run was stopped")) << ways[i].line;
  }
}

TEST_F(Stopping, NoTargetHoldsUpTheEndOfARunNorOutlivesIt) {
  serve_much();
  const std::string begin = "import os, signal, sys, time\nopen('pid' + sys.argv[1], 'w').write(str(os.getpid()))\n";
  folder.write("takes_nothing.py", begin + "time.sleep(1000)\n");
  folder.write("never_ends.py", begin +
                                    "open('fed' + sys.argv[1], 'w').write(str(len(sys.stdin.read())))\n"
                                    "time.sleep(1000)\n");
  folder.write("ignores.py",
               "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + begin + "time.sleep(1000)\n");
  struct Way {
    std::string script;
    std::string option;
    int signal;
    int code;
  };
  const std::vector<Way> ways{{"takes_nothing.py", "", SIGTERM, 143},
                              {"never_ends.py", "", SIGINT, 130},
                              {"ignores.py", "", SIGTERM, 143},
                              {"takes_nothing.py", "--timeout=8s", 0, 1},
                              {"never_ends.py", "--timeout=8s", 0, 1}};
  std::vector<std::unique_ptr<Process>> runs;
  for (std::size_t i = 0; i < ways.size(); ++i) {
    const std::string file =
        numbered(i, "{protocol: singer, command: [python3, " + ways[i].script + ", \"" + std::to_string(i) + "\"]}");
    std::vector<std::string> words{"run", file};
    if (!ways[i].option.empty()) words.push_back(ways[i].option);
    runs.push_back(start(words));
  }
  for (std::size_t i = 0; i < ways.size(); ++i) {
    const std::string sign = (ways[i].script == "never_ends.py" ? "fed" : "pid") + std::to_string(i);
    ASSERT_TRUE(eventually([&] { return folder.has(sign) && !folder.read(sign).empty(); })) << i;
    if (ways[i].signal != 0) runs[i]->kill(ways[i].signal);
  }
  for (std::size_t i = 0; i < ways.size(); ++i) {
    const Outcome end = runs[i]->wait();
    EXPECT_FALSE(end.hung) << i;
    EXPECT_EQ(end.exit_code, ways[i].code) << i << end;
    EXPECT_THAT(end.err, HasSubstr(" for 5 s after the run was stopped")) << i;
    EXPECT_FALSE(exists(folder.read("pid" + std::to_string(i)))) << i << " an orphan stays";
  }
}

// Whoever insists does not wait for the grace.
TEST_F(Stopping, ALaterSignalEndsItAtOnce) {
  serve_much();
  const UniqueFd reader = unread_pipe("out");
  const auto run = start({"run", numbered(0, "{protocol: jsonl}")},
                         {.environment = {}, .input = {}, .out_file = folder.path("out")});
  ASSERT_TRUE(eventually([&] { return holds_records(reader); }));
  while (run->running()) {
    run->kill(SIGTERM);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  const Outcome end = run->wait();
  EXPECT_EQ(end.exit_code, 143) << end;
  EXPECT_THAT(end.err, Not(HasSubstr("nothing was taken")));
}

TEST_F(Stopping, ALaterSignalReachesATargetToo) {
  serve_much();
  folder.write("target.py", "import os, time\nopen('pid', 'w').write(str(os.getpid()))\ntime.sleep(1000)\n");
  const auto run = start({"run", numbered(0, "{protocol: singer, command: [python3, target.py]}")});
  ASSERT_TRUE(eventually([&] { return folder.has("pid") && !folder.read("pid").empty(); }));
  while (run->running()) {
    run->kill(SIGTERM);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_EQ(run->wait().exit_code, 143);
  EXPECT_TRUE(eventually([&] { return !exists(folder.read("pid")); })) << "an orphan stays";
}

}  // namespace
}  // namespace integration
