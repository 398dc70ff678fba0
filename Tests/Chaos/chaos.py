#!/usr/bin/env python3
"""Runs real nodes in real processes, treats them badly, and checks what they hold.

    python3 Tests/Chaos/chaos.py [--minutes M] [--seed N] [--program FILE] [scenario ...]

Needs a built program (make release) and Python's standard library. Only loopback addresses are used, and
ports that were free. Exit 1 if a scenario failed.
"""

import argparse
import os
import random
import signal
import sys
import time
import traceback

sys.dont_write_bytecode = True  # Nothing is left behind in the source tree.

from stress import catching_up, crashes, damage, endings, hostile, partitions, speed, steady, storm
from stress.node import Failed

SCENARIOS = {
    "lag": speed.visible_lag,
    "burst": speed.burst,
    "chain": catching_up.chain,
    "away": catching_up.away,
    "empty": catching_up.empty_joins,
    "kills": crashes.kills,
    "rollback": crashes.rollback,
    "alone": crashes.alone,
    "twins": crashes.twins,
    "storm": storm.storm,
    "damaged": damage.damaged,
    "refused-starts": damage.refused_starts,
    "cut": partitions.cut_and_heal,
    "strangers": partitions.strangers,
    "flat": steady.flat,
    "idle": steady.idle,
    "hostile": hostile.hostile,
    "descriptors": hostile.descriptors,
    "silent": hostile.silent,
    "terminated": endings.terminated,
    "disk-full": endings.disk_full,
}


class Run:
    """What a scenario is given, and where it reports to."""

    def __init__(self, program, seed, minutes, verbose):
        self.program = program
        self.seed = seed
        self.minutes = minutes
        self.verbose = verbose
        self.random = random.Random(seed)
        self.skipped = None

    def report(self, text):
        print(f"    {text}", flush=True)

    def progress(self, text):
        if self.verbose:
            print(f"      {text}", flush=True)

    def skip(self, reason):
        self.skipped = reason


def run_scenario(name, run):
    """Runs one scenario; returns whether it passed or was skipped."""
    scenario = SCENARIOS[name]
    print(f"{name}: {scenario.__doc__.splitlines()[0]}", flush=True)
    start = time.monotonic()
    try:
        scenario(run)
        verdict = f"SKIP {name}: {run.skipped}" if run.skipped else f"PASS {name}"
        passed = True
    except Failed as failure:
        verdict, passed = f"FAIL {name}: {failure}", False
    except Exception as error:
        traceback.print_exc()
        verdict, passed = f"FAIL {name}: {type(error).__name__}: {error}", False
    print(f"{verdict} ({time.monotonic() - start:.1f} s, --seed {run.seed})", flush=True)
    return passed


def main():
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=1, help="how long flat and storm run (default 1)")
    parser.add_argument("--seed", type=int, default=None, help="the same choices again")
    parser.add_argument("--program", default=os.path.join(root, ".build", "release", "starling"))
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("scenarios", nargs="*", metavar="scenario", help=", ".join(SCENARIOS))
    arguments = parser.parse_args()
    unknown = [name for name in arguments.scenarios if name not in SCENARIOS]
    if unknown:
        parser.error(f"no scenario {unknown[0]!r}; there are {', '.join(SCENARIOS)}")
    if not os.access(arguments.program, os.X_OK):
        parser.error(f"{arguments.program} is not there: make release builds it")
    # As with Ctrl-C, the nodes are ended and their directories removed.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(130))
    seed = arguments.seed if arguments.seed is not None else random.SystemRandom().randrange(1 << 32)
    print(f"seed {seed}, program {arguments.program}", flush=True)
    failed = [
        name for name in arguments.scenarios or SCENARIOS
        if not run_scenario(name, Run(arguments.program, seed, arguments.minutes, arguments.verbose))]
    print(f"failed: {', '.join(failed)}" if failed else "all passed", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
