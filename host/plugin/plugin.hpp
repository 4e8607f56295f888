// A loaded plug-in: what its descriptors said, checked and copied once, beside the functions to call.
//
// Foreign structs are read in one place (read_descriptors), through INTEG_HAS, into structs of the host's
// own newest layout; nothing else in the host looks at a plug-in's memory. What is wrong is an Error of
// kind plugin that names file, connector and member.
#pragma once

#include "model/stream.hpp"

#include <integ/abi.h>

#include <memory>
#include <string>
#include <vector>

namespace integ::plugin {

// A stream as the host goes on with it: `descriptor` is the host's own integ_stream, filled from `info`,
// with the plug-in's `self`; `runner` the host's copy of the vtable, absent members NULL.
struct LoadedStream {
  Stream info;
  integ_stream descriptor{};
  integ_runner runner{};
  bool has_runner = false;
  std::vector<integ_field> primary_key, order_by, iterate_by;  // what descriptor points at
};

struct LoadedConnector {
  ConnectorInfo info;
  std::vector<std::unique_ptr<LoadedStream>> streams;
  void* self = nullptr;
  integ_status (*discover)(void*, const integ_host*, integ_http_context*) = nullptr;
  integ_status (*authorize)(void*, const integ_host*, integ_http_context*) = nullptr;
  integ_runner dynamic{};
  bool has_dynamic = false;
  integ_runner interleaved{};
  bool has_interleaved = false;

  const LoadedStream* stream(const std::string& name) const;
};

struct LoadedAdapter {
  std::string name, version, title, documentation_url, options_schema;
  integ_adapter table{};  // the host's copy, absent members NULL
};

struct Plugin {
  std::string path;
  int abi_minor = 0;
  std::vector<std::string> required_extensions;
  std::vector<std::unique_ptr<LoadedConnector>> connectors;
  std::vector<std::unique_ptr<LoadedAdapter>> adapters;

  const LoadedConnector* connector(const std::string& name) const;
  const LoadedAdapter* adapter(const std::string& name) const;
};

// What a copied vtable has.
inline RunnerShape shape_of(const integ_runner& runner) noexcept {
  return {runner.slices != nullptr, runner.check != nullptr, runner.finish != nullptr};
}

// Copies and checks everything that an entry returned. `path` is for messages.
std::shared_ptr<Plugin> read_descriptors(const integ_plugin* plugin, const std::string& path);
// Copies and checks one stream (of add_stream, say); `owner` is for messages.
std::unique_ptr<LoadedStream> read_stream(const integ_stream* stream, const std::string& owner);
// The same for add_stream: `runner` and `self` must be NULL, and the stream is marked as discovered.
std::unique_ptr<LoadedStream> read_discovered_stream(const integ_stream* stream, const std::string& owner);

// dlopen (through Boost.DLL, rtld_now | rtld_local) and the entry. Throws Error of kind plugin: no entry,
// another ABI major, a newer host or an extension wanted, entry answered NULL, nonsense in the
// descriptors. `host` NULL stands for a table in which only log and get_extension work. The library stays
// in the process for good; loading it again answers the same code with a fresh copy of the descriptors.
std::shared_ptr<Plugin> load_library(const std::string& path, const integ_host* host);

}  // namespace integ::plugin
