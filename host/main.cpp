#include "cli/command_line.hpp"

#include <cstdio>
#include <exception>

int main(int argc, char** argv) {
  try {
    return integ::cli::command_line(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "integ: %s\n", error.what());
    return 1;
  }
}
