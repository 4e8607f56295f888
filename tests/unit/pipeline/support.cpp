#include "support.hpp"

#include "base/files.hpp"

#include <cstdlib>
#include <stdexcept>

namespace integ::pipeline::test {

Folder::Folder() {
  std::string name = (std::filesystem::temp_directory_path() / "integ-pipeline-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
  path_ = name;
}

Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string Folder::write(const std::string& name, const std::string& content) const {
  std::filesystem::create_directories((path_ / name).parent_path());
  replace_file(*this / name, content);
  return *this / name;
}

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

Error error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "no error was thrown";
  return {Kind::internal, "no error was thrown"};
}

Error yaml_error(const std::string& text, const Variables& variables) {
  return error_of([&] { yaml(text, variables); });
}

Error pipeline_error(const std::string& text, const Variables& variables, const std::vector<Override>& set) {
  return error_of([&] { pipeline(text, variables, set); });
}

}  // namespace integ::pipeline::test
