#include "cli/print.hpp"

#include <cerrno>
#include <cstdio>
#include <string>
#include <system_error>

namespace integ::cli {

namespace {

void tell(int error) {
  if (error == EPIPE) return;
  const std::string why = error == 0 ? "it could not be written" : std::generic_category().message(error);
  std::fprintf(stderr, "integ: standard output: %s\n", why.c_str());
}

}  // namespace

void print(std::string_view text) {
  if (std::ferror(stdout) != 0) return;  // told before
  errno = 0;
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::ferror(stdout) != 0) tell(errno);
}

bool output_is_whole() {
  if (std::ferror(stdout) != 0) return false;
  errno = 0;
  if (std::fflush(stdout) == 0) return true;
  tell(errno);
  return false;
}

}  // namespace integ::cli
