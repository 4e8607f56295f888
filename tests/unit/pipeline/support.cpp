#include "support.hpp"

#include <stdexcept>

namespace integ::pipeline::test {

Environment environment(const Variables& variables) {
  return [variables](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
}

Value yaml(const std::string& text, const Variables& variables) {
  return parse_yaml(text, "p.yaml", environment(variables));
}

Pipeline pipeline(const std::string& text, const Variables& variables, const std::vector<Override>& set) {
  const Folder folder;
  std::vector<Pipeline> all = load(folder.write("p.yaml", text), environment(variables), set);
  if (all.size() != 1) throw std::runtime_error("not one pipeline");
  return all.front();
}

Pipeline with_config(const std::string& config, const Variables& variables) {
  return pipeline("name: p\nconnector: c\noutput: {protocol: jsonl}\nconfig:\n" + config, variables);
}

Error yaml_error(const std::string& text, const Variables& variables) {
  return error_of([&] { yaml(text, variables); });
}

Error pipeline_error(const std::string& text, const Variables& variables, const std::vector<Override>& set) {
  return error_of([&] { pipeline(text, variables, set); });
}

}  // namespace integ::pipeline::test
