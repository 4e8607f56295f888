// Where plug-ins are looked for. Plain functions; reads the file system, loads nothing.
//
// In this order: --plugin-dir (repeatable), INTEG_PLUGIN_PATH (colon-separated), $XDG_DATA_HOME/integ/plugins
// (or ~/.local/share), <prefix>/lib/integ/plugins; for an executable in a build tree its own plugins/.
#pragma once

#include <string>
#include <vector>

namespace integ::plugin {

// All of them, existing or not, without doubles. `executable` is the running one, absolute.
std::vector<std::string> folders(const std::vector<std::string>& given, const std::string& executable);

// A file that may be a plug-in, or why it is passed over without being opened as one.
struct Candidate {
  std::string path;
  std::string folder;
  std::string refused;  // empty: to be scanned. "no ELF file", "cut short", "for another machine (aarch64)", ...
  std::string warning;  // group-writable, owned by another user
};

// Regular *.so files of the existing folders, by folder and then by name. Checks the ELF header, the
// machine, that all sections lie inside the file, and that the file is not world-writable.
std::vector<Candidate> candidates(const std::vector<std::string>& folders);

}  // namespace integ::plugin
