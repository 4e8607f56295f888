#include "sync/interleaved.hpp"

#include "bridge/entries.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string_view>
#include <utility>

namespace integ::sync {

std::optional<std::string> enter_interleaved(Connection& connection, std::vector<FedStream> streams,
                                             Prefetch::Room* ahead) {
  struct Part {
    std::unique_ptr<RunBackend> backend;
    std::unique_ptr<bridge::Context> context;
  };
  std::map<std::string, Part, std::less<>> parts;
  for (FedStream& stream : streams) {
    Part& part = parts[stream.name];
    part.backend = std::make_unique<RunBackend>(connection, std::move(stream.targets));
    part.context = std::make_unique<bridge::Context>(bridge::Phase::run, *part.backend, std::move(stream.documents),
                                                     stream.descriptor);
  }
  Targets targets;
  targets.ahead = ahead;
  targets.open_stream = [&parts](std::string_view name) -> bridge::Context* {
    const auto found = parts.find(name);
    return found == parts.end() ? nullptr : found->second.context.get();
  };
  RunBackend backend(connection, std::move(targets));
  bridge::Documents documents;
  documents[INTEG_DOC_CONFIG] = connection.config();
  bridge::Context context(bridge::Phase::run, backend, std::move(documents), nullptr);
  const plugin::LoadedConnector& connector = connection.connector();
  const integ_status status = connection.entries().enter({bridge::Function::interleaved, connector}, context);
  for (const auto& [name, part] : parts) context.adopt(*part.context, status);
  context.conclude(status);
  return context.warning();
}

}  // namespace integ::sync
