// The part of the host's table that an adapter's session uses: its sinks.
#pragma once

#include <integ/abi.h>

namespace integ::bridge {

void add_session_functions(integ_host& table) noexcept;

}  // namespace integ::bridge
