// Which files a command line means, and whether their pipelines can share a store.

#include "base/files.hpp"

#include "base/text.hpp"
#include "pipeline/pipeline.hpp"

#include <algorithm>
#include <filesystem>
#include <map>

namespace integ::pipeline {
namespace {

std::vector<std::string> files_in(const std::filesystem::path& folder) {
  std::vector<std::string> files;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    const std::string extension = entry->path().extension().string();
    if (name.starts_with('.') || (extension != ".yaml" && extension != ".yml")) continue;
    if (!entry->is_directory()) files.push_back(entry->path().string());
  }
  if (error) throw Error(Kind::config, "cannot read the folder " + folder.string() + ": " + error.message());
  if (files.empty()) {
    throw Error(Kind::config, "there is no pipeline in the folder " + folder.string() + "; expected *.yaml or *.yml");
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string in_words(const Where& where) {
  return where.line == 0 ? where.file : where.file + ":" + std::to_string(where.line);
}

}  // namespace

std::vector<std::string> files_of(const std::vector<std::string>& paths) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    std::error_code error;
    if (!std::filesystem::is_directory(path, error)) {
      files.push_back(path);
      continue;
    }
    for (std::string& file : files_in(path)) files.push_back(std::move(file));
  }
  return files;
}

void check_unique(const std::vector<Pipeline>& pipelines) {
  std::map<std::pair<std::string, std::string>, const Pipeline*> seen;
  for (const Pipeline& pipeline : pipelines) {
    const auto [first, fresh] = seen.emplace(std::pair(one_name(pipeline.state_path), pipeline.name), &pipeline);
    if (fresh) continue;
    throw pipeline.error("/name", "the pipeline '" + sanitised(pipeline.name, 80) + "' is there twice in the store " +
                                      pipeline.state_path + ", first in " + in_words(first->second->place("/name")) +
                                      "; give it another name, or another `state: {path: ...}`");
  }
}

}  // namespace integ::pipeline
