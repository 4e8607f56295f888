#!/usr/bin/env bash
# Shows that words.sh finds what it should and passes over what it should.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
failures=0

expect() { # ok|bad TEXT
  printf '%s\n' "$2" > "$tree/file.cpp"
  local verdict=ok
  "$here/words.sh" "$tree/file.cpp" > /dev/null || verdict=bad
  [ "$verdict" = "$1" ] && return
  echo "'$2': expected $1, got $verdict"
  failures=$((failures + 1))
}

expect ok  '#include <string>'
expect ok  'GET https://api.example.com/home'
expect ok  'the url https://example.com/home/page'
expect ok  'setenv("HOME", "/home/x/data")'
expect bad '// see /home/xavier/notes'
expect bad 'open("/ro''ot/file")' # in two pieces, or this file would hold one
expect bad '// TODO: later'
expect bad 'TEST(A, DISABLED_B) {}'
expect bad 'EXPECT_TRUE(true);'

[ "$failures" -eq 0 ] && echo "words.sh: all cases as expected"
exit "$((failures > 0))"
