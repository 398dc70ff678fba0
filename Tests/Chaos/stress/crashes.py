"""Scenarios: nodes that are killed, and directories that are put back to an earlier state."""

import os
import random
import time

from .cluster import Cluster
from .dots import DotLedger, DotWatch
from .load import Load, Writer, write_many
from .node import Failed


def settle(cluster, load, ledger, nodes, fresh):
    """Ends the load and checks everything that must hold at rest; returns the seconds until equal."""
    load.stop()
    for node in nodes:
        write_many(node, b"fresh:%s:%s:" % (fresh, node.name.encode()), 50)
    lag = cluster.wait_until_equal(60)
    count = load.check(nodes)
    for node in nodes:
        for other in nodes:
            if node.ask("GET", b"fresh:%s:%s:49" % (fresh, other.name.encode())) is None:
                raise Failed(f"a new write of {other.name} did not reach {node.name}")
    keys = load.keys()
    dots = [ledger.look(node, keys) for node in nodes]
    if len(set(dots)) != 1:
        raise Failed(f"equal digests but {dots} siblings")
    cluster.check_alive()
    return lag, count


def kills(run):
    """kill -9 at any moment under load, 36 times: nothing acknowledged is lost, no dot has two contents."""
    with Cluster(run.program, run.seed, Writer.arguments) as cluster:
        nodes = cluster.start_mesh(3)
        ledger = DotLedger()
        chance = random.Random(f"{run.seed}-kills")
        killed = 0
        opened = []
        with Load(nodes, run.seed) as load, DotWatch(ledger, nodes, load, run.seed):
            while killed < 36:
                time.sleep(chance.random() * 0.8)
                victims = chance.sample(nodes, chance.choice((1, 1, 1, 2, 3)))
                for node in victims:
                    node.kill()
                    killed += 1
                if chance.random() < 0.5:
                    time.sleep(chance.random() * 0.5)
                for node in victims:
                    node.spawn()
                if chance.random() < 0.2:
                    # Again, while it is still opening its log.
                    time.sleep(chance.random() * 0.05)
                    victims[0].kill()
                    killed += 1
                    victims[0].spawn()
                for node in victims:
                    start = time.monotonic()
                    node.wait_until_serving()
                    opened.append(time.monotonic() - start)
                run.progress(f"{killed} kills, {load.acknowledged} writes acknowledged")
            time.sleep(0.5)
            lag, count = settle(cluster, load, ledger, nodes, b"kills")
        if load.errors:
            run.report(f"errors that clients were told: {load.errors[:3]}")
        run.report(f"{killed} kills, {load.acknowledged} writes acknowledged, {count} values checked on each of three "
                   f"nodes, {len(ledger.contents)} dots seen; equal {lag * 1000:.0f} ms after the last write; "
                   f"serving again after {max(opened):.2f} s at the worst")


def rollback(run):
    """A directory or its log replaced by an older copy: a new identity, nothing lost, no dot has two contents."""
    with Cluster(run.program, run.seed, Writer.arguments) as cluster:
        nodes = cluster.start_mesh(3)
        ledger = DotLedger()
        chance = random.Random(f"{run.seed}-rollback")
        copied = set()
        identities = {node.id() for node in nodes}
        rounds = 10
        with Load(nodes, run.seed) as load, DotWatch(ledger, nodes, load, run.seed):
            for index in range(rounds):
                node = chance.choice(nodes)
                time.sleep(0.3 + chance.random() * 0.5)
                how = chance.choice(("stopped", "running", "running", "running", "long ago"))
                copy = os.path.join(cluster.directory, f"copy-{node.name}")
                if how == "stopped":
                    node.kill()
                if how != "long ago" or node.name not in copied:
                    # Otherwise it is put back to what it was put back to before.
                    node.copy_directory(copy)
                    copied.add(node.name)
                if how == "stopped":
                    node.start()
                time.sleep(0.3 + chance.random() * 0.7)
                with load.held(node):
                    hold_elsewhere(node, index)
                    node.kill()
                    whole = chance.random() < 0.6
                    node.replace_directory(copy, None if whole else "log")
                    node.start()
                    after = node.id()
                if after in identities:
                    raise Failed(f"{node.name} took the peer ID {after} again with a directory copied while {how}")
                identities.add(after)
                part = "all" if whole else "only the log"
                run.progress(f"{index + 1} of {rounds}: {node.name}, {part} put back, copied {how}, is now {after}")
            time.sleep(0.5)
            lag, count = settle(cluster, load, ledger, nodes, b"rollback")
        run.report(f"{rounds} rollbacks under load, as many new identities, {load.acknowledged} writes acknowledged, "
                   f"{count} values checked on each node, {len(ledger.contents)} dots; equal {lag * 1000:.0f} ms after")


def hold_elsewhere(node, index):
    """Writes and waits until both others hold it, and so all that this node has written."""
    with node.client(timeout=30) as client:
        for number in range(20):
            client.command("SET", f"rolled:{index}:{number}", "back")
        holders = client.command("WAIT", 2, 10_000)
        if holders != 2:
            raise Failed(f"WAIT 2 at {node.name} counts {holders} holders after 10 s")


def alone(run):
    """An older copy that is started while no peer answers writes under a new identity, and all still end equal."""
    with Cluster(run.program, run.seed) as cluster:
        nodes = cluster.start_mesh(3)
        ledger = DotLedger()
        copy = os.path.join(cluster.directory, "copy")
        write_many(nodes[0], b"early:", 100)
        cluster.wait_until_equal(10)
        nodes[0].copy_directory(copy)
        write_many(nodes[0], b"late:", 100)
        cluster.wait_until_equal(10)
        keys = [b"%s:%d" % (name, index) for name in (b"early", b"late", b"other") for index in range(100)]
        ledger.look(nodes[1], keys)
        before = nodes[0].id()
        for node in nodes:
            node.kill()
        nodes[0].replace_directory(copy)
        nodes[0].start()
        write_many(nodes[0], b"other:", 100)
        ledger.look(nodes[0], keys)
        for node in nodes[1:]:
            node.start()
        lag = cluster.wait_until_equal(30)
        for node in nodes:
            ledger.look(node, keys)
            if node.ask("DBSIZE") != 300:
                raise Failed(f"{node.name} has {node.ask('DBSIZE')} keys, not 300")
        if nodes[0].id() == before:
            raise Failed(f"it writes on as {before}")
        run.report(f"{before} became {nodes[0].id()}; equal {lag:.2f} s after the others answered")
        cluster.check_alive()


def twins(run):
    """A copied directory and its original, run at once: two identities, or one refused; never two contents."""
    with Cluster(run.program, run.seed) as cluster:
        nodes = cluster.start_mesh(2)
        ledger = DotLedger()
        write_many(nodes[0], b"common:", 100)
        cluster.wait_until_equal(10)
        twin = cluster.add(["--peers", ",".join(node.address for node in nodes)])
        nodes[0].copy_directory(twin.directory)
        twin.start()
        names = [b"one:", b"two:", b"twin:"]
        for node, name in zip(cluster.nodes, names):
            write_many(node, name, 100)
        lag = cluster.wait_until_equal(30)
        for node in cluster.nodes:
            ledger.look(node, [b"%s%d" % (name, index) for name in names for index in range(100)])
        ids = [node.id() for node in cluster.nodes]
        if len(set(ids)) != 3:
            raise Failed(f"the identities are {ids}")
        run.report(f"three identities, 400 keys on each; equal after {lag * 1000:.0f} ms")
        cluster.check_alive()
