"""Checks of the progress of a long command: in a terminal, and that files and pipes get nothing."""

import os
import pty
import re
import subprocess
import sys
import tty
from pathlib import Path

import pytest

import progress

HERE = Path(__file__).parent


def in_a_terminal(words, stdout_too=True):
    """Runs a command with standard error on a terminal, and by default standard output.

    Returns (what the terminal got, what else standard output got, exit code).
    """
    ours, theirs = pty.openpty()
    # Bytes as they were written, without a carriage return before each line feed.
    tty.setraw(theirs)
    running = subprocess.Popen(words, stdin=subprocess.DEVNULL, stderr=theirs, stdout=theirs if stdout_too else subprocess.PIPE,
                               text=True, cwd=HERE)
    os.close(theirs)
    seen = b""
    while True:
        try:
            part = os.read(ours, 4096)
        except OSError:  # The other end was closed.
            break
        if not part:
            break
        seen += part
    os.close(ours)
    piped = "" if stdout_too else running.stdout.read()
    return seen.decode(), piped, running.wait()


def screen(text):
    """The lines that stay on the terminal, where a carriage return and `erase` remove a line."""
    lines = text.split("\n")
    return [line.rsplit(progress.ERASE_LINE, 1)[-1] for line in lines]


LOOP = """
import progress
progress.REDRAW_S = 0
steps = progress.Progress(4, "steps", 1)
for step in steps:
    steps.note = f"loss {0.5 / step:.2f}"
    if step == 2:
        progress.say("halfway")
    if step == 3 and %s:
        raise SystemExit("step 3: stopped")
"""


def test_the_rate_is_that_of_the_steps_after_the_first():
    assert progress.line(1, 1600, "steps", 0, 0.0) == "1 of 1600 steps"
    assert progress.line(100, 1600, "steps", 50, 100.0, "loss 0.4") == "100 of 1600 steps, 2.0 s each, 50 min left, loss 0.4"
    assert progress.line(20, 50, "parts", 10, 2.0) == "20 of 50 parts, 5.0 a second, 6 s left"
    assert progress.line(3, 9000, "parts", 2, 6.0) == "3 of 9000 parts, 3.0 s each, 7.5 h left"


def test_a_terminal_shows_a_line_that_is_rewritten_and_goes_at_the_end():
    seen, _, code = in_a_terminal([sys.executable, "-c", LOOP % "False"])
    assert code == 0
    drawn = [text for text in seen.split(progress.ERASE_LINE) if " of " in text]
    assert drawn[0] == "2 of 4 steps, loss 0.50"
    assert re.fullmatch(r"4 of 4 steps, [0-9.]+ a second, 0 s left, loss 0.17", drawn[-1])
    assert screen(seen) == ["halfway", ""]


def test_an_error_in_the_loop_stands_alone():
    seen, _, code = in_a_terminal([sys.executable, "-c", LOOP % "True"])
    assert code == 1 and screen(seen) == ["halfway", "step 3: stopped", ""]


def test_a_line_is_not_longer_than_the_terminal():
    program = LOOP % "False" + "import os; assert os.get_terminal_size(2).columns == 0\n"
    seen, _, code = in_a_terminal([sys.executable, "-c", program.replace("loss", "l" * 100)])
    assert code == 0 and max(map(len, seen.split(progress.ERASE_LINE))) == progress.COLUMNS_DEFAULT - 1


def test_files_and_pipes_get_nothing():
    done = subprocess.run([sys.executable, "-c", LOOP % "False"], capture_output=True, text=True, cwd=HERE)
    assert (done.returncode, done.stdout, done.stderr) == (0, "halfway\n", "")


def test_a_training_has_its_progress_on_the_terminal_and_its_lines_in_a_pipe(tmp_path):
    pytest.importorskip("torch", reason="this training needs PyTorch")
    from test_training import write_parts

    data, validation = write_parts(tmp_path / "data", 6), write_parts(tmp_path / "validation", 2)
    words = [sys.executable, "train_torch.py", "--data", data, "--validation", validation, "--roi", "all", "--width", "48", "--height",
             "48", "--crop", "32", "--base", "2", "--steps", "100", "--validate-every", "100", "--batch", "2"]
    seen, _, code = in_a_terminal([*words, "--out", str(tmp_path / "one")])
    assert code == 0, seen
    assert re.search(r"\d+ of 100 steps, [0-9.]+ a second, \d+ s left, loss [0-9.]+", seen)
    left = screen(seen)
    assert not [line for line in left if " of 100 steps" in line or line.startswith("step ")]
    assert left[-3].startswith("epoch 1 of 1 (step 100)") and left[-2].startswith("best Dice")
    seen, piped, code = in_a_terminal([*words, "--out", str(tmp_path / "two")], stdout_too=False)
    assert code == 0 and " of 100 steps, " in seen and screen(seen) == [""]
    assert [line.split()[1] for line in piped.splitlines() if line.startswith("step ")] == ["50/100", "100/100"]
