#include "bridge/entries.hpp"

#include "base/error.hpp"
#include "bridge/host_table.hpp"

namespace integ::bridge {
namespace {

using Enter = integ_status (*)(void*, const integ_host*, integ_http_context*);

struct Target {
  Enter function = nullptr;
  void* self = nullptr;
};

Enter of_runner(const integ_runner& runner, Function function) noexcept {
  switch (function) {
    case Function::run:
      return runner.run;
    case Function::slices:
      return runner.slices;
    case Function::check:
      return runner.check;
    case Function::finish:
      return runner.finish;
    default:
      return nullptr;
  }
}

Target target_of(const Entry& entry) noexcept {
  const plugin::LoadedConnector& connector = entry.connector;
  switch (entry.function) {
    case Function::discover:
      return {connector.discover, connector.self};
    case Function::authorize:
      return {connector.authorize, connector.self};
    case Function::interleaved:
      return {connector.interleaved.run, connector.self};
    default:
      break;
  }
  if (entry.stream == nullptr) return {};
  // A discovered stream has no runner of its own.
  if (entry.stream->info.discovered) return {of_runner(connector.dynamic, entry.function), connector.self};
  return {of_runner(entry.stream->runner, entry.function), entry.stream->descriptor.self};
}

class DirectEntries final : public Entries {
 public:
  integ_status enter(const Entry& entry, Context& context) override {
    const Target target = target_of(entry);
    if (target.function == nullptr) throw Error(Kind::internal, "the connector lacks the function to be entered");
    return target.function(target.self, &host_table(), context.handle());
  }
};

}  // namespace

bool has(const Entry& entry) noexcept { return target_of(entry).function != nullptr; }

Entries& direct_entries() noexcept {
  static DirectEntries entries;
  return entries;
}

}  // namespace integ::bridge
