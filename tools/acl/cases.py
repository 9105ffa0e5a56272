"""One-operator models. A builder for each operator chooses types, ranks, attributes and
numbers, within the limits of a row of the table. `build` makes the model; `@builds` registers a
builder."""

import collections
import functools
import zlib
from dataclasses import dataclass, field

import numpy as np
from onnx import TensorProto, defs, helper, numpy_helper

import table

IR_VERSION = 8
OPSET_FIRST, OPSET_LAST = 7, 28
NUMPY = {"f32": np.float32, "i32": np.int32, "i64": np.int64, "u8": np.uint8, "i8": np.int8, "bool": np.bool_,
         "f16": np.float16, "f64": np.float64}
BUILDERS = {}
HALF_AND_DOUBLE = ["f16", "f64"]


def builds(*operators):
    """Registers a function `f(make)` as the builder of these operators."""
    def register(function):
        for operator in operators:
            BUILDERS[operator] = function
        return function
    return register


class Impossible(Exception):
    """These choices are not a valid combination."""


@dataclass
class Input:
    array: np.ndarray
    const: bool
    is_node: bool = False

    @property
    def type(self):
        return next((name for name, dtype in NUMPY.items() if dtype == self.array.dtype), str(self.array.dtype))


@dataclass
class Case:
    operator: str
    opset: int
    inputs: list
    attributes: dict
    outputs: int
    choices: list = field(default_factory=list)
    outer: dict = field(default_factory=dict)

    def __str__(self):
        return f"{self.operator} opset {self.opset} " + " ".join(f"{name}={value}" for name, value in self.choices)


class Chosen:
    """The choices, and pairs of choices, that the cases of one row have covered."""

    def __init__(self):
        self.pairs, self.singles, self.failed = set(), set(), collections.Counter()

    def tried(self, choices):
        """Records an invalid combination: its choices become less likely, but not impossible."""
        self.failed.update(choices)

    def add(self, choices):
        before = len(self.pairs) + len(self.singles)
        self.singles.update(choices)
        self.pairs.update((a, b) for at, b in enumerate(choices) for a in choices[:at])
        return len(self.pairs) + len(self.singles) > before


class Make:
    """The argument of a builder. Each choice takes the value that adds most new pairs with
    earlier choices, or any value."""

    def __init__(self, operator, row, chosen, random, breaks=None):
        """Without a `row` there are no limits (a survey). `breaks` makes a case that the row
        does not cover: a kind ("attribute", "type", "rank", "const", "opset", "output") and a
        name."""
        self.operator, self.row, self.chosen, self.random, self.breaks = operator, row, chosen, random, breaks
        self.choices, self.inputs, self.attributes, self.outputs, self.outer = [], [], {}, 1, {}
        self.is_broken = breaks in (("opset", ""), ("output", ""))
        self.opset = 0

    def begin(self):
        """Chooses the opset."""
        first, last = (self.row.first, self.row.last) if self.row else (OPSET_FIRST, OPSET_LAST)
        inside = versions(self.operator, first, last)
        if self.breaks == ("opset", ""):
            inside = [opset for opset in versions(self.operator, 1, OPSET_LAST) if not first <= opset <= last]
        self.opset = self.choose("opset", inside)

    def choose(self, name, values):
        if not values:
            raise Impossible(name)
        keyed = [(name, getattr(value, "__name__", None) or repr(value)) for value in values]
        def new(key):
            news = sum((old, key) not in self.chosen.pairs for old in self.choices) + (key not in self.chosen.singles)
            return news / (1 + self.chosen.failed[key])
        scores = [new(key) for key in keyed]
        best = [at for at, score in enumerate(scores) if score == max(scores)]
        at = best[self.random.integers(len(best))]
        self.choices.append(keyed[at])
        return values[at]

    def any(self, values):
        """Chooses one of the values, without counting the choice among the pairs."""
        return values[self.random.integers(len(values))]

    def limit(self, kind, name, values, is_allowed):
        if not self.row:
            return [value for value in values if kind != "type" or value not in HALF_AND_DOUBLE]
        if self.breaks == (kind, name):
            self.is_broken = True
            return [value for value in values if not is_allowed(value)]
        return [value for value in values if is_allowed(value)]

    def attribute(self, name, values):
        """One of the values, or `None` for absent; sets it in the node."""
        wanted = self.row and self.row.attributes.get(name)
        value = self.choose(name, self.limit("attribute", name, values, lambda value: table.allows(wanted, value)))
        if value is not None:
            self.attributes[name] = value
        return value

    def set(self, name, value):
        """Sets an attribute whose value follows from other choices; `None` means absent."""
        if self.row and self.breaks != ("attribute", name) and not table.allows(self.row.attributes.get(name), value):
            raise Impossible(name)
        if value is not None:
            self.attributes[name] = value

    def _port(self, name):
        ports = [port for port in self.row.inputs if port.name == name] if self.row else []
        if self.row and not ports:
            raise Impossible(f"the row has no input {name}")
        return ports[0] if ports else None

    def type(self, name, types):
        """A type for this input."""
        port = self._port(name)
        types = self.limit("type", name, types, lambda kind: not port.types or kind in port.types)
        return self.choose(f"{name} type", types)

    def rank(self, name, ranks):
        port = self._port(name)
        ranks = self.limit("rank", name, list(ranks), lambda rank: not port.ranks or rank in port.ranks)
        return self.choose(f"{name} rank", ranks)

    def has(self, name):
        """Whether this optional input is present."""
        if self.row and name not in [port.name for port in self.row.inputs]:
            return False
        return self.choose(f"has {name}", [True, False])

    def shape(self, rank, most=4):
        return [int(size) for size in self.random.integers(1, most + 1, rank)]

    def input(self, name, array, const=None):
        """Adds the next input; `None` is an absent one. Without `const` the row decides, or
        chance."""
        if array is None:
            self.inputs.append(None)
            return
        port = self._port(name)
        if self.breaks == ("const", name):
            const, self.is_broken = False, True
        elif port and port.const:
            const = True
        elif const is None:
            const = bool(self.inputs) and self.choose(f"{name} const", [False, True])
        is_node = const and self.breaks != ("opset", "") and self.any([False, True])
        self.inputs.append(Input(np.asarray(array), const, is_node))

    def case(self):
        if self.breaks and not self.is_broken:
            raise Impossible("nothing is broken")
        if self.breaks == ("output", ""):
            self.outputs += 1
        while self.inputs and self.inputs[-1] is None:
            self.inputs.pop()
        return Case(self.operator, self.opset, self.inputs, self.attributes, self.outputs, self.choices, self.outer)


