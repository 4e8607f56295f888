#include "cli/output_files.hpp"

#include "base/files.hpp"
#include "base/text.hpp"
#include "json/document.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>

namespace integ::cli {
namespace {

constexpr std::string_view kPlaceholder = "{stream}";

// "" where it writes into no file.
std::string path_of(const Prepared& prepared) {
  if (prepared.adapter->no_sink()) return {};
  const json::Document options = json::Document::parse(prepared.options);
  const std::string path(options.root().string("path"));
  return path == "-" ? std::string() : path;
}

// The streams that a file is for where each has its own.
std::set<std::string> names(const Prepared& prepared) {
  std::set<std::string> out;
  if (prepared.selected) {
    for (const SelectedStream& selected : prepared.selected->streams) out.insert(selected.stream.name);
  }
  return out;
}

bool share_a_stream(const Prepared& one, const Prepared& other) {
  const std::set<std::string> known = names(one);
  return std::ranges::any_of(names(other), [&](const std::string& name) { return known.contains(name); });
}

}  // namespace

void check_output_files(const std::vector<Prepared>& pipelines) {
  std::set<std::string> stores;
  for (const Prepared& prepared : pipelines) stores.insert(one_name(prepared.pipeline.state_path));
  std::multimap<std::string, const Prepared*> writers;
  for (const Prepared& prepared : pipelines) {
    const std::string path = path_of(prepared);
    if (path.empty()) continue;
    const std::string file = one_name(path);
    if (stores.contains(file)) {
      throw prepared.pipeline.error("/output/path", "output.path: " + sanitised(path, 200) +
                                                        " is the store of the states, which it would replace; "
                                                        "expected another file");
    }
    const bool by_stream = path.find(kPlaceholder) != std::string::npos;
    const auto [begin, end] = writers.equal_range(file);
    for (auto other = begin; other != end; ++other) {
      if (by_stream && !share_a_stream(prepared, *other->second)) continue;
      throw prepared.pipeline.error(
          "/output/path", "output.path: the pipelines '" + sanitised(other->second->pipeline.name, 80) + "' and '" +
                              sanitised(prepared.pipeline.name, 80) + "' would both write into " +
                              sanitised(path, 200) + ", and one take the other's records away");
    }
    writers.emplace(file, &prepared);
  }
}

}  // namespace integ::cli
