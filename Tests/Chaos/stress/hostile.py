"""Scenario: bytes that nobody should send."""

import random
import resource
import socket
import struct
import time

from .cluster import Cluster
from .load import read_all, write_many
from .node import Failed
from .resp import Client, ConnectionLost, ReplyError, encode


def hostile(run):
    """Garbage on every face of the port and on the multicast socket: no crash, no hang, no leak, nothing lost."""
    chance = random.Random(f"{run.seed}-hostile")
    group, group_port = f"239.77.{chance.randrange(1, 255)}.{chance.randrange(1, 255)}", 20000 + chance.randrange(20000)
    arguments = [f"--discover={group}:{group_port}", "--discover-interface", "127.0.0.1"]
    with Cluster(run.program, run.seed, arguments) as cluster:
        nodes = cluster.start_mesh(2)
        cluster.wait_until_connected()
        node = nodes[0]
        write_many(node, b"kept:", 2000)
        cluster.wait_until_equal(10)
        time.sleep(1)
        descriptors, memory = node.descriptors(), node.resident_kib()
        for step in (_garbage, _requests, _peers, _web, _half_open, _many):
            step(chance, node)
            _check(node, step.__name__.strip("_"))
            run.progress(f"{step.__doc__.split('.')[0].lower()}: still serving")
        _datagrams(chance, group, group_port)
        _check(node, "datagrams")
        cluster.wait_until(
            "descriptors return to what they were", lambda: node.descriptors() <= descriptors + 2, 75)
        for _, value in read_all(node, [b"kept:%d" % index for index in range(2000)]):
            if value != b"v" * 64:
                raise Failed("an acknowledged write is lost")
        nodes[1].ask("SET", "after", "all")
        cluster.wait_until_equal(10)
        status = node.status()
        run.report(f"descriptors {descriptors} before, {node.descriptors()} after; memory {memory} KiB before, "
                   f"{node.resident_kib()} after; {status['malformed-frames']} malformed frames and "
                   f"{status['beacons-malformed']} malformed beacons counted")
        if status["beacons-malformed"] == 0:
            raise Failed("malformed beacons are not counted")
        if node.resident_kib() > memory + 200 * 1024:
            raise Failed("memory that was taken for hostile connections is not given back")
        cluster.check_alive()


def _check(node, step):
    try:
        if node.ask("GET", "kept:7", timeout=5) != b"v" * 64:
            raise Failed(f"kept:7 is lost after {step}")
    except ConnectionLost as error:
        raise Failed(f"{node.name} does not serve after {step}: {error}; {node.trace_tail(8)}") from None


def _throw(node, data, wait=0.3, limit=1 << 20):
    """Sends bytes on a connection of their own; returns what came back before it was closed or fell silent."""
    answer = b""
    try:
        with socket.create_connection(("127.0.0.1", node.port), timeout=5) as connection:
            connection.settimeout(wait)
            for start in range(0, len(data), 1 << 16):
                connection.sendall(data[start:start + (1 << 16)])
            connection.shutdown(socket.SHUT_WR)
            while len(answer) < limit:
                part = connection.recv(1 << 16)
                if not part:
                    break
                answer += part
    except OSError:
        pass
    return answer


def _garbage(chance, node):
    """Random bytes behind every possible first byte."""
    for first in range(256):
        _throw(node, bytes([first]) + chance.randbytes(chance.randrange(200)), wait=0.05)
    for _ in range(20):
        _throw(node, chance.randbytes(1 << 16), wait=0.05)


