// The fixture API as a program, the way `./dev demo` uses it.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <signal.h>
#include <spawn.h>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

namespace {

namespace fs = std::filesystem;

// Reads what the program prints up to the first newline, then ends it with SIGTERM.
TEST(Program, PrintsItsUrlWritesItsPortAndEndsWhenAsked) {
  const char* const program = std::getenv("FIXTURE_API");
  ASSERT_NE(program, nullptr) << "FIXTURE_API names the program under test";
  std::string dir = (fs::temp_directory_path() / "fixture_api.XXXXXX").string();
  ASSERT_NE(mkdtemp(dir.data()), nullptr);
  const std::string port_file = dir + "/port";

  int out[2];
  ASSERT_EQ(pipe(out), 0);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
  posix_spawn_file_actions_addclose(&actions, out[0]);
  std::string words[] = {program, "--port", "0", "--port-file", port_file, "--pokemon", "7"};
  char* argv[std::size(words) + 1] = {};
  for (std::size_t i = 0; i < std::size(words); ++i) argv[i] = words[i].data();
  pid_t pid = 0;
  ASSERT_EQ(posix_spawn(&pid, program, &actions, nullptr, argv, environ), 0);
  posix_spawn_file_actions_destroy(&actions);
  close(out[1]);

  std::string line;
  for (char c = 0; read(out[0], &c, 1) == 1 && c != '\n';) line += c;
  std::string port;
  std::ifstream(port_file) >> port;
  EXPECT_EQ(line, "http://127.0.0.1:" + port);

  kill(pid, SIGTERM);
  int status = 0;
  EXPECT_EQ(waitpid(pid, &status, 0), pid);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
  close(out[0]);
  fs::remove_all(dir);
}

}  // namespace
