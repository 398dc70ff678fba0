#!/usr/bin/env bash
# Sets a fuzzer upon one target: run.sh TARGET [SECONDS]
#
# The fuzzers' program is built in a folder of its own from the package's sources, with coverage and the
# address sanitizer in every module; `swift build` and `swift test` know nothing of it. New inputs go to
# .build/fuzz/found/TARGET; an input that does harm is written beside it as crash-..., and made smaller.
# When the fault is mended, the small one goes to Tests/Fuzz/Corpora/TARGET, which `swift test` runs through.
set -euo pipefail
cd "$(dirname "$0")/../.."

target=${1:?usage: run.sh TARGET [SECONDS]}
seconds=${2:-60}
folder=.build/fuzz
found=$folder/found/$target
corpus=Tests/Fuzz/Corpora/$target
[ -d "$corpus" ] || { echo "no target $target; there are: $(ls Tests/Fuzz/Corpora | tr '\n' ' ')"; exit 64; }

mkdir -p "$folder/package" "$found"
ln -sfn "$PWD/Sources" "$folder/package/Sources"
ln -sfn "$PWD/Tests" "$folder/package/Tests"
cat Package.swift Tests/Fuzz/Program/FuzzManifest.swift > "$folder/package/Package.swift.new"
cmp -s "$folder/package/Package.swift.new" "$folder/package/Package.swift" \
    || mv "$folder/package/Package.swift.new" "$folder/package/Package.swift"
# The targets look into the modules with @testable, which a release build must be told to allow.
"${SWIFT:-swift}" build --package-path "$folder/package" --scratch-path "$folder/build" -c release --sanitize=address \
    -Xswiftc -sanitize=fuzzer,address -Xswiftc -enable-testing -Xswiftc -use-ld=lld ${FUZZ_BUILD_FLAGS:-} --product Fuzz

# A trap must end the process at once: Swift's own backtracer would hang under libFuzzer.
export SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0
program=$folder/build/release/Fuzz
options=(-timeout=10 -rss_limit_mb=2048 -max_len=4096 -print_final_stats=1)
[ -f "Tests/Fuzz/Dictionaries/$target" ] && options+=(-dict="Tests/Fuzz/Dictionaries/$target")
if ! "$program" "$target" -max_total_time="$seconds" "${options[@]}" -artifact_prefix="$found-" "$found" "$corpus"; then
    input=$(ls -t "$found"-* | head -n 1)
    "$program" "$target" -minimize_crash=1 -max_total_time=30 -exact_artifact_path="$found-small" "$input" > /dev/null 2>&1 || true
    echo "the input that did harm: $input; made smaller, if it could be: $found-small"
    exit 1
fi