def _requests(chance, node):
    """Requests that are cut short, lie about their lengths, or are too large."""
    whole = encode("SET", "hostile", "x" * 50)
    for end in range(1, len(whole)):
        _throw(node, whole[:end], wait=0.02)
    lies = [
        b"*-1\r\n", b"*0\r\n", b"*2147483647\r\n", b"*99999999999999999999\r\n", b"*1\r\n$-1\r\n", b"*1\r\n$0\r\n\r\n",
        b"*1\r\n$99999999999\r\n", b"*1\r\n$18446744073709551616\r\n", b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$536870913\r\n",
        b"*1\r\n:5\r\n", b"*a\r\n", b"*1\r\n$a\r\n", b"*1\r\n$3\r\nGETxx", b"*1\n$4\nPING\n", b"*" + b"9" * 70000,
        b"*1\r\n$4\r\nPING\r\n" * 50000,
        b"*1048576\r\n" + b"$1\r\nx\r\n" * 2000,
        b"*2\r\n$3\r\nGET\r\n$" + b"0" * 100000 + b"1\r\nx\r\n",
    ]
    for lie in lies:
        _throw(node, lie, wait=0.2)
    for words in (("SCAN", "99999999999999999999999"), ("EXPIRE", "kept:7", "9223372036854775807"),
                  ("SET", "hostile", "x", "PX", "9223372036854775807"), ("SET", "hostile", "x", "EX", "-1"),
                  ("INCRBY", "hostile:n", "9223372036854775807"), ("INCRBY", "hostile:n", "9223372036854775807"),
                  ("DECRBY", "hostile:n", "-9223372036854775808"),
                  ("GETRANGE", "kept:7", "-9223372036854775808", "9223372036854775807"),
                  ("SETRANGE", "hostile", "9223372036854775807", "x"), ("SETRANGE", "hostile", "4294967296", "x"),
                  ("PEXPIREAT", "hostile", "9223372036854775807"), ("PEXPIREAT", "hostile", "-9223372036854775808"),
                  ("WAIT", "9223372036854775807", "1"), ("WAIT", "-1", "-1"), ("STARLING", "CONFLICTS", "COUNT", "-1"),
                  ("STARLING", "SET", "hostile", "x", "AFTER", "zz"),
                  ("STARLING", "SET", "hostile", "x", "AFTER", "ff" * 30000),
                  ("STARLING", "LINK", "CUT", "[::1"), ("KEYS", "*[" * 500 + "a"), ("KEYS", "*a" * 2000),
                  ("GET", b"k" * (1 << 20)), ("SET", b"k" * (1 << 20), b"v"), ("CLIENT", "KILL", "ID", "-5"),
                  ("HELLO", "99999999999999999999"), ("SELECT", "-1"), ("MSET",), ("COMMAND", "INFO", b"\xff\xfe")):
        try:
            with Client(node.port, timeout=10) as client:
                client.command(*words)
        except (ReplyError, ConnectionLost):
            pass
    # A value of 600 MiB is promised, and 80 MiB of it are sent before the limit must have struck.
    _throw(node, b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$600000000\r\n" + b"x" * (80 << 20), wait=0.2)


def _peers(chance, node):
    """What begins like a peer and goes on like nothing known."""
    preamble = b"\xf5SP\x01"
    captured = _preamble(node)
    for start in {preamble, captured, captured[:1], captured[:3]}:
        for length in (0, 1, 3, 4, 5, 8, 16, 64, 300, 5000):
            _throw(node, start + chance.randbytes(length), wait=0.05)
        for length in (0, 1, 0x7FFFFFFF, 0xFFFFFFFF, 0x10000000, 65536):
            for kind in range(16):
                _throw(node, start + struct.pack("<I", length) + bytes([kind]) + chance.randbytes(40), wait=0.03)


def _preamble(node):
    """Returns how this node itself greets a peer: it dials a listener of ours."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        listener.settimeout(10)
        address = f"127.0.0.1:{listener.getsockname()[1]}"
        with Cluster(node.program, "preamble") as cluster:
            dialler = cluster.add(["--peers", address])
            dialler.spawn()
            connection, _ = listener.accept()
            with connection:
                connection.settimeout(5)
                return connection.recv(4096)[:4]


def _web(chance, node):
    """HTTP and plaintext that is cut short, endless or absurd."""
    texts = [
        b"GET / HTTP/1.1\r\n", b"GET /metrics HTTP/9.9\r\n\r\n", b"GET " + b"/x" * 40000 + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999999999999\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"A: b\r\n" * 20000 + b"\r\n",
        b"GET /%00%ff%zz HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
        b"SET k " + b"v" * (2 << 20) + b"\r\n", b"GET\r\n", b"SET k\r\n", b"get \xff\xfe\r\n", b"\r\n" * 10000,
        b"A" * (2 << 20), b"QUIT\r\n" * 1000, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + chance.randbytes(500),
    ]
    for text in texts:
        _throw(node, text, wait=0.1)


def _half_open(chance, node):
    """Connections that say little, slowly, or nothing, and clients that do not read their answers."""
    silent = [socket.create_connection(("127.0.0.1", node.port), timeout=5) for _ in range(200)]
    slow = [socket.create_connection(("127.0.0.1", node.port), timeout=5) for _ in range(50)]
    deaf = [socket.create_connection(("127.0.0.1", node.port), timeout=5) for _ in range(4)]
    request = encode("SET", "slow", "x" * 20)
    ask = encode("KEYS", "kept:*") * 50
    for connection in deaf:
        connection.setblocking(False)
        try:
            for _ in range(20):
                connection.send(ask)
        except OSError:
            pass
    for position in range(len(request)):
        for connection in slow:
            try:
                connection.send(request[position:position + 1])
            except OSError:
                pass
        if position % 5 == 0:
            time.sleep(0.02)
    _check(node, "half-open connections")
    for connection in slow:
        try:
            if connection.recv(16) != b"+OK\r\n":
                raise Failed("a slow request is not answered")
        except OSError as error:
            raise Failed(f"a slow request is not answered: {error}") from None
    for connection in silent + slow + deaf:
        connection.close()


def _many(chance, node):
    """1,000 connections opened at once, and closed."""
    connections = []
    for _ in range(1000):
        connections.append(socket.create_connection(("127.0.0.1", node.port), timeout=5))
        if len(connections) % 3 == 0:
            connections[-1].sendall(encode("PING"))
    _check(node, "1,000 connections")
    for index, connection in enumerate(connections):
        if index % 2:
            # Closed with a reset.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()


def _datagrams(chance, group, port):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("127.0.0.1"))
        for _ in range(300):
            start = chance.choice((b"", b"\xf5SB\x01", b"\xf5SB\x02", b"\xf5SB\x01\x01\x00\x01\x00\x00"))
            sender.sendto(start + chance.randbytes(chance.choice((0, 1, 10, 100, 1000, 1400, 9000))), (group, port))
            time.sleep(0.001)


def descriptors(run):
    """More connections than descriptors: who is connected is served, and newcomers are as soon as there is room."""
    with Cluster(run.program, run.seed) as cluster:
        node = cluster.add()
        before = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (64, before[1]))
        try:
            node.spawn()
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, before)
        node.wait_until_serving()
        with node.client() as early:
            crowd = [socket.create_connection(("127.0.0.1", node.port), timeout=5) for _ in range(200)]
            cpu = node.cpu_seconds()
            for index in range(20):
                early.command("SET", f"early:{index}", "x")
                time.sleep(0.1)
            share = (node.cpu_seconds() - cpu) / 2
            for connection in crowd:
                connection.close()
            cluster.wait_until("newcomers are served again", lambda: node.ask("GET", "early:19") == b"x", 20)
        run.report(f"200 connections to a node with 64 descriptors: {share * 100:.0f} % CPU meanwhile")
        if share > 0.5:
            raise Failed(f"it spins while it has no descriptors: {share * 100:.0f} % CPU")
        cluster.check_alive()


def silent(run):
    """Peers that fall silent in the middle of a word or behind it are closed in time; a silent client is not."""
    with Cluster(run.program, run.seed) as cluster:
        node = cluster.add()
        node.start()
        preamble = _preamble(node)
        starts = {"nothing": b"", "a preamble": preamble, "half a preamble": preamble[:2]}
        opened = {}
        for name, start in starts.items():
            opened[name] = socket.create_connection(("127.0.0.1", node.port), timeout=5)
            opened[name].sendall(start)
        begin = time.monotonic()
        closed = {}
        while time.monotonic() - begin < 90 and not {"a preamble", "half a preamble"} <= set(closed):
            for name, connection in opened.items():
                if name in closed:
                    continue
                connection.settimeout(0.2)
                try:
                    if not connection.recv(4096):
                        closed[name] = time.monotonic() - begin
                except TimeoutError:
                    pass
                except OSError:
                    closed[name] = time.monotonic() - begin
        run.report(", ".join(f"{name}: closed after {seconds:.0f} s" for name, seconds in closed.items()))
        if "nothing" in closed:
            raise Failed("a client that has not asked anything yet was closed")
        missing = sorted(set(opened) - set(closed) - {"nothing"})
        if missing:
            raise Failed(f"still open after 90 s: connections that said {', '.join(missing)}")
        for connection in opened.values():
            connection.close()
        cluster.check_alive()
