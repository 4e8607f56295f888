// Whether the files that pipelines write into are theirs alone.
#pragma once

#include "cli/prepared.hpp"

#include <vector>

namespace integ::cli {

// What is written by replacing a file takes away what another pipeline wrote there, or a store's states. Throws kind
// config, with the line of the path, where two outputs would share a file or one is a store. Streams that go into files
// of their own ({stream}) count by their names, as far as these are known before anything is asked for. Databases are
// not meant: an adapter that has no sink knows what to do with others' tables.
void check_output_files(const std::vector<Prepared>& pipelines);

}  // namespace integ::cli
