"""Builders of operators that only move numbers: slice, concatenate, pad, reshape, gather."""

import numpy as np
from onnx import helper, numpy_helper

from cases import NUMPY, Impossible, builds
from samples import numbers

ALL = ["f32", "i32", "i64", "u8", "i8", "bool", "f16", "f64"]
INDICES = ["i64", "i32"]
LARGEST = {"i64": 2**63 - 1, "i32": 2**31 - 1}


def tensor(make, name, ranks, least=1):
    kind = make.type(name, ALL)
    shape = [size + least - 1 for size in make.shape(make.rank(name, ranks))]
    return numbers(make.random, kind, shape)


def axis_of(make, rank, more=()):
    axis = make.attribute("axis", [None, 0, -1, 1, -rank, *more])
    return axis


@builds("Concat")
def concat(make):
    kind = make.type("x", ALL)
    rank = make.rank("x", range(1, 6))
    axis = make.attribute("axis", [0, 1, -1, rank - 1, -rank])
    if not -rank <= axis < rank:
        raise Impossible("axis")
    shape = make.shape(rank)
    for _ in range(make.choose("count", [1, 2, 3])):
        shape[axis] = int(make.random.integers(1, 4))
        make.input("x", numbers(make.random, kind, shape))


@builds("Split")
def split(make):
    x = tensor(make, "x", range(1, 5), 4)
    axis = axis_of(make, x.ndim)
    if not -x.ndim <= (axis or 0) < x.ndim:
        raise Impossible("axis")
    size = x.shape[axis or 0]
    how = make.choose("how", ["parts", "equal"])
    parts = [1, size - 3, 2] if how == "parts" else None
    make.outputs = 3 if parts else size
    if make.opset < 13:
        make.set("split", parts)
    make.input("x", x)
    if make.opset >= 13 and parts:
        make.input("split", np.array(parts, np.int64))
    elif make.opset >= 18:
        make.outputs = make.choose("num_outputs", [size, 3, 2])
        make.set("num_outputs", make.outputs)


@builds("Slice")
def slices(make):
    x = tensor(make, "x", range(1, 5), 3)
    axes = make.choose("which axes", [[0], [-1], [0, 1], None, [-1, 0]])
    if axes and len(axes) > x.ndim or axes == [-1, 0] and x.ndim == 1:
        raise Impossible("axes")
    count = x.ndim if axes is None else len(axes)
    starts, ends = make.choose("from to", [(0, 2), (1, "largest"), (-2, "largest"), (1, -1), (-9, 9), (-1, -9)])
    kind = "i64" if make.opset < 10 else make.type("starts", INDICES)
    ends = LARGEST[kind] if ends == "largest" else ends
    if make.opset < 10:
        if starts == -1:
            raise Impossible("empty")
        make.set("starts", [starts] * count)
        make.set("ends", [ends] * count)
        make.set("axes", axes)
        make.input("x", x)
        return
    make.input("x", x)
    for name, value in [("starts", starts), ("ends", ends)]:
        make.input(name, np.full(count, value, NUMPY[kind]))
    steps = make.choose("steps", [None, 1, 2, -1])
    if (steps == -1) != (starts == -1):
        raise Impossible("empty")
    make.input("axes", None if axes is None else np.array(axes, NUMPY[kind]))
    make.input("steps", None if steps is None else np.full(count, steps, NUMPY[kind]))


@builds("Pad")
def pad(make):
    x = tensor(make, "x", range(1, 6), 3)
    rank = x.ndim
    make.attribute("mode", [None, "constant", "reflect", "edge", "wrap"])
    axes = None
    if make.opset >= 18 and make.has("axes"):
        axes = make.any([[rank - 1], [-1], [0, -1] if rank > 1 else [0]])
    count = rank if axes is None else len(axes)
    where = make.choose("pads for", ["all", "last two"]) if count == rank and rank > 2 else "all"
    least = make.choose("pads", ["one side", "both", "negative", "zero"])
    pads = {"one side": [1] * count + [0] * count, "both": list(make.random.integers(0, 3, 2 * count)),
            "negative": [-1] * count + [1] * count, "zero": [0] * (2 * count)}[least]
    pads = [0 if where == "last two" and at % rank < rank - 2 else int(pad) for at, pad in enumerate(pads)]
    kind = [name for name, dtype in NUMPY.items() if dtype == x.dtype][0]
    if make.opset < 11:
        make.set("pads", pads)
        make.attribute("value", [None, 0.0, 1.5])
        make.input("x", x)
        return
    make.input("x", x)
    make.input("pads", np.array(pads, np.int64))
    make.input("value", np.asarray(numbers(make.random, kind, [])) if make.has("value") else None)
    make.input("axes", None if axes is None else np.array(axes, np.int64))


