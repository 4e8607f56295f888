// The listing child of the tests: what the real program does on the same argument.
#include "plugin/registry.hpp"

#include <string_view>
#include <unistd.h>

int main(int argc, char** argv) {
  if (argc < 2 || std::string_view(argv[1]) != "--list-plugin-files") return 2;
  ::_exit(integ::plugin::list_plugin_files({argv + 2, argv + argc}, STDOUT_FILENO));
}
