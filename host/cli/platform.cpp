#include "cli/platform.hpp"

#include "base/files.hpp"
#include "base/text.hpp"
#include "pipeline/pipeline.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace integ::cli {
namespace {

int concurrency_of(const pipeline::Value& value, const std::string& file) {
  try {
    std::size_t end = 0;
    const int number = std::stoi(value.text, &end);
    if (end == value.text.size() && number >= 1 && number <= 1000) return number;
  } catch (const std::exception&) {  // told below
  }
  throw pipeline::error_at(file, value,
                           "concurrency: expected a number from 1 to 1000, found '" + sanitised(value.text, 40) + "'");
}

void apply_log(Host& host, const pipeline::Value& log, const std::string& file) {
  const pipeline::Value* level = log.member("level");
  if (level == nullptr) return;
  const std::optional<Level> known = level_of(level->text);
  if (!known) throw pipeline::error_at(file, *level, "log level: expected debug, info, warn or error");
  host.log().set_level(*known);
}

}  // namespace

PlatformOptions platform_options(Host& host, const std::string& file) {
  PlatformOptions out;
  out.name = file;
  if (out.name.empty()) {
    const char* variable = std::getenv("INTEG_OPTIONS");
    if (variable == nullptr || *variable == '\0') return out;
    out.name = variable;
  }
  pipeline::Pipeline sections;
  sections.file = out.name;
  sections.root = pipeline::parse_yaml(read_file(out.name), out.name, pipeline::process_environment());
  for (const auto& [key, value] : sections.root.members) {
    if (key == "concurrency") {
      out.concurrency = concurrency_of(value, out.name);
    } else if (key == "log") {
      apply_log(host, value, out.name);
    } else if (key != "http") {
      std::string message = "unknown option '" + key + "', expected http, concurrency or log";
      throw pipeline::error_at(out.name, value, message);
    }
  }
  out.http = sections.http_json();
  return out;
}

Place place_in(std::string file) {
  return [file = std::move(file)](const std::string& pointer, const std::string& message) {
    return Error(Kind::config, (pointer.empty() ? "" : pointer + ": ") + message).at({.file = file});
  };
}

bool says_something(const std::string& state) { return !state.empty() && state != "null" && state != "{}"; }

void choose_states(Catalog& catalog, State& state, bool resume_full_refresh) {
  for (SelectedStream& selected : catalog.streams) {
    const StreamId id{selected.stream.name, selected.stream.name_space};
    const bool uses =
        selected.selection.sync_mode == SyncMode::incremental || (resume_full_refresh && selected.stream.resumable);
    if (!uses) state.streams.erase(id);
    const auto found = state.streams.find(id);
    selected.selection.resumes = found != state.streams.end() && says_something(found->second);
  }
}

Error joined(const Errors& errors) {
  const Error& first = errors.all().front();
  std::string message;
  for (const Error& error : errors.all()) message += (message.empty() ? "" : "; ") + std::string(error.message());
  Error out(first.kind(), message);
  out.at(first.where());
  return out;
}

}  // namespace integ::cli
