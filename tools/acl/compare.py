#!/usr/bin/env python3
"""Runs the C programs of tests/c with public architectures and compares them with ONNX Runtime.

    cargo build --package ascendcl-so
    python3 tools/acl/compare.py --library target/debug/libascendcl.so

Builds the models of architectures.py and the programs in a temporary directory. Both programs run
with each model in both run modes (`device`, `host`). Single-precision numbers may differ from ONNX
Runtime's by 1e-4 of the tensor's largest number. Where a mask differs, the two scores must be that
close. The exit code is 1 if a comparison fails; the line of that model says so.

Needs a C compiler and the packages of requirements.txt.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnxruntime

import architectures

REPOSITORY = Path(__file__).resolve().parents[2]
RELATIVE_MAX = 1e-4
PICTURES = 3


def compile_program(name, library, directory):
    include = directory / "include" / "acl"
    include.mkdir(parents=True, exist_ok=True)
    shutil.copy(REPOSITORY / "ffi" / "acl.h", include)
    program = directory / name
    subprocess.run(
        [os.environ.get("CC", "cc"), "-std=c99", "-D_POSIX_C_SOURCE=200809L", "-O1",
         REPOSITORY / "tests" / "c" / f"{name}.c", "-o", program, "-I", include.parent, "-L", library.parent,
         "-lascendcl", "-lpthread"],
        check=True,
    )
    return program


def run(program, library, mode, model, inputs, directory):
    """Runs the program with these input arrays and returns the bytes that it writes."""
    files = []
    for index, array in enumerate(inputs):
        files.append(directory / f"{index}.in")
        files[-1].write_bytes(array.tobytes())
    output = directory / "out"
    environment = {**os.environ, "LD_LIBRARY_PATH": str(library.parent), "ASCENDCL_CPU_RUN_MODE": mode,
                   "ASCENDCL_CPU_VALIDATE": "1"}
    done = subprocess.run([program, model, output, *files], env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{program.name} ended with {done.returncode}: {done.stderr}")
    if done.stderr != "validation: 0 misuses, 0 leaks\n":
        sys.exit(f"{program.name} does not use AscendCL as it should: {done.stderr}")
    return output.read_bytes()


def split(data, results):
    """Cuts the program's bytes into arrays like ONNX Runtime's."""
    arrays, at = [], 0
    for result in results:
        arrays.append(np.frombuffer(data, result.dtype, result.size, at).reshape(result.shape))
        at += result.nbytes
    if at != len(data):
        sys.exit(f"the program wrote {len(data)} bytes, ONNX Runtime's outputs have {at}")
    return arrays


def difference(ours, theirs):
    """The largest relative difference in single precision, and the number of pixels whose
    class differs."""
    worst, pixels = 0.0, 0
    scores = theirs[0]
    for mine, true in zip(ours, theirs):
        if true.dtype == np.float32:
            worst = max(worst, float(np.abs(mine - true).max() / np.abs(true).max()))
            continue
        other = mine != true
        pixels += int(other.sum())
        of = lambda classes: np.take_along_axis(scores, classes[..., None], axis=3)[..., 0]
        if other.any():
            worst = max(worst, float((of(true) - of(mine))[other].max() / np.abs(scores).max()))
    return worst, pixels


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--library", type=Path, required=True, help="libascendcl.so as cargo built it")
    library = parser.parse_args().library.resolve()
    failed = False
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        classify = compile_program("classify_sync", library, directory)
        segment = compile_program("segment_async", library, directory)
        for build in architectures.ALL:
            model = directory / f"{build.__name__}.onnx"
            model.write_bytes(build().SerializeToString())
            session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
            shape = session.get_inputs()[0].shape
            random = np.random.default_rng(1)
            pictures = [random.uniform(-1, 1, shape).astype(np.float32) for _ in range(PICTURES)]
            results = [session.run(None, {"x": picture}) for picture in pictures]
            for mode in ["device", "host"]:
                data = run(classify, library, mode, model, pictures[:1], directory)
                compared = [difference(split(data, results[0]), results[0])]
                data = run(segment, library, mode, model, pictures, directory)
                size = len(data) // PICTURES
                for index, result in enumerate(results):
                    compared.append(difference(split(data[index * size:(index + 1) * size], result), result))
                worst, pixels = max(c[0] for c in compared), sum(c[1] for c in compared)
                good = worst <= RELATIVE_MAX
                failed |= not good
                print(f"{build.__name__:13} {mode:6} {'x'.join(map(str, shape)):12} largest difference {worst:.1e}, "
                      f"{pixels} pixels of another class{'' if good else '  TOO MUCH'}")
    sys.exit(failed)


if __name__ == "__main__":
    main()
