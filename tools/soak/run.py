#!/usr/bin/env python3
"""Runs a station for hours at full rate with faults mixed in, and plots its memory.

    cargo build --release --package sluice
    cargo build --release --package ascendcl-so --features ascendcl-so/faults
    tools/soak/run.py --minutes 120 --out soak
    tools/soak/run.py --parts 100000 --faults cut,storm --out growth   # no restart: shows growth
    tools/soak/run.py --times kill=200,pause=50 --between-s 3 --out kills
    tools/soak/run.py --minutes 30 --shipped --out shipped             # 12-megapixel pictures

Pictures go into the watched directory as fast as the station takes them. At random, seeded times
one of these happens:

  cut     a picture is cut short
  storm   a hundred pictures come at once
  pause   the station is suspended for up to 3 s (SIGSTOP)
  guard   the guard process is killed
  full    the journal's disk is full for 3 s (only as root: the journal is on a tmpfs)
  clock   the civil clock is stepped, by up to a year, and back (clock.c; needs a C compiler)
  device  an execution fails, takes too long or writes half of its output; or the device fails for
          good, so that the station ends and is started again
  kill    the station is killed (SIGKILL) and started again

At the end each picture must have exactly one record, and 80 % of the good ones must be a PASS. No
bad picture and no cut one may have passed. The journal's lines must follow each other, and memory,
descriptors, threads and files may not have grown. Writes soak.svg, samples.csv and report.md to the
folder of --out.
"""

import argparse
import collections
import contextlib
import os
import pathlib
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tools/fault_matrix"), str(ROOT / "tools/emulated_board")]
import faults  # noqa: E402
import follow  # noqa: E402
import plot  # noqa: E402
import site_of_station as site  # noqa: E402

# Pictures that wait at most, except in a storm.
WAITING = 12
READY_S, STOP_S = 120, 30
# What may be added between the first and the last quarter of a process.
GROWTH_KIB, WARM_S = 1024, 20
PASSED = "passed"
# Of the good pictures at least this share is a PASS, whatever the faults.
PASS_SHARE_MIN = 0.8


