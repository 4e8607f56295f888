// The connector as it is, but for its entry's name: several of them are linked into one test.
#define integ_plugin_entry_v1 pokeapi_entry
#include "plugins/pokeapi/pokeapi.cpp"
