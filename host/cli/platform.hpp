// What the command lines of the two platforms (Airbyte's and Singer's) have in common: settings that come
// as files beside the platform's own, and which state a stream begins with.
#pragma once

#include "cli/host.hpp"
#include "cli/job.hpp"
#include "json/document.hpp"
#include "model/catalog.hpp"
#include "model/state.hpp"
#include "model/validation.hpp"

#include <string>

namespace integ::cli {

// The sections of a pipeline that a platform has no place for: --options FILE, else INTEG_OPTIONS (a file
// too), else nothing.
struct PlatformOptions {
  std::string http;  // JSON, or ""
  int concurrency = 20;
  Validation validation;
  pipeline::Isolation isolation = pipeline::Isolation::in_process;
  std::string name;  // of the file, for messages
};
PlatformOptions platform_options(Host& host, const std::string& file);

// The text of the file that an option names. Throws Error of kind config that begins with the option.
std::string option_text(const std::string& option, const std::string& file);

// Settings as JSON. Throws Error of kind config that names the place but shows nothing of the text: a secret
// may stand there, and as long as the text can't be read nobody knows which piece of it that is.
json::Document settings_json(std::string text, const std::string& name);

// An Error of kind config that names a file and a pointer into it.
Place place_in(std::string file);

// Takes away the states that are not to be used (a full refresh that can't be resumed begins anew) and
// notes in each selection whether the stream goes on from one.
void choose_states(Catalog& catalog, State& state, bool resume_full_refresh);

// One error out of several, for protocols that have room for one.
Error joined(const class Errors& errors);

}  // namespace integ::cli
