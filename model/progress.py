"""How far a long command is: steps done, rate and time left, in one line of the terminal.

The line is on standard error and is rewritten. It is only shown on a terminal, so files and pipes
get nothing of it. Print by `say` while it is shown.
"""

import os
import sys
import time

REDRAW_S = 0.2
# Widths that cannot be a real terminal's are not used.
COLUMNS_MIN, COLUMNS_DEFAULT = 20, 80
ERASE_LINE = "\r\x1b[K"

_is_shown = False


def replaces_lines():
    """Whether the progress replaces the printed line at every so many steps.

    Only if both outputs are a terminal: a file or a pipe keeps its lines.
    """
    return sys.stdout.isatty() and sys.stderr.isatty()


def clear():
    """Removes the line from the terminal. The next step shows it again."""
    global _is_shown
    if _is_shown:
        _is_shown = False
        _write(ERASE_LINE)


def say(text):
    """Prints a line on standard output, where the progress was."""
    clear()
    print(text, flush=True)


def through(items, unit):
    """Yields the items of a list, and shows how many are done."""
    for index in Progress(len(items), unit):
        yield items[index]


class Progress:
    """Yields the numbers from `first` to `total` - 1, and shows after each how many are done.

    `note` is shown at the end of the line. The first one prepares for the others (it compiles or
    fills caches), so the rate is that of the others. If the loop ends early, the line goes too.
    """

    def __init__(self, total, unit, first=0):
        self.total, self.unit, self.first, self.note = total, unit, first, ""

    def __iter__(self):
        drawn = begin = None
        try:
            for index in range(self.first, self.total):
                yield index
                now = time.monotonic()
                begin = now if begin is None else begin
                if drawn is None or now - drawn >= REDRAW_S:
                    drawn = now
                    _draw(line(index + 1, self.total, self.unit, index - self.first, now - begin, self.note))
        finally:
            clear()


def line(done, total, unit, measured, elapsed_s, note=""):
    """`340 of 1600 steps, 1.9 a second, 11 min left, loss 0.41`. `measured` of them took
    `elapsed_s`.
    """
    rate = ""
    if measured > 0:
        pace_s = max(elapsed_s, 1e-3) / measured
        speed = f"{1 / pace_s:.1f} a second" if pace_s <= 1 else f"{pace_s:.1f} s each"
        rate = f", {speed}, {_time_left((total - done) * pace_s)} left"
    return f"{done} of {total} {unit}{rate}{f', {note}' if note else ''}"


def _time_left(seconds):
    if seconds < 60:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 3600 else f"{seconds / 3600:.1f} h"


def _draw(text):
    global _is_shown
    if sys.stderr.isatty():
        _is_shown = True
        # A line that wraps could not be removed again.
        _write(ERASE_LINE + text[:_columns() - 1])


def _columns():
    try:
        columns = os.get_terminal_size(sys.stderr.fileno()).columns
    except (OSError, ValueError):
        columns = 0
    return columns if columns >= COLUMNS_MIN else COLUMNS_DEFAULT


def _write(text):
    # A terminal that is gone must not end a training.
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except OSError:
        pass
