#!/usr/bin/env python3
"""Writes the small ONNX models of the station's tests. They have the station's contract at 64 x 64.

Needs the packages onnx, onnxruntime and numpy. Run it in any directory. It writes beside itself:

    python3 make.py

Input `x` [1, 3, 64, 64], bytes divided by 255 (aipp.cfg). `bright` is
40 * (mean of the channels - 0.7).

* parts.onnx   softmax [1, 64, 64, 2] float over (0, bright), argmax [1, 64, 64] int32 of it: a
               pixel brighter than 178 is class 1
* wild.onnx    the same names and shapes, but where a pixel is brighter than 178 the scores are
               NaN and the class is 12, as in a broken model
* stray.onnx   as parts.onnx, but where a pixel is brighter than 178 the class is 12
"""
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

HERE = Path(__file__).parent
SIDE = 64
THRESHOLD = 0.7
GAIN = 40.0


def tensor(name, kind, dims):
    return helper.make_tensor_value_info(name, kind, dims)


def save(name, nodes, weights):
    inputs = [tensor("x", TensorProto.FLOAT, [1, 3, SIDE, SIDE])]
    outputs = [
        tensor("softmax", TensorProto.FLOAT, [1, SIDE, SIDE, 2]),
        tensor("argmax", TensorProto.INT32, [1, SIDE, SIDE]),
    ]
    graph = helper.make_graph(nodes, name, inputs, outputs, [numpy_helper.from_array(w, n) for n, w in weights])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(model)
    (HERE / f"{name}.onnx").write_bytes(model.SerializeToString())
    return onnxruntime.InferenceSession(HERE / f"{name}.onnx", providers=["CPUExecutionProvider"])


def conv(x, weight, bias, out):
    return helper.make_node("Conv", [x, weight, bias], [out], kernel_shape=[1, 1], dilations=[1, 1])


def bright():
    """Weights of a convolution with the outputs 0 and `bright`."""
    weight = np.zeros((2, 3, 1, 1), np.float32)
    weight[1] = GAIN / 3
    return [("w", weight), ("b", np.array([0, -GAIN * THRESHOLD], np.float32))]


def classes(scores):
    return [
        helper.make_node("Transpose", [scores], ["nhwc"], perm=[0, 2, 3, 1]),
        helper.make_node("Softmax", ["nhwc"], ["p"], axis=3),
    ]


def parts():
    nodes = [
        conv("x", "w", "b", "scores"),
        *classes("scores"),
        helper.make_node("Identity", ["p"], ["softmax"]),
        helper.make_node("ArgMax", ["nhwc"], ["class64"], axis=3, keepdims=0),
        helper.make_node("Cast", ["class64"], ["argmax"], to=TensorProto.INT32),
    ]
    return save("parts", nodes, bright())


def wild():
    # `dark` is 0 exactly where the pixel is bright, so dark / dark is 1 or not a number.
    dark = np.full((1, 3, 1, 1), -1 / 3, np.float32)
    nodes = [
        conv("x", "w", "b", "scores"),
        *classes("scores"),
        conv("x", "wd", "bd", "below"),
        helper.make_node("Relu", ["below"], ["dark"]),
        helper.make_node("Div", ["dark", "dark"], ["one"]),
        helper.make_node("Transpose", ["one"], ["one_nhwc"], perm=[0, 2, 3, 1]),
        helper.make_node("Mul", ["p", "one_nhwc"], ["softmax"]),
        helper.make_node("ArgMax", ["nhwc"], ["class64"], axis=3, keepdims=0),
        helper.make_node("Cast", ["class64"], ["class32"], to=TensorProto.INT32),
        helper.make_node("Mul", ["class32", "twelve"], ["argmax"]),
    ]
    weights = [("wd", dark), ("bd", np.array([THRESHOLD], np.float32)), ("twelve", np.array([12], np.int32))]
    return save("wild", nodes, bright() + weights)


def stray():
    nodes = [
        conv("x", "w", "b", "scores"),
        *classes("scores"),
        helper.make_node("Identity", ["p"], ["softmax"]),
        helper.make_node("ArgMax", ["nhwc"], ["class64"], axis=3, keepdims=0),
        helper.make_node("Cast", ["class64"], ["class32"], to=TensorProto.INT32),
        helper.make_node("Mul", ["class32", "twelve"], ["argmax"]),
    ]
    return save("stray", nodes, [*bright(), ("twelve", np.array([12], np.int32))])


def main():
    x = np.full((1, 3, SIDE, SIDE), 100 / 255, np.float32)
    x[:, :, 10:20, 30:40] = 1
    defect = x[:, 0] == 1
    softmax, argmax = parts().run(["softmax", "argmax"], {"x": x})
    assert ((softmax[..., 1] > 0.99) == defect).all() and (argmax == defect).all()
    softmax, argmax = wild().run(["softmax", "argmax"], {"x": x})
    assert (np.isnan(softmax[..., 1]) == defect).all() and (argmax == 12 * defect).all()
    (argmax,) = stray().run(["argmax"], {"x": x})
    assert (argmax == 12 * defect).all()


if __name__ == "__main__":
    main()
