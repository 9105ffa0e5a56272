#!/usr/bin/env python3
"""Compares the CPU engine with ONNX Runtime for every row of ffi/cpu/operators.txt.

    cargo build --package ascendcl-so
    python3 tools/acl/operators.py --library target/debug/libascendcl.so [OPERATOR ...]
    python3 tools/acl/operators.py --library target/debug/libascendcl.so --survey OPERATOR ...

For each row of the table the script makes one-operator models. They cover every listed value, type
and rank, every opset at which the operator changed, and pairs of these. Their outputs must equal
those of ONNX Runtime: floats to 1e-5 of the output's largest number (of 0.1 if that is smaller),
other types exactly.

Then the script violates each row in one place. The engine must refuse at load every model that no
row covers, with the operator's name. Small networks as exporters write them follow; they must agree
to 1e-4. The exit code is 1 if anything failed; the failures are printed.

The executor computes the models of its family, and rten the others. The table promises the same of
both. So a second copy of the library, which gives every model to rten, computes what the executor
computed once more, and must refuse the same models.

`--survey` prints how often the choices of an operator agree, differ or are refused.

Needs the packages of requirements.txt.
"""

import argparse
import collections
import os
import shutil
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnxruntime

import cases
import cases_numbers
import cases_pictures
import cases_quantised
import cases_shapes
import exports
import table
from engine import Engine, EngineError

REPOSITORY = Path(__file__).resolve().parents[2]
TABLE = REPOSITORY / "ffi" / "cpu" / "operators.txt"
RELATIVE_MAX = 1e-5
LARGEST_MIN = 0.1
NETWORK_MAX = 1e-4
EXECUTOR = "unet-executor"
CASES_MAX = 40
TRIES_WITHOUT_NEWS = 30
REFUSED_MAX = 2
MODELS_MIN = 300
OPTIONS = onnxruntime.SessionOptions()
OPTIONS.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
OPTIONS.intra_op_num_threads = 1
OPTIONS.log_severity_level = 4


class NotValid(Exception):
    """ONNX Runtime rejects the model, so there is no reference."""


def theirs(case):
    """ONNX Runtime's outputs, and the model with their shapes."""
    try:
        model = cases.build(case)
        session = onnxruntime.InferenceSession(model.SerializeToString(), OPTIONS, providers=["CPUExecutionProvider"])
        results = session.run(None, cases.feeds(case))
    except Exception as error:  # ONNX Runtime has many exception classes.
        raise NotValid(str(error)) from None
    results = [np.asarray(result) for result in results]
    if any(result.size == 0 for result in results):
        raise NotValid("an output is empty")
    return results, cases.build(case, results).SerializeToString()


class Engines:
    """The engine as it is, and one that gives every model to rten."""

    def __init__(self, library):
        self.auto = self._open(library, "auto")
        # The same path would give the library that is open already, with its settings.
        with tempfile.TemporaryDirectory() as folder:
            self.rten = self._open(shutil.copy(library, folder), "rten")

    @staticmethod
    def _open(library, choice):
        os.environ["ASCENDCL_CPU_ENGINE"] = choice
        return Engine(library)

    def run(self, model, arrays):
        """The outputs of the engine, and once more those of rten if the executor computed them."""
        results, on_executor = run(self.auto, model, arrays)
        if not on_executor:
            return [results]
        again, on_executor = run(self.rten, model, arrays)
        assert not on_executor, "ASCENDCL_CPU_ENGINE has no effect"
        return [results, again]


def run(engine, model, arrays):
    """The outputs, and whether the executor computed them."""
    loaded = engine.load(model)
    try:
        return loaded.run(arrays), loaded.computed_by == EXECUTOR
    finally:
        loaded.unload()


def difference(mine, true):
    """For floats relative to the largest number, for integers the largest difference; infinite
    if the shapes differ."""
    if mine.shape != true.shape:
        return np.inf
    if true.dtype.kind != "f":
        return float(np.abs(mine.astype(np.float64) - true.astype(np.float64)).max())
    true = true.astype(np.float64)
    same = (mine == true) | (np.isnan(mine) & np.isnan(true))
    if same.all():
        return 0.0
    if not (np.isfinite(mine[~same]).all() and np.isfinite(true[~same]).all()):
        return np.inf
    largest = np.abs(true[np.isfinite(true)]).max()
    return float(np.abs(mine[~same] - true[~same]).max() / max(largest, LARGEST_MIN))


def compare(engines, case):
    """The largest difference of a case's outputs, whether it is acceptable, and whether the
    executor computed them. Raises `NotValid` if ONNX Runtime rejects the model."""
    results, model = theirs(case)
    worst, is_good = 0.0, True
    runs = engines.run(model, list(cases.feeds(case).values()))
    for mine in runs:
        for ours, true in zip(mine, results):
            is_float = true.dtype.kind == "f"
            far = difference(ours, true)
            is_good &= far <= (RELATIVE_MAX if is_float else 0)
            worst = max(worst, far)
    return worst, is_good, len(runs) > 1


