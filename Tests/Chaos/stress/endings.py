"""Scenarios: being asked to stop, and running out of disk."""

import os
import subprocess
import tempfile
import time

from .cluster import Cluster
from .load import Load, Writer, write_many
from .node import Failed
from .resp import ConnectionLost, ReplyError


def terminated(run):
    """SIGTERM under load, 12 times: it stops cleanly, exit 0, and all that was acknowledged is there afterwards."""
    with Cluster(run.program, run.seed, Writer.arguments) as cluster:
        nodes = cluster.start_mesh(3)
        times = []
        with Load(nodes, run.seed) as load:
            for index in range(12):
                node = nodes[index % 3]
                time.sleep(0.2 + run.random.random() * 0.3)
                start = time.monotonic()
                code = node.terminate()
                times.append(time.monotonic() - start)
                if code != 0:
                    raise Failed(f"{node.name} ended with {code} after SIGTERM; {node.trace_tail()}")
                if "stopped cleanly" not in node.trace().splitlines()[-1]:
                    raise Failed(f"{node.name} does not say that it stopped cleanly; {node.trace_tail()}")
                node.start()
            load.stop()
            lag = cluster.wait_until_equal(30)
            count = load.check(nodes)
        run.report(f"12 times, at most {max(times) * 1000:.0f} ms to stop; {load.acknowledged} writes acknowledged, "
                   f"{count} values checked on each node; equal {lag * 1000:.0f} ms after the last write")
        cluster.check_alive()


def disk_full(run):
    """A full disk: writes fail with a clear error, reads go on, writing resumes when there is room."""
    if os.geteuid() != 0:
        return run.skip("mounting a small file system needs root")
    mount = tempfile.mkdtemp(prefix="starling-small-")
    # The segments are preallocated: there must be room for two.
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=160m", "tmpfs", mount], capture_output=True, text=True)
    if made.returncode != 0:
        os.rmdir(mount)
        return run.skip(f"no small file system can be mounted here: {made.stderr.strip()}")
    try:
        _fill(run, mount)
    finally:
        subprocess.run(["umount", "-l", mount], check=False)
        os.rmdir(mount)


def _fill(run, mount):
    with Cluster(run.program, run.seed) as cluster:
        # Else writes are refused long before the disk is full.
        small = cluster.add(["--min-free", "0"])
        small.directory = os.path.join(mount, "data")
        other = cluster.add(["--peers", small.address])
        small.arguments += ["--peers", other.address]
        small.spawn()
        other.start()
        small.wait_until_serving()
        write_many(small, b"kept:", 1000)
        error, held = _write_until_refused(small)
        run.report(f"after {held} writes of 64 KiB: {error}")
        for index in range(0, 1000, 100):
            if small.ask("GET", f"kept:{index}") != b"v" * 64:
                raise Failed("a read fails while the disk is full")
        if small.ask("GET", f"fill:{held - 1}") is None:
            raise Failed("an acknowledged write is not read while the disk is full")
        if not small.is_running:
            raise Failed(f"it ended when the disk was full; {small.trace_tail()}")
        write_many(other, b"meanwhile:", 100)
        os.unlink(os.path.join(mount, "ballast"))
        lag = cluster.wait_until("it writes again", lambda: _writes(small), 20)
        run.report(f"wrote again {lag * 1000:.0f} ms after room was made")
        cluster.wait_until_equal(60)
        small.kill()
        small.start()
        for index in range(held):
            if small.ask("STRLEN", f"fill:{index}") != 1 << 16:
                raise Failed(f"fill:{index} was acknowledged and is lost")
        cluster.wait_until_equal(30)
        cluster.check_alive()


def _writes(node):
    try:
        return node.ask("SET", "again", "x", timeout=3) == b"OK"
    except (ReplyError, ConnectionLost):
        return False


def _write_until_refused(node):
    """Fills the disk, first by another file so that a segment's room remains; returns the error and the count."""
    with open(os.path.join(os.path.dirname(node.directory), "ballast"), "wb") as ballast:
        try:
            while True:
                ballast.write(b"x" * (1 << 20))
                ballast.flush()
                free = os.statvfs(os.path.dirname(node.directory))
                if free.f_bavail * free.f_frsize < 4 << 20:
                    break
        except OSError:
            pass
    with node.client(timeout=20) as client:
        for index in range(5000):
            try:
                client.command("SET", f"fill:{index}", b"f" * (1 << 16))
            except ReplyError as error:
                return error, index
            except ConnectionLost as error:
                raise Failed(f"no answer while the disk is full: {error}; {node.trace_tail()}") from None
    raise Failed("the disk never filled up")
