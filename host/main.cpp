#include "cli/command_line.hpp"

#include <cerrno>
#include <cstdio>
#include <exception>
#include <string>
#include <system_error>

namespace {

// What was printed for people is buffered until now, and a full disk is heard of here first. A reader that
// has left wants no message.
int with_output_checked(int code) {
  errno = 0;
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return code;
  if (errno != EPIPE) {
    const std::string why = errno == 0 ? "it could not be written" : std::generic_category().message(errno);
    std::fprintf(stderr, "integ: standard output: %s\n", why.c_str());
  }
  return code == 0 ? 1 : code;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return with_output_checked(integ::cli::command_line(argc, argv));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "integ: %s\n", error.what());
    return 1;
  }
}
