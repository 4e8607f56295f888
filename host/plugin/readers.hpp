// The parts of read_descriptors, one a file: what each kind of descriptor must hold, and its copy.
#pragma once

#include "plugin/plugin.hpp"

#include <memory>
#include <string>

namespace integ::plugin {

std::unique_ptr<LoadedConnector> read_connector(const integ_connector* connector, const std::string& file);
std::unique_ptr<LoadedAdapter> read_adapter(const integ_adapter* adapter, const std::string& file);

}  // namespace integ::plugin
