#!/usr/bin/env python3
"""Draws the link's page in Chromium, for people to look at.

    cargo build -p sluice-link
    tools/link/screenshots.py FOLDER [--link PROGRAM] [--chromium PROGRAM]

Writes a PNG file for a phone, a panel and a desk, light and dark, in English and Chinese. The
journal and the history are made up; no station runs. Needs chromium and a Chinese font (Debian:
fonts-wqy-microhei).
"""

import argparse
import base64
import fcntl
import json
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import time
import urllib.request
import zlib

import bench

SIZES = {"phone": (390, 844), "panel": (1024, 600), "desk": (1280, 1800)}
SCHEMES = ("dark", "light")
LANGUAGES = ("en", "zh")
SIDE = 240


def png(rows):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 2, 0, 0, 0)
    data = zlib.compress(b"".join(b"\0" + bytes(row) for row in rows))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def overlay(number):
    """A round part with a tinted blob."""
    centre, radius = SIDE / 2, SIDE * 0.42
    x0, y0, size = 70 + number * 37 % 90, 80 + number * 53 % 80, 6 + number * 7 % 16
    rows = []
    for y in range(SIDE):
        row = []
        for x in range(SIDE):
            grey = 150 + (x * 7 + y * 3) % 9 if (x - centre) ** 2 + (y - centre) ** 2 < radius**2 else 35
            pixel = (grey, grey, grey)
            if abs(x - x0) + 2 * abs(y - y0) < 2 * size:
                pixel = ((grey + 255) // 2, grey // 2, grey // 2)
            row += pixel
        rows.append(row)
    return png(rows)


def stamp(seconds, form="%Y-%m-%dT%H:%M:%S"):
    return time.strftime(form, time.gmtime(seconds))


def line(file, previous, record):
    text = json.dumps(record, separators=(",", ":"))[:-1] + f',"prev":"{previous:08x}"'
    previous = zlib.crc32(text.encode())
    file.write((text + f',"crc":"{previous:08x}"}}\n').encode())
    return previous


REJECT = ("REJECT", "blob_area", "class 1: blob of 812 px at (310, 455), limit 40")
FAULT = ("FAULT", "no_picture", "no picture within 500 ms")
PASS = ("PASS", "", "")


def write(journal, history):
    """90 parts, the last half hour; the first are of yesterday."""
    journal.mkdir()
    history.mkdir()
    now, previous = time.time(), 0
    with (journal / "journal-000001.jsonl").open("wb") as file:
        for number in range(1, 91):
            at = now - (90 - number) * 20 - (86_400 if number < 78 else 0)
            kind, code, detail = FAULT if number % 23 == 0 else REJECT if number % 9 == 0 else PASS
            when = f"{stamp(at)}.000000Z"
            verdict = {"kind": kind, "code": code, "detail": detail}
            blobs = {"count": 0, "largest_px": 0, "total_px": 0}
            previous = line(file, previous, {
                "kind": "part", "part": number, "time": when, "station": "line 3", "picture": None,
                "verdict": verdict, "blobs": blobs,
                "times_us": {"wait": 120 + number, "decode": 21034, "engine": 301877 + 97 * number,
                             "verdict": 310, "total": 323412 + 98 * number},
                "gate": {"outcome": "passed" if kind == "PASS" else "rejected",
                         "reason": "" if kind == "PASS" else "verdict", "late": False,
                         "due_us": 2000000, "acted_us": 2000017},
                "recipe": "plate" if number % 3 else "flange"})
            if kind == "PASS":
                continue
            folder = history / f"{stamp(at, '%Y%m%dT%H%M%S')}.000Z-{number:010}-{kind}"
            folder.mkdir()
            has_input = kind == "REJECT"
            shape = {"size": {"width": SIDE, "height": SIDE}, "order": "rgb", "classes": 2}
            (folder / "part.json").write_text(json.dumps({
                "version": 1, "part": number, "time": when, "station": "line 3", "recipe": "plate",
                "verdict": verdict, "blobs": blobs, "nearest": None, "picture": None,
                "input": shape if has_input else None, "input_sha256": None, "mask_sha256": None,
                "binary_sha256": "01" * 32, "station_sha256": "02" * 32, "model_sha256": "03" * 32,
                "recipe_sha256": "04" * 32, "engine": None}) + "\n")
            if has_input:
                (folder / "overlay.png").write_bytes(overlay(number))


class Browser:
    """Chromium, by its debugging protocol over two pipes: JSON, each message with a zero behind."""

    def __init__(self, program, profile):
        to_read, self.to = os.pipe()
        self.back, to_write = os.pipe()
        # It reads from 3 and writes to 4.
        ends = [fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (to_read, to_write)]

        def pipes():
            for place, end in enumerate(ends, start=3):
                os.dup2(end, place)

        self.process = subprocess.Popen(
            [program, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
             f"--user-data-dir={profile}", "--remote-debugging-pipe"],
            close_fds=False, preexec_fn=pipes, stderr=subprocess.DEVNULL)
        for end in (to_read, to_write, *ends):
            os.close(end)
        self.number, self.rest, self.session = 0, b"", None
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def ask(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.to, json.dumps(message).encode() + b"\0")
        while True:
            while b"\0" not in self.rest:
                read = os.read(self.back, 1 << 20)
                if not read:
                    sys.exit("chromium has ended")
                self.rest += read
            text, self.rest = self.rest.split(b"\0", 1)
            answer = json.loads(text)
            if answer.get("id") == self.number:
                return answer["result"]

    def value(self, expression):
        return self.ask("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    def draw(self, url, scheme, width, height):
        self.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.ask("Page.navigate", url=url)
        ready = ("document.querySelector('figure') && document.querySelector('dd') && "
                 "[...document.images].slice(0, 2).every(image => image.complete && image.naturalWidth)")
        for _ in range(300):
            time.sleep(0.1)
            if self.value(ready):
                break
        else:
            sys.exit(f"{url} shows no state with pictures")
        if self.value("document.documentElement.scrollWidth > innerWidth"):
            sys.exit(f"{url}: wider than {width} pixels")
        return base64.b64decode(self.ask("Page.captureScreenshot")["data"])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--link", default=bench.ROOT / "target/debug/sluice-link")
    parser.add_argument("--chromium", default="chromium")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        place = pathlib.Path(place)
        write(place / "journal", place / "history")
        # A running station holds this lock.
        lock = os.open(place / "journal", os.O_RDONLY)
        fcntl.flock(lock, fcntl.LOCK_EX)
        port = bench.free_port()
        config = place / "link.json"
        config.write_text(json.dumps({
            "journal": str(place / "journal"), "history": str(place / "history"),
            "http": {"address": f"127.0.0.1:{port}"},
            "mqtt": {"host": "127.0.0.1", "port": bench.free_port(), "client_id": "link",
                     "topic": "plant/line-3", "position": str(place / "position.json")}}))
        link = subprocess.Popen([str(options.link), "--config", str(config)])
        try:
            page = f"http://127.0.0.1:{port}/"
            for _ in range(100):
                time.sleep(0.1)
                try:
                    if json.load(urllib.request.urlopen(page + "status.json"))["last_part"]:
                        break
                except OSError:
                    pass
            with Browser(options.chromium, place / "profile") as browser:
                for language in LANGUAGES:
                    for scheme in SCHEMES:
                        for name, (width, height) in SIZES.items():
                            file = options.folder / f"{name}-{scheme}-{language}.png"
                            file.write_bytes(browser.draw(f"{page}?lang={language}", scheme, width, height))
                            print(file)
        finally:
            link.terminate()
            link.wait()


main()
