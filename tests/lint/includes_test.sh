#!/usr/bin/env bash
# Shows that includes.sh fails where it should and only there: each line below becomes a file with one include.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
failures=0

expect() { # ok|bad FILE INCLUDE
  rm -rf "${tree:?}"/*
  mkdir -p "$tree/$(dirname "$2")"
  printf '// one include\n#include %s\n' "$3" > "$tree/$2"
  local verdict=ok said
  said=$("$here/includes.sh" "$tree") || verdict=bad
  if [ "$verdict" = bad ] && [[ $said != "$2:"* ]]; then verdict="bad, but not by file and line"; fi
  if [ "$verdict" != "$1" ]; then
    echo "$2 with $3: expected $1, got $verdict: $said"
    failures=$((failures + 1))
  fi
}

expect ok  host/http/client.cpp       '"http/client.hpp"'
expect ok  host/http/client.cpp       '"base/error.hpp"'
expect ok  host/http/client.cpp       '<curl/curl.h>'
expect ok  host/sync/run.cpp          '"bridge/context.hpp"'
expect ok  host/bridge/table.cpp      '<integ/abi.h>'
expect ok  host/cli/run.cpp           '"sync/run.hpp"'
expect ok  plugins/pokeapi/pokeapi.cpp '<integ/sdk.hpp>'
expect ok  plugins/sqlite/sqlite.cpp  '"database.hpp"'
expect ok  sdk/include/integ/sdk.hpp  '<integ/source.hpp>'
expect ok  tests/conformance/layout.c '<integ/abi.h>'

expect bad host/http/client.cpp       '"protocol/adapter.hpp"'
expect bad host/http/client.cpp       '<protocol/adapter.hpp>'
expect bad host/base/error.hpp        '"json/document.hpp"'
expect bad host/json/slicer.cpp       '"http/client.hpp"'
expect bad host/state/store.cpp       '"plugin/plugin.hpp"'
expect bad host/pipeline/yaml.cpp     '"sync/run.hpp"'
expect bad host/sync/run.cpp          '"cli/run.hpp"'
expect bad host/http/client.cpp       '"client.hpp"'
expect bad host/http/client.cpp       '"../json/slicer.hpp"'
expect bad host/http/client.cpp       '<integ/abi.h>'
expect bad host/plugin/load.cpp       '<integ/sdk.hpp>'
expect bad host/nowhere/file.cpp      '<string>'
expect bad plugins/pokeapi/pokeapi.cpp '"base/error.hpp"'
expect bad plugins/pokeapi/pokeapi.cpp '"host/base/error.hpp"'
expect bad plugins/pokeapi/pokeapi.cpp '"../sqlite/database.hpp"'
expect bad sdk/include/integ/sdk.hpp  '"model/stream.hpp"'
expect bad tests/conformance/run.cpp  '"plugin/plugin.hpp"'
expect bad tests/conformance/run.cpp  '  "fixture_api/server.hpp"'

[ "$failures" -eq 0 ] && echo "includes.sh: all cases as expected"
exit "$((failures > 0))"
