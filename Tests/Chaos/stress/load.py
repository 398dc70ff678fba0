"""Writers and readers that remember what they were promised, and the check that it was kept."""

import contextlib
import random
import threading
import time

from .node import Failed
from .resp import Client, ConnectionLost, ReplyError


class Writer(threading.Thread):
    """Writes to one node until told to stop, and remembers what was acknowledged.

    Six kinds of keys: unique ones, written once; batches of three, written together; own ones, written
    and deleted again and again by this writer alone; shared ones, written by all; counters, incremented
    by all; brief ones, which expire. What was asked but not answered may have happened.
    """

    #: The nodes must be started with these.
    arguments = ("--resolver", "counter:*=counter")

    own_keys = 20
    shared_keys = 10
    counters = 4
    brief_keys = 50

    def __init__(self, node, name, seed, stop, pause=0.0):
        super().__init__(daemon=True)
        self.node = node
        self.label = name
        self.random = random.Random(f"{seed}-{name}")
        self.stop_event = stop
        self.pause = pause
        #: While this is set the writer is told to rest, and ``resting`` says that it does.
        self.hold = threading.Event()
        self.resting = threading.Event()
        self.count = 0
        self.acknowledged = 0
        self.unique = {}
        #: Asked for, newest last; for readers, which may look for what is not acknowledged.
        self.attempts = []
        #: Key to (what was acknowledged last, what was asked for since without an answer). None is deleted.
        self.own = {}
        #: Keys that were asked to be written together, with their one value.
        self.batches = []
        #: Counter to how many increments were acknowledged, and how many were asked for.
        self.increments = {}
        self.errors = []
        self.defect = None

    def run(self):
        try:
            while not self.stop_event.is_set():
                try:
                    with Client(self.node.port, timeout=15) as client:
                        while not self.stop_event.is_set():
                            self._rest()
                            self._batch(client)
                            if self.pause:
                                time.sleep(self.pause * self.random.random())
                except ConnectionLost:
                    self._rest()
                    time.sleep(0.01)
        except Exception as error:  # told by check(), not lost with the thread
            self.defect = error

    def _rest(self):
        while self.hold.is_set() and not self.stop_event.is_set():
            self.resting.set()
            time.sleep(0.002)
        self.resting.clear()

    def _batch(self, client):
        requests = [self._request() for _ in range(self.random.choice((1, 1, 4, 16)))]
        for words in requests:
            self._asked(words)
        client.send(b"".join(self._encoded(words) for words in requests))
        for words in requests:
            reply = client.reply()
            if isinstance(reply, ReplyError):
                self.errors.append(str(reply))
            else:
                self._answered(words)

    @staticmethod
    def _encoded(words):
        return b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in words)

    def _request(self):
        self.count += 1
        value = b"%s %d %s" % (self.label.encode(), self.count, b"x" * self.random.randrange(100))
        draw = self.random.random()
        if draw < 0.04:
            keys = [b"batch:%s:%d:%d" % (self.label.encode(), self.count, index) for index in range(3)]
            self.batches.append((keys, value))
            return (b"MSET", keys[0], value, keys[1], value, keys[2], value)
        if draw < 0.5:
            return (b"SET", b"unique:%s:%d" % (self.label.encode(), self.count), value)
        if draw < 0.8:
            return (b"SET", self._own_key(), value)
        if draw < 0.87:
            return (b"DEL", self._own_key())
        if draw < 0.92:
            return (b"INCR", b"counter:%d" % self.random.randrange(self.counters))
        if draw < 0.95:
            key = b"brief:%d" % self.random.randrange(self.brief_keys)
            return (b"SET", key, value, b"PX", b"%d" % self.random.randrange(10, 500))
        return (b"SET", b"shared:%d" % self.random.randrange(self.shared_keys), value)

    def _own_key(self):
        return b"own:%s:%d" % (self.label.encode(), self.random.randrange(self.own_keys))

    def _asked(self, words):
        key, value = words[1], words[2] if len(words) > 2 else None
        if key.startswith(b"counter:"):
            acknowledged, asked = self.increments.get(key, (0, 0))
            self.increments[key] = (acknowledged, asked + 1)
        if key.startswith(b"own:"):
            acknowledged, maybe = self.own.get(key, (None, []))
            self.own[key] = (acknowledged, maybe + [value])
        elif key.startswith(b"unique:"):
            self.attempts.append((key, value))

    def _answered(self, words):
        self.acknowledged += 1
        key, value = words[1], words[2] if len(words) > 2 else None
        if key.startswith(b"counter:"):
            acknowledged, asked = self.increments[key]
            self.increments[key] = (acknowledged + 1, asked)
        if key.startswith(b"own:"):
            # A later write of the same batch may be on its way behind it.
            maybe = self.own[key][1]
            self.own[key] = (value, maybe[maybe.index(value) + 1:])
        elif key.startswith(b"unique:"):
            self.unique[key] = value
        elif key.startswith(b"batch:"):
            self.unique.update({other: value for other in words[1::2]})


class Reader(threading.Thread):
    """Reads what writers have just asked for: a value seen once must never be lost, acknowledged or not."""

    def __init__(self, writers, seed, stop):
        super().__init__(daemon=True)
        self.writers = writers
        self.random = random.Random(f"{seed}-reader")
        self.stop_event = stop
        self.seen = {}
        self.defect = None

    def run(self):
        try:
            while not self.stop_event.is_set():
                writer = self.random.choice(self.writers)
                try:
                    with Client(writer.node.port, timeout=15) as client:
                        for _ in range(100):
                            self._look(client, writer)
                            if self.stop_event.is_set():
                                break
                except ConnectionLost:
                    time.sleep(0.01)
        except Exception as error:
            self.defect = error

    def _look(self, client, writer):
        recent = writer.attempts[-16:]
        if not recent:
            time.sleep(0.01)
            return
        for (key, value), reply in zip(recent, client.pipeline([("GET", key) for key, _ in recent])):
            if reply is None or isinstance(reply, ReplyError):
                continue
            if reply != value:
                raise Failed(f"{key!r} reads {reply!r} at {writer.node.name}; only {value!r} was ever written")
            self.seen[key] = value
        time.sleep(0.01)


