"""One node: a process of `starling serve` with a directory of its own."""

import os
import re
import shutil
import signal
import socket
import subprocess
import time

from .resp import Client, ConnectionLost, fields


class Failed(Exception):
    """A scenario saw something that must not be."""


def free_port():
    """Returns a port that nobody listened on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Node:
    def __init__(self, program, directory, name, port=None, arguments=()):
        self.program = program
        self.name = name
        self.port = port or free_port()
        self.directory = os.path.join(directory, name)
        self.trace_path = os.path.join(directory, name + ".trace")
        self.arguments = list(arguments)
        self.process = None
        self.starts = 0

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    @property
    def pid(self):
        return self.process.pid

    @property
    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def spawn(self):
        """Starts the process and does not wait for it."""
        assert not self.is_running
        command = [self.program, "serve", "--port", str(self.port), "--data", self.directory, "--name", self.name]
        with open(self.trace_path, "ab") as trace:
            self.process = subprocess.Popen(
                command + self.arguments, stdin=subprocess.DEVNULL, stdout=trace, stderr=trace,
                start_new_session=True)
        self.starts += 1

    def start(self, timeout=20.0):
        """Starts the process and waits until it answers clients."""
        self.spawn()
        self.wait_until_serving(timeout)

    def wait_until_serving(self, timeout=20.0):
        deadline = time.monotonic() + timeout
        while True:
            if not self.is_running:
                code = self.process.returncode if self.process else "never started"
                raise Failed(f"{self.name} did not start: exit {code}; {self.trace_tail()}")
            try:
                with Client(self.port, timeout=5) as client:
                    if client.command("PING") == b"PONG":
                        return
            except ConnectionLost:
                pass
            if time.monotonic() > deadline:
                raise Failed(f"{self.name} does not answer after {timeout:.0f} s; {self.trace_tail()}")
            time.sleep(0.01)

    def kill(self):
        """Ends the process without warning."""
        self._signal(signal.SIGKILL)
        self.process.wait()

    def pause(self):
        self._signal(signal.SIGSTOP)

    def resume(self):
        self._signal(signal.SIGCONT)

    def _signal(self, number):
        # Only a process started here and not yet waited for can have this number.
        if self.is_running:
            os.kill(self.pid, number)

    def terminate(self, timeout=20.0):
        """Asks the process to end and returns its exit code."""
        self._signal(signal.SIGTERM)
        try:
            return self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            raise Failed(f"{self.name} did not end {timeout:.0f} s after SIGTERM; {self.trace_tail()}") from None

    def wipe(self):
        shutil.rmtree(self.directory, ignore_errors=True)

    def copy_directory(self, target):
        """Copies the directory as `cp -a` does, while the node runs or not."""
        for _ in range(10):
            shutil.rmtree(target, ignore_errors=True)
            done = subprocess.run(["cp", "-a", self.directory, target], capture_output=True, text=True)
            if done.returncode == 0:
                return
            # A file was given its name, or taken away, between being listed and being copied.
            if not self.is_running or "No such file" not in done.stderr:
                break
        raise Failed(f"cp -a of {self.name}: {done.stderr.strip()}")

    def replace_directory(self, source, part=None):
        """Puts the directory, or only this part of it, back to what was copied."""
        assert not self.is_running
        target = os.path.join(self.directory, part) if part else self.directory
        shutil.rmtree(target, ignore_errors=True)
        subprocess.run(["cp", "-a", os.path.join(source, part) if part else source, target], check=True)

    def client(self, timeout=10.0):
        return Client(self.port, timeout=timeout)

    def ask(self, *words, timeout=10.0):
        with self.client(timeout) as client:
            return client.command(*words)

    def status(self):
        return fields(self.ask("STARLING", "STATUS"))

    def number(self, name):
        return int(self.status()[name])

    def id(self):
        return self.status()["id"].decode()

    def digest(self):
        return self.ask("STARLING", "DIGEST").decode()

    def peers(self):
        return [fields(peer) for peer in self.ask("STARLING", "PEERS")]

    def metrics(self):
        """Returns the numbers of /metrics by name and labels, as they are written there."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection:
            connection.sendall(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            parts = []
            while True:
                part = connection.recv(1 << 16)
                if not part:
                    break
                parts.append(part)
        numbers = {}
        for line in b"".join(parts).decode().splitlines():
            found = re.fullmatch(r"([a-z_]+(?:\{.*\})?) ([-0-9.e+]+)", line)
            if found:
                numbers[found.group(1)] = float(found.group(2))
        return numbers

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def resident_kib(self):
        with open(f"/proc/{self.pid}/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmRSS:"))

    def cpu_seconds(self):
        with open(f"/proc/{self.pid}/stat") as statistics:
            words = statistics.read().rsplit(")", 1)[1].split()
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")

    def trace(self):
        try:
            with open(self.trace_path, errors="replace") as trace:
                return trace.read()
        except OSError:
            return ""

    def trace_tail(self, count=3):
        lines = self.trace().splitlines()[-count:]
        return "its last words: " + " | ".join(lines) if lines else "it said nothing"
