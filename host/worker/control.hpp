// The socket between host and worker beside the tasks' own: a message each (SOCK_SEQPACKET).
//
//   worker: "" once it has loaded the connector, or why it could not      host: a task, with its socket; a cancellation
#pragma once

#include "base/files.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace integ::worker {

// The worker's first word, with the version of what it speaks. False when the host has gone.
bool send_first_word(int control, std::string_view refusal) noexcept;
// "" for a worker that is ready, else why it is not, or that it speaks otherwise; nullopt when it has gone.
std::optional<std::string> receive_first_word(int control);

// False when the worker has gone, or does not listen.
bool send_task(int control, int socket) noexcept;
bool send_cancelled(int control) noexcept;

struct Order {
  enum class Kind { task, cancelled, gone } kind = Kind::gone;
  UniqueFd socket;  // of a task
};
// Waits for the next one.
Order receive_order(int control) noexcept;

}  // namespace integ::worker
