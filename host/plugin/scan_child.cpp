// Listing, the child's side. What a plug-in does here (print, crash, hang, end the process) is expected.

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "plugin/listing_json.hpp"
#include "plugin/plugin.hpp"
#include "plugin/registry.hpp"
#include "plugin/scan.hpp"

#include <csignal>
#include <exception>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace integ::plugin {
namespace {

void set_limit(int resource, rlim_t value) {
  rlimit limit{};
  if (::getrlimit(static_cast<__rlimit_resource_t>(resource), &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max == RLIM_INFINITY || value < limit.rlim_max ? value : limit.rlim_max;
  ::setrlimit(static_cast<__rlimit_resource_t>(resource), &limit);
}

// No core file for a crash that is reported anyway, and no disk (or memory, where stderr is a memory file)
// filled by a plug-in that prints for ever; the parent gone, nobody listens.
void contain() {
  set_limit(RLIMIT_CORE, 0);
  set_limit(RLIMIT_FSIZE, kMaxPrinted);
  std::signal(SIGXFSZ, SIG_IGN);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
}

ConnectorInfo described(const LoadedConnector& connector) { return connector.info; }

AdapterInfo described(const LoadedAdapter& adapter) {
  AdapterInfo info;
  info.name = adapter.name;
  info.version = adapter.version;
  info.title = adapter.title;
  info.documentation_url = adapter.documentation_url;
  info.options_schema = adapter.options_schema;
  info.no_sink = (adapter.table.flags & INTEG_ADAPTER_NO_SINK) != 0;
  info.selected_fields = (adapter.table.flags & INTEG_ADAPTER_SELECTED_FIELDS) != 0;
  return info;
}

Listing listed_file(const std::string& path) {
  Listing listing;
  listing.path = path;
  try {
    const std::shared_ptr<Plugin> plugin = load_library(path, nullptr);
    for (const auto& connector : plugin->connectors) listing.connectors.push_back(described(*connector));
    for (const auto& adapter : plugin->adapters) listing.adapters.push_back(described(*adapter));
  } catch (const Error& error) {
    const std::string prefix = path + ": ";
    const std::string& message = error.message();
    listing.refused = message.starts_with(prefix) ? message.substr(prefix.size()) : message;
  } catch (const std::exception& error) {
    listing.refused = error.what();
  }
  const std::string printed = printed_to(STDERR_FILENO);
  if (printed.empty()) return listing;
  if (listing.refused.empty()) {
    listing.warnings.push_back("it prints while it is loaded: " + printed);
  } else {
    listing.refused += "; it printed: " + printed;
  }
  return listing;
}

}  // namespace

std::string printed_to(int fd) {
  std::string text(kShownPrinted, '\0');
  const ssize_t got = ::pread(fd, text.data(), text.size(), 0);
  text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return std::string(trimmed(sanitised(text, kShownPrinted)));
}

int list_plugin_files(const std::vector<std::string>& paths, int out_fd) {
  contain();
  // The answer goes by a descriptor that no plug-in knows, and what one prints to stdout goes to stderr.
  const UniqueFd out(::fcntl(out_fd, F_DUPFD_CLOEXEC, 64));
  if (!out || ::dup2(STDERR_FILENO, STDOUT_FILENO) < 0) return 1;
  if (out_fd > STDERR_FILENO) ::close(out_fd);
  for (const std::string& path : paths) {
    // Each file begins with an empty stderr, where that is a file: what stands there is this one's.
    if (::ftruncate(STDERR_FILENO, 0) == 0) ::lseek(STDERR_FILENO, 0, SEEK_SET);
    std::string line;
    append_listing(line, listed_file(path));
    line += '\n';
    try {
      write_all(out.get(), line.data(), line.size(), "the listing of plug-ins");
    } catch (const Error&) {
      return 1;  // the parent has gone
    }
  }
  return 0;
}

}  // namespace integ::plugin