@builds("Transpose")
def transpose(make):
    x = tensor(make, "x", range(0, 7))
    how = make.choose("how", ["absent", "last first", "random"])
    order = list(range(x.ndim))
    perm = {"absent": None, "last first": order[-1:] + order[:-1],
            "random": [int(at) for at in make.random.permutation(x.ndim)]}[how]
    make.set("perm", perm or None)
    make.input("x", x)


@builds("Reshape")
def reshape(make):
    kind = make.type("x", ALL)
    make.rank("x", [4])
    x = numbers(make.random, kind, [2, 3, 4, 5])
    shape = make.choose("to", [[-1], [6, 20], [0, -1], [0, 0, 20], [2, 3, 20, 1], [-1, 0, 4, 5], [1, -1, 5]])
    if make.opset >= 14:
        allow = make.attribute("allowzero", [None, 0, 1])
        if allow == 1 and 0 in shape:
            raise Impossible("a zero is an empty tensor")
    make.input("x", x)
    make.input("shape", np.array(shape, np.int64), const=True)


@builds("Flatten")
def flatten(make):
    x = tensor(make, "x", range(1, 6))
    make.attribute("axis", [None, 0, 1, x.ndim] + [-1, -x.ndim] * (make.opset >= 11))
    make.input("x", x)


@builds("Squeeze", "Unsqueeze")
def squeeze(make):
    kind = make.type("x", ALL)
    is_squeeze = make.operator == "Squeeze"
    make.rank("x", [4] if is_squeeze else [2])
    axes = make.choose("which axes", [[0], [2], [-2], [0, -2], None] if is_squeeze else [[0], [2], [-1], [0, -1], [3, 1]])
    make.input("x", numbers(make.random, kind, [1, 3, 1, 4] if is_squeeze else [3, 4]))
    if make.opset < 13:
        make.set("axes", axes)
    else:
        make.input("axes", None if axes is None else np.array(axes, np.int64))


@builds("Expand", "Tile")
def expand(make):
    kind = make.type("x", ALL)
    rank = make.rank("x", range(0, 5))
    shape = make.shape(rank, 3)
    if make.operator == "Tile":
        make.input("x", numbers(make.random, kind, shape))
        make.input("repeats", make.random.integers(1, 4, rank).astype(np.int64), const=True)
        return
    target = list(shape)
    shape = [1 if make.any([0, 1]) else size for size in shape]
    how = make.choose("to", ["same rank", "more", "ones"])
    target = {"same rank": target, "more": [2, *target], "ones": [1 if make.any([0, 1]) else size for size in target]}[how]
    make.input("x", numbers(make.random, kind, shape))
    make.input("shape", np.array(target, np.int64), const=True)


@builds("Gather", "GatherElements", "GatherND", "ScatterND", "ScatterElements")
def gather(make):
    operator = make.operator
    x = tensor(make, "x", range(1, 5), 2)
    name = "indices"
    kind = "i64" if operator.endswith("ND") else make.type(name, INDICES)
    axis = 0 if operator.endswith("ND") else axis_of(make, x.ndim) or 0
    if not -x.ndim <= axis < x.ndim:
        raise Impossible("axis")
    signs = make.choose("indices", ["positive", "negative"])
    def at(size, shape):
        return make.random.integers(-size if signs == "negative" else 0, size, shape)
    make.input("x", x)
    if operator == "Gather":
        indices = at(x.shape[axis], make.choose("indices shape", [[], [1], [3], [2, 2]]))
        make.input(name, np.asarray(indices).astype(NUMPY[kind]))
    elif operator == "GatherND":
        make.attribute("batch_dims", [None, 0]) if make.opset >= 12 else None
        depth = int(make.random.integers(1, x.ndim + 1))
        make.input(name, np.stack([at(size, [3]) for size in x.shape[:depth]], -1).astype(NUMPY[kind]))
    elif operator == "GatherElements":
        make.input(name, at(x.shape[axis], x.shape).astype(NUMPY[kind]))
    elif operator == "ScatterND":
        make.attribute("reduction", [None, "none", "add", "mul"]) if make.opset >= 16 else None
        make.input(name, np.array([[0], [1]], np.int64))
        make.input("updates", numbers(make.random, make.inputs[0].type, [2, *x.shape[1:]]))
    else:
        make.attribute("reduction", [None, "none", "add", "mul"]) if make.opset >= 16 else None
        size = x.shape[axis]
        order = np.argsort(make.random.random(x.shape), axis=axis)
        make.input(name, (order - (size if signs == "negative" else 0)).astype(NUMPY[kind]))
        make.input("updates", numbers(make.random, make.inputs[0].type, x.shape))


