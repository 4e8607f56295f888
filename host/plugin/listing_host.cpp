#include "plugin/listing_host.hpp"

#include "base/text.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <unistd.h>

namespace integ::plugin {
namespace {

// A plug-in may log anything, also from a thread; one write a line keeps lines whole.
void log(integ_http_context*, std::int32_t, integ_str message) noexcept {
  try {
    if (message.data == nullptr) return;
    const std::string line = sanitised(std::string_view(message.data, message.size), 2000) + "\n";
    [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
  } catch (...) {  // nothing unwinds into a plug-in, and a lost line of a log is no fault of its
  }
}

const void* get_extension(const integ_host*, integ_str) noexcept { return nullptr; }

constexpr integ_host make_table() {
  integ_host host{};
  host.size = sizeof(integ_host);
  host.abi_minor = INTEG_ABI_MINOR;
  host.name = INTEG_STR_INIT("integ");
  host.version = INTEG_STR_INIT(INTEG_VERSION);
  host.log = log;
  host.get_extension = get_extension;
  return host;
}

constexpr integ_host kTable = make_table();

}  // namespace

const integ_host& listing_host() noexcept { return kTable; }

}  // namespace integ::plugin
