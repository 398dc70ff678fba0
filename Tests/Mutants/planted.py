"""What a planted bug is, and the list of all of them.

Every bug is a small edit of one file below Sources. All of them are planted in one copy of the repository at
once, each asleep: its text asks `PLANTED`, which is true only in a process that was started for this bug. So one
build serves them all, and a process started for none behaves as if nothing had been edited.
"""

import zlib
from typing import NamedTuple, Optional


class Planted(NamedTuple):
    """One bug: a text that occurs exactly once in its file, and what stands there instead.

    The replacement MUST ask PLANTED, and do what the text had done where that is false. `by` is the way by which
    the bug is looked for first: some seeds of the simulator, random scripts of the model, or tests alone, where no
    simulated run can meet it. `tests` is a filter for `swift test`, tried before a thousand seeds are.
    """

    name: str
    story: str
    file: str
    old: str
    new: str
    tests: Optional[str] = None
    by: str = "seeds"

    @property
    def number(self):
        """What switches it on; the same however many others there are, so that copies need not be built again."""
        return zlib.crc32(self.name.encode()) % 0x7FFFFFFE + 1

    @property
    def planted(self):
        return self.new.replace("PLANTED", f"planted({self.number})")


def all_bugs():
    """All of them, in the order of the modules."""
    import bugs_collection
    import bugs_compaction
    import bugs_conversation
    import bugs_cuts
    import bugs_data
    import bugs_journal
    import bugs_leadership
    import bugs_members
    import bugs_recovery
    import bugs_replica

    lists = (
        bugs_journal, bugs_recovery, bugs_data, bugs_compaction, bugs_collection, bugs_conversation, bugs_replica,
        bugs_leadership, bugs_members, bugs_cuts)
    return [bug for module in lists for bug in module.BUGS]


def spot(text, bug):
    """Where the bug's text is; raises ValueError, naming file and bug, unless it is there exactly once."""
    count = text.count(bug.old)
    if count != 1:
        raise ValueError(f"Sources/{bug.file}: the text of planted bug {bug.name} occurs {count} times, not once")
    return text.index(bug.old)


def plant(text, bugs):
    """The text of one file with the bugs planted, all asleep."""
    places = sorted((spot(text, bug), bug) for bug in bugs)
    for (start, one), (following, other) in zip(places, places[1:]):
        if start + len(one.old) > following:
            raise ValueError(f"Sources/{one.file}: the texts of {one.name} and {other.name} overlap")
    for start, bug in reversed(places):
        if "PLANTED" not in bug.new:
            raise ValueError(f"planted bug {bug.name} cannot be switched off: its text does not ask PLANTED")
        text = text[:start] + bug.planted + text[start + len(bug.old):]
    return text


def planted_files(read, bugs):
    """The edited files: path below Sources to text. `read` gives the sound text of a path, or raises OSError."""
    names = [bug.name for bug in bugs]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"two planted bugs are named {name}")
    if len({bug.number for bug in bugs}) < len(bugs):
        raise ValueError("two planted bugs have one number; rename one")
    files = {}
    for path in sorted({bug.file for bug in bugs}):
        try:
            sound = read(path)
        except OSError as error:
            here = ", ".join(bug.name for bug in bugs if bug.file == path)
            raise ValueError(f"Sources/{path}, where {here} is planted, cannot be read: {error.strerror}") from error
        text = plant(sound, [bug for bug in bugs if bug.file == path])
        files[path] = "package import CPlanted\n" + text
    return files
