// Listing, the parent's side: files are loaded in a child process, which is expected to die.
//
//   std::vector<Listing> listings = scan_files(executable, paths, ScanLimits{});
//
// One child does all files in the good case. Where it crashes, or is killed because a file took too long,
// that file is named with what happened, and another child goes on with the rest. A file that was not the
// first of its child gets a second chance alone, as what came before may have been at fault.
#pragma once

#include "plugin/registry.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace integ::plugin {

// What a plug-in may print while it is loaded, and how much of it is shown.
inline constexpr std::size_t kMaxPrinted = 1024u * 1024;
inline constexpr std::size_t kShownPrinted = 2000;
// One file's line: the largest catalogues known are a few MiB.
inline constexpr std::size_t kMaxLine = 64u * 1024 * 1024;

// What stands at the beginning of a regular file, fit for one line; empty where it is no file.
std::string printed_to(int fd);

// One Listing for each path, in order; never throws for what a file does.
std::vector<Listing> scan_files(const std::string& executable, const std::vector<std::string>& paths,
                                const ScanLimits& limits);

}  // namespace integ::plugin
