"""Scenarios: files that are not as they were left, and starts that cannot succeed."""

import os
import random
import subprocess

from .cluster import Cluster
from .dots import DotLedger
from .load import delete_many, read_all, write_many
from .node import Failed, free_port


def damaged(run):
    """Bits flipped, files cut, zeroed, removed: a node heals from its peer or refuses with a sentence; never lies."""
    with Cluster(run.program, run.seed) as cluster:
        nodes = cluster.start_mesh(2)
        chance = random.Random(f"{run.seed}-damage")
        ledger = DotLedger()
        victim, other = nodes[1], nodes[0]
        backup = os.path.join(cluster.directory, "backup")
        outcomes = {}
        expected = {}
        for index in range(40):
            for node in nodes:
                prefix = b"round:%d:%s:" % (index, node.name.encode())
                write_many(node, prefix, 200)
                expected.update({prefix + b"%d" % number: b"v" * 64 for number in range(200)})
            delete_many(victim, b"round:%d:n2:" % index, range(0, 50))
            for number in range(50):
                expected[b"round:%d:n2:%d" % (index, number)] = None
            cluster.wait_until_equal(20)
            victim.kill()
            victim.copy_directory(backup)
            what = _damage(chance, victim.directory)
            run.progress(f"round {index}: {what}")
            victim.spawn()
            try:
                victim.wait_until_serving()
                outcome = "healed"
            except Failed:
                outcome = _refusal(victim, what)
                victim.replace_directory(backup)
                victim.start()
            kind = " ".join(what.split()[:4]) if " at the end " in what else what.split()[0]
            outcomes.setdefault(kind, []).append(outcome)
            try:
                cluster.wait_until_equal(20)
            except Failed as failure:
                raise Failed(f"after {what} ({outcome}): {failure}") from None
            for node in nodes:
                for key, value in read_all(node, list(expected)):
                    if value != expected[key]:
                        raise Failed(f"after {what} ({outcome}) {node.name} reads {value!r} for {key!r}")
                ledger.look(node, list(expected))
        for kind, list_ in sorted(outcomes.items()):
            run.report(f"{kind}: " + ", ".join(f"{outcome} {list_.count(outcome)}" for outcome in sorted(set(list_))))
        cluster.check_alive()


def _refusal(node, what):
    """Returns how the node refused to start; fails if it crashed or did not say why in a sentence."""
    if node.is_running:
        raise Failed(f"after {what} it neither serves nor ends; {node.trace_tail(5)}")
    code = node.process.returncode
    words = node.trace().splitlines()[-1] if node.trace() else ""
    if code not in (65, 73, 74, 78) or not words.startswith("starling: "):
        raise Failed(f"after {what} it ended with {code}; {node.trace_tail(5)}")
    return f"refused ({code})"


def _files(directory):
    found = []
    for root, _, names in os.walk(directory):
        found += [os.path.join(root, name) for name in names]
    return sorted(found)


def _damage(chance, directory):
    """Does one bad thing to one file of the directory and returns what."""
    log = _files(os.path.join(directory, "log"))
    if chance.random() < 0.3:
        return _damage_tail(chance, [path for path in log if path.endswith(".seg")][-1])
    path = chance.choice(log) if chance.random() < 0.8 else chance.choice(_files(directory))
    name = os.path.relpath(path, directory)
    size = os.path.getsize(path)
    written = _written(path)
    kind = chance.choice(("flip", "flip", "flip", "cut", "zero", "garbage", "remove", "append", "empty"))
    if kind == "remove":
        os.unlink(path)
        return f"remove of {name}"
    if kind == "empty":
        os.truncate(path, 0)
        return f"empty of {name}"
    if kind == "cut":
        length = chance.randrange(max(1, written))
        os.truncate(path, length)
        return f"cut of {name} at {length} of {written}"
    with open(path, "r+b") as file:
        if kind == "append":
            file.seek(written)
            file.write(chance.randbytes(chance.randrange(1, 3000)))
            return f"append of garbage to {name} at {written}"
        position = chance.randrange(max(1, written))
        if kind == "flip":
            file.seek(position)
            byte = file.read(1) or b"\0"
            file.seek(position)
            file.write(bytes([byte[0] ^ 1 << chance.randrange(8)]))
            return f"flip of a bit of {name} at {position} of {written}"
        length = min(size - position, chance.randrange(1, 5000))
        file.seek(position)
        file.write(b"\0" * length if kind == "zero" else chance.randbytes(length))
        return f"{kind} of {length} bytes of {name} at {position} of {written}"


