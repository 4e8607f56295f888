// The command line: what may be typed, and which verb it means.
#pragma once

namespace integ::cli {

// Parses, runs the verb, returns the exit code. Also when called through a link `source-NAME` or
// `tap-NAME`, and as the child that lists plug-in files.
int command_line(int argc, char** argv);

}  // namespace integ::cli
