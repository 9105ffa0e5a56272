"""Builders of quantising operators and of operators on quantised numbers, except convolutions."""

import numpy as np

from cases import NUMPY, Impossible, builds
from samples import numbers, positive, wide


def scale_shape(make, shape):
    """The shape of the scale: per tensor, or along an axis; sets the attribute of the axis."""
    along = make.choose("along", ["tensor", "tensor [1]", "axis"])
    if along == "tensor":
        return [], None
    if along == "tensor [1]":
        return [1], None
    axis = make.attribute("axis", [None, 0, 1, -1]) if make.opset >= 13 else None
    at = 1 if axis is None else axis
    if make.opset < 13 or not -len(shape) <= at < len(shape):
        raise Impossible("axis")
    return [shape[at]], at % len(shape)


def spread(values, axis, rank):
    return values if axis is None else values.reshape([-1 if at == axis else 1 for at in range(rank)])


def quantised(make):
    """Attributes of later opsets, with values that have no effect and others."""
    if make.operator == "QuantizeLinear" and make.opset >= 19:
        make.attribute("saturate", [None, 1])
    if make.opset >= 21:
        make.attribute("block_size", [None, 0])
    if make.opset >= (21 if make.operator == "QuantizeLinear" else 23):
        make.attribute("output_dtype", [None, 0])
    if make.operator == "QuantizeLinear" and make.opset >= 23:
        make.attribute("precision", [None, 0])


@builds("QuantizeLinear")
def quantize(make):
    quantised(make)
    kind = make.type("x", ["f32", "i32", "f16"])
    shape = [size + 2 for size in make.shape(make.rank("x", [1, 2, 3, 4]))]
    of_scale, axis = scale_shape(make, shape)
    scales = np.asarray(make.random.choice([0.25, 0.5, 1.0, 0.02], of_scale)).astype(np.float32)
    # Halves of a step, which reveal the rounding, and numbers outside the type's range.
    steps = make.random.integers(-300, 600, shape) / 2
    steps = np.where(make.random.random(shape) < 0.4, np.round(steps), steps)
    x = (steps * spread(scales, axis, len(shape))).astype(NUMPY[kind])
    make.input("x", x)
    make.input("scale", scales)
    if make.has("zero_point"):
        zero = make.type("zero_point", ["u8", "i8"])
        make.input("zero_point", numbers(make.random, zero, of_scale))


@builds("DequantizeLinear")
def dequantize(make):
    quantised(make)
    kind = make.type("x", ["u8", "i8", "i32"])
    shape = [size + 1 for size in make.shape(make.rank("x", [1, 2, 3, 4]))]
    of_scale, _ = scale_shape(make, shape)
    make.input("x", numbers(make.random, kind, shape))
    make.input("scale", np.asarray(make.random.uniform(0.01, 1, of_scale)).astype(np.float32))
    if make.has("zero_point"):
        zero = np.zeros(of_scale, np.int32) if kind == "i32" else numbers(make.random, kind, of_scale)
        make.input("zero_point", zero)


@builds("DynamicQuantizeLinear")
def dynamic_quantize(make):
    make.outputs = 3
    make.type("x", ["f32"])
    values = make.choose("values", [numbers, positive, wide])
    make.input("x", values(make.random, "f32", make.shape(make.rank("x", [1, 2, 4]), 6)))


@builds("MatMulInteger", "QLinearMatMul")
def matmul_integer(make):
    kind = make.type("a", ["u8", "i8"])
    other = make.type("b", ["u8", "i8"])
    rank = make.rank("a", [2, 3])
    a = numbers(make.random, kind, [2, 3, 5][-rank:])
    b = numbers(make.random, other, [5, 4])
    if make.operator == "MatMulInteger":
        make.input("a", a)
        make.input("b", b)
        make.input("a_zero_point", np.array(3, NUMPY[kind]) if make.has("a_zero_point") else None)
        if make.has("b_zero_point"):
            make.input("b_zero_point", np.full(make.choose("b_zero_point shape", [[], [4]]), 2, NUMPY[other]))
        return
    one = lambda value, kind: np.array(value, NUMPY[kind])
    for name, array in [("a", a), ("a_scale", one(0.1, "f32")), ("a_zero_point", one(3, kind)), ("b", b),
                        ("b_scale", one(0.05, "f32")), ("b_zero_point", one(2, other)), ("y_scale", one(1.5, "f32")),
                        ("y_zero_point", one(7, kind))]:
        make.input(name, array)