class Load:
    """Several writers and a reader at once. Used as a context."""

    def __init__(self, nodes, seed, per_node=2, pause=0.002):
        self.stop_event = threading.Event()
        self.writers = [
            Writer(node, f"{node.name}w{index}-{seed}", seed, self.stop_event, pause)
            for node in nodes for index in range(per_node)]
        self.reader = Reader(self.writers, seed, self.stop_event)

    def __enter__(self):
        for thread in self.writers + [self.reader]:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        self.stop_event.set()
        for thread in self.writers + [self.reader]:
            thread.join(timeout=30)
            if thread.is_alive():
                raise Failed("a writer hangs")

    @contextlib.contextmanager
    def held(self, node):
        """Lets this node's writers rest, with nothing unanswered, while the context lasts."""
        writers = [writer for writer in self.writers if writer.node is node]
        for writer in writers:
            writer.hold.set()
        for writer in writers:
            if not writer.resting.wait(timeout=20):
                raise Failed("a writer does not come to rest")
        try:
            yield
        finally:
            for writer in writers:
                writer.hold.clear()

    @property
    def acknowledged(self):
        return sum(writer.acknowledged for writer in self.writers)

    @property
    def errors(self):
        return sorted({error for writer in self.writers for error in writer.errors})

    def keys(self):
        """Returns every key that may exist."""
        keys = [b"shared:%d" % index for index in range(Writer.shared_keys)]
        keys += [b"counter:%d" % index for index in range(Writer.counters)]
        for writer in self.writers:
            keys += [key for key, _ in writer.attempts] + sorted(writer.own)
            keys += [key for together, _ in writer.batches for key in together]
        return keys

    def check(self, nodes):
        """Fails unless every node holds all that was acknowledged or seen; returns how many values that is."""
        for thread in self.writers + [self.reader]:
            if thread.defect is not None:
                raise Failed(f"a client saw something impossible: {thread.defect!r}")
        expected = dict(self.reader.seen)
        for writer in self.writers:
            expected.update(writer.unique)
        time.sleep(0.6)  # By then the brief keys have expired.
        own = {key: (acked, maybe) for writer in self.writers for key, (acked, maybe) in writer.own.items()}
        for node in nodes:
            for key, value in read_all(node, list(expected)):
                if value != expected[key]:
                    kind = "acknowledged" if any(key in writer.unique for writer in self.writers) else "seen"
                    raise Failed(f"{node.name} lost {key!r}, {kind}: it reads {value!r} for {expected[key]!r}")
            for key, value in read_all(node, list(own)):
                acked, maybe = own[key]
                if value != acked and value not in maybe:
                    raise Failed(
                        f"{node.name} reads {value!r} for {key!r}: acknowledged {acked!r}, since asked {maybe!r}")
            self._check_counters(node)
            self._check_batches(node)
            for key, value in read_all(node, [b"brief:%d" % index for index in range(Writer.brief_keys)]):
                if value is not None:
                    raise Failed(f"{key!r} has not expired at {node.name}")
        return len(expected) + len(own)

    def _check_counters(self, node):
        """A counter is the number of increments exactly, but for those that were never answered."""
        for key, value in read_all(node, [b"counter:%d" % index for index in range(Writer.counters)]):
            least = sum(writer.increments.get(key, (0, 0))[0] for writer in self.writers)
            most = sum(writer.increments.get(key, (0, 0))[1] for writer in self.writers)
            if not least <= int(value or 0) <= most:
                raise Failed(f"{key!r} is {value!r} at {node.name}: {least} increments acknowledged, {most} asked for")

    def _check_batches(self, node):
        """What was written together is there together, acknowledged or not."""
        batches = [batch for writer in self.writers for batch in writer.batches]
        values = dict(read_all(node, [key for keys, _ in batches for key in keys]))
        for keys, value in batches:
            found = [values[key] for key in keys]
            if found not in ([value] * 3, [None] * 3):
                raise Failed(f"{node.name} has a part of a batch: {keys[0]!r} and on read {found!r}")


def read_all(node, keys):
    """Yields every key with its value at the node."""
    with node.client(timeout=30) as client:
        for start in range(0, len(keys), 500):
            part = keys[start:start + 500]
            yield from zip(part, client.pipeline([("GET", key) for key in part]))


def write_many(node, prefix, count, value=b"v" * 64, batch=2000):
    """Writes `count` keys in pipelines; returns when all are acknowledged."""
    with node.client(timeout=60) as client:
        for start in range(0, count, batch):
            end = min(count, start + batch)
            client.send(b"".join(
                b"*3\r\n$3\r\nSET\r\n$%d\r\n%s\r\n$%d\r\n%s\r\n" % (len(key), key, len(value), value)
                for key in (b"%s%d" % (prefix, index) for index in range(start, end))))
            client.oks(end - start)


def delete_many(node, prefix, indices, batch=2000):
    """Deletes keys written by :func:`write_many`."""
    indices = list(indices)
    with node.client(timeout=60) as client:
        for start in range(0, len(indices), batch):
            part = indices[start:start + batch]
            replies = client.pipeline([("DEL", b"%s%d" % (prefix, index)) for index in part])
            for reply in replies:
                if reply != 1:
                    raise Failed(f"DEL answers {reply!r} at {node.name}")
