#!/usr/bin/env python3
"""Compares the station file's JSON Schema with the station, over station files and changed ones.

    python3 tools/schema/check.py --sluice target/debug/sluice

The schema must be valid and accept every file of board/stations. Then each key of these files is
changed in turn: to the ends of its range, past them, to other types, to an unknown word; it is
left out, and another key is put beside it. What the schema refuses, `sluice check` must refuse with
the key's name. A value past the end of its range must be refused by both.

Needs the package of requirements.txt.
"""

import argparse
import collections
import copy
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from jsonschema import Draft202012Validator

STATIONS = Path(__file__).resolve().parents[2] / "board/stations"
# The first line of `sluice check` for a file whose keys are right.
RIGHT = "every key is right"


def places(schema, value, path=()):
    """The keys of a file: [(path, schema of the value)]."""
    for name, inside in value.items():
        rule = schema["properties"][name]
        yield (*path, name), rule
        if isinstance(inside, dict):
            yield from places(rule, inside, (*path, name))
        if isinstance(inside, list):
            for index, element in enumerate(inside):
                yield from places(rule["items"], element, (*path, name, index))


def others(rule):
    """Values for a key: [(what, value)]. Those past an end come last in their kind."""
    yield from [("another type", None), ("another type", [0]), ("another type", {})]
    if "enum" in rule:
        yield from [("word", word) for word in rule["enum"]] + [("unknown word", "no such word")]
    elif rule["type"] in ("integer", "number"):
        step = 1 if rule["type"] == "integer" else 0.25
        yield from [("end", rule["minimum"]), ("end", rule["maximum"])]
        yield from [("past an end", rule["minimum"] - step), ("past an end", rule["maximum"] + step)]
        yield "another type", "1"
    elif rule["type"] == "string":
        yield from [("end", "x" * rule["maxLength"]), ("past an end", "x" * (rule["maxLength"] + 1))]
        yield "another type", 1


def changed(station, path, value):
    """The file with another value, or without the key if `value` is `...`."""
    station = copy.deepcopy(station)
    inside = station
    for step in path[:-1]:
        inside = inside[step]
    if value is ...:
        del inside[path[-1]]
    else:
        inside[path[-1]] = value
    return station


def words(path):
    """The path as the station writes it: `recipe.classes[0].name`."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.lstrip(".")


def refusal(sluice, station):
    """What `sluice check` says of the file's keys; None if each is right."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(station, file)
        file.flush()
        done = subprocess.run([sluice, "check", "--station", file.name], capture_output=True, text=True)
    said = done.stdout + done.stderr
    return None if RIGHT in said else said


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sluice", required=True)
    sluice = parser.parse_args().sluice
    schema = json.loads(subprocess.check_output([sluice, "check", "--schema"]))
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    faults, counts, seen = [], collections.Counter(), set()
    for file in sorted(STATIONS.glob("*.json")):
        station = json.loads(file.read_text())
        for error in validator.iter_errors(station):
            faults.append(f"{file.name}: refused: {error.json_path}: {error.message}")
        for path, rule in places(schema, station):
            key = tuple("[]" if isinstance(step, int) else step for step in path)
            if key in seen:
                continue
            seen.add(key)
            cases = [*others(rule)] if "properties" not in rule else [("another type", 1), ("another type", [])]
            cases += [("left out", ...)]
            for what, value in cases:
                other = changed(station, path, value)
                by_schema = not validator.is_valid(other)
                # The station loads what it accepts, which takes long.
                if not by_schema:
                    counts[what, "accepted"] += 1
                    if what in ("past an end", "another type", "unknown word"):
                        faults.append(f"{words(path)}: {what}: {value!r} is accepted by the schema")
                    continue
                counts[what, "refused"] += 1
                said = refusal(sluice, other)
                if said is None or words(path) not in said:
                    faults.append(f"{words(path)}: {what}: {value!r} is refused by the schema; the station says {said!r}")
                if what in ("end", "word"):
                    faults.append(f"{words(path)}: {what}: {value!r} is refused by the schema")
            if "properties" in rule:
                other = changed(station, (*path, "no_such_key"), 1)
                said = refusal(sluice, other)
                counts["unknown key", "refused"] += 1
                if validator.is_valid(other) or said is None or "no_such_key" not in said:
                    faults.append(f"{words(path)}: an unknown key: the station says {said!r}")
    for (what, outcome), count in sorted(counts.items()):
        print(f"{what:14} {outcome:9} {count:5}")
    print(f"{len(seen)} keys of {len(list(STATIONS.glob('*.json')))} files; {len(faults)} faults")
    print("\n".join(faults))
    # A schema without most keys would have nothing to compare.
    sys.exit(1 if faults or len(seen) < 150 else 0)


if __name__ == "__main__":
    main()
