// The integ_host that plug-ins are given: one constant table, whose functions find everything in the
// context they are handed. No exception leaves it.
#pragma once

#include <integ/abi.h>

namespace integ::bridge {

const integ_host& host_table() noexcept;

}  // namespace integ::bridge
