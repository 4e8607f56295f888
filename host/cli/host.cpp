#include "cli/host.hpp"

#include "base/text.hpp"
#include "bridge/host_table.hpp"
#include "bridge/plugin_adapter.hpp"
#include "plugin/described.hpp"
#include "plugin/find.hpp"
#include "protocol/builtin.hpp"
#include "worker/isolated_entries.hpp"

#include <algorithm>
#include <array>
#include <unistd.h>
#include <utility>

namespace integ::cli {

std::string executable_path() {
  std::array<char, 4096> path{};
  const ssize_t size = ::readlink("/proc/self/exe", path.data(), path.size());
  return size > 0 ? std::string(path.data(), static_cast<std::size_t>(size)) : std::string("integ");
}

Host::Host(const GlobalOptions& options, std::string executable)
    : options_(options),
      executable_(std::move(executable)),
      signals_(cancellation_),
      writer_(STDERR_FILENO, options.log_format == "json", grace()),
      complaints_(STDERR_FILENO, grace()),
      log_(secrets_, writer_, options.quiet ? Level::error : level_of(options.log_level).value_or(Level::info)) {}

const plugin::Registry& Host::registry(bool silent) {
  if (!registry_) {
    registry_ = plugin::Registry::scan(plugin::folders(options_.plugin_dirs, executable_), executable_);
    for (const plugin::Listing& listing : registry_->listings()) {
      if (silent) break;
      if (!listing.refused.empty()) log_.warn({}, listing.path + " is passed over: " + listing.refused);
      for (const std::string& warning : listing.warnings) log_.warn({}, listing.path + ": " + warning);
    }
  }
  return *registry_;
}

ConnectorHandle Host::connector(const std::string& name, pipeline::Isolation isolation) {
  if (isolation == pipeline::Isolation::process) return described(name);
  const plugin::Listing& listing = registry().connector(name);
  std::shared_ptr<const plugin::Plugin> plugin = registry().load(listing, &bridge::host_table());
  const plugin::LoadedConnector* connector = plugin->connector(name);
  if (connector == nullptr) throw Error(Kind::plugin, listing.path + " no longer has the connector " + name);
  return {std::move(plugin), connector, isolation};
}

ConnectorHandle Host::described(const std::string& name) {
  std::shared_ptr<const plugin::Plugin> plugin = plugin::described_plugin(registry().connector(name), name);
  const plugin::LoadedConnector* connector = plugin->connector(name);
  return {std::move(plugin), connector, pipeline::Isolation::process};
}

std::shared_ptr<bridge::Entries> Host::entries(const ConnectorHandle& handle) {
  if (handle.isolation == pipeline::Isolation::in_process) {
    return {std::shared_ptr<void>(), &bridge::direct_entries()};  // of the program's, nobody's to destroy
  }
  return std::make_shared<worker::IsolatedEntries>(
      worker::Settings{.executable = executable_,
                       .file = handle.plugin->path,
                       .connector = handle.connector->info.name,
                       .called = handle.called.empty() ? "connector " + handle.connector->info.name : handle.called},
      log_, cancellation_);
}

std::unique_ptr<protocol::Adapter> Host::adapter(const std::string& name) {
  if (auto builtin = protocol::builtin_adapter(name)) return builtin;
  const plugin::Listing* listing = registry().adapter(name);
  if (listing == nullptr) {
    std::vector<std::string> names = protocol::builtin_adapter_names();
    const std::vector<std::string> plugged = registry().adapter_names();
    names.insert(names.end(), plugged.begin(), plugged.end());
    std::sort(names.begin(), names.end());
    std::string message = "there is no output protocol '" + name + "'";
    if (const auto near = nearest(name, names)) message += ", did you mean '" + *near + "'?";
    throw Error(Kind::config, message + " There are " + listed(names));
  }
  std::shared_ptr<const plugin::Plugin> plugin = registry().load(*listing, &bridge::host_table());
  const plugin::LoadedAdapter* adapter = plugin->adapter(name);
  if (adapter == nullptr) throw Error(Kind::plugin, listing->path + " no longer has the adapter " + name);
  return bridge::plugin_adapter(std::move(plugin), *adapter);
}

void Host::complain(const Error& error) {
  const std::string text = "integ: " + sanitised(secrets_.mask(error.what()), 4096) + "\n";
  static_cast<void>(complaints_.write(text.data(), text.size()));
}

}  // namespace integ::cli
