#include "cli/completion.hpp"

#include "support/folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <memory>
#include <string>
#include <sys/wait.h>

namespace integ::cli {
namespace {

using ::testing::HasSubstr;

class Completion : public ::testing::Test {
 protected:
  Completion() {
    app_.add_flag("--version");
    CLI::App* run = app_.add_subcommand("run", "run it");
    run->add_option("--stream", stream_, "one");
    run->add_flag("-q,--quiet");
    app_.add_subcommand("source", "be one")->add_option("--config", stream_, "c");
  }
  // What bash makes of the script followed by `more`: exit code, and what it printed.
  std::pair<int, std::string> bash(const std::string& more, const std::string& options = "") {
    const std::string path = folder_ / "script";
    std::ofstream(path) << bash_completion(app_) << more;
    FILE* out = ::popen(("bash --norc --noprofile " + options + " " + path + " 2>&1").c_str(), "r");
    std::string text;
    for (int c = 0; (c = std::fgetc(out)) != EOF;) text += static_cast<char>(c);
    const int status = ::pclose(out);
    return {WEXITSTATUS(status), text};
  }
  std::string completed(const std::string& words, int at) {
    return bash("COMP_WORDS=(" + words + "); COMP_CWORD=" + std::to_string(at) + "; _integ; echo \"${COMPREPLY[*]}\"\n")
        .second;
  }

  support::TempFolder folder_;
  CLI::App app_{"integ", "integ"};
  std::string stream_;
};

TEST_F(Completion, IsValidBash) {
  const auto [code, text] = bash("", "-n");
  EXPECT_EQ(code, 0) << text;
  EXPECT_EQ(text, "");
}

TEST_F(Completion, OffersVerbsThenTheirOptions) {
  EXPECT_EQ(completed("integ r", 1), "run\n");
  EXPECT_THAT(completed("integ ''", 1), HasSubstr("run source"));
  EXPECT_EQ(completed("integ run --s", 2), "--stream\n");
  EXPECT_EQ(completed("integ run --q", 2), "--quiet\n");
  EXPECT_EQ(completed("integ source pokeapi d", 3), "discover\n");
  EXPECT_EQ(completed("integ source pokeapi read --c", 4), "--config\n");
  EXPECT_EQ(completed("integ nothing --x", 2), "\n");
}

}  // namespace
}  // namespace integ::cli
