"""Shows that every planted bug is found: by a simulated seed, or by the tests it names.

usage: mutants.py [NAME ...] [--seeds N] [--list]

Works on a copy of the repository below .build/mutants. Exit code 1 if a bug was not found.
"""

import os
import re
import shutil
import subprocess
import sys
import time

from planted import PLANTED

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
COPY = os.path.join(ROOT, ".build", "mutants")
PROGRAM = os.path.join(COPY, ".build", "release", "starling")
BOUND = 900  # seconds for one build or one run


def copy_repository():
    os.makedirs(COPY, exist_ok=True)
    for name in ("Package.swift", "Sources", "Tests"):
        source, target = os.path.join(ROOT, name), os.path.join(COPY, name)
        if os.path.isdir(source):
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(source, target)
        else:
            shutil.copy2(source, target)
    # A planted bug may leave code that is never reached, which is no reason not to build it.
    package = os.path.join(COPY, "Package.swift")
    with open(package) as file:
        text = file.read()
    with open(package, "w") as file:
        file.write(text.replace("    .treatAllWarnings(as: .error),  // SE-0480\n", ""))


def run(*arguments):
    try:
        done = subprocess.run(arguments, cwd=COPY, capture_output=True, text=True, timeout=BOUND)
        return done.returncode, done.stdout + done.stderr
    except subprocess.TimeoutExpired:
        return -1, "timed out"


def build():
    return run("swift", "build", "-c", "release", "--product", "starling")


def find_by_seeds(count):
    """The number of seeds until the first violation, and which invariant; (None, "") if there is none."""
    for first in range(1, count + 1, 50):
        code, output = run(PROGRAM, "sim", "--seeds", f"{first}..{min(count, first + 49)}", "--profile", "short",
                           "--shrink", "0", "--verbose")
        if code == 0:
            continue
        failed = re.search(r"seed (\d+): (?!ok)(.*)", output)
        if failed:
            return int(failed.group(1)), failed.group(2)[:100]
        return first, f"the run ended with code {code}"
    return None, ""


def find_by_tests(pattern):
    code, output = run("swift", "test", "--filter", pattern)
    if code == 0:
        return None
    failed = re.search(r'✘ Test "?(.*?)"? (?:recorded|failed)', output)
    return failed.group(1) if failed else f"the tests ended with code {code}"


def check(bug, seeds):
    path = os.path.join(COPY, "Sources", bug.file)
    with open(path) as file:
        sound = file.read()
    if sound.count(bug.old) != 1:
        return False, f"stale: the text to replace occurs {sound.count(bug.old)} times in {bug.file}"
    try:
        with open(path, "w") as file:
            file.write(sound.replace(bug.old, bug.new))
        code, output = build()
        if code != 0:
            error = re.search(r"error: .*", output)
            return False, f"does not compile: {error.group(0) if error else output[-200:]}"
        seed, what = find_by_seeds(seeds)
        if seed is not None:
            return True, f"seed {seed}: {what}"
        test = find_by_tests(bug.tests) if bug.tests else None
        return test is not None, f"test: {test}" if test else f"not found in {seeds} seeds"
    finally:
        with open(path, "w") as file:
            file.write(sound)


def main():
    arguments = sys.argv[1:]
    seeds = int(arguments[arguments.index("--seeds") + 1]) if "--seeds" in arguments else 1000
    names = [a for i, a in enumerate(arguments) if not a.startswith("--") and arguments[i - 1] != "--seeds"]
    bugs = [bug for bug in PLANTED if not names or bug.name in names]
    if "--list" in arguments:
        for bug in bugs:
            print(f"{bug.name:34} {bug.story}")
        return 0
    copy_repository()
    missed = 0
    for bug in bugs:
        start = time.monotonic()
        found, how = check(bug, seeds)
        missed += not found
        print(f"{'found ' if found else 'MISSED'} {bug.name:34} {how}  ({time.monotonic() - start:.0f} s)", flush=True)
    print(f"{len(bugs) - missed} of {len(bugs)} planted bugs found")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
