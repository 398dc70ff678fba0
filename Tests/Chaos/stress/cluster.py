"""Several nodes in a temporary directory, ended and removed whatever happens."""

import os
import random
import shutil
import tempfile
import time

from .node import Failed, Node, free_port
from .resp import ConnectionLost


class Cluster:
    """Nodes n1, n2, ... Used as a context: leaving it kills what still runs and removes the directory."""

    def __init__(self, program, seed, arguments=(), directory=None):
        self.program = program
        self.random = random.Random(seed)
        self.arguments = list(arguments)
        self.directory = tempfile.mkdtemp(prefix="starling-chaos-", dir=directory)
        self.name = f"chaos-{os.getpid()}-{self.random.randrange(1 << 32):x}"
        self.nodes = []

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        for node in self.nodes:
            if node.process is not None:
                node.resume()
                node.kill()
        keep = os.environ.get("STARLING_CHAOS_KEEP")
        if kind is not None and keep:
            print(f"  kept: {self.directory}", flush=True)
        else:
            shutil.rmtree(self.directory, ignore_errors=True)

    def add(self, arguments=(), cluster=None):
        """Adds a node without starting it."""
        used = {node.port for node in self.nodes}
        port = free_port()
        while port in used:
            port = free_port()
        common = ["--cluster", cluster or self.name] + self.arguments
        node = Node(self.program, self.directory, f"n{len(self.nodes) + 1}", port, common + list(arguments))
        self.nodes.append(node)
        return node

    def start_mesh(self, count):
        """Starts nodes that all know all others."""
        for _ in range(count):
            self.add()
        peers = ",".join(node.address for node in self.nodes)
        for node in self.nodes:
            node.arguments += ["--peers", peers]
            node.spawn()
        for node in self.nodes:
            node.wait_until_serving()
        return self.nodes

    def running(self):
        return [node for node in self.nodes if node.is_running]

    def digests(self):
        return [node.digest() for node in self.running()]

    def wait_until_equal(self, timeout, nodes=None):
        """Waits until all running nodes have one digest; returns how many seconds that took."""
        start = time.monotonic()
        nodes = nodes or self.running()
        clients = [node.client(timeout=max(10.0, timeout)) for node in nodes]
        try:
            while True:
                digests = [client.command("STARLING", "DIGEST") for client in clients]
                if len(set(digests)) == 1:
                    return time.monotonic() - start
                if time.monotonic() - start > timeout:
                    raise Failed(self.account(nodes, f"digests still differ after {timeout:.0f} s"))
                time.sleep(0.005)
        except ConnectionLost as error:
            raise Failed(self.account(nodes, f"a node went away while converging: {error}")) from None
        finally:
            for client in clients:
                client.close()

    def wait_until(self, what, condition, timeout):
        """Polls until the condition holds; returns how many seconds that took."""
        start = time.monotonic()
        while not condition():
            if time.monotonic() - start > timeout:
                raise Failed(f"not within {timeout:.0f} s: {what}")
            time.sleep(0.01)
        return time.monotonic() - start

    def wait_until_connected(self, timeout=15.0, nodes=None):
        """Waits until every node sees every other as up."""
        nodes = nodes or self.running()
        count = len(nodes) - 1

        def connected():
            return all(sum(peer["state"] == b"up" for peer in node.peers()) >= count for node in nodes)

        return self.wait_until("every node sees every other", connected, timeout)

    def account(self, nodes, remark):
        parts = [remark]
        for node in nodes:
            try:
                status = node.status()
                parts.append(
                    f"{node.name}: " + " ".join(
                        f"{name}={status[name] if isinstance(status[name], int) else status[name].decode()}"
                        for name in ("id", "digest", "keys", "records", "tombstones", "conflicts",
                                     "conversations-finished", "conversations-failed", "failure")))
            except (ConnectionLost, OSError, KeyError) as error:
                parts.append(f"{node.name}: {error}; {node.trace_tail()}")
        return "\n    ".join(parts)

    def check_alive(self):
        """Fails if a node that should run has ended, or has spoken of a defect."""
        for node in self.nodes:
            if node.process is not None and not node.is_running:
                raise Failed(f"{node.name} has ended by itself, exit {node.process.returncode}; {node.trace_tail(8)}")
