#include "base/error.hpp"
#include "base/text.hpp"
#include "plugin/elf.hpp"
#include "plugin/foreign.hpp"
#include "plugin/listing_host.hpp"
#include "plugin/plugin.hpp"

#include <boost/dll/shared_library.hpp>

#include <dlfcn.h>
#include <filesystem>

namespace integ::plugin {
namespace {

using boost::dll::load_mode::type;
using Entry = const integ_plugin*(const integ_host*);

constexpr int kNewestMajorToAskFor = 9;

// Opened once and never unloaded, whatever the shared_library's destructor does: threads that a library
// touched still run its thread-local destructors when they end, and a library that is gone by then is a
// crash. RTLD_NODELETE pins it for libraries that were not linked with -z nodelete.
// Said explicitly: Boost's default is lazy binding, which turns a missing symbol into the death of the
// process in the middle of a run.
boost::dll::shared_library open_library(const std::string& path) {
  const type mode =
      boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local | static_cast<type>(RTLD_NODELETE);
  boost::dll::shared_library library;
  boost::system::error_code fault;
  library.load(path, mode, fault);
  if (!library.is_loaded()) {
    const char* why = ::dlerror();  // Boost's own code says "bad file descriptor" for all of them
    broken(path, "it can't be loaded: " + sanitised(why != nullptr ? why : fault.message(), 1000));
  }
  return library;
}

Entry& entry_of(const boost::dll::shared_library& library, const std::string& path) {
  if (library.has(INTEG_ENTRY_SYMBOL)) return library.get<Entry>(INTEG_ENTRY_SYMBOL);
  for (int major = 2; major <= kNewestMajorToAskFor; ++major) {
    if (!library.has("integ_plugin_entry_v" + std::to_string(major))) continue;
    broken(path, "it speaks plug-in ABI " + std::to_string(major) +
                     ", this host speaks 1: upgrade integ, or use an older release of the plug-in");
  }
  broken(path, "it has no entry: it does not export " INTEG_ENTRY_SYMBOL);
}

void check_extensions(const Plugin& plugin, const integ_host& host) {
  for (const std::string& id : plugin.required_extensions) {
    const bool offered = host.get_extension != nullptr && host.get_extension(&host, view(id)) != nullptr;
    if (!offered) {
      broken(plugin.path,
             "it needs the extension '" + sanitised(id, 80) +
                 "', which this host does not have: upgrade integ, or use an older release of the plug-in");
    }
  }
}

}  // namespace

std::shared_ptr<Plugin> load_library(const std::string& path, const integ_host* host) {
  std::error_code unknown;
  // Boost answers a failed dlopen of the running program with the program itself.
  if (std::filesystem::equivalent(path, "/proc/self/exe", unknown)) broken(path, "it is this very program");
  // Again, though a scan did it: the file may be another by now, and a cut one kills the process.
  const std::string fault = elf_fault(path);
  if (!fault.empty()) broken(path, fault);
  const boost::dll::shared_library library = open_library(path);
  const integ_host& given = host != nullptr ? *host : listing_host();
  const integ_plugin* answer = entry_of(library, path)(&given);
  if (answer == nullptr) broken(path, "its entry refused this host");
  std::shared_ptr<Plugin> plugin = read_descriptors(answer, path);
  check_extensions(*plugin, given);
  return plugin;
}

}  // namespace integ::plugin
