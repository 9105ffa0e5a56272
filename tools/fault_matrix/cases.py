"""Which calls fail in which run: the cases."""

import collections
import re

from calls import CALLS, HANG_MS, HANGS
from census import is_named

# A thread's calls of one name are tried one by one up to this many; more, by what they are on.
EACH_AT_START, EACH_AFTER = 40, 24
# How far behind the last call that was counted a single one may fail: what recurs with time has no
# last call.
BEHIND_MAX = 4


class Fault:
    """What fails in a run. `thread` is None for the whole program from its start; `target` is None
    for calls on anything. `when` is in strace's words: 3 is the third call, 3+ each from it on."""

    def __init__(self, kind, phase, thread, call, target, when, is_hang=False, error=None):
        self.kind, self.phase, self.thread, self.call, self.target, self.when = kind, phase, thread, call, target, str(when)
        self.is_hang, self.error = is_hang, None if is_hang else error or CALLS[call]

    @property
    def is_single(self):
        return not self.when.endswith("+")

    @property
    def is_at_start(self):
        return self.thread is None

    def at(self, when):
        return Fault(self.kind, self.phase, self.thread, self.call, self.target, when, self.is_hang, self.error)

    def injection(self):
        action = f"delay_enter={HANG_MS}ms" if self.is_hang else f"error={self.error}"
        return f"inject={self.call}:{action}:when={self.when}"

    def __str__(self):
        where = f"{self.thread or 'all threads'}, {self.call}" + (f" on {self.target}" if self.target else "")
        return f"{self.kind}, {self.phase}: {where}, {'hang' if self.is_hang else self.error}, call {self.when}"


def chosen(count):
    """First, second, middle and last of so many calls."""
    return sorted({1, min(2, count), (count + 1) // 2, count})


def places(calls):
    """What calls are on, in strace's words: {target: how many}; None for what has no such words."""
    return collections.Counter(call.target if is_named(call.target) else None for call in calls)


def _by_name(calls):
    found = collections.defaultdict(list)
    for call in calls:
        if call.name in CALLS:
            found[call.name].append(call)
    return found


def _most(calls):
    """How many of these calls one thread makes at most."""
    return max(collections.Counter(call.thread for call in calls).values())


def at_start(census, kind, known):
    """The cases that fail from the program's first call on. Places in `known` were tried before."""
    for name, calls in _by_name(census.start).items():
        new = [call for call in calls if ("start", name, _plain(call.target)) not in known]
        known |= {("start", name, _plain(call.target)) for call in new}
        is_first = len(new) == len(calls)
        if not new:
            continue
        whole = Fault(kind, "start", None, name, None, 1)
        most = _most(calls)
        if is_first and most <= EACH_AT_START:
            # One more case: from behind the last on, until a run sees none.
            yield from (whole.at(number) for number in range(1, most + 1))
            yield whole.at(f"{most + 1}...")
        else:
            for target, _ in places(new).items():
                on = Fault(kind, "start", None, name, target, 1)
                count = _most([call for call in calls if target is None or call.target == target])
                yield from (on.at(number) for number in chosen(count))
        if is_first:
            yield whole.at("1+")
        if name in HANGS:
            for target in places(new):
                yield Fault(kind, "start", None, name, target, 1, is_hang=True)


def after_ready(census, kind, known):
    """The cases that fail in one thread once the station is ready."""
    threads = collections.defaultdict(list)
    for call in census.after:
        threads[call.thread].append(call)
    for thread, of_thread in threads.items():
        for name, calls in _by_name(of_thread).items():
            new = [call for call in calls if (thread, name, _plain(call.target)) not in known]
            known |= {(thread, name, _plain(call.target)) for call in new}
            is_first = len(new) == len(calls)
            if new:
                yield from _of_thread(census, kind, thread, name, calls, new, is_first)


def _of_thread(census, kind, thread, name, calls, new, is_first):
    whole = Fault(kind, "ready", thread, name, None, 1)
    if is_first and len(calls) <= EACH_AFTER:
        yield from (whole.at(number) for number in range(1, len(calls) + 1))
        yield whole.at(f"{len(calls) + 1}...")
    else:
        for target, count in places(new).items():
            on = Fault(kind, "ready", thread, name, target, 1)
            count = count if target else len(calls)
            yield from (on.at(number) for number in chosen(count))
    if is_first:
        yield whole.at("1+")
        before = sum(call.at_s < census.bad_s for call in calls)
        within = sum(census.bad_s <= call.at_s < census.gate_s for call in calls)
        if before + within and before + within // 2:
            yield Fault(kind, "part", thread, name, None, f"{before + within // 2 + 1}+")
    if name in HANGS:
        for target, count in places(new).items():
            for number in sorted({1, (count + 1) // 2}):
                yield Fault(kind, "ready", thread, name, target, number, is_hang=True)


def _plain(target):
    return re.sub(r"\d+", "N", target)
