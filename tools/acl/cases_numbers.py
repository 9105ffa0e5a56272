"""Builders of element-wise operators, reductions and matrix products."""

import numpy as np
from onnx import TensorProto

from cases import NUMPY, Impossible, builds
from samples import few, numbers, positive, wide

FLOATS, INTS = ["f32", "f16", "f64"], ["i32", "i64", "u8", "i8"]
ALL = FLOATS + INTS + ["bool"]
RANKS = range(0, 6)

UNARY = {
    "Relu": {}, "Sigmoid": {}, "Tanh": {}, "Softplus": {}, "Softsign": {}, "Erf": {}, "HardSwish": {}, "Mish": {},
    "Neg": {}, "Abs": {}, "Exp": {}, "Floor": {}, "Ceil": {}, "Round": {}, "Sign": {}, "Sin": {}, "Cos": {}, "Atan": {},
    "Identity": {}, "Not": {}, "Sinh": {}, "Asinh": {}, "Tan": {}, "IsNaN": {},
    "LeakyRelu": {"alpha": [None, 0.2, 0.0, -0.5, 1.5]}, "Elu": {"alpha": [None, 0.5, 2.0]},
    "Selu": {"alpha": [None, 1.2], "gamma": [None, 2.0]}, "Celu": {"alpha": [None, 0.5, 2.0]},
    "ThresholdedRelu": {"alpha": [None, 0.5]}, "Swish": {"alpha": [None, 0.5, 2.0]},
    "HardSigmoid": {"alpha": [None, 0.1, 0.5], "beta": [None, 0.3]}, "Gelu": {"approximate": [None, "none", "tanh"]},
}
POSITIVE = {"Log": {}, "Sqrt": {}, "Reciprocal": {}}


@builds(*UNARY, *POSITIVE)
def unary(make):
    kind = make.type("x", ALL)
    shape = make.shape(make.rank("x", RANKS), 7)
    for name, values in {**UNARY, **POSITIVE}[make.operator].items():
        make.attribute(name, values)
    x = (positive if make.operator in POSITIVE else wide)(make.random, kind, shape)
    if make.operator in ("Exp", "Sinh"):
        # The result of larger ones is infinite, which the engine reports as an error of the run.
        x = np.clip(x, -80, 80).astype(x.dtype)
    make.input("x", x)


def broadcast(make, rank):
    """Two shapes that broadcast to one of this rank."""
    whole = make.shape(rank)
    how = make.choose("shapes", ["same", "ones", "shorter", "scalar", "longer", "both"])
    if how == "same":
        return whole, list(whole)
    if how == "scalar":
        return whole, []
    if how == "shorter":
        return whole, whole[1:]
    if how == "longer":
        return whole[1:], whole
    ones = [1 if make.random.random() < 0.5 else size for size in whole]
    if how == "ones":
        return whole, ones
    return [size if one == 1 else 1 for size, one in zip(whole, ones)], ones


BINARY = {"Add": INTS, "Sub": INTS, "Mul": INTS, "Div": INTS, "Pow": INTS, "Mod": INTS, "Equal": INTS + ["bool"],
          "Greater": INTS, "Less": INTS, "GreaterOrEqual": INTS, "LessOrEqual": INTS, "And": ["bool"], "Or": ["bool"],
          "Xor": ["bool"], "PRelu": INTS}


@builds(*BINARY)
def binary(make):
    operator = make.operator
    names = {"PRelu": ("x", "slope")}.get(operator, ("a", "b"))
    types = BINARY[operator] if BINARY[operator] == ["bool"] else ["f32", "f16", "f64"] + BINARY[operator]
    kind = make.type(names[0], types)
    left, right = broadcast(make, make.rank(names[0], RANKS))
    if operator == "PRelu" and list(np.broadcast_shapes(left, right)) != left:
        raise Impossible("the slope is broadcast to x only")
    a, b = numbers(make.random, kind, left), numbers(make.random, kind, right)
    if operator in ("Div", "Mod"):
        b = np.where(b == 0, 3, b).astype(b.dtype)
    if operator in ("Equal", "Greater", "Less", "GreaterOrEqual", "LessOrEqual"):
        a, b = few(make.random, kind, left), few(make.random, kind, right)
    if operator == "Pow":
        exponent = make.choose("exponent", ["two", "half", "any", "whole"])
        a = positive(make.random, kind, left)
        b = np.clip(np.abs(b), 0, 3).astype(b.dtype)
        if exponent == "whole":
            a, b = numbers(make.random, kind, left), np.round(b).astype(b.dtype)
        elif exponent != "any":
            b = np.full(right if len(right) <= len(left) else [], 2 if exponent == "two" else 0.5, b.dtype)
        if b.size == 1 and b.ndim > a.ndim:
            raise Impossible("rten forgets the dimensions of such an exponent")
    if operator == "Mod":
        make.attribute("fmod", [None, 0, 1])
    make.input(names[0], a, const=False if make.any([1, 1, 0]) else None)
    make.input(names[1], b)


