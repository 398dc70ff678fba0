"""Scenarios: how soon a write is seen elsewhere, and how soon a burst is everywhere."""

import statistics
import threading
import time

from .cluster import Cluster
from .figures import percentile
from .load import write_many
from .node import Failed


def visible_lag(run):
    """A write on one of three idle nodes is read on both others: median under 20 ms."""
    with Cluster(run.program, run.seed) as cluster:
        nodes = cluster.start_mesh(3)
        cluster.wait_until_connected()
        clients = [node.client() for node in nodes]
        lags = []
        for index in range(300):
            writer = run.random.randrange(3)
            readers = [position for position in range(3) if position != writer]
            key, value = f"lag:{index}", f"{index}"
            clients[writer].command("SET", key, value)
            start = time.monotonic()
            while readers:
                for position in list(readers):
                    if clients[position].command("GET", key) == value.encode():
                        lags.append((time.monotonic() - start) * 1000)
                        readers.remove(position)
                if time.monotonic() - start > 10:
                    raise Failed(f"{key} is not at {[nodes[position].name for position in readers]} after 10 s")
            time.sleep(0.02 + 0.03 * run.random.random())
        for client in clients:
            client.close()
        cluster.check_alive()
        median = statistics.median(lags)
        run.report(f"visible lag of {len(lags)} reads: p50 {median:.2f} ms, p90 {percentile(lags, 0.9):.2f} ms, "
                   f"p99 {percentile(lags, 0.99):.2f} ms, max {max(lags):.2f} ms")
        if median >= 20:
            raise Failed(f"the median lag is {median:.1f} ms, not under 20 ms")


def burst(run):
    """100,000 writes to all three ends together: digests equal within 1 s after the last reply."""
    each = 100_000 // 3
    with Cluster(run.program, run.seed) as cluster:
        nodes = cluster.start_mesh(3)
        cluster.wait_until_connected()
        times = []
        for index in range(3):
            prefixes = [b"burst:%d:%s:" % (index, node.name.encode()) for node in nodes]
            threads = [
                threading.Thread(target=write_many, args=(node, prefix, each), daemon=True)
                for node, prefix in zip(nodes, prefixes)]
            start = time.monotonic()
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(timeout=120)
            written = time.monotonic()
            lag = cluster.wait_until_equal(60)
            keys = nodes[0].ask("DBSIZE")
            if keys != each * 3 * (index + 1):
                raise Failed(f"{keys} keys after burst {index + 1}, not {each * 3 * (index + 1)}")
            times.append(lag)
            run.report(f"burst {index + 1}: {each * 3} writes in {written - start:.2f} s, "
                       f"equal {lag * 1000:.0f} ms after the last reply")
        cluster.check_alive()
        if statistics.median(times) >= 1:
            raise Failed(f"equal only after {statistics.median(times):.2f} s (median of 3), not within 1 s")
