// A pipeline made ready to run: everything an operator can get wrong is found out here, before anything is
// opened, requested or written.
#pragma once

#include "cli/host.hpp"
#include "cli/job.hpp"
#include "pipeline/pipeline.hpp"
#include "protocol/adapter.hpp"

#include <memory>
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

  // Of the streams that are known: the static ones, or with the discovered ones. Throws kind config with
  // the line of a stream, a mode or a field that does not exist. `only` narrows (--stream).
  Catalog catalog(const std::vector<Stream>& streams, const std::vector<std::string>& only, bool full_refresh) const;
};

// Loads and prepares every pipeline of the files and folders. Throws Errors with all that is wrong.
std::vector<Prepared> prepare(Host& host, const std::vector<std::string>& paths, const std::vector<std::string>& set);

}  // namespace integ::cli
