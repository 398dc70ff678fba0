"""Scenarios: nodes that know few others, were away, or begin with nothing."""

import time

from .cluster import Cluster
from .load import delete_many, read_all, write_many
from .node import Failed


def start_chain(cluster, count=3):
    """Starts nodes of which only the inner ones are told of their two neighbours; the ends know one."""
    nodes = [cluster.add() for _ in range(count)]
    for index, node in enumerate(nodes):
        neighbours = [nodes[other].address for other in (index - 1, index + 1) if 0 <= other < count]
        node.arguments += ["--peers", ",".join(neighbours)]
        node.start()
    return nodes


def chain(run):
    """A chain whose ends know only the middle: writes at both ends reach the other."""
    with Cluster(run.program, run.seed) as cluster:
        nodes = start_chain(cluster)
        for node in nodes:
            write_many(node, b"chain:%s:" % node.name.encode(), 5000)
        delete_many(nodes[0], b"chain:n1:", range(0, 5000, 7))
        lag = cluster.wait_until_equal(30)
        if len({node.ask("DBSIZE") for node in nodes}) != 1:
            raise Failed("equal digests but unequal numbers of keys")
        run.report(f"three nodes in a row, 15000 writes: equal {lag * 1000:.0f} ms after the last reply; "
                   f"n1 knows {len(nodes[0].peers())} peers")
        cluster.check_alive()


def away(run):
    """A node that was away for 100,000 writes and deletes comes back: all equal."""
    with Cluster(run.program, run.seed) as cluster:
        nodes = cluster.start_mesh(3)
        write_many(nodes[2], b"before:", 10_000)
        cluster.wait_until_equal(30)
        for how in ("killed", "paused"):
            run.progress(f"n3 is {how}")
            if how == "killed":
                nodes[2].kill()
            else:
                nodes[2].pause()
            prefix = how.encode() + b":"
            write_many(nodes[0], prefix, 80_000)
            delete_many(nodes[0], prefix, range(0, 80_000, 5))
            if how == "killed":
                delete_many(nodes[1], b"before:", range(0, 4_000))
            start = time.monotonic()
            if how == "killed":
                nodes[2].start()
            else:
                nodes[2].resume()
            cluster.wait_until_equal(60)
            lag = time.monotonic() - start
            run.report(f"n3 was {how} for {80_000 + 16_000 + (4_000 if how == 'killed' else 0)} writes and deletes: "
                       f"equal {lag:.2f} s after it {'was started' if how == 'killed' else 'went on'}")
        gone = [value for _, value in read_all(nodes[2], [b"before:%d" % index for index in range(4000)])]
        if any(value is not None for value in gone):
            raise Failed("a deleted key is back")
        write_many(nodes[2], b"after:", 100)
        cluster.wait_until_equal(10)
        cluster.check_alive()


def empty_joins(run):
    """A node with an empty directory joins two with 100,000 keys, some deleted: all equal."""
    with Cluster(run.program, run.seed) as cluster:
        nodes = cluster.start_mesh(2)
        write_many(nodes[0], b"old:", 100_000)
        cluster.wait_until_equal(30)
        delete_many(nodes[1], b"old:", range(0, 100_000, 10))
        newcomer = cluster.add(["--peers", nodes[0].address])
        start = time.monotonic()
        newcomer.start()
        cluster.wait_until_equal(60)
        run.report(f"an empty node held all 90000 keys {time.monotonic() - start:.2f} s after it was started")
        write_many(newcomer, b"new:", 1000)
        cluster.wait_until_equal(10)
        newcomer.kill()
        newcomer.wipe()
        start = time.monotonic()
        newcomer.start()
        cluster.wait_until_equal(60)
        lag = time.monotonic() - start
        write_many(newcomer, b"newer:", 1000)
        cluster.wait_until_equal(10)
        if len({node.ask("DBSIZE") for node in cluster.nodes}) != 1 or nodes[1].ask("DBSIZE") != 92_000:
            raise Failed(f"{[node.ask('DBSIZE') for node in cluster.nodes]} keys, not 92000 everywhere")
        run.report(f"wiped and started again: equal after {lag:.2f} s, new writes reach everyone")
        cluster.check_alive()