@builds("Min", "Max", "Sum", "Mean")
def several(make):
    kind = make.type("x", FLOATS + INTS)
    first, second = broadcast(make, make.rank("x", RANKS))
    count = make.choose("count", [1, 2, 3])
    for shape in [first, second, first][:count]:
        make.input("x", numbers(make.random, kind, shape))


@builds("Where")
def where(make):
    kind = make.type("a", ALL)
    left, right = broadcast(make, make.rank("a", RANKS))
    condition = make.choose("condition", ["left", "right", "scalar"])
    make.input("c", numbers(make.random, "bool", {"left": left, "right": right, "scalar": []}[condition]))
    make.input("a", numbers(make.random, kind, left))
    make.input("b", numbers(make.random, kind, right))


@builds("Clip")
def clip(make):
    kind = make.type("x", FLOATS + INTS)
    x = wide(make.random, kind, make.shape(make.rank("x", RANKS), 7))
    low, high = make.choose("limits", [(0, 6), (-1, 1), (None, 1), (0, None), (None, None), (2, -1)])
    if make.opset < 11:
        make.set("min", low if low is None else float(low))
        make.set("max", high if high is None else float(high))
        make.input("x", x)
        return
    make.input("x", x)
    for name, limit in [("min", low), ("max", high)]:
        if limit is not None and kind == "u8":
            limit = abs(limit)
        make.input(name, None if limit is None else NUMPY[kind](limit))


@builds("Cast")
def cast(make):
    kind = make.type("x", ALL)
    names = ["FLOAT", "INT32", "INT64", "UINT8", "INT8", "BOOL", "DOUBLE", "FLOAT16"]
    names = make.limit("attribute", "to", names, lambda name: name in make.row.attributes["to"])
    to = make.choose("to", names)
    make.attributes["to"] = getattr(TensorProto, to)
    if make.opset >= 19:
        make.attribute("saturate", [None, 1])
    if make.opset >= 24:
        make.attribute("round_mode", [None, "up"])
    x = wide(make.random, kind, make.shape(make.rank("x", range(0, 4)), 30))
    if kind.startswith("f") and to in ("UINT8", "INT8"):
        # ONNX leaves these undefined for floats: negative to unsigned, out of range.
        x = np.clip(x, 0, 127).astype(x.dtype)
    make.input("x", x)


REDUCE = ["ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1", "ReduceL2", "ReduceSumSquare",
          "ReduceLogSum", "ReduceLogSumExp"]


@builds(*REDUCE)
def reduce(make):
    kind = make.type("x", FLOATS + INTS)
    rank = make.rank("x", range(0, 6))
    axes = make.choose("which axes", [None, "first", "last", "spatial", "all", "empty"])
    axes = {None: None, "first": [0], "last": [-1], "spatial": [2, 3] if make.any([0, 1]) else [-1, -2],
            "all": list(range(rank)), "empty": []}[axes]
    if axes and not all(-rank <= axis < rank for axis in axes):
        raise Impossible("axes")
    values = positive if make.operator == "ReduceLogSum" else numbers
    x = values(make.random, kind, make.shape(rank))
    if make.operator == "ReduceProd" and kind in INTS:
        x = np.clip(x, 0, 2).astype(x.dtype)
    make.attribute("keepdims", [None, 0, 1])
    as_input = 13 if make.operator == "ReduceSum" else 18
    make.input("x", x)
    if make.opset < as_input:
        if axes == []:
            raise Impossible("axes")
        make.set("axes", axes)
        return
    make.attribute("noop_with_empty_axes", [None, 0, 1])
    if make.row is None or any(port.name == "axes" for port in make.row.inputs):
        make.input("axes", None if axes is None else np.array(axes, np.int64))
    elif axes is not None:
        raise Impossible("axes")


@builds("ArgMax", "ArgMin")
def arg(make):
    kind = make.type("x", FLOATS + INTS)
    rank = make.rank("x", range(1, 6))
    make.attribute("axis", [None, 0, -1, 1, -rank])
    make.attribute("keepdims", [None, 0, 1])
    if make.opset >= 12:
        make.attribute("select_last_index", [None, 0, 1])
    values = make.choose("values", [few, numbers])
    make.input("x", values(make.random, kind, make.shape(rank)))


@builds("Softmax", "LogSoftmax", "Hardmax")
def softmax(make):
    kind = make.type("x", FLOATS)
    rank = make.rank("x", range(1, 6))
    make.attribute("axis", [None, 0, 1, -1, 2, -2])
    make.input("x", wide(make.random, kind, make.shape(rank)))


