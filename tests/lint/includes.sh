#!/usr/bin/env bash
# Checks every #include against the picture of the rooms (host/README.md). Arrows point one way, and what Meson can't
# stop, since a header needs no link, is stopped here.
#
#   tests/lint/includes.sh [ROOT]     prints each wrong include as file:line: reason; 1 if there was any
set -euo pipefail
root=${1:-$(dirname "$0")/../..}
cd "$root"

# Room: the rooms of host/ that it may include beside itself. "abi" is <integ/abi.h>; "sdk" is everything in <integ/...>.
table='
host/base:          abi
host/model:         base
host/json:          base model
host/http:          base model json
host/plugin:        base model json abi
host/protocol:      base model json abi
host/state:         base model json
host/pipeline:      base model json
host/bridge:        base model json http plugin protocol state abi
host/sync:          base model json http plugin protocol state bridge
host/worker:        base model json plugin bridge abi
host/cli:           base model json http plugin protocol state bridge sync pipeline worker server
host/server:        base model json http plugin protocol state bridge sync pipeline worker
host/main.cpp:      base cli
sdk:                sdk abi
plugins:            sdk abi
tests/conformance:  sdk abi
'

rooms=$(printf '%s' "$table" | sed -n 's|^host/\([a-z]*\):.*|\1|p' | tr '\n' ' ')
mapfile -t files < <(find host sdk plugins tests/conformance -type f \
  \( -name '*.cpp' -o -name '*.hpp' -o -name '*.c' -o -name '*.h' \) 2>/dev/null | sort)
[ ${#files[@]} -gt 0 ] || { echo "includes: no sources under $PWD" >&2; exit 1; }

# shellcheck disable=SC2016  # the $ are awk's
awk -v table="$table" -v rooms="$rooms" '
  BEGIN {
    lines = split(table, line, "\n")
    for (i = 1; i <= lines; i++) {
      if (split(line[i], part, /: */) < 2) continue
      known[part[1]] = 1
      words = split(part[2], word, " ")
      for (w = 1; w <= words; w++) allowed[part[1], word[w]] = 1
    }
    words = split(rooms, word, " ")
    for (w = 1; w <= words; w++) is_room[word[w]] = 1
  }
  function wrong(reason) { printf "%s:%d: %s\n", FILENAME, FNR, reason; bad = 1 }
  function room_of(file,   step) {
    for (step = file; step != ""; step = step ~ /\// ? substr(step, 1, match(step, /\/[^\/]*$/) - 1) : "")
      if (step in known) return step
    return ""
  }
  FNR == 1 { room = room_of(FILENAME); if (room == "") wrong("the file lies in no room of the table in tests/lint/includes.sh") }
  room != "" && /^[ \t]*#[ \t]*include[ \t]*[<"]/ {
    quoted = $0 ~ /include[ \t]*"/
    target = $0; sub(/^[^<"]*[<"]/, "", target); sub(/[>"].*/, "", target)
    first = target ~ /\// ? substr(target, 1, index(target, "/") - 1) : ""
    if (target ~ /(^|\/)\.\.\//) { wrong("\"" target "\" climbs out of its folder; write room/file.hpp"); next }
    if (first == "integ") {
      need = target == "integ/abi.h" ? "abi" : "sdk"
      if (!((room, need) in allowed)) wrong(room " may not include <" target ">")
      next
    }
    if (first == "host" || first in is_room) {
      if (room == "host/" first) next
      if (!((room, first) in allowed)) wrong(room " may not include " first " (" target ")")
      next
    }
    if (quoted && room ~ /^host/) wrong("\"" target "\" names no room; write room/file.hpp")
    if (quoted && first == "fixture_api") wrong(room " may not include the tests (" target ")")
  }
  END { exit bad }
' "${files[@]}"
