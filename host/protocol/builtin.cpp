#include "protocol/builtin.hpp"

namespace integ::protocol {

std::unique_ptr<Adapter> builtin_adapter(const std::string& name) {
  if (name == "airbyte") return airbyte_adapter();
  if (name == "singer") return singer_adapter();
  if (name == "jsonl") return jsonl_adapter();
  return nullptr;
}

std::vector<std::string> builtin_adapter_names() { return {"airbyte", "jsonl", "singer"}; }

}  // namespace integ::protocol
