"""Scenarios: cut links and conflicts; clusters that must not meet."""

import os
import time

from .cluster import Cluster
from .node import Failed
from .resp import ReplyError, fields

RESOLVERS = ("version", "lww", "union", "counter", "keep-all")


def cut(one, other, how="CUT"):
    """Cuts or heals the link between two nodes, at both ends."""
    one.ask("STARLING", "LINK", how, other.address)
    other.ask("STARLING", "LINK", how, one.address)


def cut_and_heal(run):
    """Concurrent writes on both sides of a cut, three here and one there: a conflict and one view everywhere."""
    arguments = ["--allow-faults"]
    for name in RESOLVERS:
        arguments += ["--resolver", f"{name}:*={name}"]
    with Cluster(run.program, run.seed, arguments) as cluster:
        nodes = cluster.start_mesh(3)
        cluster.wait_until_connected()
        for name in RESOLVERS:
            nodes[0].ask("SET", f"{name}:start", "0")
        cluster.wait_until_equal(10)
        for turn in range(3):
            alone = nodes[turn]
            others = [node for node in nodes if node is not alone]
            for node in others:
                cut(alone, node)
            for name in RESOLVERS:
                if name == "counter":
                    for _ in range(3):
                        alone.ask("INCR", f"counter:{turn}")
                    others[0].ask("INCRBY", f"counter:{turn}", 10)
                    continue
                for index in range(3):
                    alone.ask("SET", f"{name}:{turn}", f"a{index},b")
                time.sleep(0.005)  # Later by the clock, so that the last writer is known.
                others[0].ask("SET", f"{name}:{turn}", "c,b")
            cluster.wait_until_equal(10, others)
            time.sleep(0.3)
            if alone.ask("GET", f"version:{turn}") == others[1].ask("GET", f"version:{turn}"):
                raise Failed("the cut link carries writes")
            for node in others:
                cut(alone, node, "HEAL")
            lag = cluster.wait_until_equal(20)
            run.report(f"cut off {alone.name}, healed: equal after {lag * 1000:.0f} ms; "
                       + check_views(nodes, turn))
        for name in RESOLVERS:
            nodes[1].ask("SET", f"{name}:settled", "x")
        for turn in range(3):
            for name in RESOLVERS:
                if name != "counter":
                    nodes[turn].ask("SET", f"{name}:{turn}", "settled")
        cluster.wait_until_equal(10)
        left = [conflict["key"] for conflict in conflicts(nodes[2])]
        if any(not key.startswith(b"counter:") for key in left):
            raise Failed(f"a write that saw all siblings leaves a conflict: {left}")
        cluster.check_alive()


def conflicts(node):
    return [fields(conflict) for conflict in node.ask("STARLING", "CONFLICTS", "COUNT", "1000")]


def check_views(nodes, turn):
    """Fails unless every node shows the conflict, and the same view of it; returns the views."""
    views = {}
    for name in RESOLVERS:
        key = f"{name}:{turn}".encode()
        seen = []
        for node in nodes:
            siblings = fields(node.ask("STARLING", "SIBLINGS", key))["siblings"]
            if len(siblings) != 2:
                raise Failed(f"{node.name} has {len(siblings)} siblings of {key!r}, not 2")
            listed = [conflict for conflict in conflicts(node) if conflict["key"] == key]
            if len(listed) != 1 or listed[0]["siblings"] != 2:
                raise Failed(f"{node.name} does not list the conflict of {key!r}: {listed}")
            try:
                view = node.ask("GET", key)
            except ReplyError as error:
                view = str(error).split()[0]
            seen.append((view, sorted(fields(sibling)["dot"] for sibling in siblings)))
        if any(view != seen[0] for view in seen):
            raise Failed(f"{key!r} is seen differently: {seen}")
        views[name] = seen[0][0]
    wanted = {"version": b"a2,b", "lww": b"c,b", "union": None, "counter": b"13", "keep-all": "CONFLICT"}
    for name, view in wanted.items():
        if view is not None and views[name] != view:
            raise Failed(f"{name} shows {views[name]!r}, not {view!r}")
    if set(views["union"].split(b",")) != {b"a2", b"b", b"c"}:
        raise Failed(f"union shows {views['union']!r}")
    return ", ".join(f"{name} shows {view if isinstance(view, str) else view.decode()}" for name, view in views.items())


def strangers(run):
    """Wrong cluster, wrong secret, one-sided secret: nothing is exchanged, and the refusal can be seen."""
    cases = {
        "another cluster": (dict(cluster="one"), dict(cluster="two")),
        "another secret": (dict(secret="x" * 32), dict(secret="y" * 32)),
        "a secret on one side": (dict(secret="x" * 32), dict()),
        "a secret on the other side": (dict(), dict(secret="x" * 32)),
        "the same secret": (dict(secret="x" * 32), dict(secret="x" * 32)),
    }
    for name, (left, right) in cases.items():
        with Cluster(run.program, run.seed) as cluster:
            nodes = []
            for index, settings in enumerate((left, right)):
                arguments = []
                if "secret" in settings:
                    path = os.path.join(cluster.directory, f"secret{index}")
                    with open(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600), "w") as file:
                        file.write(settings["secret"] + "\n")
                    arguments += ["--secret-file", path]
                nodes.append(cluster.add(arguments, settings.get("cluster")))
            for node, other in zip(nodes, reversed(nodes)):
                node.arguments += ["--peers", other.address]
                node.start()
            for node in nodes:
                node.ask("SET", f"from:{node.name}", "here")
            if name == "the same secret":
                cluster.wait_until_equal(10)
                run.report(f"{name}: they meet")
                continue
            # Long enough for several attempts of both.
            time.sleep(1.5)
            for node, other in zip(nodes, reversed(nodes)):
                if node.ask("GET", f"from:{other.name}") is not None or node.ask("DBSIZE") != 1:
                    raise Failed(f"{name}: {node.name} has taken in a write of {other.name}")
            refused = [node.number("conversations-refused") for node in nodes]
            reasons = [peer["last-failure"].decode() for node in nodes for peer in node.peers()]
            if not any(refused):
                raise Failed(f"{name}: no refusal is counted")
            if not any(reasons):
                raise Failed(f"{name}: no peer shows why it was refused")
            run.report(f"{name}: refused {refused} times, reasons {sorted(set(reasons))}")
            cluster.check_alive()
