#!/usr/bin/env python3
"""Writes the small ONNX models of the tests and ONNX Runtime's results for them.

Needs the packages onnx, onnxruntime and numpy. The files go into the script's directory:

    python3 make.py

* seg.onnx     one picture [1, 3, 8, 12] -> softmax [1, 8, 12, 2] float, argmax [1, 8, 12] int32
               (seg.softmax.bin, seg.argmax.bin: ONNX Runtime's results for `picture(8, 12)` with
               seg.aipp.cfg)
* class.onnx   one input [1, 3, 16, 16] of floats -> scores [1, 10] float
               (class.scores.bin: ONNX Runtime's result for `floats(768)`)
* planes.onnx  returns its input [2, 3, 4, 6], which shows the result of AIPP
* add.onnx     two float inputs [2, 3] -> sum
* types.onnx   uint8, int32 and int64 inputs [5] -> the same as outputs
* gather.onnx  int32 input [1] -> one of three floats; a run with any other index fails
* symbol.onnx  has a height without a number; loading it must fail
* batch.onnx   has a batch size without a number, which becomes 1
"""
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

HERE = Path(__file__).parent


def picture(height, width):
    """Interleaved bytes: byte i is (37 * i + 11) modulo 256, as in the tests."""
    return (np.arange(height * width * 3) * 37 + 11).astype(np.uint8).reshape(height, width, 3)


def floats(count):
    """Single precision: float i is ((37 * i + 11) modulo 256) / 128 - 1, as in the tests."""
    return ((np.arange(count) * 37 + 11) % 256).astype(np.float32) / np.float32(128) - np.float32(1)


def save(name, nodes, inputs, outputs, weights=()):
    graph = helper.make_graph(nodes, name, inputs, outputs, [numpy_helper.from_array(w, n) for n, w in weights])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(model)
    (HERE / f"{name}.onnx").write_bytes(model.SerializeToString())


def tensor(name, kind, dims):
    return helper.make_tensor_value_info(name, kind, dims)


def seg():
    rng = np.random.default_rng(1)
    weights = [
        ("w1", rng.normal(0, 0.5, (4, 3, 3, 3)).astype(np.float32)),
        ("b1", rng.normal(0, 0.5, 4).astype(np.float32)),
        ("w2", rng.normal(0, 0.5, (2, 4, 1, 1)).astype(np.float32)),
        ("b2", rng.normal(0, 0.1, 2).astype(np.float32)),
    ]
    nodes = [
        helper.make_node(
            "Conv", ["image", "w1", "b1"], ["c1"], kernel_shape=[3, 3], dilations=[1, 1], pads=[1, 1, 1, 1]
        ),
        helper.make_node("Relu", ["c1"], ["r1"]),
        helper.make_node("Conv", ["r1", "w2", "b2"], ["c2"], kernel_shape=[1, 1], dilations=[1, 1]),
        helper.make_node("Transpose", ["c2"], ["scores"], perm=[0, 2, 3, 1]),
        helper.make_node("Softmax", ["scores"], ["softmax"], axis=3),
        helper.make_node("ArgMax", ["scores"], ["class64"], axis=3, keepdims=0),
        helper.make_node("Cast", ["class64"], ["argmax"], to=TensorProto.INT32),
    ]
    inputs = [tensor("image", TensorProto.FLOAT, [1, 3, 8, 12])]
    outputs = [tensor("softmax", TensorProto.FLOAT, [1, 8, 12, 2]), tensor("argmax", TensorProto.INT32, [1, 8, 12])]
    save("seg", nodes, inputs, outputs, weights)

    session = onnxruntime.InferenceSession(HERE / "seg.onnx", providers=["CPUExecutionProvider"])
    planes = (picture(8, 12).transpose(2, 0, 1)[None].astype(np.float32) - np.float32(127.5)) * np.float32(1 / 127.5)
    softmax, argmax = session.run(["softmax", "argmax"], {"image": planes})
    assert 0 < argmax.sum() < argmax.size, "both classes must occur"
    (HERE / "seg.softmax.bin").write_bytes(softmax.astype("<f4").tobytes())
    (HERE / "seg.argmax.bin").write_bytes(argmax.astype("<i4").tobytes())


