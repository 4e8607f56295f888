#include "cli/command_line.hpp"
#include "cli/print.hpp"

#include <cstdio>
#include <exception>

int main(int argc, char** argv) {
  try {
    const int code = integ::cli::command_line(argc, argv);
    // What was printed for people may be buffered until now, and a full disk heard of here first.
    return integ::cli::output_is_whole() || code != 0 ? code : 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "integ: %s\n", error.what());
    return 1;
  }
}
