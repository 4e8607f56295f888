// `integ tap NAME --about` and `--version`: what the tap is, on standard output.
#pragma once

#include "cli/host.hpp"

#include <string>

namespace integ::cli {

// `format` is text, json or markdown.
int tap_about(Host& host, const ConnectorHandle& handle, const std::string& format);
int tap_version(const ConnectorHandle& handle);

}  // namespace integ::cli
