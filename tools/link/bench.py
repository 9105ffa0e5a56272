#!/usr/bin/env python3
"""Measures sluice-link beside mosquitto and its clients.

    cargo build --release -p sluice-link
    tools/link/bench.py [--link PROGRAM] [--lines N] [--seconds S]

Prints three figures:
- resident memory and share of a core with 10 lines a second, with broker, page and registers;
- time from a line in the journal to a subscriber, with 10 lines a second;
- lines a second after an outage, and those of `mosquitto_pub -l -q 1` with the same lines.
Needs mosquitto and mosquitto-clients.
"""

import argparse
import json
import os
import pathlib
import socket
import statistics
import subprocess
import tempfile
import threading
import time
import zlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
TICKS = os.sysconf("SC_CLK_TCK")


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


class Journal:
    """Writes lines as a station does."""

    def __init__(self, folder):
        folder.mkdir()
        self.file = (folder / "journal-000001.jsonl").open("ab", buffering=0)
        self.previous = 0
        self.number = 0

    def line(self):
        self.number += 1
        now = time.time()
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now)) + f".{int(now % 1 * 1e6):06}Z"
        record = {
            "kind": "part", "part": self.number, "time": stamp, "station": "bench", "picture": None,
            "verdict": {"kind": "PASS", "code": "", "detail": ""},
            "blobs": {"count": 0, "largest_px": 0, "total_px": 0},
            "times_us": {"wait": 120, "decode": 21034, "engine": 301877, "verdict": 310, "total": 323412},
            "gate": {"outcome": "passed", "reason": "", "late": False, "due_us": 2000000, "acted_us": 2000017},
            "recipe": "plate",
        }
        text = json.dumps(record, separators=(",", ":"))[:-1] + f',"prev":"{self.previous:08x}"'
        self.previous = zlib.crc32(text.encode())
        return (text + f',"crc":"{self.previous:08x}"}}\n').encode()

    def write(self, count):
        lines = b"".join(self.line() for _ in range(count))
        self.file.write(lines)
        return lines


class Bench:
    def __init__(self, link, folder):
        self.link, self.folder, self.port = link, folder, free_port()
        configuration = folder / "mosquitto.conf"
        configuration.write_text(f"listener {self.port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\n")
        self.broker = self.start(["/usr/sbin/mosquitto", "-c", str(configuration)])
        self.wait_for_broker()
        self.arrivals = []
        self.came = threading.Condition()
        topics = ["-t", "bench/records", "-t", "peer/records"]
        self.subscriber = subprocess.Popen(
            ["mosquitto_sub", "-p", str(self.port), "-q", "1", *topics], stdout=subprocess.PIPE)
        threading.Thread(target=self.listen, daemon=True).start()
        time.sleep(0.5)

    def start(self, command, **more):
        return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **more)

    def wait_for_broker(self):
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            except OSError:
                time.sleep(0.02)
        raise SystemExit("the broker did not start")

    def listen(self):
        for _ in self.subscriber.stdout:
            with self.came:
                self.arrivals.append(time.monotonic())
                self.came.notify_all()

    def wait_for(self, count):
        with self.came:
            if not self.came.wait_for(lambda: len(self.arrivals) >= count, timeout=120):
                raise SystemExit(f"only {len(self.arrivals)} of {count} lines came")
            return self.arrivals[count - 1]

    def start_link(self, name):
        path = self.folder / f"{name}.json"
        path.write_text(json.dumps({
            "journal": str(self.folder / name),
            "mqtt": {"host": "127.0.0.1", "port": self.port, "client_id": name, "topic": "bench",
                     "position": str(self.folder / f"{name}.position")},
            "http": {"address": f"127.0.0.1:{free_port()}"},
            "modbus": {"address": f"127.0.0.1:{free_port()}"},
        }))
        return self.start([self.link, "--config", str(path)])

    def steady(self, seconds):
        journal = Journal(self.folder / "steady")
        link = self.start_link("steady")
        journal.write(1)
        self.wait_for(len(self.arrivals) + 1)
        time.sleep(2)
        def used():
            fields = pathlib.Path(f"/proc/{link.pid}/stat").read_text().rsplit(") ", 1)[1].split()
            return (int(fields[11]) + int(fields[12])) / TICKS
        begin, before = time.monotonic(), used()
        took = []
        for _ in range(10 * seconds):
            came = len(self.arrivals)
            written = time.monotonic()
            journal.write(1)
            took.append(self.wait_for(came + 1) - written)
            time.sleep(max(0, written + 0.1 - time.monotonic()))
        share = (used() - before) / (time.monotonic() - begin)
        status = pathlib.Path(f"/proc/{link.pid}/status").read_text()
        resident = int(status.split("VmRSS:")[1].split()[0])
        link.terminate()
        link.wait()
        took.sort()
        print(f"10 lines a second: {resident / 1024:.1f} MiB resident, {100 * share:.2f} % of a core")
        print(f"journal to subscriber: median {1000 * statistics.median(took):.1f} ms, "
              f"p99 {1000 * took[int(0.99 * len(took))]:.1f} ms, {len(took)} lines")

    def drain(self, count):
        journal = Journal(self.folder / "drain")
        lines = journal.write(count)
        came = len(self.arrivals)
        begin = time.monotonic()
        link = self.start_link("drain")
        took = self.wait_for(came + count) - begin
        link.terminate()
        link.wait()
        print(f"drained by sluice-link: {count / took:.0f} lines a second ({count} lines, its start included)")
        came = len(self.arrivals)
        begin = time.monotonic()
        peer = subprocess.Popen(["mosquitto_pub", "-p", str(self.port), "-q", "1", "-l", "-t", "peer/records"],
                                stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        peer.communicate(lines)
        took = self.wait_for(came + count) - begin
        print(f"by mosquitto_pub -l -q 1: {count / took:.0f} lines a second")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--link", default=str(ROOT / "target/release/sluice-link"))
    parser.add_argument("--lines", type=int, default=20000)
    parser.add_argument("--seconds", type=int, default=30)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(options.link, pathlib.Path(folder))
        try:
            bench.steady(options.seconds)
            bench.drain(options.lines)
        finally:
            bench.subscriber.kill()
            bench.broker.kill()


if __name__ == "__main__":
    main()
