"""What a station holds: descriptors, threads, memory, files."""

import collections
import pathlib
import re
import time

# How much more memory than in a run without a fault a station may have, in KiB.
MEMORY_MARGIN_KIB = 4096


def plain(text, directory):
    """A name without what differs from run to run."""
    return re.sub(r"\d+", "N", text.replace(f"{directory}/", ""))


def held(pid, directory):
    """Descriptors and threads of the station and of its guard by name, and the station's memory in
    KiB. None if it has ended."""
    try:
        guards = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        names = collections.Counter()
        for who, process in [("station", pid)] + [("guard", guard) for guard in guards]:
            for link in pathlib.Path(f"/proc/{process}/fd").iterdir():
                try:
                    names[f"{who} has open {plain(str(link.readlink()), directory)}"] += 1
                except FileNotFoundError:
                    pass
            for task in pathlib.Path(f"/proc/{process}/task").iterdir():
                names[f"{who} has thread {(task / 'comm').read_text().strip()}"] += 1
        memory_kib = int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text())[1])
        return names, memory_kib
    except (OSError, TypeError):
        return None


def extra(pid, directory, normal, allowed):
    """What the station holds beyond `normal`, the result of `held` in a run without a fault; None
    if nothing. What is open for a moment only does not count. `allowed` is how many descriptors
    more it may have."""
    more = None
    for _ in range(8):
        now = held(pid, directory)
        if now is None:
            return None
        counts = {what: _count(now, what) - _count(normal, what) for what in ("open", "thread")}
        memory_kib = now[1] - normal[1]
        if counts["open"] <= allowed and counts["thread"] <= 0 and memory_kib <= MEMORY_MARGIN_KIB:
            return None
        more = dict(now[0] - normal[0]), f"{memory_kib} KiB more"
        time.sleep(0.15)
    return more


def _count(held_now, what):
    return sum(count for name, count in held_now[0].items() if f" has {what} " in name)


def files(directory):
    """The names of all files that a station leaves, without numbers. Its run-time directory ends
    with the service."""
    return {plain(str(path), directory) for path in directory.rglob("*")
            if path.name not in ("trace.txt", "arriving") and path.parent.name not in ("parts", "done", "run")}