@builds("MatMul")
def matmul(make):
    kind = make.type("a", FLOATS + INTS[:2])
    rows, inner, columns = (int(size) for size in make.random.integers(1, 9, 3))
    ranks = make.rank("a", range(1, 5)), make.rank("b", range(1, 5))
    batch = make.shape(2, 3)
    shapes = []
    for rank, matrix in zip(ranks, [[rows, inner], [inner, columns]]):
        ones = [1 if make.any([0, 0, 1]) else size for size in batch]
        shapes.append([inner] if rank == 1 else ones[4 - rank:] + matrix)
    make.input("a", numbers(make.random, kind, shapes[0]))
    make.input("b", numbers(make.random, kind, shapes[1]))


@builds("Gemm")
def gemm(make):
    kind = make.type("a", FLOATS + INTS[:2])
    rows, inner, columns = (int(size) for size in make.random.integers(1, 9, 3))
    turned = [make.attribute("transA", [None, 0, 1]), make.attribute("transB", [None, 0, 1])]
    make.attribute("alpha", [None, 0.5, 2.0, 0.0])
    make.attribute("beta", [None, 0.5, 2.0, 0.0])
    shapes = [[rows, inner], [inner, columns]]
    shapes = [shape[::-1] if turn else shape for shape, turn in zip(shapes, turned)]
    for name, shape in zip("ab", shapes):
        make.rank(name, [2])
        make.input(name, numbers(make.random, kind, shape))
    if make.has("c"):
        shape = make.choose("c shape", [[columns], [rows, columns], [rows, 1], [1, columns], [1], []])
        make.input("c", numbers(make.random, kind, shape))
    elif make.opset < 11:
        raise Impossible("c")


@builds("Einsum")
def einsum(make):
    kind = make.type("x", FLOATS)
    equation = make.attribute("equation", ["ij,jk->ik", "bij,bjk->bik", "bhwc,hkc->bhwk", "ij->ji", "ii->i", "bij->b",
                                           "i,j->ij", "bchw,c->bhw", "...ij,...jk->...ik"])
    sizes = {letter: int(make.random.integers(1, 6)) for letter in "bchwijk"}
    for term in equation.split("->")[0].split(","):
        shape = [2] * term.count("...") + [sizes[letter] for letter in term.replace("...", "")]
        make.input("x", numbers(make.random, kind, shape))


@builds("CumSum")
def cumsum(make):
    kind = make.type("x", FLOATS + INTS[:2])
    rank = make.rank("x", range(1, 5))
    make.attribute("exclusive", [None, 0, 1])
    make.attribute("reverse", [None, 0, 1])
    make.input("x", numbers(make.random, kind, make.shape(rank)))
    axis = make.choose("axis", [0, -1, rank - 1])
    make.input("axis", np.array(axis, NUMPY[make.type("axis", ["i64", "i32"])]))


@builds("TopK")
def topk(make):
    kind = make.type("x", FLOATS + INTS[:2])
    rank = make.rank("x", range(1, 5))
    shape = [size + 2 for size in make.shape(rank)]
    make.attribute("axis", [None, 0, rank - 1] if make.opset < 11 else [None, 0, -1])
    values = make.choose("values", [few, numbers])
    make.outputs = 2
    make.input("x", values(make.random, kind, shape))
    if make.opset < 10:
        make.set("k", 2)
        return
    if make.opset >= 11:
        make.attribute("largest", [None, 0, 1])
        make.attribute("sorted", [None, 1])
    make.input("k", np.array([2], np.int64))


@builds("Trilu")
def trilu(make):
    kind = make.type("x", ALL)
    make.attribute("upper", [None, 0, 1])
    make.input("x", numbers(make.random, kind, [size + 1 for size in make.shape(make.rank("x", range(2, 5)))]))
    make.input("k", np.array(make.choose("k", [0, 1, -1, 7]), np.int64) if make.has("k") else None)


@builds("OneHot")
def onehot(make):
    rank = make.rank("indices", range(1, 4))
    kind = make.type("indices", ["i64", "i32", "f32"])
    make.attribute("axis", [None, 0, -1, 1])
    make.input("indices", np.asarray(make.random.integers(-4, 6, make.shape(rank))).astype(NUMPY[kind]))
    depth = make.type("depth", ["i64", "i32", "f32"])
    make.input("depth", np.array(4, NUMPY[depth]))
    make.input("values", numbers(make.random, make.type("values", ["f32", "i64", "i32"]), [2]))


@builds("Range")
def sequence(make):
    kind = make.type("start", ["f32", "i64", "i32"])
    start, limit, delta = make.choose("range", [(0, 5, 1), (5, 0, -2), (3, 10, 3), (1, 2, 7)])
    for name, value in [("start", start), ("limit", limit), ("delta", delta)]:
        make.input(name, np.array(value, NUMPY[kind]), const=True)