@functools.cache
def versions(operator, first, last):
    """Both ends of this range, and the opsets in it at which the operator's definition changes."""
    domain = [schema.since_version for schema in defs.get_all_schemas_with_history()
              if schema.name == operator and schema.domain == ""]
    if domain and min(domain) > first:
        first = min(domain)
    ends = {version for since in domain for version in (since - 1, since)}
    return tuple(sorted(version for version in ends | {first, last} if first <= version <= last))


def seed(*words):
    """A random generator that depends only on the words, on every machine."""
    return np.random.default_rng(zlib.crc32(" ".join(map(str, words)).encode()))


def build(case, results=None):
    """The model of a case. `results` are its outputs, whose shapes it declares. The engine
    refuses constant outputs, so an output that would be folded goes through an addition of an
    input."""
    nodes, values, weights, names = [], [], [], []
    for index, given in enumerate(case.inputs):
        name = "" if given is None else f"x{index}"
        names.append(name)
        if given is None:
            continue
        tensor = numpy_helper.from_array(given.array, name)
        if given.is_node:
            nodes.append(helper.make_node("Constant", [], [name], value=tensor))
        elif given.const:
            weights.append(tensor)
        else:
            values.append(helper.make_tensor_value_info(name, tensor.data_type, given.array.shape))
    for name, array in case.outer.items():
        values.append(helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(array.dtype), array.shape))
    names_out = [f"y{index}" for index in range(case.outputs)]
    made = names_out
    if is_folded(case):
        made = [f"folded_{name}" for name in names_out]
        values.append(helper.make_tensor_value_info("zero", TensorProto.FLOAT, [1]))
        for name, true in zip(made, names_out):
            nodes.append(helper.make_node("Cast", [name], [f"{name}_f"], to=TensorProto.FLOAT))
            nodes.append(helper.make_node("Add", [f"{name}_f", "zero"], [true]))
    at = len(nodes) - 2 * len(made) * is_folded(case)
    nodes.insert(at, helper.make_node(case.operator, names, made, name="the_node", **case.attributes))
    outputs = []
    for index, name in enumerate(names_out):
        if results is None:
            outputs.append(helper.make_empty_tensor_value_info(name))
        else:
            kind = helper.np_dtype_to_tensor_dtype(results[index].dtype)
            outputs.append(helper.make_tensor_value_info(name, kind, results[index].shape))
    graph = helper.make_graph(nodes, "one_operator", values, outputs, weights)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", case.opset)], ir_version=IR_VERSION)


def is_folded(case):
    """Whether the outputs depend only on shapes and constants."""
    return case.operator in ("Shape", "Size") or all(given is None or given.const for given in case.inputs)


def feeds(case):
    """The arrays of the model's inputs, by name."""
    arrays = {f"x{index}": given.array for index, given in enumerate(case.inputs) if given and not given.const}
    arrays.update(case.outer)
    if is_folded(case):
        arrays["zero"] = np.zeros(1, np.float32)
    return arrays
