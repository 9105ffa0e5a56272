#!/usr/bin/env python3
"""Compares the CPU engine with ONNX Runtime, OpenVINO, MNN and ncnn, network by network.

    tools/engine/bench.sh [OPTION]...

Each engine has a process of its own, which loads a network once and runs it on request. The engines
run in turn, one at a time, with the same input and number of threads. Results go to the directory
of --out: `results.json`, `results.md` with the tables, and `results.png`.

Wall time and processor time are medians. A ratio is the median of the rounds' ratios. The time to
the first output starts when the engine, already started, is told to load the network's file. The
peak of memory is that of the engine's process (VmHWM).

`--contend` repeats each run beside one busy program for each core. `--stations` also measures the
peak memory of `sluice check` with each network, and the pictures a second of a watched directory
against the usual script (reference_script.py).
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from fnmatch import fnmatch
from importlib import metadata
from pathlib import Path

import onnxruntime

import measure
import networks
import peer
import plot
import report

DIRECTORY = networks.REPOSITORY / "target" / "engine"



def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--networks", default="*", help="only these; a pattern like `unet_simple_*_256`")
    parser.add_argument("--engines", default=",".join(peer.ENGINES), help="the others (default %(default)s)")
    parser.add_argument("--threads", type=int, default=2, help="threads of each engine (default %(default)s)")
    parser.add_argument("--rounds", type=int, default=15, help="runs of each engine, at most (default %(default)s)")
    parser.add_argument("--rounds-min", type=int, default=5, help="and at least (default %(default)s)")
    parser.add_argument("--seconds", type=float, default=60, help="a network's time for more than that (default %(default)s)")
    parser.add_argument("--loads", type=int, default=3, help="processes of each engine and network (default %(default)s)")
    parser.add_argument("--beside", action="append", default=[], metavar="NAME=PROGRAM",
                        help="one more bench_model, for example of an older build")
    parser.add_argument("--contend", action="store_true", help="repeat each run beside busy programs")
    parser.add_argument("--stations", action="store_true", help="also measure the station's program")
    parser.add_argument("--out", type=Path, default=DIRECTORY, help="directory of the results (default target/engine)")
    return parser.parse_args()


def build():
    """The path of our side, built from this checkout."""
    subprocess.run(["cargo", "build", "--quiet", "--release", "--package", "ascendcl-cpu", "--example", "bench_model"],
                   check=True, cwd=networks.REPOSITORY)
    return networks.REPOSITORY / "target" / "release" / "examples" / "bench_model"


def commands(programs, engines, path, given, threads):
    """{name: (command, environment)} of the engines that can read this network, and {name: error}
    of the others."""
    found, refused = {}, {}
    for name, program in programs.items():
        found[name] = ([program, path, given], {**os.environ, "ASCENDCL_CPU_THREADS": str(threads)})
    for name in engines:
        try:
            peer.converted(name, path)
            found[name] = ([sys.executable, Path(peer.__file__), name, path, given, threads], None)
        except RuntimeError as error:
            refused[name] = {"error": str(error)}
    return found, refused


def expected(path, given):
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return session.run(None, {session.get_inputs()[0].name: given})


def machine(threads):
    """What a figure depends on."""
    text = Path("/proc/cpuinfo").read_text()
    return {
        "processor": next((line.split(":")[1].strip() for line in text.splitlines() if line.startswith("model name")),
                          platform.machine()),
        "avx512": "avx512f" in text, "cores": len(os.sched_getaffinity(0)), "threads": threads,
        "date": time.strftime("%Y-%m-%d"),
        "versions": {name: metadata.version(name) for name in ("onnxruntime", "openvino", "mnn", "ncnn")},
        "commit": subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=networks.REPOSITORY, capture_output=True,
                                 text=True).stdout.strip(),
    }


def compare(chosen, programs, options, results):
    """Measures each network and adds it to the results."""
    work = DIRECTORY / "networks"
    work.mkdir(parents=True, exist_ok=True)
    for network in chosen:
        path, given = networks.make(network, work), work / f"{network.size}.in"
        data = networks.tensor(networks.picture(network.size))
        given.write_bytes(data.tobytes())
        found, refused = commands(programs, options.engines.split(","), path, given, options.threads)
        facts = measure.measure(found, expected(path, data), work / "outputs", options)
        results["networks"].append({
            "name": network.name, "size": network.size, "base": network.base, "target": network.target,
            "gflop": networks.flops(path) / 1e9, "engines": {**facts, **refused},
        })
        write(results, options.out)
        print(report.line(results["networks"][-1]), flush=True)


def write(results, directory):
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "results.json").write_text(json.dumps(results, indent=1))
    (directory / "results.md").write_text(report.markdown(results))
    plot.draw(results, directory / "results.png")


def main():
    options = arguments()
    chosen = [network for network in networks.NETWORKS if fnmatch(network.name, options.networks)]
    if not chosen:
        sys.exit(f"--networks {options.networks}: no network has such a name")
    programs = {report.OURS: build(), **dict(entry.split("=", 1) for entry in options.beside)}
    results = {"machine": machine(options.threads), "networks": []}
    compare(chosen, programs, options, results)
    if options.stations:
        import stations

        stations.measure(results, chosen, DIRECTORY, options)
        write(results, options.out)
    print(f"{options.out}/results.md, {options.out}/results.png")


if __name__ == "__main__":
    main()