def made(operator, row, most=CASES_MAX, breaks=None):
    """Makes cases of one row, until new ones add no pair of choices."""
    chosen, without = cases.Chosen(), 0
    random = cases.seed(operator, row, breaks)
    while most and without < TRIES_WITHOUT_NEWS:
        make = cases.Make(operator, row, chosen, random, breaks)
        try:
            make.begin()
            cases.BUILDERS[operator](make)
            case = make.case()
        except cases.Impossible:
            without += 1
            chosen.tried(make.choices)
            continue
        without = 0 if chosen.add(case.choices) else without + 1
        if without == 0:
            most -= 1
            yield case


def survey(engines, operator, most):
    """Prints the choices that differ or are refused, with one example of each kind."""
    counts = collections.defaultdict(collections.Counter)
    examples, worst = {}, 0.0
    for case in made(operator, None, most):
        try:
            far, is_good, _ = compare(engines, case)
            worst = max(worst, far) if is_good else worst
            outcome, word = ("same", "") if is_good else ("different", "")
        except NotValid as error:
            outcome, word = "not valid", str(error).rpartition(": ")[2]
        except EngineError as error:
            outcome, word = "refused", str(error).partition("failed: ")[2].partition(". Inputs")[0] or str(error)
        example = f"{case}{f' difference {far:.1e}' if outcome == 'different' else ''}"
        examples.setdefault((outcome, word), []).append(example)
        for choice in case.choices:
            counts[choice][outcome] += 1
        counts[("", "all")][outcome] += 1
    print(f"== {operator}: {dict(counts[('', 'all')])}, largest difference of the same {worst:.1e}")
    for choice in sorted(counts):
        row = counts[choice]
        if row["different"] or row["refused"] > row["same"]:
            of_each = [f"{row[kind]} {kind}" for kind in ["same", "different", "refused"]]
            print(f"  {choice[0]:>24} {choice[1]:20} " + ", ".join(of_each))
    for (outcome, word), found in sorted(examples.items()):
        if outcome != "same":
            print(f"  {outcome} {len(found)}x {word[:160]}: e.g. {found[0]}")


def seen(row, valid):
    """Describes what a row lists and no valid model had."""
    missing = [f"opset {end}" for end in (row.first, row.last) if end not in {case.opset for case in valid}]
    for name, wanted in row.attributes.items():
        had = set()
        for case in valid:
            value = table.named(name, case.attributes.get(name))
            had.update(map(str, value) if isinstance(value, list) else [table.ABSENT if value is None else str(value)])
        if wanted == [table.ANY]:
            missing += [] if had - {table.ABSENT} else [f"{name} given"]
        else:
            missing += [f"{name}={value}" for value in wanted if not any(table.allows([value], as_value(one)) for one in had)]
    for index, port in enumerate(row.inputs):
        had = [case.inputs[index] if index < len(case.inputs) else None for case in valid]
        given = [one for one in had if one is not None]
        missing += [f"{port.name}:{kind}" for kind in port.types if kind not in {one.type for one in given}]
        missing += [f"{port.name}[{rank}]" for rank in port.ranks or [] if rank not in {one.array.ndim for one in given}]
        if port.optional and None not in had:
            missing.append(f"{port.name} left out")
    for index, port in enumerate(row.outputs):
        if port.optional and not {index, index + 1} <= {case.outputs for case in valid}:
            missing.append(f"output {port.name} used and not")
    return missing


def as_value(text):
    if text == table.ABSENT:
        return None
    return float(text) if table.is_number(text) else text


def check_row(engines, rows, row, report):
    """Compares the models of one row. Models that no row covers must be refused."""
    valid, worst, executed, others = [], 0.0, 0, collections.defaultdict(list)
    for case in made(row.operator, row):
        reason = table.uncovered(row, case)
        if reason is not None:
            others[reason].append(case)
            continue
        try:
            far, is_good, on_executor = compare(engines, case)
        except NotValid:
            continue
        except EngineError as error:
            valid.append(case)
            report.wrong(f"{case}: refused, though {row} covers it: {error}")
            continue
        valid.append(case)
        worst = max(worst, far)
        executed += on_executor
        if not is_good:
            report.wrong(f"{case}: differs by {far:.1e}")
    for what in seen(row, valid):
        report.wrong(f"{row}: no valid model with {what}")
    report.same[row.operator].append((len(valid), worst, executed))
    for reason, cases_of in others.items():
        check_refused(engines, rows, cases_of[:REFUSED_MAX], ("numbers", reason), report)


