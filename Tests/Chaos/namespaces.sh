#!/usr/bin/env bash
# Discovery by multicast across hosts: network namespaces joined by a bridge, each with a node that is told no address.
#
#   bash Tests/Chaos/namespaces.sh
#
# Three nodes of one cluster find each other and converge; one of another cluster and one with another secret are
# ignored and counted; a link that goes down and up heals; an idle cluster is quiet, measured at the wire. Then the
# same on one host: three processes on the loopback interface. Needs root and iproute2 for the first part. PROGRAM
# names another program. Exit 1 if something is not as told.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
program=${PROGRAM:-$root/.build/release/starling}
[[ -x $program ]] || { echo "$program is not there: make release builds it" >&2; exit 69; }

directory=$(mktemp -d "${TMPDIR:-/tmp}/starling-net-XXXXXX")
tag=st$((BASHPID % 100000))
spaces=()
pids=()

clean_up() {
    # Children of this shell that it has not waited for: their numbers are nobody else's.
    for pid in "${pids[@]}"; do kill "$pid" 2> /dev/null || true; done
    for pid in "${pids[@]}"; do wait "$pid" 2> /dev/null || true; done
    for space in "${spaces[@]}"; do ip netns del "$space" 2> /dev/null || true; done
    rm -rf "$directory"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

fail() {
    echo "FAIL $*" >&2
    for trace in "$directory"/*.trace; do echo "--- ${trace##*/}"; tail -n 5 "$trace"; done >&2
    exit 1
}

# await SECONDS WHAT COMMAND...: polls until the command succeeds.
await() {
    local limit=$1 what=$2
    shift 2
    local deadline=$((SECONDS + limit))
    until "$@" > /dev/null 2>&1; do
        (( SECONDS < deadline )) || fail "not within $limit s: $what"
        sleep 0.05
    done
}

# within SECONDS WHAT COMMAND...: the same, and prints how long that took.
within() {
    local what=$2 start=$EPOCHREALTIME
    await "$@"
    awk -v a="$start" -v b="$EPOCHREALTIME" -v what="$what" 'BEGIN { printf "    %s after %.2f s\n", what, b - a }'
}

# Every node is NAME, listening on PORT of namespace SPACE (empty for this one).
declare -A space_of port_of
ask() {
    local name=$1
    shift
    if [[ -n ${space_of[$name]} ]]; then
        ip netns exec "${space_of[$name]}" "$program" --port "${port_of[$name]}" --no-color "$@"
    else
        "$program" --port "${port_of[$name]}" --no-color "$@"
    fi
}

# number NAME FIELD: a number of STARLING STATUS.
number() {
    exec_in "$1" python3 -c '
import sys
sys.path.insert(0, sys.argv[1])
sys.dont_write_bytecode = True
from stress.resp import Client, fields
print(fields(Client(int(sys.argv[2])).command("STARLING", "STATUS"))[sys.argv[3]])' \
        "$root/Tests/Chaos" "${port_of[$1]}" "$2"
}

exec_in() {
    local name=$1
    shift
    if [[ -n ${space_of[$name]} ]]; then ip netns exec "${space_of[$name]}" "$@"; else "$@"; fi
}

# serve NAME ARGUMENTS...: starts a node.
serve() {
    local name=$1
    shift
    local command=("$program" serve --port "${port_of[$name]}" --data "$directory/$name" --name "$name" "$@")
    # Not through a function: the number must be the node's own, not that of a shell around it. ip becomes its command.
    if [[ -n ${space_of[$name]} ]]; then command=(ip netns exec "${space_of[$name]}" "${command[@]}"); fi
    "${command[@]}" > "$directory/$name.trace" 2>&1 &
    pids+=($!)
}

answers() { ask "$1" digest; }
holds() { [[ $(ask "$1" get "$2") == "$3" ]]; }
up_peers() { ask "$1" peers | grep -c ' up ' || true; }
all_see() {
    local count=$1 name
    shift
    for name in "$@"; do [[ $(up_peers "$name") -ge $count ]] || return 1; done
}
equal() {
    local first
    first=$(ask "$1" digest)
    shift
    for name in "$@"; do [[ $(ask "$name" digest) == "$first" ]] || return 1; done
}

