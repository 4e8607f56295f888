#include "cli/platform.hpp"

#include "base/files.hpp"
#include "base/text.hpp"
#include "pipeline/pipeline.hpp"

#include <algorithm>
#include <utility>

namespace integ::cli {

PlatformOptions platform_options(Host& host, const std::string& file) {
  PlatformOptions out;
  const pipeline::Environment environment = pipeline::process_environment();
  out.name = pipeline::options_file(file, environment);
  if (out.name.empty()) return out;
  const pipeline::Pipeline sections = [&] {
    try {
      return pipeline::load_options(out.name, environment);
    } catch (Error& error) {
      throw error.at({.file = file.empty() ? "INTEG_OPTIONS" : "--options"});
    }
  }();
  out.http = sections.http_json();
  out.concurrency = sections.concurrency;
  out.validation = sections.validation;
  out.isolation = sections.isolation;
  if (sections.log_level) host.log().set_level(*sections.log_level);
  return out;
}

std::string option_text(const std::string& option, const std::string& file) {
  try {
    return read_text_file(file);
  } catch (Error& error) {
    throw error.at({.file = option});
  }
}

json::Document settings_json(std::string text, const std::string& name) {
  try {
    return json::Document::parse(std::move(text), name);
  } catch (const Error& error) {
    const std::string& message = error.message();
    throw Error(Kind::config, message.substr(0, message.find(", near `"))).at(error.where());
  }
}

Place place_in(std::string file) {
  return [file = std::move(file)](const json::Violation& wrong) {
    return Error(Kind::config, (wrong.pointer.empty() ? "" : wrong.pointer + ": ") + wrong.message).at({.file = file});
  };
}

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
