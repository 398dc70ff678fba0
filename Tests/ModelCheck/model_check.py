"""Runs random scripts through the executable model and through the Swift code, and compares every step.

    python3 model_check.py --model DIRECTORY --replay PROGRAM [--scripts N] [--seed N] [--script JSON]

DIRECTORY holds model.py, the model of the rules of causality; PROGRAM is the target ModelReplay, which
carries out commands on real journals (on simulated disks) and real conversations. After every step of a
script, the nodes that the step has touched must agree with the model in: peer ID and own sequence, the
causal context, the floor, both also as of the last sync, and all live records with dot, key, operation,
clock, timestamp, expiry, value and full context (with "all own earlier", where the record implies it).

The model leads where both could go on, with one exception: the order in which a conversation streams is
the Swift code's own. What it streams must be live in the sender's synced state and missing at the
receiver's opening; it must close when, and only when, nothing such is left.

Of the model's operations `collect`, `gc`, `expire` with collection, `forget`, `leave` and `retire` have
weight 0 in SCENARIOS, since the Swift code does not collect tombstones or forget peers yet. To add one:
give `Mirror` a method of the model's name that also tells the replay, a command in ReplayCluster, and a
weight here.
"""
import argparse
import functools
import json
import random
import signal
import subprocess
import sys
import time

RULES = dict(floor='vv', contig=True, clip=True, voidnamed=False, token='dots', dropfloor=True, pollall=True)

# Beside the model's own operations: `restart` (a clean stop and start) and `mint` (a new peer ID while running).
PLAIN = dict(put=10, sync=6, start=6, batch=16, full=5)
SCENARIOS = {
    'plain': {**PLAIN, 'del': 5, 'crash': 1, 'break': 1, 'restart': .5},
    'token': {**PLAIN, 'read': 6, 'cput': 6, 'cdel': 4, 'del': 3, 'crash': 1, 'break': 1, 'away': .3, 'back': 1},
    'snapshot': {**PLAIN, 'put': 6, 'read': 6, 'cput': 4, 'cdel': 8, 'del': 6, 'full': 9, 'crash': .5, 'wipe': .7},
    'rewind': {**PLAIN, 'del': 6, 'backup': 2, 'rewind': 1, 'wipe': .5, 'mint': .5, 'restart': .5, 'crash': 1},
    'all': {**PLAIN, 'del': 6, 'read': 5, 'cput': 4, 'cdel': 3, 'ttl': 2, 'crash': 1, 'restart': .5, 'break': 1,
            'backup': 1, 'rewind': .7, 'wipe': .4, 'mint': .3, 'away': .3, 'back': 1},
}


# What a run of many scripts must have come to, by the names that the model and `Mirror.follow` count under.
MARKS = ('absdrop', 'dropfloor', 'joined', 'moved', 'snap')


class Difference(Exception):
    """Where the Swift code and the model part."""


