// One task of a worker, from the first frame on its socket to the last.
#pragma once

#include "base/files.hpp"
#include "plugin/plugin.hpp"
#include "worker/far_task.hpp"

namespace integ::worker {

// Enters the connector on this thread. Returns when that is over, or when the host has gone; throws nothing.
void serve_task(UniqueFd socket, const plugin::LoadedConnector& connector, FarHost& host) noexcept;

}  // namespace integ::worker
