// A pipeline made ready to run: everything an operator can get wrong is found out here, before anything is
// opened, requested or written.
#pragma once

#include "cli/host.hpp"
#include "cli/job.hpp"
#include "pipeline/pipeline.hpp"
#include "protocol/adapter.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace integ::cli {

struct Prepared {
  pipeline::Pipeline pipeline;
  ConnectorHandle handle;
  std::string config;  // checked, defaults filled in
  http::Settings settings;
  std::unique_ptr<protocol::Adapter> adapter;
  std::string options;  // of the adapter, checked
  // What will be read; nothing while only a connection can say which streams there are.
  std::optional<Catalog> selected;

  // Of the connector's streams, those that the pipeline wants, as it wants them. Throws kind config with the line of
  // a stream, a mode or a field that does not exist.
  Catalog catalog(const std::vector<Stream>& streams) const;
};

// Of `streams`, which are all that the connector has, only those of --stream, and with --full-refresh each from its
// beginning. Throws kind config for a stream that the connector has not.
void narrow(Catalog& catalog, const std::vector<Stream>& streams, const std::string& connector,
            const std::vector<std::string>& only, bool full_refresh);

// Loads and prepares every pipeline of the files and folders. Throws Errors with all that is wrong.
std::vector<Prepared> prepare(Host& host, const std::vector<std::string>& paths, const std::vector<std::string>& set);

}  // namespace integ::cli