class Replay:
    """The Swift side: a process that takes commands and answers each with a line."""

    def __init__(self, program):
        self.program = program
        self.process = None
        self.lines = []

    def begin(self, nodes, seed, segment):
        if self.process is None:
            self.process = subprocess.Popen(
                [self.program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1 << 16)
        self.lines = []
        self.tell(f'begin {nodes} {seed} {segment}')

    def tell(self, line):
        self.lines.append(line)

    def answers(self):
        """Sends what has been told, and returns the answers to it."""
        lines, self.lines = self.lines, []
        answers = []
        # Milliseconds are the rule: whoever takes this long goes round in circles.
        signal.signal(signal.SIGALRM, lambda *_: self.process.kill())
        signal.alarm(20)
        try:
            self.process.stdin.write(''.join(line + '\n' for line in lines))
            self.process.stdin.flush()
            for _ in lines:
                answers.append(self.process.stdout.readline())
        except BrokenPipeError:
            pass
        signal.alarm(0)
        for index, line in enumerate(lines):
            answer = answers[index].rstrip('\n') if index < len(answers) else ''
            if not answer:
                status = self.process.wait()
                self.process = None
                raise Difference(f'the replay ended, or was stuck and killed, with status {status} at: {line}')
            if answer.startswith('error'):
                raise Difference(f'{line}: {answer}')
            answers[index] = answer
        return answers

    def ask(self, line):
        self.tell(line)
        return self.answers()[-1]


@functools.cache
def ranges(mask):
    """The sequences whose bits are set, as the replay writes them."""
    parts, sequence = [], 1
    mask >>= 1
    while mask:
        if mask & 1:
            count = (~mask & (mask + 1)).bit_length() - 1
            parts.append(str(sequence) if count == 1 else f'{sequence}-{sequence + count - 1}')
        else:
            count = (mask & -mask).bit_length() - 1
        sequence += count
        mask >>= count
    return '+'.join(parts)


def context_text(context):
    return ','.join(f'{peer}:{ranges(context[peer])}' for peer in sorted(context) if context[peer] > 1) or '-'


def expiry(record):
    """Expiries are far off: whether one is past makes no difference to what is compared."""
    return record.ts + 1_000_000 if record.ttl else '-'


def record_text(record):
    return (f'{record.dot[0]}:{record.dot[1]}/{record.key}/{"delete" if record.tomb else "put"}/{record.clock}'
            f'/{record.ts}/{expiry(record)}/{"-" if record.tomb else record.ts}/{context_text(record.ctx)}')


def state_text(node):
    live = {dot: record for siblings in node.v.live.values() for dot, record in siblings.items()}
    words = [str(node.v.id), str(node.v.seq), context_text(node.v.ctx), context_text(node.d.ctx),
             context_text(node.v.floor), context_text(node.d.floor)]
    return ' '.join(words + [record_text(live[dot]) for dot in sorted(live)])


def mirror_type(model):
    """The model's world, each of whose changes is told to the replay."""

    class Mirror(model.World):
        EXCHANGES = {'f': 7, 'z': 8}  # the model's names of its own whole exchanges

        def __init__(self, count, rules, replay, seed, segment):
            super().__init__(count, rules)
            self.replay = replay
            self.touched = set()
            self.implies_own = False
            self.is_reborn = False
            replay.begin(count, seed, segment)

        def tell(self, command, node, *words):
            self.touched.add(node.i)
            self.replay.tell(' '.join(str(word) for word in (command, node.i, *words)))

        def sync(self, node):
            super().sync(node)
            if not self.is_reborn:
                self.tell('sync', node)

        def remint(self, node):
            super().remint(node)
            if not self.is_reborn:
                self.tell('mint', node, node.v.id)

        def breakex(self, node):
            for name, exchange in self.ex.items():
                if node in (exchange['dst'], exchange['src']):
                    self.tell_break(name)
            super().breakex(node)

        def tell_break(self, name):
            self.replay.tell(f'break {self.EXCHANGES.get(name, name)}')

        # DESIGN section 3 says more here than model.py does: a write with a token that replaces every live
        # sibling implies all own earlier sequences too, as one without a token does.
        def write(self, node, key, is_delete, token, ttl=False):
            siblings = node.v.live.get(key, {})
            self.implies_own = token is not None and all(
                model.has(token[0], dot) and model.has(node.v.ctx, dot) for dot in siblings)
            record = super().write(node, key, is_delete, token, ttl)
            self.implies_own = False
            self.tell('write', node, key, 'delete' if is_delete else 'put',
                      '*' if token is None else context_text(token[0]), record.ts, expiry(record))
            return record

        def recv(self, state, record):
            if self.implies_own:
                record.ctx[state.id] = model.full(record.dot[1] - 1)
            super().recv(state, record)

        def start(self, name, receiver, sender):
            before = self.ex.get(name)
            super().start(name, receiver, sender)
            exchange = self.ex.get(name)
            if exchange is None or exchange is before:
                return
            answer = self.replay.ask(f'start {self.EXCHANGES.get(name, name)} {receiver.i} {sender.i}')
            if answer != ('snapshot' if exchange['snap'] else 'tail'):
                raise Difference(f'n{receiver.i} opens to n{sender.i}, who answers with a {answer}')

        def batch(self, name, size=1):
            exchange = self.ex.get(name)
            if exchange is None:
                return
            receiver, sender = exchange['dst'], exchange['src']
            if receiver.away or sender.away or exchange['id'] != (receiver.v.id, sender.v.id):
                self.tell_break(name)
                self.ex.pop(name)
                return
            answer = self.replay.ask(f'batch {self.EXCHANGES.get(name, name)} {size}').split()
            self.touched.add(receiver.i)
            dots = [tuple(int(number) for number in dot.split(':')) for dot in answer[1:]]
            self.follow(name, exchange, answer[0], dots)

        def follow(self, name, exchange, outcome, dots):
            """Takes the exchange as far as the replay has, if that is allowed."""
            sender = exchange['src']
            wanted = {
                dot for siblings in sender.d.live.values() for dot in siblings
                if not model.has(exchange['c0'], dot) and dot not in exchange['sent']}
            for dot in dots:
                if dot not in wanted:
                    raise Difference(f'n{sender.i} streams {dot}, of {sorted(wanted)}')
                wanted.remove(dot)
            has_moved = (
                sender.d.floor != exchange['floor0'] if exchange['snap']
                else not model.sub(sender.d.floor, exchange['dig']))
            if outcome != 'open':
                self.stats[outcome] = self.stats.get(outcome, 0) + 1
            if outcome == 'moved':
                if not has_moved:
                    raise Difference(f'n{sender.i} takes its floor {sender.d.floor} as moved')
                for dot in dots:
                    self.recv(exchange['dst'].v, self.W[dot])
                self.ex.pop(name)
                return
            if (outcome == 'joined') != (not wanted):
                raise Difference(f'n{sender.i} stream is "{outcome}" while these are left: {sorted(wanted)}')
            if outcome == 'joined' and has_moved:
                raise Difference(f'n{sender.i} closes though its floor has moved to {sender.d.floor}')
            exchange['q'] = dots
            super().batch(name, max(1, len(dots)))

        def step(self, action):
            operation = action[0]
            if operation == 'break':
                if action[1] in self.ex:
                    self.tell_break(action[1])
                super().step(action)
                return
            if operation == 'batch':
                super().step(action)
                return
            node = self.nodes[action[1]]
            if operation == 'restart':
                self.sync(node)
                super().step(('crash', node.i))
                self.tell('restart', node)
            elif operation == 'mint':
                self.remint(node)
            elif operation == 'rewind':
                if node.bk is not None:
                    self.is_reborn = True
                    super().step(action)
                    self.is_reborn = False
                    self.tell('rewind', node, node.v.id)
            elif operation == 'wipe':
                super().step(action)
                self.tell('wipe', node, node.v.id)
            elif operation in ('crash', 'backup'):
                super().step(action)
                self.tell(operation, node)
            else:
                super().step(action)

        def compare(self, indices):
            before = len(self.replay.lines)
            for index in indices:
                self.replay.tell(f'state {index}')
            answers = self.replay.answers()[before:]
            for index, answer in zip(indices, answers):
                expected = state_text(self.nodes[index])
                if answer != expected:
                    raise Difference(f'n{index} differs\n  model  {expected}\n  Swift  {answer}')

        def settle(self):
            """Compares what the last step has touched."""
            touched, self.touched = sorted(self.touched), set()
            self.compare(touched)

    return Mirror


def story_of_a_floor(rng, key):
    """Steps that would raise a floor, and then need a snapshot that drops what is absent from it.

    A tombstone is replaced at its writer; who has read it elsewhere writes with that stale token; a third
    node drops the tombstone because of this write, which does not inherit its context, and may hear of
    nothing more; a fourth, which has only an early record, opens to the third. Random steps alone come to
    this once in hundreds of scripts.
    """
    others = [0, 1, 2, 3]
    rng.shuffle(others)
    # The stream is in the order of peers, and the stale write must come before what replaced the tombstone.
    reader, writer = sorted((others.pop(), others.pop()))
    third, late = others
    client = rng.randrange(2)
    steps = [('put', writer, key), ('sync', writer), ('full', late, writer), ('sync', late), ('del', writer, key),
             ('sync', writer), ('full', third, writer), ('full', reader, writer), ('read', reader, key, client),
             ('put', writer, key), ('sync', writer), ('full', reader, writer), ('cput', reader, key, client)]
    name, other = rng.sample(range(3), 2)
    is_early = rng.randrange(3) == 0
    if is_early:
        # The floor rises under this stream.
        steps.append(('start', late, third, other))
    if rng.randrange(3) == 0:
        steps.append(('full', third, reader))
    else:
        steps += [('start', third, reader, name), ('batch', name, 1), ('break', name)]
    steps.append(('sync', third))
    if is_early:
        steps.append(('batch', other, 9))
    if rng.randrange(8) == 0:
        steps.append(('wipe', late))
    if rng.randrange(2) == 0:
        steps.append(('full', late, third))
    else:
        # A stream in pieces, meeting whatever else goes on.
        steps += [('start', late, third, name)] + [('batch', name, 1)] * 4 + [('batch', name, 9)]
    # What was dropped must stay so.
    return steps + [('sync', late), (rng.choice(('crash', 'restart')), late)]


def shuffled_together(rng, left, right):
    """Both lists' steps, each list's in its order."""
    places = sorted(rng.randrange(len(left) + 1) for _ in right)
    result = list(left)
    for place, step in reversed(list(zip(places, right))):
        result.insert(place, step)
    return result


class Check:
    """Scripts and their runs."""

    def __init__(self, model, replay):
        self.model = model
        self.rules = dict(model.FIXED, **RULES)
        self.replay = replay
        self.mirror = mirror_type(model)
        self.stats = {}

    def script(self, seed):
        """The script of a seed: how many nodes, the size of segments, and the steps."""
        rng = random.Random(seed)
        count = rng.choice((2, 3, 3, 4))
        segment = rng.choice((1024, 4096, 65536))
        name = rng.choice(sorted(SCENARIOS))
        length = rng.choice((30, 60, 100))
        keys = rng.choice(('x', 'xy', 'xyz'))
        steps = self.model.gen(rng, count, length, SCENARIOS[name], keys)
        if name == 'snapshot':
            count, steps = 4, self.model.gen(rng, 4, rng.choice((5, 15, 40)), SCENARIOS[name], keys)
            for _ in range(rng.choice((1, 1, 2))):
                steps = shuffled_together(rng, steps, story_of_a_floor(rng, rng.choice(keys)))
        return count, segment, steps

    def run(self, count, segment, steps, seed):
        """Returns how the two part, in words, and at which step; None if they agree.

        The step after the last one is that all nodes converse until they are equal.
        """
        done, world = 0, None
        try:
            world = self.mirror(count, self.rules, self.replay, seed, segment)
            for action in steps:
                done += 1
                world.step(action)
                world.settle()
            done += 1
            world.quiesce(collect=False)
            world.compare(range(count))
        except Difference as error:
            return str(error), done
        except self.model.Viol as error:
            return f'the model itself objects: {error}', done
        finally:
            if world is not None:
                for name, number in world.stats.items():
                    self.stats[name] = self.stats.get(name, 0) + number
        return None, done

    def shrink(self, count, segment, steps, seed, seconds=20):
        """Leaves out steps as long as the two still part."""
        deadline = time.monotonic() + seconds
        steps = steps[:self.run(count, segment, steps, seed)[1]]
        size = max(1, len(steps) // 2)
        while size >= 1:
            index, changed = 0, False
            while index < len(steps) and time.monotonic() < deadline:
                fewer = steps[:index] + steps[index + size:]
                if self.run(count, segment, fewer, seed)[0] is not None:
                    steps, changed = fewer, True
                else:
                    index += size
            if not changed or size > 1:
                size //= 2
        return steps


def place(step, steps):
    return f'at step {step}' if step <= len(steps) else 'when all converse after the last step'


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n', 1)[0])
    parser.add_argument('--model', required=True, help='the directory of model.py')
    parser.add_argument('--replay', required=True, help='the program ModelReplay')
    parser.add_argument('--scripts', type=int, default=4000, help='how many scripts to run')
    parser.add_argument('--seed', type=int, default=1, help='the first seed')
    parser.add_argument('--script', help='runs this script only: [nodes, segment, seed, steps] in JSON')
    options = parser.parse_args()
    sys.path.insert(0, options.model)
    sys.dont_write_bytecode = True
    import model
    check = Check(model, Replay(options.replay))
    if options.script:
        count, segment, seed, steps = json.loads(options.script)
        words, step = check.run(count, segment, [tuple(action) for action in steps], seed)
        print(f'they part {place(step, steps)}: {words}' if words else f'they agree in all {len(steps)} steps')
        return 1 if words else 0
    started, steps_run = time.monotonic(), 0
    for seed in range(options.seed, options.seed + options.scripts):
        count, segment, steps = check.script(seed)
        words, _ = check.run(count, segment, steps, seed)
        steps_run += len(steps)
        if words is None:
            continue
        print(f'seed {seed}: {words}\n')
        fewer = check.shrink(count, segment, steps, seed)
        words, step = check.run(count, segment, fewer, seed)
        print(f'shrunk to {len(fewer)} of {len(steps)} steps on {count} nodes')
        print(f'they part {place(step, fewer)}: {words}\n')
        for number, action in enumerate(fewer, 1):
            print(f'  {number:3} {" ".join(str(word) for word in action)}')
        script = json.dumps([count, segment, seed, fewer], separators=(',', ':'))
        print(f"\nto replay: make model-check SCRIPT='{script}'")
        return 1
    seconds = time.monotonic() - started
    stats = ', '.join(f'{name} {number}' for name, number in sorted(check.stats.items()))
    print(f'{options.scripts} scripts, {steps_run} steps: model and Swift agree ({seconds:.0f} s; {stats})')
    missing = [mark for mark in MARKS if mark not in check.stats]
    if missing and options.scripts >= 2000:
        print(f'but no script came to: {", ".join(missing)}')
        return 1
    return 0


if __name__ == '__main__':
    sys.exit(main())
