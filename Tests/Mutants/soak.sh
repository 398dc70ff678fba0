#!/usr/bin/env bash
# Runs fresh seeds on every core for some minutes; prints how many, and every violation with its seed.
set -u
program=$1
minutes=${2:-5}
end=$(($(date +%s) + minutes * 60))
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT

lane() {
    local first=$(($(od -An -N6 -tu8 /dev/urandom) * 1000)) count=0 failed=0
    while [ "$(date +%s)" -lt "$end" ]; do
        if ! "$program" sim --seeds "$first..$((first + 99))" --profile short > "$directory/$1.out" 2>&1; then
            failed=$((failed + 1))
            grep -v ': ok,' "$directory/$1.out" | tee -a "$directory/failures"
        fi
        count=$((count + 100))
        first=$((first + 100))
    done
    echo "$count" > "$directory/$1.count"
}

lanes=$(nproc)
for number in $(seq "$lanes"); do lane "$number" & done
wait
echo "$(cat "$directory"/*.count | paste -sd+ | bc) fresh seeds in $minutes min; commit $(git rev-parse --short HEAD)"
[ ! -s "$directory/failures" ]
