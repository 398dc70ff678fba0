#!/usr/bin/env bash
# Measures SET and GET of starling with redis-benchmark, side by side with redis-server where it is installed.
#
#   bash Tests/Benchmarks/compare.sh [RUNS]
#
# 50 clients, 64-byte values, 1,000,000 random keys, pipelines 1 and 16, synced for every write and never. Servers
# take turns within a round, each first in every second round, and the median of the rounds counts: on a shared
# machine only ratios of one run mean anything. PROGRAM names another program, REQUESTS_1 and REQUESTS_16 how many
# requests a measurement makes.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
program=${PROGRAM:-$root/.build/release/starling}
runs=${1:-3}
requests_1=${REQUESTS_1:-200000}
requests_16=${REQUESTS_16:-1000000}
clients=50 bytes=64 keys=1000000

[[ $runs =~ ^[1-9][0-9]?$ ]] || { echo "usage: compare.sh [RUNS], 1 to 99" >&2; exit 64; }
[[ -x $program ]] || { echo "$program is not there: make release builds it" >&2; exit 69; }
if ! command -v redis-benchmark > /dev/null; then
    echo "redis-benchmark is not installed. It comes with Redis: apt install redis-tools, or dnf install redis." >&2
    exit 69
fi

directory=$(mktemp -d "${TMPDIR:-/tmp}/starling-bench-XXXXXX")
server_pid=
# The server is a child of this shell, so its number is nobody else's until it is waited for.
stop_server() {
    if [[ -n $server_pid ]]; then
        kill "$server_pid" 2> /dev/null || true
        wait "$server_pid" 2> /dev/null || true
        server_pid=
    fi
}
trap 'stop_server; rm -rf "$directory"' EXIT
trap 'exit 130' INT TERM

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# answers PORT: whether something there answers PING.
answers() {
    local reply
    { exec 3<> "/dev/tcp/127.0.0.1/$1"; } 2> /dev/null || return 1
    printf 'PING\r\n' >&3
    read -r -t 5 reply <&3 || true
    exec 3>&- 3<&-
    [[ ${reply:-} == +PONG* ]]
}

# start_server SERVER DURABILITY: starts it with an empty directory and waits until it answers.
start_server() {
    local data
    data=$(mktemp -d "$directory/data-XXXXXX")
    port=$(free_port)
    case $1 in
        starling)
            "$program" serve --port "$port" --data "$data" --durability "$2" > "$directory/trace" 2>&1 & ;;
        redis)
            local persistence=(--appendonly no)
            [[ $2 == always ]] && persistence=(--appendonly yes --appendfsync always)
            redis-server --port "$port" --bind 127.0.0.1 --dir "$data" --save "" "${persistence[@]}" \
                > "$directory/trace" 2>&1 & ;;
    esac
    server_pid=$!
    for _ in $(seq 200); do
        if answers "$port"; then return; fi
        kill -0 "$server_pid" 2> /dev/null || break
        sleep 0.05
    done
    echo "$1 does not answer:" >&2
    tail -n 5 "$directory/trace" >&2
    exit 1
}

# benchmark PORT COMMAND PIPELINE: prints requests per second.
benchmark() {
    local requests=$requests_1
    [[ $3 == 16 ]] && requests=$requests_16
    redis-benchmark -p "$1" -t "$2" -n "$requests" -c $clients -d $bytes -r $keys -P "$3" --csv 2> /dev/null \
        | awk -F '","?' 'NR == 2 || /^"(SET|GET)"/ { gsub(/"/, "", $2); rate = $2 } END { print rate }'
}

# cpu PID: prints the seconds of processor time that the process has used.
cpu() {
    awk -v ticks="$(getconf CLK_TCK)" \
        '{ sub(/^.*\) /, ""); split($0, f, " "); print (f[12] + f[13]) / ticks }' "/proc/$1/stat"
}

servers=(starling)
if command -v redis-server > /dev/null; then
    servers+=(redis)
    echo "starling beside $(redis-server --version | grep -o 'v=[0-9.]*')"
else
    echo "redis-server is not installed: starling alone"
fi
echo "$(nproc) processors, $(uname -r), $clients clients, $bytes-byte values, $keys random keys, median of $runs"

for durability in always never; do
    for round in $(seq "$runs"); do
        order=("${servers[@]}")
        if (( round % 2 == 0 && ${#servers[@]} == 2 )); then order=("${servers[1]}" "${servers[0]}"); fi
        for server in "${order[@]}"; do
            start_server "$server" "$durability"
            for pipeline in 1 16; do
                for command in set get; do
                    before=$(cpu "$server_pid")
                    rate=$(benchmark "$port" $command $pipeline)
                    after=$(cpu "$server_pid")
                    requests=$requests_1
                    [[ $pipeline == 16 ]] && requests=$requests_16
                    micros=$(awk -v a="$after" -v b="$before" -v n="$requests" \
                        'BEGIN { printf "%.2f", (a - b) / n * 1e6 }')
                    echo "$durability $pipeline $command $server $rate $micros" >> "$directory/results"
                    echo "  round $round: $server, $durability, pipeline $pipeline, $command: $rate/s" >&2
                done
            done
            stop_server
            rm -rf "$directory"/data-*
        done
    done
done

awk '
    { key = $1 " " $2 " " $3; server = $4; n = ++count[key, server]
      rates[key, server, n] = $5; costs[key, server, n] = $6
      if (!(key in seen)) { seen[key] = 1; order[++total] = key } }
    function median(values, key, server,   n, i, j, swap, sorted) {
        n = count[key, server]
        for (i = 1; i <= n; i++) sorted[i] = values[key, server, i] + 0
        for (i = 1; i <= n; i++) for (j = i + 1; j <= n; j++)
            if (sorted[j] < sorted[i]) { swap = sorted[i]; sorted[i] = sorted[j]; sorted[j] = swap }
        return n % 2 ? sorted[(n + 1) / 2] : (sorted[n / 2] + sorted[n / 2 + 1]) / 2
    }
    END {
        printf "\n%-10s %-8s %-7s %14s %14s %7s %18s %18s\n", "durability", "pipeline", "command",
            "starling/s", "redis/s", "ratio", "starling CPU us", "redis CPU us"
        for (i = 1; i <= total; i++) {
            key = order[i]; split(key, part, " ")
            own = median(rates, key, "starling")
            if (count[key, "redis"]) {
                other = median(rates, key, "redis")
                printf "%-10s %-8s %-7s %14.0f %14.0f %7.2f %18.2f %18.2f\n", part[1], part[2], part[3], own, other,
                    own / other, median(costs, key, "starling"), median(costs, key, "redis")
            } else {
                printf "%-10s %-8s %-7s %14.0f %14s %7s %18.2f %18s\n", part[1], part[2], part[3], own, "-", "-",
                    median(costs, key, "starling"), "-"
            }
        }
    }' "$directory/results"

cat << REPEAT

"never" stands for redis-server without persistence. One measurement by hand:
  starling serve --port 7001 --data /tmp/d --durability always
  redis-benchmark -p 7001 -t set -n $requests_16 -c $clients -d $bytes -r $keys -P 16
REPEAT