def breaks_of(row):
    """The places in which to violate a row: opset, outputs, every attribute of the operator,
    types, ranks, constants."""
    names = set(row.attributes)
    for schema in cases.defs.get_all_schemas_with_history():
        if schema.name == row.operator and schema.domain == "":
            names |= set(schema.attributes)
    places = [("opset", ""), ("output", "")] + [("attribute", name) for name in sorted(names)]
    for port in row.inputs:
        places += [("type", port.name)] * (not port.like) + [("rank", port.name)] * bool(port.ranks)
        places += [("const", port.name)] * bool(port.flag)
    return places


def check_refused(engines, rows, cases_of, where, report):
    """The engine must refuse at load what no row covers and ONNX Runtime accepts. The error
    must name the operator and the attribute."""
    kind, name = where
    for case in cases_of:
        if table.covers(rows, case) or any(one and not one.const and not one.array.size for one in case.inputs):
            continue
        try:
            _, model = theirs(case)
        except NotValid:
            continue
        report.refused[case.operator] += 1
        words = [case.operator] + [name] * (kind == "attribute")
        for engine in [engines.auto, engines.rten]:
            try:
                engine.load(model).unload()
                report.wrong(f"{case}: loaded, though no row covers it ({kind} {name})")
            except EngineError as error:
                # With another opset the error names the first node, which may be a different one.
                is_named = all(word in str(error) for word in words) or kind == "opset" and "operator set" in str(error)
                if not str(error).startswith("aclmdlLoad") or not is_named:
                    report.wrong(f"{case}: refused without {' and '.join(words)}: {error}")


def check_networks(engines, report):
    """Compares the networks of exports.py."""
    for build in exports.ALL:
        model = build().SerializeToString()
        session = onnxruntime.InferenceSession(model, OPTIONS, providers=["CPUExecutionProvider"])
        picture = cases.seed(build.__name__).uniform(-1, 1, session.get_inputs()[0].shape).astype(np.float32)
        results = session.run(None, {"x": picture})
        try:
            runs = engines.run(model, [picture])
        except EngineError as error:
            report.wrong(f"{build.__name__}: {error}")
            continue
        for mine, computed_by in zip(runs, [EXECUTOR, "rten"] if len(runs) > 1 else ["rten"]):
            far = [difference(one, true) for one, true in zip(mine, results)]
            print(f"{build.__name__}, {computed_by}: differences of its outputs " + ", ".join(f"{one:.1e}" for one in far))
            for one, true in zip(far, results):
                if one > (NETWORK_MAX if true.dtype.kind == "f" else 0):
                    report.wrong(f"{build.__name__}, {computed_by}: differs by {one:.1e}")


class Report:
    def __init__(self):
        self.same, self.refused, self.faults = collections.defaultdict(list), collections.Counter(), []

    def wrong(self, text):
        self.faults.append(text)
        print(f"  WRONG {text}")

    def print(self):
        print(f"{'operator':24} rows models executor  largest difference  refused")
        for operator in sorted({*self.same, *self.refused}):
            rows = self.same[operator]
            models, far = sum(row[0] for row in rows), max([row[1] for row in rows], default=0)
            executed = sum(row[2] for row in rows)
            print(f"{operator:24} {len(rows):4} {models:6} {executed:8}  {far:18.1e}  {self.refused[operator]:7}")
        models = sum(row[0] for rows in self.same.values() for row in rows)
        worst = max((row[1] for rows in self.same.values() for row in rows), default=0)
        executed = sum(row[2] for rows in self.same.values() for row in rows)
        operators = len([1 for rows in self.same.values() if rows])
        print(f"{models} models of {operators} operators, {executed} on the executor, largest difference {worst:.1e}; "
              f"{sum(self.refused.values())} models refused; {len(self.faults)} wrong")
        return models


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--library", type=Path, required=True, help="libascendcl.so as cargo built it")
    parser.add_argument("--survey", action="store_true")
    parser.add_argument("--most", type=int, default=400)
    parser.add_argument("operators", nargs="*")
    given = parser.parse_args()
    engines = Engines(given.library.resolve())
    if given.survey:
        for operator in given.operators:
            survey(engines, operator, given.most)
        return
    rows = table.parse(TABLE.read_text())
    report = Report()
    for row in rows:
        if given.operators and row.operator not in given.operators:
            continue
        check_row(engines, rows, row, report)
        for where in breaks_of(row):
            check_refused(engines, rows, made(row.operator, row, REFUSED_MAX, where), where, report)
    for operator in sorted(set(cases.BUILDERS) - {row.operator for row in rows}):
        if not given.operators:
            check_refused(engines, rows, made(operator, None, REFUSED_MAX), ("operator", operator), report)
    if not given.operators:
        check_networks(engines, report)
    models = report.print()
    if report.faults or not given.operators and models < MODELS_MIN:
        sys.exit(1)


if __name__ == "__main__":
    main()
