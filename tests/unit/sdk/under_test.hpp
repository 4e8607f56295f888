// The connectors linked into this test, by what meson.build calls their entries.
#pragma once

#include <integ/abi.h>

extern "C" const integ_plugin* pokeapi_entry(const integ_host* host);
extern "C" const integ_plugin* updates_entry(const integ_host* host);
