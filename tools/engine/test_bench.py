"""Checks of the bench without any engine: the pipe, the comparison of outputs, the tables."""

import json
import sys

import numpy as np
import pytest

import agreement
import measure
import report
from process import Engine, EngineError

ENGINE = """
import sys
print("started", flush=True)
for line in sys.stdin:
    word, _, file = line.strip().partition(" ")
    if word == "run" and {broken}:
        sys.exit("out of memory")
    if word == "write":
        open(file, "wb").write({outputs})
    print("done", {wall_us}, 7, flush=True)
"""


def command(outputs=b"", wall_us=5, broken=False):
    return [sys.executable, "-c", ENGINE.format(outputs=outputs, wall_us=wall_us, broken=broken)], None


class Options:
    loads, rounds, rounds_min, seconds, contend = 2, 3, 2, 60, False


def test_engine_answers_until_it_is_closed():
    with Engine(*command()) as engine:
        assert engine.ask("load") == engine.ask("run") == (5, 7)
        assert engine.peak_kib() > 1000
    assert engine.process.returncode == 0


def test_engine_that_fails_says_why():
    with Engine(*command(broken=True)) as engine, pytest.raises(EngineError, match="it ended: out of memory"):
        engine.ask("run")
    with pytest.raises(EngineError, match="late"):
        Engine([sys.executable, "-c", "print('late')"])


def test_each_engine_is_measured_and_a_broken_one_is_named(tmp_path):
    scores, mask = np.array([[[[0.25, 0.75]]]], np.float32), np.array([[[1]]], np.int32)
    data = scores.tobytes() + mask.tobytes()
    commands = {"good": command(data), "broken": command(data, broken=True), "slow": command(data, 50)}
    found = measure.measure(commands, [scores, mask], tmp_path / "outputs", Options)
    assert found["broken"].keys() == {"error"} and "out of memory" in found["broken"]["error"]
    assert found["good"]["wall_us"] == [5] * 3 and found["slow"]["wall_us"] == [50] * 3
    assert found["good"]["load_us"] == found["good"]["first_us"] == [5] * 2
    assert found["good"]["agreement"] == {"relative": 0, "pixels": 0, "of_pixels": 1}


def test_difference_is_a_share_of_the_range_and_nan_is_never_equal():
    true = [np.array([[[[0.0, 4.0]], [[2.0, 2.0]]]], np.float32)]
    other = [true[0] + np.array([[[[2.0, 0.0]], [[0.0, 0.0]]]], np.float32)]
    assert agreement.compare(other, true) == (0.5, 1, 2)
    assert agreement.compare([true[0] * np.float32("nan")], true).relative == float("inf")
    with pytest.raises(ValueError, match="12 bytes of outputs instead of 16"):
        agreement.split(bytes(12), true)


def engine(*wall_us, **more):
    return {"load_us": [1000], "first_us": [3000], "wall_us": list(wall_us), "processor_us": list(wall_us), "busy_wall_us": [],
            "idle_kib": 1024, "peak_kib": 10240, "agreement": {"relative": 2e-4, "pixels": 0, "of_pixels": 100}, **more}


def results(**engines):
    network = {"name": "n", "size": 16, "target": 0.7, "gflop": 1.5, "engines": engines}
    machine = {"date": "today", "commit": "c", "processor": "p", "cores": 2, "threads": 2, "avx512": True, "versions": {}}
    return json.loads(json.dumps({"machine": machine, "networks": [network]}))


def test_ratio_is_the_median_of_rounds_against_the_faster_rival():
    engines = {"sluice": engine(10, 40, 60), "onnxruntime": engine(20, 50, 90), "openvino": engine(500, 500, 500)}
    assert report.share(engines, "sluice") == 60 / 90
    text = report.markdown(results(**engines))
    assert "| n | 1.5 | 0.0 (0.0) | 0.1 (0.1) | 0.5 (0.5) | **0.67** (0.67) | 0.70 |" in text
    assert "2e-04, 0 ✗" in text and "| n | 10 (1) | 10 (1) | 10 (1) |" in text
    assert "busy program" not in text and "Failed" not in text


def test_growth_is_compared_with_the_first_rival():
    engines = {"sluice": engine(10, busy_wall_us=[20]), "onnxruntime": engine(10, busy_wall_us=[30])}
    assert "| n | **2.00** | 3.00 |" in report.markdown(results(**engines))
    engines["onnxruntime"]["busy_wall_us"] = [19]
    assert "| n | 2.00 | 1.90 |" in report.markdown(results(**engines))


def test_missed_target_is_not_bold_and_a_failure_is_listed():
    engines = {"sluice": engine(30), "onnxruntime": engine(20), "openvino": {"error": "no such operator"}}
    text = report.markdown(results(**engines))
    assert "| – | 1.50 (1.50) | 0.70 |" in text
    assert "- n, openvino: no such operator" in text
    del engines["sluice"]
    assert "| – | – | 0.70 |" in report.markdown(results(**engines))
