"""Reads ffi/cpu/operators.txt and decides whether a row covers a node. The head of that file
explains the format."""

import re
from dataclasses import dataclass, field

from onnx import TensorProto

INPUT = re.compile(r"([a-z_0-9]+)(\?|\.\.\.)?:(=?[A-Za-z_0-9,]+)(?:\[([-,0-9]+)\])?(?::(const|filled|empty|zero|spatial))?$")
OUTPUT = re.compile(r"([a-z_0-9]+)(\?|\.\.\.)?:(=?[a-z_0-9]+)$")
FLAGS = {"const": lambda array: True, "filled": lambda array: array.size > 0, "empty": lambda array: array.size == 0,
         "zero": lambda array: not array.any(), "spatial": lambda array: is_spatial(array)}
ABSENT = "-"
ANY = "*"


class TableError(Exception):
    """An invalid row."""


@dataclass
class Port:
    """An input or output of a row; `like` is the name after `=`."""

    name: str
    optional: bool
    variadic: bool
    types: list
    like: str = ""
    ranks: list = None
    flag: str = ""

    @property
    def const(self):
        return bool(self.flag)


@dataclass
class Row:
    operator: str
    first: int
    last: int
    inputs: list
    outputs: list
    attributes: dict = field(default_factory=dict)
    line: int = 0

    def input(self, index):
        """The input at this index; a variadic input covers all following indices."""
        if index < len(self.inputs):
            return self.inputs[index]
        return self.inputs[-1] if self.inputs and self.inputs[-1].variadic else None

    def __str__(self):
        return f"line {self.line}, {self.operator} {self.first}-{self.last}"


def is_spatial(pads):
    """Whether only the last two dimensions are padded. The pads are all begins, then all ends."""
    rank = pads.size // 2
    return not any(pads[at] for at in range(pads.size) if at % rank < rank - 2)


def numbers(text):
    """`3,5-7` as [3, 5, 6, 7]."""
    out = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        out += range(int(first), int(last or first) + 1)
    return out


def port(text, pattern):
    found = pattern.match(text)
    if not found:
        raise TableError(f"{text!r} is no input or output")
    name, mark, types, ranks, flag = (*found.groups(), None, None)[:5]
    like = types[1:] if types.startswith("=") else ""
    return Port(name, mark == "?", mark == "...", [] if like else types.split(","), like,
                numbers(ranks) if ranks else None, flag or "")


def parse(text):
    """All rows."""
    rows = []
    for number, line in enumerate(text.splitlines(), 1):
        line = line.partition("#")[0].strip()
        if not line:
            continue
        try:
            head, _, attributes = line.partition("|")
            left, arrow, right = head.partition("->")
            operator, opsets, *inputs = left.split()
            first, _, last = opsets.partition("-")
            if not arrow or not last:
                raise TableError("no `->`, or no range of opsets")
            row = Row(operator, int(first), int(last), [port(part, INPUT) for part in inputs],
                      [port(part, OUTPUT) for part in right.split()], line=number)
            for part in attributes.split():
                name, equals, values = part.partition("=")
                if not equals:
                    raise TableError(f"{part!r} has no values")
                row.attributes[name] = values.split(",")
        except (TableError, ValueError) as error:
            raise TableError(f"line {number}: {error}") from None
        rows.append(row)
    return rows


def allows(values, value):
    """Whether the values of a row include this value of an attribute (`None`: absent)."""
    if values is None:
        return value is None
    if values == [ANY]:
        return True
    if value is None:
        return ABSENT in values
    if isinstance(value, (list, tuple)):
        return all(allows(values, element) for element in value)
    if isinstance(value, str):
        return value in values
    if not isinstance(value, (int, float)):
        return False
    return any(is_number(text) and float(text) == value for text in values)


def named(attribute, value):
    """The value in the form of the table: types by their names."""
    return TensorProto.DataType.Name(value) if attribute == "to" else value


def is_number(text):
    try:
        float(text)
        return True
    except ValueError:
        return False


def uncovered(row, case):
    """The part of a case that this row does not cover, as the word that the refusal must
    contain; `None` if the row covers the case."""
    if not row.first <= case.opset <= row.last:
        return "opset"
    types = {}
    for index, given in enumerate(case.inputs):
        wanted = row.input(index)
        if given is None:
            if wanted is None or not wanted.optional:
                return "input"
            continue
        if wanted is None:
            return "input"
        types.setdefault(wanted.name, given.type)
        if wanted.like or wanted.variadic:
            if given.type != types.get(wanted.like or wanted.name):
                return "type"
        if not wanted.like and given.type not in wanted.types:
            return "type"
        if wanted.ranks is not None and given.array.ndim not in wanted.ranks:
            return "rank"
        if wanted.const and not (given.const and FLAGS[wanted.flag](given.array)):
            return wanted.flag
    if any(not wanted.optional for wanted in row.inputs[len(case.inputs):]):
        return "input"
    if case.outputs > len(row.outputs) and not (row.outputs and row.outputs[-1].variadic):
        return "output"
    for name in {**row.attributes, **case.attributes}:
        if not allows(row.attributes.get(name), named(name, case.attributes.get(name))):
            return name
    return None


def covers(rows, case):
    return any(row.operator == case.operator and uncovered(row, case) is None for row in rows)
