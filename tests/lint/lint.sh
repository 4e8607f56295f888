#!/usr/bin/env bash
# What `./dev lint` runs once the tools and build/ are there. All checks are made even when one has failed.
#
#   tests/lint/lint.sh [--all] [BASE]
#
# clang-tidy looks at what differs from BASE (default: origin/main, or the last commit where that is the same or
# unknown) and at uncommitted work; with --all at everything. It takes up no new file after LINT_SECONDS (default
# 420), and says then how many were left.
# shellcheck disable=SC2317  # every check is called through check()
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1

all=
[ "${1-}" = --all ] && { all=1; shift; }
base=${1-${LINT_BASE-origin/main}}
failed=0

check() { # NAME COMMAND...
  local name=$1
  shift
  if "$@"; then echo "ok      $name"; else echo "FAILED  $name"; failed=1; fi
}

in_tree() { # PATTERN...: tracked and new files, as they are now
  git ls-files --cached --others --exclude-standard -- "$@" | while read -r file; do
    if [ -f "$file" ]; then printf '%s\n' "$file"; fi
  done
}

changed() {
  local from
  from=$(git merge-base HEAD "$base" 2> /dev/null) || from=$(git rev-parse HEAD)
  if [ "$from" = "$(git rev-parse HEAD)" ]; then from=$(git rev-parse -q --verify HEAD~1 || echo HEAD); fi
  # A header is looked at through the file of the same name.
  { git diff --name-only --diff-filter=d "$from" -- '*.cpp' '*.c' '*.hpp' '*.h'
    git ls-files --others --exclude-standard -- '*.cpp' '*.c' '*.hpp' '*.h'
  } | sed -E 's/\.hpp$/.cpp/; s/\.h$/.c/' | sort -u | while read -r file; do
    if [ -f "$file" ]; then printf '%s\n' "$file"; fi
  done
}

# C headers are laid out by hand, in columns.
format() {
  in_tree '*.cpp' '*.hpp' '*.c' | xargs -r -P "$(nproc)" -I{} bash -c \
    'clang-format --dry-run -Werror {} 2> /dev/null || { echo "{}: clang-format -i {}"; exit 1; }'
}

scripts() { { in_tree '*.sh'; printf '%s\n' dev .ci/run; } | sort -u | xargs shellcheck; }

# Compiled and not kept.
python() {
  in_tree '*.py' | xargs -r python3 -c 'import sys
for name in sys.argv[1:]: compile(open(name, encoding="utf-8").read(), name, "exec")'
}

words() { in_tree | xargs -r -d '\n' tests/lint/words.sh; }

tidy() {
  local files work jobs left
  work=$(mktemp -d)
  if [ -n "$all" ]; then in_tree '*.cpp' '*.c'; else changed; fi > "$work/files"
  # Only what Meson compiles: templates and foreign plug-ins have no compile command.
  while read -r file; do
    if grep -qF "\"../$file\"" build/compile_commands.json; then printf '%s\n' "$file"; fi
  done < "$work/files" > "$work/compiled"
  mapfile -t files < "$work/compiled"
  jobs=$(nproc)
  # shellcheck disable=SC2016  # expands in the inner shell
  printf '%s\n' "${files[@]}" | WORK=$work END=$(($(date +%s) + ${LINT_SECONDS-420})) \
    xargs -r -P "$jobs" -I{} bash -c '
      [ "$(date +%s)" -lt "$END" ] || { echo {} >> "$WORK/left"; exit 0; }
      clang-tidy -p build --quiet {} > "$WORK/$$.said" 2> /dev/null || { cat "$WORK/$$.said"; exit 1; }'
  local verdict=$?
  left=0
  [ ! -f "$work/left" ] || left=$(wc -l < "$work/left")
  echo "        clang-tidy: $((${#files[@]} - left)) files looked at, $left left for want of time"
  rm -rf "$work"
  return "$verdict"
}

check format format
check shellcheck scripts
check python python
check 'includes (their own test)' tests/lint/includes_test.sh
check includes tests/lint/includes.sh
check 'words (their own test)' tests/lint/words_test.sh
check words words
check clang-tidy tidy
exit "$failed"
