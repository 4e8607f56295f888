#!/bin/sh
# A plug-in exports its entry and nothing else, and is never unloaded. Usage: one_symbol.sh PLUGIN.so
set -eu
symbols=$(nm -D --defined-only "$1" | awk '{print $3}')
[ "$symbols" = integ_plugin_entry_v1 ] || { echo "$1 exports: $symbols" >&2; exit 1; }
readelf -d "$1" | grep -q NODELETE || { echo "$1 is not linked with -z nodelete" >&2; exit 1; }
