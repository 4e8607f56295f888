// How a connector's functions are entered: here, or in a process of their own.
//
//   Context context(Phase::run, backend, documents, &stream.descriptor);
//   context.conclude(entries.enter({Function::run, connector, &stream}, context));
//
// Whichever it is, the context's backend is asked on the thread that entered, and what the connector said is in the
// context afterwards.
#pragma once

#include "bridge/context.hpp"
#include "plugin/plugin.hpp"

#include <integ/abi.h>

namespace integ::bridge {

enum class Function { run, slices, check, finish, discover, authorize, interleaved };

struct Entry {
  Function function = Function::run;
  const plugin::LoadedConnector& connector;
  const plugin::LoadedStream* stream = nullptr;  // of the first four
};

class Entries {
 public:
  virtual ~Entries() = default;
  // What the function returned. Throws Error where it could not be entered or did not come back, and what the
  // function threw, which it must not. Any thread, several at once.
  virtual integ_status enter(const Entry& entry, Context& context) = 0;
};

// True when the connector has that function.
bool has(const Entry& entry) noexcept;

// Plain calls, in this process. Constant.
Entries& direct_entries() noexcept;

}  // namespace integ::bridge
