// What the program printed for a platform, checked whichever test it was that ran it.
#pragma once

#include "integration/support/process.hpp"
#include "support/folder.hpp"

namespace integration {

// Fails the running test for each line of standard output that `integ source`, `integ tap` (also by a link of such a
// name) or an airbyte or singer output of `integ run` must not write, and for a configured catalogue that is none.
void check_platform_output(const Process::Options& options, const Outcome& outcome);
// The same for what such an output has written into files of the folder.
void check_platform_files(const support::TempFolder& folder, bool records_fit);

}  // namespace integration
