"""A client of the Redis protocol, small enough to know exactly what it has been told."""

import socket


class ReplyError(Exception):
    """The server answered with an error; the text is the server's own."""


class ConnectionLost(Exception):
    """The connection broke or was silent for too long: what was asked last may or may not have happened."""


def encode(*words):
    """Returns one request's bytes."""
    parts = [b"*%d\r\n" % len(words)]
    for word in words:
        if isinstance(word, str):
            word = word.encode()
        elif isinstance(word, int):
            word = b"%d" % word
        parts.append(b"$%d\r\n%s\r\n" % (len(word), word))
    return b"".join(parts)


class Client:
    """One connection; requests are answered in order, so several may be on their way."""

    def __init__(self, port, host="127.0.0.1", timeout=10.0):
        try:
            self.socket = socket.create_connection((host, port), timeout=timeout)
        except OSError as error:
            raise ConnectionLost(str(error)) from None
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""
        self.position = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def send(self, data):
        try:
            self.socket.sendall(data)
        except OSError as error:
            raise ConnectionLost(str(error)) from None

    def command(self, *words):
        """Asks one thing and returns the answer; an error answer is raised."""
        self.send(encode(*words))
        reply = self.reply()
        if isinstance(reply, ReplyError):
            raise reply
        return reply

    def pipeline(self, requests):
        """Asks many things at once; error answers are among the answers."""
        self.send(b"".join(encode(*words) for words in requests))
        return [self.reply() for _ in requests]

    def _receive(self):
        try:
            data = self.socket.recv(1 << 18)
        except OSError as error:
            raise ConnectionLost(str(error) or "timed out") from None
        if not data:
            raise ConnectionLost("closed by the server")
        self.buffer = self.buffer[self.position:] + data
        self.position = 0

    def _line(self):
        seen = 0
        while True:
            end = self.buffer.find(b"\r\n", self.position + seen)
            if end >= 0:
                line = self.buffer[self.position:end]
                self.position = end + 2
                return line
            seen = max(0, len(self.buffer) - self.position - 1)
            self._receive()

    def oks(self, count):
        """Takes `count` answers that must all be +OK; faster than one by one."""
        wanted = b"+OK\r\n" * count
        while len(self.buffer) - self.position < len(wanted):
            if self.buffer.find(b"-", self.position) >= 0:
                break
            self._receive()
        if self.buffer[self.position:self.position + len(wanted)] == wanted:
            self.position += len(wanted)
            return
        for _ in range(count):
            reply = self.reply()
            if reply != b"OK":
                raise reply if isinstance(reply, ReplyError) else ConnectionLost(f"not OK: {reply!r}")

    def _exactly(self, count):
        while len(self.buffer) - self.position < count + 2:
            self._receive()
        data = self.buffer[self.position:self.position + count]
        self.position += count + 2
        return data

    def reply(self):
        line = self._line()
        kind, rest = line[:1], line[1:]
        if kind == b"+":
            return rest
        if kind == b"-":
            return ReplyError(rest.decode(errors="replace"))
        if kind == b":":
            return int(rest)
        if kind == b"$":
            return None if rest == b"-1" else self._exactly(int(rest))
        if kind == b"*":
            return None if rest == b"-1" else [self.reply() for _ in range(int(rest))]
        raise ConnectionLost(f"not a reply: {line[:40]!r}")


def fields(reply):
    """Returns a flat list of names and values as a dictionary."""
    return {reply[i].decode(): reply[i + 1] for i in range(0, len(reply), 2)}
