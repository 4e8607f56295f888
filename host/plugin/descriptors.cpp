#include "base/error.hpp"
#include "plugin/foreign.hpp"
#include "plugin/plugin.hpp"
#include "plugin/readers.hpp"

#include <set>
#include <utility>

namespace integ::plugin {
namespace {

// Before anything else is read: what a newer ABI means by the members that follow is unknown here.
void check_minor(const integ_plugin& plugin, const std::string& path) {
  if (plugin.host_minor_required <= INTEG_ABI_MINOR) return;
  broken(path, "it needs a host of plug-in ABI 1." + std::to_string(plugin.host_minor_required) + ", this one has 1." +
                   std::to_string(INTEG_ABI_MINOR) + ": upgrade integ, or use an older release of the plug-in");
}

}  // namespace

const LoadedStream* LoadedConnector::stream(const std::string& name) const {
  for (const auto& stream : streams) {
    if (stream->info.name == name) return stream.get();
  }
  return nullptr;
}

const LoadedConnector* Plugin::connector(const std::string& name) const {
  for (const auto& connector : connectors) {
    if (connector->info.name == name) return connector.get();
  }
  return nullptr;
}

const LoadedAdapter* Plugin::adapter(const std::string& name) const {
  for (const auto& adapter : adapters) {
    if (adapter->name == name) return adapter.get();
  }
  return nullptr;
}

std::shared_ptr<Plugin> read_descriptors(const integ_plugin* plugin, const std::string& path) {
  const integ_plugin foreign = copied(plugin, path);
  check_minor(foreign, path);
  check_flags(foreign.flags, 0, path);
  if (foreign.reserved != 0) broken(path, "integ_plugin.reserved is not zero");

  auto loaded = std::make_shared<Plugin>();
  loaded->path = path;
  loaded->abi_minor = foreign.abi_minor;
  loaded->required_extensions =
      texts(foreign.required_extensions, foreign.required_extensions_count, "required_extensions", path);
  check_array(foreign.connectors, foreign.connector_count, "connectors", path);
  check_array(foreign.adapters, foreign.adapter_count, "adapters", path);
  std::set<std::string> connectors;
  for (std::size_t i = 0; i < foreign.connector_count; ++i) {
    loaded->connectors.push_back(read_connector(foreign.connectors[i], path));
    const std::string& name = loaded->connectors.back()->info.name;
    if (!connectors.insert(name).second) broken(path, "it has two connectors named '" + name + "'");
  }
  std::set<std::string> adapters;
  for (std::size_t i = 0; i < foreign.adapter_count; ++i) {
    loaded->adapters.push_back(read_adapter(foreign.adapters[i], path));
    const std::string& name = loaded->adapters.back()->name;
    if (!adapters.insert(name).second) broken(path, "it has two adapters named '" + name + "'");
  }
  if (connectors.empty() && adapters.empty()) broken(path, "it has neither connectors nor adapters");
  return loaded;
}

}  // namespace integ::plugin
