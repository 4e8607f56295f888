// The worker's process: started by Process, it loads one plug-in and serves the tasks of one connector.

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/spawn.hpp"
#include "bridge/host_table.hpp"
#include "plugin/plugin.hpp"
#include "worker/control.hpp"
#include "worker/far_task.hpp"
#include "worker/process.hpp"
#include "worker/serve.hpp"

#include <csignal>
#include <exception>
#include <fcntl.h>
#include <memory>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>
#include <utility>

namespace integ::worker {
namespace {

// Away from the numbers that a plug-in may close or reuse by mistake.
constexpr int kControl = 64;

// A crash is reported without a core file, and a worker without a host serves nobody.
void contain() {
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
}

// All but the standard ones and this: what the host's starter left open is none of a plug-in's business.
UniqueFd taken_control() {
  UniqueFd control(::fcntl(kChildChannel, F_DUPFD_CLOEXEC, kControl));
  if (!control) return control;
  ::close_range(kChildChannel, static_cast<unsigned>(control.get()) - 1, 0);
  ::close_range(static_cast<unsigned>(control.get()) + 1, ~0U, 0);
  return control;
}

void serve_tasks(int control, const plugin::LoadedConnector& connector, FarHost& host) {
  for (;;) {
    Order order = receive_order(control);
    switch (order.kind) {
      case Order::Kind::gone:
        return;
      case Order::Kind::cancelled:
        host.cancellation.cancel(CancelReason::terminated);
        break;
      case Order::Kind::task: {
        auto socket = std::make_shared<UniqueFd>(std::move(order.socket));
        try {
          std::thread([socket, &connector, &host] { serve_task(std::move(*socket), connector, host); }).detach();
        } catch (const std::exception&) {  // no thread: the socket closes, and the host sees it
        }
        break;
      }
    }
  }
}

}  // namespace

int serve_connector(const std::string& file, const std::string& connector) {
  contain();
  const UniqueFd control = taken_control();
  if (!control) return 1;
  FarHost host;
  std::shared_ptr<plugin::Plugin> plugin;
  const plugin::LoadedConnector* loaded = nullptr;
  try {
    plugin = plugin::load_library(file, &bridge::host_table());
    loaded = plugin->connector(connector);
    if (loaded == nullptr) throw Error(Kind::plugin, file + " no longer has the connector " + connector);
  } catch (const std::exception& error) {
    send_first_word(control.get(), error.what());
    return 1;
  }
  if (!send_first_word(control.get(), {})) return 1;
  serve_tasks(control.get(), *loaded, host);
  ::_exit(0);  // threads of tasks may still run: the host no longer wants to hear of them
}

}  // namespace integ::worker
