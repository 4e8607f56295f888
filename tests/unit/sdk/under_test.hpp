// The connectors linked into this test, by what pokeapi_under_test.cpp and its like call their entries.
#pragma once

#include <integ/abi.h>

extern "C" const integ_plugin* pokeapi_entry(const integ_host* host);
extern "C" const integ_plugin* updates_entry(const integ_host* host);
