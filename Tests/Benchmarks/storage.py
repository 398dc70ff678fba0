#!/usr/bin/env python3
"""Measures what the store costs on the disk and in memory, and how long it takes to open, beside redis-server where
that is installed.

    storage.py PROGRAM [overwrite] [open] [limited] [--quick]

overwrite  10 million overwrites of 100,000 keys: the most the log takes, beside its bound, and whether memory grows.
open       1 million keys of 16 bytes with values of 64 bytes: memory per key, and the time from start to the first
           answer after a clean stop and after kill -9; the median of five, both programs in turn.
limited    a dataset four times larger than the memory that the process may have: all of it is served.
--quick    a tenth of everything.

Only loopback is used. Exits with 1 if a bound is not kept. Shared machines are noisy: trust the ratios of one run.
"""
import os, random, resource, shutil, signal, socket, subprocess, sys, tempfile, time

PROGRAM = sys.argv[1]
QUICK = '--quick' in sys.argv
SCENES = [a for a in sys.argv[2:] if not a.startswith('-')] or ['overwrite', 'open', 'limited']
WORK = tempfile.mkdtemp(prefix='starling-storage-')
SEGMENT = 16 * 1024 * 1024
failed = []


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


def command(kind, directory, port):
    if kind == 'starling':
        return [PROGRAM, 'serve', '--port', str(port), '--data', directory, '--cluster', 'bench']
    return ['redis-server', '--port', str(port), '--dir', directory, '--appendonly', 'yes', '--save', '',
            '--appendfsync', 'everysec', '--daemonize', 'no']


class Server:
    """A server of either kind, started, and one connection to it."""

    def __init__(self, kind, directory, memory=None):
        os.makedirs(directory, exist_ok=True)
        self.directory = directory
        port = free_port()
        limit = (lambda: resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))) if memory else None
        begun = time.monotonic()
        self.process = subprocess.Popen(command(kind, directory, port), stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL, preexec_fn=limit)
        self.socket = self.connect(port)
        # A server that is loading still answers something else.
        while not self.call('DBSIZE').startswith(b':'):
            time.sleep(0.002)
        self.opening = time.monotonic() - begun

    def connect(self, port):
        while True:
            if self.process.poll() is not None:
                raise SystemExit('the server ended with %d' % self.process.returncode)
            try:
                s = socket.create_connection(('127.0.0.1', port), 60)
                s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                return s
            except OSError:
                time.sleep(0.002)

    def call(self, *words):
        self.socket.sendall(encode(words))
        return self.socket.recv(65536)

    def set_all(self, pairs, pipeline=1000):
        """SETs all pairs, many at once; each must be answered +OK."""
        batch = []
        for key, value in pairs:
            batch.append(b'*3\r\n$3\r\nSET\r\n$%d\r\n%s\r\n$%d\r\n%s\r\n' % (len(key), key, len(value), value))
            if len(batch) == pipeline:
                self.send(batch)
                batch = []
        if batch:
            self.send(batch)

    def send(self, batch):
        self.socket.sendall(b''.join(batch))
        wanted = b'+OK\r\n' * len(batch)
        found = b''
        while len(found) < len(wanted):
            found += self.socket.recv(1 << 20)
        if found != wanted:
            raise SystemExit('not all was written: %r' % found[:200])

    def get(self, key, length):
        self.socket.sendall(encode(('GET', key.decode())))
        wanted = len(b'$%d\r\n' % length) + length + 2
        found = b''
        while len(found) < wanted:
            part = self.socket.recv(1 << 20)
            if not part:
                raise SystemExit('the server has closed the connection')
            found += part
        return found[-length - 2:-2]

    def status(self, name):
        text = self.call('STARLING', 'STATUS').decode(errors='replace').split('\r\n')
        return int(text[text.index(name) + 1].lstrip(':'))

    def resident(self):
        return figure('/proc/%d/status' % self.process.pid, 'VmRSS') * 1024

    def stop(self, how=signal.SIGTERM):
        self.socket.close()
        self.process.send_signal(how)
        self.process.wait()


def encode(words):
    return b'*%d\r\n' % len(words) + b''.join(b'$%d\r\n%s\r\n' % (len(w), w.encode()) for w in words)


def figure(path, name):
    with open(path) as file:
        return next(int(line.split()[1]) for line in file if line.startswith(name))


def disk(directory):
    total = 0
    for root, _, names in os.walk(directory):
        for name in names:
            try:
                total += os.stat(os.path.join(root, name)).st_blocks * 512
            except FileNotFoundError:
                pass  # A compaction has just removed it.
    return total


def mebibytes(count):
    return '%.1f MiB' % (count / 1048576)


def check(what, holds):
    if not holds:
        failed.append(what)
    return 'yes' if holds else 'NO'