def _damage_tail(chance, path):
    """Damages the end of the last segment, as a crash of the machine may; returns how."""
    written = _written(path)
    length = min(written, chance.choice((1, 3, 20, 100, 500)))
    kind = chance.choice(("cut", "zero", "garbage"))
    if kind == "cut":
        os.truncate(path, written - length)
    else:
        with open(path, "r+b") as file:
            file.seek(written - length)
            file.write(b"\0" * length if kind == "zero" else chance.randbytes(length))
    return f"{kind} at the end of {os.path.basename(path)}, {length} bytes"


def _written(path):
    """Returns how much of a file is not the zeros of preallocation at its end."""
    with open(path, "rb") as file:
        return len(file.read().rstrip(b"\0"))


def refused_starts(run):
    """A used port, a locked directory, unreadable files, bad flags and lines: one sentence and an exit code each."""
    with Cluster(run.program, run.seed) as cluster:
        node = cluster.add()
        node.start()
        place = cluster.directory
        empty, wide, line = (os.path.join(place, name) for name in ("empty", "wide", "line.conf"))
        with open(os.open(empty, os.O_CREAT | os.O_WRONLY, 0o600), "w"):
            pass
        with open(os.open(wide, os.O_CREAT | os.O_WRONLY, 0o644), "w") as file:
            file.write("secret\n")
        with open(line, "w") as file:
            file.write("port 70000\nresolvr 'a*=union'\nresolver 'a*=unoin'\n")
        fresh = ["--port", str(free_port()), "--data", os.path.join(place, "fresh")]
        cases = [
            (["--port", str(node.port), "--data", os.path.join(place, "other")], 73, str(node.pid)),
            (["--port", str(free_port()), "--data", node.directory], 73, str(node.pid)),
            (["--prot", "1"], 64, "--port"), (["--port", "70001"], 64, "70001"), (["--port"], 64, "--port"),
            (fresh + ["--data", "/proc/nowhere"], None, "/proc"), (fresh + ["--data", line], None, line),
            (fresh + ["--secret-file", os.path.join(place, "missing")], 78, "missing"),
            (fresh + ["--secret-file", empty], 78, "empty"), (fresh + ["--secret-file", wide], 78, "chmod 600"),
            (fresh + ["--config", line], 78, "resolver"), (fresh + ["--config", place], 78, place),
            (fresh + ["--resolver", "a*=unoin"], None, "union"),
            (fresh + ["--durability", "sometimes"], 64, "always"),
            (fresh + ["--peers", "http://here:1"], 64, "HOST:PORT"),
            (fresh + ["--discover=10.0.0.1:9"], None, "10.0.0.1"),
            (fresh + ["--advertise", "0.0.0.0"], 78, "0.0.0.0"), (fresh + ["--bind", "nonsense"], 64, "nonsense"),
            (fresh + ["--bind", "203.0.113.7"], None, "203.0.113.7"),
        ]
        for arguments, code, words in cases:
            done = subprocess.run(
                [run.program, "serve"] + arguments, capture_output=True, text=True, timeout=20,
                stdin=subprocess.DEVNULL)
            told = done.stderr.strip().splitlines()
            shown = " ".join(arguments[-2:])
            run.progress(f"{shown}: exit {done.returncode}: {' / '.join(told)}")
            if done.returncode in (0, 1) or done.returncode < 0 or (code is not None and done.returncode != code):
                raise Failed(f"{shown}: exit {done.returncode}, not {code}: {told[-3:]}")
            if not told or words not in done.stderr:
                raise Failed(f"{shown}: it does not speak of {words!r}: {told[-3:]}")
        run.report(f"{len(cases)} starts that could not succeed: each with a sentence and an exit code")
        cluster.check_alive()
