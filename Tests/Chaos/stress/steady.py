"""Scenarios: what a cluster uses while little or nothing happens."""

import time

from .cluster import Cluster
from .figures import slope
from .node import Failed

PEER_BYTES = ('starling_received_bytes_total{channel="peer"}', 'starling_sent_bytes_total{channel="peer"}')


def flat(run):
    """Descriptors and memory stay flat over minutes of conversations (--minutes)."""
    with Cluster(run.program, run.seed) as cluster:
        nodes = cluster.start_mesh(3)
        cluster.wait_until_connected()
        clients = [node.client() for node in nodes]
        seconds = max(20, int(run.minutes * 60))
        warm = max(10, seconds // 5)
        samples = {node.name: [] for node in nodes}
        conversations = [node.number("conversations-finished") for node in nodes]
        cpu = [node.cpu_seconds() for node in nodes]
        start = time.monotonic()
        second = 0
        while second < seconds:
            second += 1
            # The same 1000 keys again and again, in bursts with pauses so long that conversations end between
            # them: what grows is the log, which is on disk.
            for _ in range(run.random.choice((0, 0, 0, 1, 20))):
                client = run.random.choice(clients)
                client.pipeline([("SET", f"flat:{run.random.randrange(1000)}", "x" * 64)] * 3)
                if run.random.random() < 0.02:
                    client.command("DEL", f"flat:{run.random.randrange(1000)}")
            time.sleep(max(0.0, start + second - time.monotonic()))
            for node in nodes:
                samples[node.name].append((node.descriptors(), node.resident_kib()))
            if second % 30 == 0:
                run.progress(f"{second} s: " + ", ".join(
                    f"{name} {values[-1][0]} descriptors {values[-1][1]} KiB" for name, values in samples.items()))
        for client in clients:
            client.close()
        cluster.wait_until_equal(10)
        for index, node in enumerate(nodes):
            kept = samples[node.name][warm:]
            descriptors = [sample[0] for sample in kept]
            memory = [sample[1] for sample in kept]
            growth = slope(memory)
            held = node.number("conversations-finished") - conversations[index]
            run.report(
                f"{node.name}: {held} conversations in {seconds} s; descriptors {min(descriptors)}-{max(descriptors)}, "
                f"slope {slope(descriptors) * 60:+.2f} a minute; memory {min(memory)}-{max(memory)} KiB, slope "
                f"{growth * 60:+.0f} KiB a minute; CPU {(node.cpu_seconds() - cpu[index]) / seconds * 100:.1f} %")
            if slope(descriptors) * 60 > 2 or max(descriptors) > min(descriptors) + 12:
                raise Failed(f"{node.name}'s descriptors grow")
            if growth * 60 > 1024 and memory[-1] > memory[0] * 1.1:
                raise Failed(f"{node.name}'s memory grows by {growth * 60:.0f} KiB a minute")
        cluster.check_alive()


def idle(run):
    """An idle, equal cluster exchanges under 1 KiB/s per pair: static peers, and by multicast."""
    chance = run.random
    group = f"239.77.{chance.randrange(1, 255)}.{chance.randrange(1, 255)}:{20000 + chance.randrange(20000)}"
    discovering = [f"--discover={group}", "--discover-interface", "127.0.0.1"]
    for name, arguments in (("static peers", []), ("multicast", discovering)):
        with Cluster(run.program, run.seed, arguments) as cluster:
            if arguments:
                for _ in range(3):
                    cluster.add().start()
            else:
                cluster.start_mesh(3)
            nodes = cluster.nodes
            cluster.wait_until_connected()
            for index in range(100):
                nodes[index % 3].ask("SET", f"idle:{index}", "x")
            cluster.wait_until_equal(10)
            time.sleep(10)  # The pace slows down after writes.
            before = [node.metrics() for node in nodes]
            status = [node.status() for node in nodes]
            seconds = 20
            time.sleep(seconds)
            after = [node.metrics() for node in nodes]
            # What one sends another receives: counted once, by the senders.
            sent = sum(late[PEER_BYTES[1]] - early[PEER_BYTES[1]] for late, early in zip(after, before))
            later = [node.status() for node in nodes]
            talks = sum(late["conversations-finished"] - early["conversations-finished"]
                        for late, early in zip(later, status)) / 2
            beacons = sum(late["beacons-sent"] - early["beacons-sent"] for late, early in zip(later, status))
            pairs = 3
            # A beacon is under 150 bytes and goes to two others; opening and closing a connection takes
            # about ten segments of 40 to 60 bytes of headers.
            rate = (sent + beacons * 150 * 2 + talks * 10 * 60) / seconds / pairs
            run.report(f"{name}: {talks:.0f} conversations and {beacons} beacons in {seconds} s; per pair "
                       f"{sent / seconds / pairs:.0f} B/s of payload, {rate:.0f} B/s with beacons and headers")
            if rate > 1024:
                raise Failed(f"{name}: an idle pair exchanges {rate:.0f} bytes a second")
            cluster.check_alive()
