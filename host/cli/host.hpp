// What every verb stands on: the log, the clock, the secrets, the plug-in folders. One object a process,
// made by main and handed down.
#pragma once

#include "base/cancellation.hpp"
#include "base/clock.hpp"
#include "base/counters.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/secrets.hpp"
#include "bridge/entries.hpp"
#include "cli/signals.hpp"
#include "pipeline/pipeline.hpp"
#include "plugin/registry.hpp"
#include "protocol/adapter.hpp"
#include "sync/services.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace integ::cli {

// Options that every verb takes.
struct GlobalOptions {
  std::vector<std::string> plugin_dirs;
  std::string log_format = "text";
  std::string log_level;  // "" unsaid: info, or what a pipeline's `log:` says
  bool quiet = false;
};

// A connector together with the library that keeps it alive; with isolation only described, and not loaded.
struct ConnectorHandle {
  std::shared_ptr<const plugin::Plugin> plugin;
  const plugin::LoadedConnector* connector = nullptr;
  pipeline::Isolation isolation = pipeline::Isolation::in_process;
  std::string called{};  // in the log, of what an isolated one prints; "": "connector NAME"
};

class Host {
 public:
  Host(const GlobalOptions& options, std::string executable);
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  const GlobalOptions& options() const noexcept { return options_; }
  const std::string& executable() const noexcept { return executable_; }
  Log& log() noexcept { return log_; }
  Secrets& secrets() noexcept { return secrets_; }
  Clock& clock() noexcept { return clock_; }
  Counters& counters() noexcept { return counters_; }
  Cancellation& cancellation() noexcept { return cancellation_; }
  // How long a run that was stopped waits for whoever takes what it writes.
  Grace grace() const noexcept { return {.cancellation = &cancellation_}; }
  sync::Services services() noexcept { return {clock_, log_, secrets_, counters_, cancellation_}; }

  // Scanned at first use; what was passed over is logged then, unless the caller tells it in its own way.
  const plugin::Registry& registry(bool silent = false);
  // Throws kind config naming the connectors that exist.
  ConnectorHandle connector(const std::string& name, pipeline::Isolation isolation = pipeline::Isolation::in_process);
  // The same by its listing alone: nothing of the plug-in is loaded, and nothing of it can be entered here.
  ConnectorHandle described(const std::string& name);
  // How the functions of a connector are entered, for one connection: an isolated one's process ends with it.
  std::shared_ptr<bridge::Entries> entries(const ConnectorHandle& handle);
  // Built-in or of a plug-in. Throws kind config naming the adapters that exist.
  std::unique_ptr<protocol::Adapter> adapter(const std::string& name);

  // For people, on stderr: "integ: ..." with secrets masked.
  void complain(const Error& error);

 private:
  GlobalOptions options_;
  std::string executable_;
  Secrets secrets_;
  SystemClock clock_;
  Counters counters_;
  Cancellation cancellation_;
  Signals signals_;
  TextLogWriter writer_;
  FdWriter complaints_;
  Log log_;
  std::optional<plugin::Registry> registry_;
};

// The absolute path of the running executable.
std::string executable_path();

}  // namespace integ::cli