class Soak:
    def __init__(self, directory, options):
        self.directory, self.options = directory, options
        self.random = random.Random(options.seed)
        self.faults = faults.Faults(options.faults, self.random, directory, options.times, options.between_s)
        self.journal = follow.Journal(directory / "journal")
        self.pictures = site.prepare(directory, options.shipped, "device" in options.faults)
        self.fed, self.seen = {}, collections.Counter()
        self.verdicts, self.causes, self.wrong, self.samples = collections.Counter(), collections.Counter(), [], []
        self.process, self.starts, self.restarts_s = None, 0, []
        self.numbers = 0
        self.began = time.monotonic()

    def start(self):
        self.output = self.directory / f"output-{self.starts}.txt"
        with open(self.output, "wb") as output, open(self.directory / "errors.txt", "ab") as errors:
            self.process = subprocess.Popen([self.options.program, "run", "--station", "station.json"],
                                            cwd=self.directory, stdout=output, stderr=errors, stdin=subprocess.DEVNULL,
                                            env=self.faults.environment())
        self.starts += 1
        end = time.monotonic() + READY_S
        while b"\nready:" not in self.output.read_bytes():
            if self.process.poll() is not None or time.monotonic() > end:
                errors = (self.directory / "errors.txt").read_text()[-800:]
                raise SystemExit(f"the station is not ready, exit code {self.process.poll()}: {errors}")
            time.sleep(0.05)

    def feed(self, is_cut=False):
        content, is_good = self.random.choice(self.pictures)
        self.numbers += 1
        name = f"{self.numbers:08}.png"
        if is_cut:
            content, is_good = content[:len(content) * 2 // 3], False
        beside = self.directory / "arriving"
        beside.write_bytes(content)
        self.fed[name] = is_good
        beside.rename(self.directory / "parts" / name)

    def take(self):
        """Reads the journal and checks the new records."""
        for one in self.journal.read_on():
            if one["kind"] != "part" or not one["picture"] or one["verdict"]["code"] == "stopping":
                continue
            name = one["picture"]["name"]
            is_good = self.fed.get(name)
            passed = one["gate"]["outcome"] == PASSED
            self.verdicts[one["verdict"]["kind"], one["gate"]["outcome"]] += 1
            if one["verdict"]["kind"] == "FAULT":
                self.causes[one["verdict"]["code"]] += 1
            self.seen[name] += 1
            if passed and not is_good:
                self.wrong.append(f"{name} passed and is bad: {one}")
            if self.seen[name] > 1:
                self.wrong.append(f"{name} has {self.seen[name]} records")

    def waiting(self):
        return len(self.fed) - len(self.seen)

    def sample(self):
        """Memory and counts of the station now; nothing if it has just ended."""
        root = pathlib.Path(f"/proc/{self.process.pid}")
        with contextlib.suppress(OSError):
            status = dict(line.split(":", 1) for line in (root / "status").read_text().splitlines())
            kib = {key: int(status[key].split()[0]) for key in ("VmRSS", "RssAnon", "Threads")}
            kept = sum(len(files) for _, _, files in os.walk(self.directory / "history"))
            kept += sum(1 for _ in (self.directory / "journal").iterdir())
            self.samples.append({
                "time_s": round(time.monotonic() - self.began, 1), "start": self.starts, "rss_kib": kib["VmRSS"],
                "anon_kib": kib["RssAnon"], "threads": kib["Threads"], "descriptors": len(list((root / "fd").iterdir())),
                "files": kept, "recorded": len(self.seen), "waiting": self.waiting()})

    def run(self):
        options = self.options
        self.start()
        next_sample = self.began
        while True:
            now = time.monotonic()
            if self.is_over(now):
                break
            self.take()
            for _ in range(WAITING - self.waiting()):
                self.feed()
            self.faults.turn(self)
            if now >= next_sample:
                self.sample()
                next_sample = now + options.sample_s
            self.start_again_if_ended()
            time.sleep(0.01)
        end = time.monotonic() + READY_S
        while self.waiting() and time.monotonic() < end:
            self.take()
            self.start_again_if_ended()
            time.sleep(0.05)
        self.sample()
        self.process.terminate()
        code = self.process.wait(STOP_S)
        if code != 0:
            self.wrong.append(f"the last stop had exit code {code}")
        self.take()
        missing = sorted(set(self.fed) - set(self.seen))
        if missing:
            self.wrong.append(f"{len(missing)} pictures have no record, such as {missing[0]}")
        good = sum(self.fed.values())
        passes = sum(count for (kind, _), count in self.verdicts.items() if kind == "PASS")
        if passes < PASS_SHARE_MIN * good:
            self.wrong.append(f"only {passes} of {good} good pictures are a PASS")
        self.wrong += self.growth()

    def is_over(self, now):
        if self.options.times:
            return self.faults.is_over()
        if self.options.parts:
            return len(self.fed) >= self.options.parts
        return now - self.began >= self.options.minutes * 60

    def start_again_if_ended(self):
        code = self.process.poll()
        if code is None:
            return
        if code == faults.DEVICE_FAILED and "device" in self.options.faults:
            self.faults.counts["device failed for good"] += 1
        else:
            self.wrong.append(f"the station ended with exit code {code}")
        self.start()

    def growth(self):
        """What has grown in the process that lived longest."""
        lives = collections.defaultdict(list)
        for sample in self.samples:
            lives[sample["start"]].append(sample)
        longest = max(lives.values(), key=lambda life: life[-1]["time_s"] - life[0]["time_s"])
        settled = [one for one in longest if one["time_s"] >= longest[0]["time_s"] + WARM_S]
        self.longest_s = longest[-1]["time_s"] - longest[0]["time_s"]
        self.grown = {}
        if len(settled) < 8:
            if "kill" in (self.options.times or {}):
                # With a kill every few seconds no process lives long.
                return []
            return [f"no process lived long enough to show growth: {self.longest_s:.0f} s"]
        quarter = len(settled) // 4
        wrong = []
        for key, most in [("rss_kib", GROWTH_KIB), ("anon_kib", GROWTH_KIB), ("threads", 0), ("descriptors", 0), ("files", 0)]:
            first, last = (statistics.median(one[key] for one in part) for part in (settled[:quarter], settled[-quarter:]))
            self.grown[key] = (first, last)
            if last > first + most and key != "files":
                wrong.append(f"{key} grew from {first:.0f} to {last:.0f}")
        files = max(one["files"] for one in self.samples)
        if files > site.FILES_MAX:
            wrong.append(f"{files} files, more than the {site.FILES_MAX} that the station file allows")
        return wrong

    def restarts(self):
        if not self.restarts_s:
            return ""
        median, longest = statistics.median(self.restarts_s), max(self.restarts_s)
        return f"From a kill to READY: {median:.2f} s in the median, {longest:.2f} s at most.\n"

    def report(self):
        spent_s = time.monotonic() - self.began
        kinds = "\n".join(f"| {kind} | {outcome} | {count} |" for (kind, outcome), count in sorted(self.verdicts.items()))
        grown = "\n".join(f"| {key} | {first:.0f} | {last:.0f} |" for key, (first, last) in self.grown.items())
        faulted = ", ".join(f"{count} {name}" for name, count in self.faults.counts.items()) or "none"
        causes = ", ".join(f"{count} {name}" for name, count in sorted(self.causes.items())) or "none"
        text = (f"{len(self.fed)} pictures in {spent_s / 60:.1f} minutes ({len(self.fed) / spent_s:.1f} a second), "
                f"{self.journal.lines} records, {self.starts} starts, seed {self.options.seed}.\nFaults: {faulted}.\n"
                f"Causes of a FAULT: {causes}.\n{self.restarts()}\n"
                f"| verdict | gate | parts |\n|---|---|---|\n{kinds}\n\n"
                f"The process that lived longest ({self.longest_s / 60:.1f} minutes), medians of its first and last quarter:\n\n"
                f"| what | first | last |\n|---|---|---|\n{grown}\n\n")
        text += "Nothing was wrong.\n" if not self.wrong else "".join(f"WRONG: {line}\n" for line in self.wrong[:20])
        return text


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=120)
    parser.add_argument("--parts", type=int, help="end after so many parts instead")
    parser.add_argument("--faults", default=",".join(faults.FAULTS), help="those that happen, with commas; none for none")
    parser.add_argument("--times", help="how often each fault happens, and then the end: kill=200,pause=50")
    parser.add_argument("--between-s", type=float, default=faults.BETWEEN_S, help="seconds between two faults, on average (15)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sample-s", type=float, default=2.0)
    parser.add_argument("--program", type=pathlib.Path, default=ROOT / "target/release/sluice")
    parser.add_argument("--shipped", action="store_true", help="the shipped model, and rendered pictures of 12 megapixels")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    options = parser.parse_args()
    if options.between_s <= 0:
        parser.error("--between-s must be above 0")
    if options.times is not None:
        if options.parts or options.faults != ",".join(faults.FAULTS):
            parser.error("--times says which faults happen, and when it ends: not with --faults or --parts")
        try:
            options.times = {name: int(times) for name, times in (one.split("=") for one in options.times.split(","))}
        except ValueError:
            parser.error("--times: give counts, such as kill=200,pause=50")
        if min(options.times.values()) < 1:
            parser.error("--times: each count must be 1 or more")
        options.faults = ",".join(options.times)
    options.faults = [] if options.faults == "none" else options.faults.split(",")
    unknown = set(options.faults) - set(faults.FAULTS)
    if unknown:
        parser.error(f"no fault {', '.join(sorted(unknown))}; known: {', '.join(faults.FAULTS)}")
    if options.times and "device" in options.faults:
        parser.error("errors of the device come by the number of the call: not with --times")
    options.program = options.program.resolve()
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="sluice-soak-") as name:
        soak = Soak(pathlib.Path(name), options)
        with site.small_disk(pathlib.Path(name)) as has_disk:
            if not has_disk and "full" in options.faults:
                options.faults.remove("full")
                print("without the fault full, which needs root", file=sys.stderr)
            try:
                soak.run()
            except BaseException:
                shutil.copy(soak.directory / "errors.txt", options.out)
                raise
            finally:
                if soak.process is not None and soak.process.poll() is None:
                    soak.process.kill()
                    soak.process.wait()
        shutil.copy(soak.directory / "errors.txt", options.out)
    report = soak.report()
    (options.out / "report.md").write_text(report)
    plot.write(soak.samples, options.out)
    print(report, end="")
    return 1 if soak.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