# exercise NAMES...: they find each other, and a write on each is read on all.
exercise() {
    local names=("$@") name other
    for name in "${names[@]}"; do await 20 "$name answers" answers "$name"; done
    within 20 "all see each other" all_see $((${#names[@]} - 1)) "${names[@]}"
    for name in "${names[@]}"; do ask "$name" set "from:$name" "$name" > /dev/null; done
    for name in "${names[@]}"; do
        for other in "${names[@]}"; do
            await 10 "$name reads what $other wrote" holds "$name" "from:$other" "$other"
        done
    done
    within 10 "each has read what the others wrote; digests are equal" equal "${names[@]}"
}

separate_hosts() {
    local hub=$tag-hub index name
    ip netns add "$hub"
    spaces+=("$hub")
    ip -n "$hub" link add bridge type bridge mcast_snooping 0
    ip -n "$hub" link set bridge up
    index=0
    for name in n1 n2 n3 stranger spy; do
        index=$((index + 1))
        local space=$tag-$name
        ip netns add "$space"
        spaces+=("$space")
        ip -n "$space" link set lo up
        ip -n "$space" link add eth0 type veth peer name "$name" netns "$hub"
        ip -n "$hub" link set "$name" master bridge up
        ip -n "$space" addr add "10.77.83.$index/24" dev eth0
        ip -n "$space" link set eth0 up
        ip -n "$space" route add default via 10.77.83.254
        space_of[$name]=$space
        port_of[$name]=9000
    done
    head -c 24 /dev/urandom | base64 > "$directory/secret"
    head -c 24 /dev/urandom | base64 > "$directory/wrong"
    chmod 600 "$directory/secret" "$directory/wrong"
    for name in n1 n2 n3; do
        serve "$name" --bind 0.0.0.0 --discover --cluster flock --secret-file "$directory/secret"
    done
    serve stranger --bind 0.0.0.0 --discover --cluster herd
    serve spy --bind 0.0.0.0 --discover --cluster flock --secret-file "$directory/wrong"
    exercise n1 n2 n3
    for name in stranger spy; do
        await 10 "$name answers" answers "$name"
        ask "$name" set "from:$name" "$name" > /dev/null
    done
    echo "    n1 dials $(ask n1 peers | awk '/ up /' | grep -o '10\.77\.83\.[0-9]*:[0-9]*' | tr '\n' ' ')"
    [[ $(ask n1 peers | grep -c '10\.77\.83\.') -ge 2 ]] \
        || fail "the peers' addresses cannot be dialled: $(ask n1 peers)"

    # A link goes down while both sides write, and comes up again.
    ip -n "$hub" link set n3 down
    ask n1 set cut:here one > /dev/null
    ask n3 set cut:there three > /dev/null
    within 10 "n2 reads what n1 wrote beside the cut" holds n2 cut:here one
    holds n3 cut:here one 2> /dev/null && fail "n3 has read through a link that is down"
    ip -n "$hub" link set n3 up
    within 30 "n3 has caught up through the healed link" holds n3 cut:here one
    within 30 "n1 reads what n3 wrote alone" holds n1 cut:there three
    within 30 "digests are equal" equal n1 n2 n3

    for name in n1 n2 n3; do
        (( $(number "$name" beacons-wrong-cluster) > 0 )) || fail "$name has not counted the other cluster's beacons"
        (( $(number "$name" beacons-wrong-secret) > 0 )) || fail "$name has not counted the wrong secret's beacons"
        for other in stranger spy; do
            ask "$name" get "from:$other" > /dev/null 2>&1 && fail "$name has taken in a write of $other"
        done
    done
    for other in stranger spy; do
        for name in n1 n2 n3; do
            ask "$other" get "from:$name" > /dev/null 2>&1 && fail "$other has taken in a write of $name"
        done
    done
    echo "    strangers ignored: n1 counted $(number n1 beacons-wrong-cluster) beacons of another cluster," \
        "$(number n1 beacons-wrong-secret) with another secret"

    sleep 5
    local before after
    before=$(wire_bytes "$hub" n1)
    sleep 20
    after=$(wire_bytes "$hub" n1)
    # What n1 sends and receives, beacons of five nodes and all headers included, is for its two pairs.
    echo "    idle: $(((after - before) / 20)) bytes a second at n1's wire, $(((after - before) / 40)) per pair"
    (( (after - before) / 40 < 1024 )) || fail "an idle pair exchanges more than 1 KiB a second"
    echo "PASS separate hosts"
}

# wire_bytes HUB PORT: bytes that have gone both ways through a port of the bridge.
wire_bytes() {
    ip netns exec "$1" awk -v port="$2:" '$1 == port { print $2 + $10 }' /proc/net/dev
}

one_host() {
    local group="239.77.$((RANDOM % 250 + 1)).$((RANDOM % 250 + 1)):$((RANDOM % 20000 + 20000))"
    local name
    for name in h1 h2 h3; do
        space_of[$name]=
        port_of[$name]=$(python3 -c \
            'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
        serve "$name" --discover="$group" --cluster "$tag"
    done
    exercise h1 h2 h3
    echo "PASS one host"
}

echo "one host: three processes, --discover and no addresses"
one_host
echo "separate hosts: five namespaces on a bridge, --discover and no addresses"
if (( EUID != 0 )); then
    echo "SKIP separate hosts: network namespaces need root"
elif ! command -v ip > /dev/null; then
    echo "SKIP separate hosts: the program ip is missing (apt install iproute2)"
else
    separate_hosts
fi