def overwrite():
    keys, count = 100_000, 1_000_000 if QUICK else 10_000_000
    step = keys
    print('%d overwrites of %d keys at random, keys of 16 bytes, values of 64' % (count, keys))
    server = Server('starling', WORK + '/overwrite')
    draw = random.Random(1)
    names = [b'key:%012d' % number for number in range(keys)]
    server.set_all((name, b'v' * 64) for name in names)
    most, share, memory, begun = 0, 0.0, [], time.monotonic()
    for done in range(0, count, step):
        server.set_all((names[draw.randrange(keys)], b'%064d' % (done + i)) for i in range(step))
        size = disk(server.directory + '/log')
        bound = 2 * server.status('live-bytes') + 2 * SEGMENT
        most, share = max(most, size), max(share, size / bound)
        memory.append(server.resident())
    seconds = time.monotonic() - begun
    print('  %.0f writes a second, one connection' % (count / seconds))
    print('  live bytes                %12s' % mebibytes(server.status('live-bytes')))
    print('  bound: 2 x live + 2 segs  %12s' % mebibytes(bound))
    print('  log at the most           %12s   %.0f %% of the bound   kept: %s' % (
        mebibytes(most), share * 100, check('the log outgrew its bound', share <= 1)))
    early, late = max(memory[:len(memory) // 5]), max(memory[-len(memory) // 5:])
    print('  memory, first fifth       %12s' % mebibytes(early))
    print('  memory, last fifth        %12s   flat: %s' % (
        mebibytes(late), check('memory grew', late <= early * 1.1)))
    server.stop()


def opening():
    keys, runs = 100_000 if QUICK else 1_000_000, 5
    kinds = ['starling'] + (['redis'] if shutil.which('redis-server') else [])
    print('%d keys of 16 bytes with values of 64 bytes' % keys)
    servers, per_key, times = {}, {}, {(k, s): [] for k in kinds for s in ('SIGTERM', 'SIGKILL')}
    for kind in kinds:
        server = servers[kind] = Server(kind, WORK + '/open-' + kind)
        base = server.resident()
        server.set_all((b'key:%012d' % number, b'v' * 64) for number in range(keys))
        per_key[kind] = [(server.resident() - base) / keys]
        time.sleep(2)  # For the program that syncs once a second.
    for how in ('SIGTERM', 'SIGKILL'):
        for _ in range(runs):
            for kind in kinds:
                servers[kind].stop(getattr(signal, how))
                servers[kind] = Server(kind, servers[kind].directory)
                times[kind, how].append(servers[kind].opening)
    for kind in kinds:
        if int(servers[kind].call('DBSIZE')[1:]) != keys:
            failed.append('%s has lost keys' % kind)
        per_key[kind].append((servers[kind].resident() - base) / keys)
        servers[kind].stop()
    print('  %-34s' % '' + ''.join('%12s' % kind for kind in kinds))
    for how, words in (('SIGTERM', 'opening after a clean stop, s'), ('SIGKILL', 'opening after kill -9, s')):
        medians = [sorted(times[kind, how])[runs // 2] for kind in kinds]
        line = '  %-34s' % words + ''.join('%12.3f' % value for value in medians)
        if len(kinds) > 1:
            line += '   faster: ' + check('opening after %s is slower than redis' % how, medians[0] < medians[1])
        print(line)
    for place, words in ((0, 'memory per key, loaded, bytes'), (1, 'memory per key, after opening, bytes')):
        values = [per_key[kind][place] for kind in kinds]
        line = '  %-34s' % words + ''.join('%12.0f' % value for value in values)
        if len(kinds) > 1:
            line += '   no more: ' + check(words + ': more than redis', values[0] <= values[1])
        print(line)


def limited():
    # The limit counts the threads' stacks too, whether they are used or not.
    length, memory = 16_384, 128 * 1024 * 1024
    count = 4 * memory // length // (10 if QUICK else 1)
    print('%s of values in a process that may have %s of memory (RLIMIT_DATA)' % (
        mebibytes(count * length), mebibytes(memory)))
    value = lambda number: (b'%016d' % number) * (length // 16)
    server = Server('starling', WORK + '/limited', memory)
    server.set_all(((b'key:%012d' % number, value(number)) for number in range(count)), pipeline=50)
    for round in ('written', 'opened again'):
        wrong = sum(server.get(b'key:%012d' % n, length) != value(n) for n in range(count))
        print('  %-14s all %d values served: %s, resident %s' % (
            round, count, check('values are wrong', wrong == 0), mebibytes(server.resident())))
        server.stop()
        if round == 'written':
            server = Server('starling', WORK + '/limited', memory)


try:
    for scene in SCENES:
        {'overwrite': overwrite, 'open': opening, 'limited': limited}[scene]()
finally:
    shutil.rmtree(WORK, ignore_errors=True)
for what in failed:
    print('NOT AS IT SHOULD BE: ' + what)
sys.exit(1 if failed else 0)
