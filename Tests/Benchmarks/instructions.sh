#!/usr/bin/env bash
# Counts the instructions of a run of starling, and tells which functions they are spent in.
#
#   bash Tests/Benchmarks/instructions.sh [ARGUMENTS...]      default: sim --seeds 1..4 --profile long
#
# Unlike time, the count is the same whatever else the machine does: two programs are compared by it. Runs under
# valgrind, some fifty times slower. PROGRAM names another program, LINES how many functions are shown.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
program=${PROGRAM:-$root/.build/release/starling}
lines=${LINES:-40}
[[ $# -gt 0 ]] || set -- sim --seeds 1..4 --profile long --shrink 0

[[ -x $program ]] || { echo "$program is not there: make release builds it" >&2; exit 69; }
for tool in valgrind objcopy; do
    command -v "$tool" > /dev/null || { echo "$tool is not installed: apt install valgrind binutils" >&2; exit 69; }
done

directory=$(mktemp -d "${TMPDIR:-/tmp}/starling-instructions-XXXXXX")
trap 'rm -rf "$directory"' EXIT

# Names of functions are kept; what else is said for debuggers, valgrind cannot read.
objcopy --strip-debug "$program" "$directory/starling"
valgrind --tool=callgrind --callgrind-out-file="$directory/counts" "$directory/starling" "$@" > "$directory/out" 2>&1 ||
    { cat "$directory/out" >&2; exit 1; }

awk '/^summary:/ { printf "%.1f million instructions\n", $2 / 1e6 }' "$directory/counts"
for inclusive in no yes; do
    echo
    [[ $inclusive == no ]] && echo "in the function itself:" || echo "with all that it calls:"
    callgrind_annotate --inclusive="$inclusive" --threshold=100 "$directory/counts" 2> /dev/null |
        swift demangle --simplified | sed -nE 's/^ *([0-9,]+ \([ 0-9.]+%\)) +[^:]*:/\1  /p' | sed 's/ \[[^]]*\]$//' | cut -c1-140 | head -n "$lines" || true
done
