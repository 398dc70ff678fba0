"""Shows that every planted bug is found: by a simulated seed, by the executable model, or by a test.

All bugs are planted in one copy of the repository below .build/mutants, asleep; each is woken in processes of its
own. First the copy is run with none of them awake, and must be clean. What has been found is kept, so that a run
that was interrupted goes on with --continue as long as no source has changed. Exit code 1 if a bug was not found
or cannot be planted.
"""

import argparse
import hashlib
import json
import os
import signal
import sys
import time

from copy_of_repository import ROOT, BuildFailure, Copy
from finders import Finders, NotSound
from planted import all_bugs, planted_files

RESULTS = os.path.join(ROOT, ".build", "mutants.json")


def sound_text(path):
    with open(os.path.join(ROOT, "Sources", path)) as file:
        return file.read()


def check(bugs):
    """Complains about every bug whose text no longer applies, and returns how many complaints there are."""
    complaints = []
    for bug in bugs:
        try:
            planted_files(sound_text, [bug])
        except ValueError as error:
            complaints.append(error)
    if not complaints:
        try:
            planted_files(sound_text, bugs)
        except ValueError as error:
            complaints.append(error)
    for complaint in complaints:
        print(complaint, file=sys.stderr)
    return len(complaints)


def digest_of_sources():
    """Names what a result was found in: all that is built, and how it is looked for."""
    digest = hashlib.sha256()
    for folder in ("Sources", "Tests"):
        for path, folders, names in os.walk(os.path.join(ROOT, folder)):
            folders.sort()
            for name in sorted(names):
                if name.endswith((".swift", ".c", ".h", ".py")):
                    with open(os.path.join(path, name), "rb") as file:
                        digest.update(name.encode() + b"\0" + file.read())
    return digest.hexdigest()[:16]


def kept_results(digest):
    try:
        with open(RESULTS) as file:
            kept = json.load(file)
        return kept["bugs"] if kept["sources"] == digest else {}
    except (OSError, ValueError, KeyError):
        return {}


def keep_results(digest, results):
    os.makedirs(os.path.dirname(RESULTS), exist_ok=True)
    with open(RESULTS + ".new", "w") as file:
        json.dump({"sources": digest, "bugs": results}, file, indent=1)
    os.replace(RESULTS + ".new", RESULTS)


def look_for(bug, finders):
    """What has come of one bug; a copy that cannot be built or is not sound finds nothing."""
    start = time.monotonic()
    try:
        by, at, what = finders.find(bug)
    except (BuildFailure, NotSound) as error:
        by, at, what = None, "", str(error)
    return {"by": by, "at": at, "what": what, "seconds": round(time.monotonic() - start, 1)}


def show(bug, result, file):
    where = f"{result['by']} {result['at']}" if result["by"] else "NOT FOUND"
    what = result["what"].split(" Replay: ")[0][:110]
    print(f"{bug.name:30} {where:18} {result['seconds']:6.1f} s  {what}", file=file, flush=True)


def parse():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("names", nargs="*", help="only these bugs")
    parser.add_argument("--seeds", type=int, default=1000, help="seeds of each profile to look in (default 1000)")
    parser.add_argument("--model", default=os.path.join(ROOT, "..", "shared", "model"), help="directory of model.py")
    parser.add_argument("--list", action="store_true", help="name the bugs and what each does")
    parser.add_argument("--check", action="store_true", help="only see whether every bug can still be planted")
    parser.add_argument("--continue", action="store_true", dest="goes_on", help="keep what an earlier run has found")
    parser.add_argument("--json", action="store_true", help="print the results in JSON, the table to standard error")
    options = parser.parse_args()
    bugs = all_bugs()
    unknown = [name for name in options.names if name not in {bug.name for bug in bugs}]
    if unknown:
        parser.error(f"no planted bug is named {', '.join(unknown)}; --list names them all")
    return options, bugs


def main():
    options, bugs = parse()
    chosen = [bug for bug in bugs if not options.names or bug.name in options.names]
    if options.list:
        for bug in chosen:
            print(f"{bug.name:34} {bug.story}")
        return 0
    if check(bugs):
        return 1
    if options.check:
        print(f"all {len(bugs)} planted bugs can be planted")
        return 0
    digest = digest_of_sources()
    kept = kept_results(digest)
    results = dict(kept) if options.goes_on or options.names else {}
    copy = Copy()
    copy.refresh(planted_files(sound_text, bugs))
    finders = Finders(copy, options.seeds, options.model)
    table = sys.stderr if options.json else sys.stdout
    missed = 0
    for bug in chosen:
        result = results.get(bug.name) if options.goes_on else None
        if result is None or not result["by"]:
            result = results[bug.name] = look_for(bug, finders)
            keep_results(digest, results)
        missed += not result["by"]
        show(bug, result, table)
    print(f"{len(chosen) - missed} of {len(chosen)} planted bugs found", file=table)
    if options.json:
        print(json.dumps({bug.name: results[bug.name] for bug in chosen}, indent=1))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    # Whoever ends this process ends what it has started as well.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    sys.exit(main())
