// Whether a file can be a shared library of this machine, judged by its headers alone.
//
// Why before dlopen: the loader maps segments by what the headers say, and touching a page beyond the end
// of a cut file is a SIGBUS. Plain function, any thread.
#pragma once

#include <string>

namespace integ::plugin {

// Empty when the headers are those of a whole shared library that this process could load; else a phrase
// for people: "no ELF file", "cut short", "for another machine (aarch64)", ...
std::string elf_fault(const std::string& path);

}  // namespace integ::plugin