@builds("Shape", "Size")
def shape(make):
    x = tensor(make, "x", range(1, 6))
    if make.operator == "Shape" and make.opset >= 15:
        make.attribute("start", [None, 0, 1, -2]) if x.ndim > 2 else None
        make.attribute("end", [None, 2, -1, 9]) if x.ndim > 2 else None
    make.input("x", x, const=False)


@builds("ConstantOfShape")
def constant_of_shape(make):
    make.rank("shape", [1])
    kind = make.choose("value", [None, "f32", "i64", "i32", "bool", "u8", "i8"])
    if kind is not None:
        make.set("value", numpy_helper.from_array(np.array([3], NUMPY[kind]), "value"))
    make.input("shape", np.array(make.shape(make.any([1, 3])), np.int64), const=True)


@builds("Dropout")
def dropout(make):
    kind = make.type("x", ["f32", "f16", "f64"])
    shape = make.shape(make.rank("x", range(1, 5)))
    make.outputs = make.choose("outputs", [1, 2] if make.row is None or len(make.row.outputs) > 1 else [1])
    make.input("x", numbers(make.random, kind, shape))
    if make.opset < 12:
        make.attribute("ratio", [None, 0.1, 0.5])
        return
    make.attribute("seed", [None, 1])
    make.input("ratio", np.array(0.3, np.float32) if make.has("ratio") else None)
    make.input("training_mode", np.array(False) if make.has("training_mode") else None)


@builds("DepthToSpace", "SpaceToDepth")
def depth(make):
    kind = make.type("x", ALL)
    make.rank("x", [4])
    block = make.attribute("blocksize", [2, 3])
    to_space = make.operator == "DepthToSpace"
    if to_space and make.opset >= 11:
        make.attribute("mode", [None, "DCR", "CRD"])
    make.input("x", numbers(make.random, kind, [1, 2 * block * block, 2, 3] if to_space else [2, 3, 2 * block, 3 * block]))


@builds("Constant")
def constant(make):
    how = make.choose("how", ["value", "value_float", "value_floats", "value_int", "value_ints"])
    if how != "value" and make.opset < 12:
        raise Impossible("opset")
    kind = make.choose("value type", ALL) if how == "value" else None
    values = {"value": kind and numpy_helper.from_array(numbers(make.random, kind, [2, 3]), "value"), "value_float": 1.5,
              "value_floats": [1.5, -2.0], "value_int": -3, "value_ints": [4, -5]}
    make.set(how, values[how])


@builds("CastLike")
def cast_like(make):
    x = tensor(make, "x", range(1, 3))
    make.input("x", x)
    make.input("like", numbers(make.random, make.type("like", ALL), [2]))


@builds("If")
def if_(make):
    """Two branches that use a value of the outer graph."""
    kind = make.choose("outer type", ["f32", "i64", "bool"])
    outer = numbers(make.random, kind, make.shape(make.any([1, 3])))
    make.outer["outer"] = outer
    element = helper.np_dtype_to_tensor_dtype(outer.dtype)
    branches = {"then_branch": "Not" if kind == "bool" else "Neg", "else_branch": "Identity"}
    for name, operator in branches.items():
        output = helper.make_tensor_value_info(name, element, outer.shape)
        make.set(name, helper.make_graph([helper.make_node(operator, ["outer"], [name])], name, [], [output]))
    make.input("c", np.array(make.choose("condition", [True, False])), const=False)
