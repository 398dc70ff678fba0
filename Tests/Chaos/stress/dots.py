"""Watches that no dot ever names two contents."""

import random
import threading
import time

from .node import Failed
from .resp import ConnectionLost, ReplyError, fields


class DotLedger:
    """Every dot that was seen anywhere, with what it named."""

    def __init__(self):
        self.contents = {}
        self.lock = threading.Lock()

    def look(self, node, keys):
        """Takes in the siblings of these keys at the node. Returns how many dots that were."""
        count = 0
        with node.client(timeout=30) as client:
            for start in range(0, len(keys), 500):
                part = keys[start:start + 500]
                replies = client.pipeline([("STARLING", "SIBLINGS", key) for key in part])
                for key, reply in zip(part, replies):
                    if isinstance(reply, ReplyError):
                        raise Failed(f"SIBLINGS {key!r} at {node.name}: {reply}")
                    for sibling in fields(reply)["siblings"]:
                        count += 1
                        self._note(node, key, fields(sibling))
        return count

    def _note(self, node, key, sibling):
        dot = sibling["dot"]
        content = (key, sibling["value"], sibling["clock"], sibling["timestamp"])
        with self.lock:
            known, where = self.contents.setdefault(dot, (content, node.name))
        if known != content:
            raise Failed(f"dot {dot.decode()} is {known!r} at {where} and {content!r} at {node.name}")


class DotWatch(threading.Thread):
    """Looks at random keys of random nodes all the time. Used as a context."""

    def __init__(self, ledger, nodes, load, seed):
        super().__init__(daemon=True)
        self.ledger = ledger
        self.nodes = nodes
        self.load = load
        self.random = random.Random(f"{seed}-dots")
        self.stop_event = threading.Event()
        self.defect = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, kind, *_):
        self.stop_event.set()
        self.join(timeout=60)
        if self.defect is not None and kind is None:
            raise self.defect

    def run(self):
        while not self.stop_event.is_set():
            keys = [b"shared:%d" % index for index in range(10)]
            for writer in self.load.writers:
                keys += [key for key, _ in writer.attempts[-20:]]
                keys += [b"own:%s:%d" % (writer.label.encode(), index) for index in range(writer.own_keys)]
            self.random.shuffle(keys)
            try:
                self.ledger.look(self.random.choice(self.nodes), keys[:60])
            except ConnectionLost:
                pass
            except Failed as failure:
                self.defect = failure
                return
            time.sleep(0.02)
