// What the plug-in folders hold: connectors and adapters by name, and why others were passed over.
//
//   Registry registry = Registry::scan(folders, executable);
//   const Listing* listing = registry.connector("pokeapi");      // or throws naming those that exist
//   std::shared_ptr<Plugin> plugin = registry.load(*listing);
//
// Listing happens in a child process (`integ` executed again with `--list-plugin-files`), because static
// constructors run at dlopen: a file that crashes there is named and passed over. The same name twice in
// one folder: neither is used; in a later folder: the earlier wins and the later is shadowed.
#pragma once

#include "model/stream.hpp"
#include "plugin/find.hpp"
#include "plugin/plugin.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace integ::plugin {

struct AdapterInfo {
  std::string name;
  std::string version;
  std::string title;
  std::string documentation_url;
  std::string options_schema;
  bool no_sink = false;
  bool selected_fields = false;
};

// A name that a file has but is not used for, and why, as `warnings` has it, too.
struct UnusedName {
  std::string name;
  std::string reason;
};

// One file: what it has, or why it is not used.
struct Listing {
  std::string path;
  std::string folder;
  std::string refused;                    // empty: usable
  std::vector<std::string> warnings;      // shadowed names, group-writable file, ...
  std::vector<ConnectorInfo> connectors;  // names only what is used: shadowed ones are gone
  std::vector<AdapterInfo> adapters;
  std::vector<UnusedName> unused;
};

struct ScanLimits {
  // From one answer of the child to the next: static constructors of a large library on a slow disk take
  // some hundred milliseconds, and whoever waits longer than ten seconds believes that nothing happens.
  std::chrono::milliseconds per_file{10'000};
};

// Immutable but for what load() remembers; safe from every thread.
class Registry {
 public:
  // Never throws for what a file holds; each file's fault is in its Listing. What is known of unchanged
  // files comes from a cache (listing_cache.hpp), so that most starts need no child.
  static Registry scan(const std::vector<std::string>& folders, const std::string& executable,
                       const ScanLimits& limits = {});
  Registry(Registry&&) noexcept;
  Registry& operator=(Registry&&) noexcept;
  ~Registry();

  const std::vector<Listing>& listings() const noexcept { return listings_; }
  const std::vector<std::string>& folders() const noexcept { return folders_; }
  std::vector<std::string> connector_names() const;
  std::vector<std::string> adapter_names() const;

  // Throws Error (kind config): the names that exist with the nearest first, the folders that were
  // searched, and why files of that name were passed over.
  const Listing& connector(const std::string& name) const;
  // nullptr when no plug-in has it.
  const Listing* adapter(const std::string& name) const;

  // Loads the library into this process (once; never unloaded) and copies its descriptors. Throws Error
  // of kind plugin as load_library does.
  std::shared_ptr<const Plugin> load(const Listing& listing, const integ_host* host) const;

 private:
  struct Loaded;
  Registry();

  std::vector<std::string> folders_;
  std::vector<Listing> listings_;
  std::unique_ptr<Loaded> loaded_;
};

// The child's side: loads each file in turn and writes one JSON line for it. Takes out_fd (1, say) for
// itself and sends what plug-ins print to stderr. Returns the exit code; end with _exit(), so that no
// static destructor of a plug-in runs.
int list_plugin_files(const std::vector<std::string>& paths, int out_fd);

}  // namespace integ::plugin
