"""The station's program with each network: the peak memory of `sluice check`, and the pictures a
second of a watched directory against `reference_script.py`."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import cv2
import numpy as np

import networks
import aipp  # from model/, which `networks` adds to the path
import reference_script
from process import peak_kib

HOST = networks.REPOSITORY / "board" / "stations" / "host.json"
PROGRAM = networks.REPOSITORY / "target" / "release" / "sluice"
WIDTH, HEIGHT = 4096, 3072
PICTURES, ROUNDS = 12, 3
# The station's limits are not under test. All pictures come at once, so the last one waits long.
DEADLINE_MS = 60_000
SAMPLE_S = 0.002


class StationError(Exception):
    """The station's program failed, or rejected a picture that it should inspect."""


def station_file(network, path, directory):
    """The path of a station file for the network, with all that it names in `directory`."""
    shutil.rmtree(directory, ignore_errors=True)
    for name in ("parts", "journal"):
        (directory / name).mkdir(parents=True)
    model = directory / path.name
    shutil.copy(path, model)
    model.with_suffix(".aipp.cfg").write_text(aipp.text(network.size, network.size, 3, "bgr"))
    station = json.loads(HOST.read_text())
    station["engine"] |= {"model": str(model), "timeout_ms": 120_000, "self_check_ms": 60_000}
    if network.kind in networks.SMP:
        station["engine"] |= {"mask": "", "scores": "logits", "score_kind": "logits"}
    station["source"]["directory"]["path"] = str(directory / "parts")
    station["image"]["size"] = {"width": network.size, "height": network.size}
    del station["recipe"]["part_present"]
    station["gate"] |= {"deadline_ms": DEADLINE_MS, "delay_ms": DEADLINE_MS + 500, "part_interval_ms": 1000}
    station["lines"]["timeline"] = str(directory / "lines.csv")
    station["display"]["file"] = str(directory / "screen.png")
    station["journal"]["directory"] = str(directory / "journal")
    file = directory / "station.json"
    file.write_text(json.dumps(station, indent=1))
    return file


def environment(threads):
    return {**os.environ, "ASCENDCL_CPU_THREADS": str(threads)}


def check_kib(file, threads):
    """The peak memory of `sluice check`, sampled until it ends."""
    process = subprocess.Popen([PROGRAM, "check", "--station", file], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                               text=True, env=environment(threads))
    peak = 0
    while process.poll() is None:
        peak = max(peak, peak_kib(process.pid) or 0)
        time.sleep(SAMPLE_S)
    if process.returncode:
        raise StationError(f"sluice check: {process.stdout.read()[-1000:]}")
    return peak


def scenes(directory):
    """Files of 12 megapixels, all different: smooth, with the noise of a camera."""
    directory.mkdir(parents=True, exist_ok=True)
    files = [directory / f"{number:02}.png" for number in range(PICTURES)]
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    base = np.stack([120 + 60 * np.sin(x / 311), 110 + 50 * np.sin(y / 400 + x / 900), 100 + 40 * np.cos(x / 500)], -1)
    for number, file in enumerate(files):
        if not file.exists():
            noise = np.random.default_rng(number).normal(0, 8, base.shape).astype(np.float32)
            cv2.imwrite(str(file), np.clip(base + noise, 0, 255).astype(np.uint8))
    return files


def pictures_per_s(command, files, parts, is_verdict, threads):
    """Starts the program, moves all files into `parts` once it is ready, and waits for as many
    verdicts."""
    staged = []
    for file in files:
        staged.append(parts.parent / file.name)
        shutil.copy(file, staged[-1])
    errors = parts.parent / "errors"
    with errors.open("w") as stderr:
        process = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, stderr=stderr, text=True,
                                   env=environment(threads))
    try:
        while not (line := process.stdout.readline()).startswith("ready"):
            if not line:
                raise StationError(f"{command[0]} ended before it was ready: {errors.read_text()[-1000:]}")
        start = time.perf_counter()
        for file in staged:
            file.rename(parts / file.name)
        verdicts = 0
        while verdicts < len(files):
            line = process.stdout.readline()
            if not line or "FAULT" in line:
                raise StationError(f"{command[0]} ended or gave a fault: {line}{errors.read_text()[-1000:]}")
            verdicts += is_verdict(line)
        return len(files) / (time.perf_counter() - start)
    finally:
        process.kill()
        process.communicate()


def watched(network, path, files, directory, threads):
    """The pictures a second of the station and of the script, in turn."""
    found = {"name": network.name, "pictures": len(files), "station_per_s": [], "script_per_s": []}
    for _ in range(ROUNDS):
        file = station_file(network, path, directory)
        command = [PROGRAM, "run", "--station", file, "--parts", len(files), "--log", "debug"]
        found["station_per_s"].append(
            pictures_per_s(command, files, directory / "parts", lambda line: line.startswith("#"), threads))
        station_file(network, path, directory)
        command = [sys.executable, reference_script.__file__, directory / "parts", path, threads, len(files)]
        found["script_per_s"].append(
            pictures_per_s(command, files, directory / "parts", lambda line: ".png" in line, threads))
    return found


def measure(results, chosen, directory, options):
    """Adds `check` and `pictures` to the results of the other measurements."""
    subprocess.run(["cargo", "build", "--quiet", "--release", "--package", "sluice", "--bin", "sluice"], check=True,
                   cwd=networks.REPOSITORY)
    openvino = {network["name"]: network["engines"].get("openvino", {}) for network in results["networks"]}
    results["check"], results["pictures"] = [], []
    files = scenes(directory / "scenes")
    for network in chosen:
        path, place = networks.make(network, directory / "networks"), directory / "station"
        peak = check_kib(station_file(network, path, place), options.threads)
        results["check"].append({"name": network.name, "check_kib": peak,
                                 "openvino_kib": openvino[network.name].get("peak_kib")})
        print(f"{network.name:24} sluice check {peak / 1024:.0f} MiB", flush=True)
        if network.name == networks.REFERENCE:
            results["pictures"].append(watched(network, path, files, place, options.threads))
            print(json.dumps(results["pictures"][-1]), flush=True)
