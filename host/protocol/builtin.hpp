// The adapters that are part of the host.
#pragma once

#include "protocol/adapter.hpp"

#include <memory>
#include <string>
#include <vector>

namespace integ::protocol {

std::unique_ptr<Adapter> airbyte_adapter();
std::unique_ptr<Adapter> jsonl_adapter();

// `value` is the incoming state value (verbatim; unknown keys are kept), "" for none.
std::unique_ptr<Adapter> singer_adapter(std::string value = {});
// What a tap's own configuration may hold beside the connector's settings: members of a JSON Schema's `properties`.
std::string singer_settings();

// "airbyte", "singer", "jsonl", or nullptr for another name.
std::unique_ptr<Adapter> builtin_adapter(const std::string& name);
std::vector<std::string> builtin_adapter_names();

}  // namespace integ::protocol
