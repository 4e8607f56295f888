#!/bin/sh
# Installs the SDK somewhere else, builds a plug-in there with plain compilers and pkg-config, and lists it
# with the host, where there is one; then installs all, and the installed host lists its own.
# Usage: out_of_tree.sh BUILD_DIR SOURCE_DIR [INTEG]
set -eu
build=$1 source=$2 integ=${3:-}
here=$source/tests/integration/out_of_tree
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "$*" >&2; exit 1; }

DESTDIR=$work/stage meson install -C "$build" --no-rebuild --quiet --tags sdk
pc=$(find "$work/stage" -name integ-sdk.pc)
[ -n "$pc" ] || fail "no integ-sdk.pc was installed"
PKG_CONFIG_PATH=$(dirname "$pc")
export PKG_CONFIG_PATH
# Nothing of the source tree may be needed.
if grep -r "$source" "$work/stage" >/dev/null; then fail "an installed file names the source tree"; fi

mkdir "$work/plugins"
for name in stranger template readme; do
  case $name in
    stranger) file=$here/stranger.cpp ;;
    readme)
      file=$work/readme.cpp # the first connector of the README, as it stands there
      awk '/^```cpp$/ { on = 1; next } /^```$/ { if (on) exit } on' "$source/README.md" > "$file"
      ;;
    template) file=$(find "$work/stage" -path '*templates/connector.cpp') ;;
  esac
  # shellcheck disable=SC2046  # the flags are words
  g++ -std=c++20 -O1 -Wall -Wextra -Werror -shared "$file" -o "$work/plugins/$name.so" $(pkg-config --cflags --libs integ-sdk)
  sh "$source/tests/conformance/one_symbol.sh" "$work/plugins/$name.so"
done

if [ -n "$integ" ]; then
  listed=$("$integ" plugins --plugin-dir "$work/plugins")
  for name in stranger example tickets; do
    echo "$listed" | grep -q "$name" || fail "integ plugins does not list $name: $listed"
  done

  # The installed program finds the plug-ins installed with it.
  DESTDIR=$work/whole meson install -C "$build" --no-rebuild --quiet
  listed=$("$(find "$work/whole" -path '*/bin/integ')" plugins)
  for name in pokeapi sqlite; do
    echo "$listed" | grep -q "$work/whole.*/$name.so" || fail "the installed integ does not list $name: $listed"
  done
fi