def classifier():
    rng = np.random.default_rng(2)
    weights = [
        ("w1", rng.normal(0, 0.4, (8, 3, 3, 3)).astype(np.float32)),
        ("b1", rng.normal(0, 0.1, 8).astype(np.float32)),
        ("w2", rng.normal(0, 0.2, (16, 8, 3, 3)).astype(np.float32)),
        ("b2", rng.normal(0, 0.1, 16).astype(np.float32)),
        ("w3", rng.normal(0, 0.6, (10, 16)).astype(np.float32)),
        ("b3", rng.normal(0, 0.1, 10).astype(np.float32)),
    ]
    conv = {"kernel_shape": [3, 3], "dilations": [1, 1], "pads": [1, 1, 1, 1]}
    nodes = [
        helper.make_node("Conv", ["x", "w1", "b1"], ["c1"], strides=[1, 1], **conv),
        helper.make_node("Relu", ["c1"], ["r1"]),
        helper.make_node("MaxPool", ["r1"], ["p1"], kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("Conv", ["p1", "w2", "b2"], ["c2"], strides=[2, 2], **conv),
        helper.make_node("Relu", ["c2"], ["r2"]),
        helper.make_node("GlobalAveragePool", ["r2"], ["g"]),
        helper.make_node("Flatten", ["g"], ["f"], axis=1),
        helper.make_node("Gemm", ["f", "w3", "b3"], ["s"], transB=1),
        helper.make_node("Softmax", ["s"], ["scores"], axis=1),
    ]
    inputs = [tensor("x", TensorProto.FLOAT, [1, 3, 16, 16])]
    save("class", nodes, inputs, [tensor("scores", TensorProto.FLOAT, [1, 10])], weights)
    session = onnxruntime.InferenceSession(HERE / "class.onnx", providers=["CPUExecutionProvider"])
    (scores,) = session.run(["scores"], {"x": floats(768).reshape(1, 3, 16, 16)})
    (HERE / "class.scores.bin").write_bytes(scores.astype("<f4").tobytes())


def main():
    seg()
    classifier()
    dims = [2, 3, 4, 6]
    save(
        "planes",
        [helper.make_node("Identity", ["image"], ["planes"])],
        [tensor("image", TensorProto.FLOAT, dims)],
        [tensor("planes", TensorProto.FLOAT, dims)],
    )
    save(
        "add",
        [helper.make_node("Add", ["a", "b"], ["sum"])],
        [tensor(name, TensorProto.FLOAT, [2, 3]) for name in ("a", "b")],
        [tensor("sum", TensorProto.FLOAT, [2, 3])],
    )
    kinds = {"u8": TensorProto.UINT8, "i32": TensorProto.INT32, "i64": TensorProto.INT64}
    save(
        "types",
        [helper.make_node("Identity", [name], [f"{name}_out"]) for name in kinds],
        [tensor(name, kind, [5]) for name, kind in kinds.items()],
        [tensor(f"{name}_out", kind, [5]) for name, kind in kinds.items()],
    )
    save(
        "gather",
        [helper.make_node("Gather", ["three", "index"], ["one"], axis=0)],
        [tensor("index", TensorProto.INT32, [1])],
        [tensor("one", TensorProto.FLOAT, [1])],
        [("three", np.array([10, 20, 30], np.float32))],
    )
    save(
        "symbol",
        [helper.make_node("Relu", ["x"], ["y"])],
        [tensor("x", TensorProto.FLOAT, [1, "height"])],
        [tensor("y", TensorProto.FLOAT, [1, "height"])],
    )
    save(
        "batch",
        [helper.make_node("Relu", ["x"], ["y"])],
        [tensor("x", TensorProto.FLOAT, ["batch", 3])],
        [tensor("y", TensorProto.FLOAT, ["batch", 3])],
    )


if __name__ == "__main__":
    main()
