#!/usr/bin/env bash
# Finds what must not be in the tree: paths of somebody's machine, unfinished work, tests switched off.
#
#   tests/lint/words.sh FILE...       prints file:line:text; 1 if there was any
set -euo pipefail
[ $# -gt 0 ] || exit 0
bad=0

refuse() { # REASON REGEX FILE...
  local reason=$1 regex=$2 found
  shift 2
  found=$(grep -HnIP -e "$regex" -- "$@" || true)
  [ -z "$found" ] && return
  printf '%s:\n%s\n' "$reason" "$found"
  bad=1
}

files=()
for file in "$@"; do [[ $file == */lint/words*.sh ]] || files+=("$file"); done
[ ${#files[@]} -gt 0 ] || exit 0
# /home/x and /home/user are nobody's.
refuse "a path of somebody's machine" '(^|[^\w.])/(home/(?!(x|user)\b)|root/|work/|Users/)[\w.]' "${files[@]}"
refuse 'unfinished' '\b(TODO|FIXME|XXX|HACK)\b' "${files[@]}"
refuse 'a test that is switched off or cannot fail' '(\bDISABLED_|EXPECT_TRUE\(true\)|ASSERT_TRUE\(true\))' "${files[@]}"
exit "$bad"
