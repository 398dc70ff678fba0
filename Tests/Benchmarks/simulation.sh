#!/usr/bin/env bash
# Measures how fast the simulator is: seeds of the long profile, one after another, in one thread.
#
#   bash Tests/Benchmarks/simulation.sh [RUNS]
#
# Each run takes the same seeds, so that what differs between runs is the machine's doing alone; the median counts,
# and the slowest and the fastest are shown beside it. Time is the processor's: on a shared machine the wall clock
# tells how busy the others are. It is shown too. PROGRAM names another program, SEEDS how many seeds, PROFILE
# another profile.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
program=${PROGRAM:-$root/.build/release/starling}
runs=${1:-3}
seeds=${SEEDS:-100}
profile=${PROFILE:-long}

[[ $runs =~ ^[1-9][0-9]?$ ]] || { echo "usage: simulation.sh [RUNS], 1 to 99" >&2; exit 64; }
[[ $seeds =~ ^[1-9][0-9]{0,5}$ ]] || { echo "SEEDS is how many seeds, 1 to 999999" >&2; exit 64; }
[[ -x $program ]] || { echo "$program is not there: make release builds it" >&2; exit 69; }

directory=$(mktemp -d "${TMPDIR:-/tmp}/starling-bench-sim-XXXXXX")
trap 'rm -rf "$directory"' EXIT

# One core, where that can be asked for.
pin=()
if command -v taskset > /dev/null; then pin=(taskset -c "$(($(nproc) - 1))"); fi

TIMEFORMAT='%R %U %S'
for ((run = 1; run <= runs; run++)); do
    if ! { time "${pin[@]}" "$program" sim --seeds "1..$seeds" --profile "$profile" > "$directory/out" 2>&1; } \
        2> "$directory/time"; then
        grep -v ': ok' "$directory/out" >&2
        echo "a promise was broken: what was measured means nothing" >&2
        exit 1
    fi
    # The program's own summary: how many times real time, by the wall clock.
    speed=$(sed -n 's/.* \([0-9]*\) times real time$/\1/p' "$directory/out" | tail -1)
    read -r wall user system < "$directory/time"
    awk -v n="$seeds" -v wall="$wall" -v cpu="$(awk "BEGIN { print $user + $system }")" -v speed="${speed:-0}" \
        'BEGIN { printf "%.1f %.1f %.1f\n", n * 60 / cpu, speed * wall / cpu, n * 60 / wall }' >> "$directory/rates"
    awk '{ line = $0 } END { split(line, f, " ");
        printf "run: %d seeds a minute of processor time, %d by the clock\n", f[1], f[3] }' "$directory/rates"
done

sort -n "$directory/rates" | awk -v seeds="$seeds" -v profile="$profile" '
    { rate[NR] = $1; speed[NR] = $2 }
    END {
        middle = int((NR + 1) / 2)
        printf "%s profile, seeds 1..%d, one core: %d seeds a minute (%d to %d), %d times real time\n",
            profile, seeds, rate[middle], rate[1], rate[NR], speed[middle]
    }'
