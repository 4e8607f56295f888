#!/bin/sh
# The C header in every language standard that an author may use, with nothing but itself, pedantic.
# Usage: header_languages.sh INCLUDE_DIR CC CXX
set -eu
include=$1 cc=$2 cxx=$3
header=$include/integ/abi.h
# Twice in one file: the guard holds, and the macros are usable.
program='#include <integ/abi.h>
#include <integ/abi.h>
static const integ_str name = INTEG_STR_INIT("x");
int has_length(const integ_value *value);
int has_length(const integ_value *value) { return INTEG_HAS(value, integ_value, count) && name.size == 1; }'

for standard in c99 c11 c17; do
  printf '%s\n' "$program" | $cc -x c -std=$standard -Wall -Wextra -Wpedantic -pedantic-errors -Werror -I"$include" -fsyntax-only -
done
for standard in c++11 c++17 c++20; do
  printf '%s\n' "$program" | $cxx -x c++ -std=$standard -Wall -Wextra -Wpedantic -pedantic-errors -Werror -I"$include" -fsyntax-only -
done
# It needs these two and no other.
others=$(sed -n 's/^#include <\(.*\)>/\1/p' "$header" | grep -vx -e stddef.h -e stdint.h || true)
[ -z "$others" ] || { echo "abi.h includes $others" >&2; exit 1; }
