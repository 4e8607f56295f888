// Records into somebody else's loader: a Singer target, or an Airbyte destination, as a program that is fed.
//
//   output: {protocol: singer, command: [target-postgres, --config, pg.json]}
//   output: {protocol: airbyte, command: [destination-duckdb, write, --config, duck.json]}
//
// The session of the protocol writes; what it writes goes into the program instead of a sink. A ticket is safe when the
// program has given its state back on its standard output, which is the only word about stored records that either
// protocol has: a target that never gives one back leaves nothing stored, and the next run repeats. Its standard error,
// and an Airbyte destination's LOG messages, go to the log under its name. It is started at the first write, in the
// pipeline's folder; a destination gets `--catalog FILE` beside its words, unless they hold one.
#pragma once

#include "protocol/adapter.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace integ::protocol {

enum class TargetKind { singer, airbyte };

// The option of that name, or nothing.
std::vector<std::string> command_of(const SessionContext& context);

// `inner` opens the protocol's own session, over the sink of the context that it is given. Throws Error of kind config
// for a command that can't be run.
using OpenInner = std::function<std::unique_ptr<Session>(const SessionContext& context)>;
std::unique_ptr<Session> target_session(const SessionContext& context, TargetKind kind, const OpenInner& inner);

// The property of an adapter's options schema.
std::string command_option_schema();

}  // namespace integ::protocol
