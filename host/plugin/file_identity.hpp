// What tells one state of a file from another without reading it.
#pragma once

#include <string>

namespace integ::plugin {

// Device, inode, size, mtime and ctime, as a text to compare. Empty when there is no such file, or when it
// changed less than a tenth of a second ago: the kernel's time stamps advance in steps of up to 10 ms, so a
// file that changes twice within one looks the same after as before.
std::string file_identity(const std::string& path);

}  // namespace integ::plugin
