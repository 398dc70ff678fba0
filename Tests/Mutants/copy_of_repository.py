"""The copy in which bugs are planted, and its builds."""

import os
import re
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
COPY = os.path.join(ROOT, ".build", "mutants")


class BuildFailure(Exception):
    """The copy cannot be built; the text tells why."""


class Copy:
    """A copy of the repository below .build, written only where it differs, so that little is built again."""

    def __init__(self):
        self.built = set()

    def refresh(self, planted):
        """Makes the copy equal to the repository, with the planted files in it."""
        wanted = {"Package.swift": self.package()}
        for folder in ("Sources", "Tests"):
            for path, _, names in os.walk(os.path.join(ROOT, folder)):
                for name in names:
                    place = os.path.relpath(os.path.join(path, name), ROOT)
                    with open(os.path.join(path, name), "rb") as file:
                        wanted[place] = file.read()
        for place, text in planted.items():
            wanted[os.path.join("Sources", place)] = text.encode()
        for place in ("include/planted.h", "planted.c"):
            with open(os.path.join(HERE, "Switch", place), "rb") as file:
                wanted[os.path.join("Sources", "CPlanted", place)] = file.read()
        for folder in ("Sources", "Tests"):
            for path, _, names in os.walk(os.path.join(COPY, folder)):
                for name in names:
                    if os.path.relpath(os.path.join(path, name), COPY) not in wanted:
                        os.remove(os.path.join(path, name))
        for place, content in wanted.items():
            self.write(os.path.join(COPY, place), content)

    def package(self):
        """The manifest with the switch as a target of its own, and with warnings that are no errors.

        A bug may leave code that is never reached, which is no reason not to build it.
        """
        with open(os.path.join(ROOT, "Package.swift")) as file:
            text = file.read()
        edits = (
            (r"    \.treatAllWarnings\(as: \.error\),[^\n]*\n", ""),
            (r"\.target\(name: name, dependencies: dependencies,",
             '.target(name: name, dependencies: dependencies + ["CPlanted"],'),
            (r'\n( *)module\("Causality"\)', r'\n\1.target(name: "CPlanted"),\n\1module("Causality")'),
        )
        for pattern, replacement in edits:
            text, count = re.subn(pattern, replacement, text)
            if count != 1:
                raise BuildFailure(f"Package.swift has changed: {pattern} occurs {count} times, not once")
        return text.encode()

    def write(self, path, content):
        try:
            with open(path, "rb") as file:
                if file.read() == content:
                    return
        except FileNotFoundError:
            os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content)

    def build(self, *arguments):
        """Builds, once for all bugs."""
        if arguments in self.built:
            return
        done = subprocess.run(["swift", "build", *arguments], cwd=COPY, capture_output=True, text=True)
        if done.returncode != 0:
            errors = re.findall(r"[^\n]*error: [^\n]*", done.stdout + done.stderr)
            raise BuildFailure("\n".join(errors[:10]) or (done.stdout + done.stderr)[-2000:])
        self.built.add(arguments)

    def product(self, name):
        """The path of a product built as it is meant to be run."""
        self.build("-c", "release", "--product", name)
        return os.path.join(COPY, ".build", "release", name)
