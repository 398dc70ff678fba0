"""Scenario: everything at once."""

import random
import time

from .catching_up import start_chain
from .cluster import Cluster
from .crashes import settle
from .dots import DotLedger, DotWatch
from .load import Load, Writer
from .node import Failed
from .partitions import cut


class Storm:
    """Draws what happens next to whom, and does it."""

    def __init__(self, cluster, load, chance):
        self.cluster = cluster
        self.nodes = cluster.nodes
        self.load = load
        self.random = chance
        self.cuts = []
        self.counts = {}

    def strike(self):
        kind = self.random.choice(("kill", "kill", "kill", "pause", "cut", "cut", "heal", "heal", "wipe", "roll back"))
        node = self.random.choice(self.nodes)
        done = getattr(self, "_" + kind.replace(" ", "_"))(node)
        if done:
            self.counts[kind] = self.counts.get(kind, 0) + 1

    def calm(self):
        for one, other in self.cuts:
            cut(one, other, "HEAL")
        self.cuts = []

    def _kill(self, node):
        node.kill()
        time.sleep(self.random.choice((0, 0.1, 1)) * self.random.random())
        node.start()
        # A cut is not kept over a restart; the other end still has it.
        return True

    def _pause(self, node):
        node.pause()
        time.sleep(self.random.choice((0.05, 0.5, 7)) * self.random.random())
        node.resume()
        return True

    def _cut(self, node):
        other = self.random.choice([other for other in self.nodes if other is not node])
        cut(node, other)
        self.cuts.append((node, other))
        return True

    def _heal(self, _):
        if not self.cuts:
            return False
        one, other = self.cuts.pop(self.random.randrange(len(self.cuts)))
        cut(one, other, "HEAL")
        return True

    def _lose(self, node, how):
        """Takes away what the node has on its disk, once all others hold what it has acknowledged."""
        self.calm()
        with self.load.held(node):
            with node.client(timeout=40) as client:
                client.command("SET", f"lost:{node.name}", "x")
                holders = client.command("WAIT", len(self.nodes) - 1, 30_000)
                if holders < len(self.nodes) - 1:
                    raise Failed(self.cluster.account(
                        self.nodes, f"only {holders} others hold what {node.name} has written, 30 s after all links "
                                    f"were healed"))
            before = node.id()
            node.kill()
            how()
            node.start()
            if node.id() == before:
                raise Failed(f"{node.name} kept the peer ID {before} without its log")
        return True

    def _wipe(self, node):
        return self._lose(node, node.wipe)

    def _roll_back(self, node):
        copy = node.directory + ".copy"
        node.copy_directory(copy)
        time.sleep(self.random.random())
        return self._lose(node, lambda: node.replace_directory(copy))


def storm(run):
    """Five nodes in a row: kills, pauses, cuts, wiped and rolled back directories, all under load (--minutes)."""
    with Cluster(run.program, run.seed, Writer.arguments + ("--allow-faults",)) as cluster:
        nodes = start_chain(cluster, 5)
        ledger = DotLedger()
        with Load(nodes, run.seed, per_node=1, pause=0.01) as load, DotWatch(ledger, nodes, load, run.seed):
            weather = Storm(cluster, load, random.Random(f"{run.seed}-storm"))
            start = time.monotonic()
            while time.monotonic() - start < run.minutes * 60:
                time.sleep(weather.random.random() * 0.5)
                weather.strike()
                cluster.check_alive()
                run.progress(f"{time.monotonic() - start:.0f} s: {weather.counts}, {load.acknowledged} acknowledged")
            weather.calm()
            lag, count = settle(cluster, load, ledger, nodes, b"storm")
        happened = ", ".join(f"{count} x {kind}" for kind, count in sorted(weather.counts.items()))
        run.report(f"{happened}; {load.acknowledged} writes acknowledged, {count} values checked on each of five "
                   f"nodes, {len(ledger.contents)} dots; equal {lag * 1000:.0f} ms after the last write")
