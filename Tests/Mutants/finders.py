"""The ways in which a planted bug is looked for."""

import os
import re
import signal
import subprocess
import sys
import threading

from copy_of_repository import COPY, ROOT

FEW = 120  # seeds that are tried before anything that takes longer
SCRIPTS = 6000  # random scripts of the model
SILENCE = 120  # seconds after which a seed or a test that says nothing has been stopped by its bug
SCRIPTS_BOUND = 900  # seconds for all scripts: those that agree say nothing


class NotSound(Exception):
    """The copy is found at fault with no bug awake: whatever it finds means nothing."""


class Finders:
    """Looks for bugs by seeds, by the model and by tests, in the order that is cheapest."""

    def __init__(self, copy, seeds, model):
        self.copy = copy
        self.seeds = seeds
        self.model = model
        self.sound = set()

    def find(self, bug):
        """By which way, where, and in which words the bug was found; None, "" and why not if it was not."""
        few = min(FEW, self.seeds)
        seeds = [
            lambda: self.find_by_seeds(bug, "short", 1, few),
            lambda: self.find_by_seeds(bug, "standard", 1, few // 2),
        ]
        more_seeds = [
            lambda: self.find_by_seeds(bug, "short", few + 1, self.seeds),
            lambda: self.find_by_seeds(bug, "standard", few // 2 + 1, self.seeds),
        ]
        model, tests = [lambda: self.find_by_model(bug)], [lambda: self.find_by_tests(bug)]
        ways = {
            "seeds": seeds + tests + more_seeds,
            "model": model + tests + seeds + more_seeds,
            "tests": tests,
        }[bug.by]
        for way in ways:
            found = way()
            if found is not None:
                return found
        return None, "", f"by the tests {bug.tests}" if bug.by == "tests" else f"in {self.seeds} seeds"

    def find_by_seeds(self, bug, profile, first, last):
        if first > last:
            return None
        program = self.copy.product("starling")
        if "seeds" not in self.sound:
            self.sound.add("seeds")
            for calm in ("short", "standard"):
                self.demand_sound(self.run_seeds(program, None, calm, 1, 20))
        return self.run_seeds(program, bug, profile, first, last)

    def run_seeds(self, program, bug, profile, first, last):
        """The first of the seeds with a violation; one that does not end, or ends the process, has one."""
        way = "seed" if profile == "short" else f"{profile} seed"
        at, last_line = first, ""
        arguments = [program, "sim", "--seeds", f"{first}..{last}", "--profile", profile, "--verbose", "--shrink", "0"]
        with Lines(arguments, bug) as lines:
            for line in lines:
                last_line = line
                violation = re.search(r"seed (\d+) after [^:]*: (.*)", line)
                if violation:
                    return way, int(violation.group(1)), violation.group(2)
                passed = re.match(r"seed (\d+): (ok|FAILED)", line)
                if passed:
                    at = int(passed.group(1)) + (passed.group(2) == "ok")
        if lines.is_silent:
            return way, at, "does not end"
        if lines.code != 0:
            return way, at, f"the process ended with code {lines.code}: {last_line}"
        if at <= last:
            raise NotSound(f"the seeds {first}..{last} ended at {at}: {last_line}")
        return None

    def find_by_model(self, bug):
        if not os.path.isfile(os.path.join(self.model, "model.py")):
            return None
        replay = self.copy.product("ModelReplay")
        if "model" not in self.sound:
            self.sound.add("model")
            self.demand_sound(self.run_scripts(replay, None, 200))
        return self.run_scripts(replay, bug, SCRIPTS)

    def run_scripts(self, replay, bug, count):
        """The first random script after which the model and the code differ."""
        program = os.path.join(COPY, "Tests", "ModelCheck", "model_check.py")
        arguments = [sys.executable, "-u", program, "--model", self.model, "--replay", replay, "--scripts", str(count)]
        with Lines(arguments, bug, SCRIPTS_BOUND) as lines:
            for line in lines:
                differs = re.match(r"seed (\d+): (.*)", line)
                if differs:
                    return "script", int(differs.group(1)), differs.group(2)
                if re.match(r"\d+ scripts, .* agree", line):
                    return None
        return "script", "", "does not end" if lines.is_silent else f"the check ended with code {lines.code}"

    def find_by_tests(self, bug):
        if not bug.tests:
            return None
        self.copy.build("--build-tests")
        if bug.tests not in self.sound:
            self.sound.add(bug.tests)
            self.demand_sound(self.run_tests(None, bug.tests))
        return self.run_tests(bug, bug.tests)

    def run_tests(self, bug, pattern):
        """The first test that fails."""
        last, count = "", 0
        with Lines(["swift", "test", "--skip-build", "--filter", pattern], bug) as lines:
            for line in lines:
                last = line or last
                failed = re.search(r'✘ Test (?!run )(?:"(.*?)"|(\S+)) .*?(?:recorded|failed)', line)
                if failed:
                    return "test", "", failed.group(1) or failed.group(2)
                run = re.search(r"Test run with (\d+) tests? .*passed", line)
                count = int(run.group(1)) if run else count
        if lines.is_silent and "started" not in last and "passed" not in last:
            raise NotSound(f"the tests have not begun after {SILENCE} s: {last}")
        if lines.is_silent:
            return "test", "", f"does not end: {last}"
        if lines.code != 0:
            return "test", "", f"the tests ended with code {lines.code}: {last}"
        if count == 0:
            raise NotSound(f"no test matches {pattern}")
        return None

    def demand_sound(self, found):
        if found is not None:
            raise NotSound(f"with no bug awake there is {' '.join(str(word) for word in found)}")


class Lines:
    """What a process says, line by line, with one bug awake; ends the process with the block."""

    def __init__(self, arguments, bug, silence=SILENCE):
        environment = dict(os.environ, STARLING_PLANTED=str(bug.number if bug else 0), SWIFT_BACKTRACE="enable=no")
        self.process = subprocess.Popen(
            arguments, cwd=COPY, env=environment, text=True, errors="replace", start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.silence = silence
        self.is_silent = False
        self.code = None
        self.timer = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop_timer()
        self.end()

    def __iter__(self):
        self.start_timer()
        for line in self.process.stdout:
            self.start_timer()
            yield line.rstrip("\n")
        self.stop_timer()
        self.code = self.process.wait()

    def start_timer(self):
        self.stop_timer()
        self.timer = threading.Timer(self.silence, self.fall_silent)
        self.timer.daemon = True
        self.timer.start()

    def stop_timer(self):
        if self.timer is not None:
            self.timer.cancel()

    def fall_silent(self):
        self.is_silent = True
        self.end()

    def end(self):
        """Ends the process and those it has started."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
