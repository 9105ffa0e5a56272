#!/bin/sh
# ONNX Runtime computes a negative automatic padding where the strides exceed the kernel.
#
# A Conv of kernel 1, stride 4 and auto_pad=SAME_UPPER over 0..7 selects 1 and 5 in ONNX Runtime,
# but 0 and 4 in the reference. By ONNX's formula the total padding is -3, and half of it makes the
# windows begin at 1. SAME_LOWER and explicit pads of 0 select 0 and 4 in both. A MaxPool with the
# same attributes passes the checker and loads, but fails when it runs ("padding values must be
# non-negative").
# Seen with onnxruntime 1.32.0 (CPU) and the reference implementation of onnx 1.23.2, 2026-11-28.
# Sluice: negative automatic padding is refused at load (ffi/cpu/src/model/onnx/shapes/window.rs).
# Needs: python3 with venv. Prints what each selects, and fails if that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv" || { echo "needs python3 with venv: apt install python3 python3-venv" >&2; exit 2; }
"$folder/venv/bin/pip" -q install onnx==1.23.2 onnxruntime==1.32.0 numpy==2.4.6 || { echo "pip failed: network?" >&2; exit 2; }
"$folder/venv/bin/python" - <<'END'
import sys

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper
from onnx.reference import ReferenceEvaluator

NUMBERS = np.arange(8, dtype=np.float32).reshape(1, 1, 8)
onnxruntime.set_default_logger_severity(4)


def model(operator, **padding):
    value = helper.make_tensor_value_info
    inputs, weights, attributes = ["x"], [], {"strides": [4], **padding}
    if operator == "Conv":
        inputs.append("w")
        weights.append(helper.make_tensor("w", TensorProto.FLOAT, [1, 1, 1], [1.0]))
    else:
        attributes["kernel_shape"] = [1]
    node = helper.make_node(operator, inputs, ["y"], **attributes)
    x, y = value("x", TensorProto.FLOAT, [1, 1, 8]), value("y", TensorProto.FLOAT, [1, 1, 2])
    made = helper.make_model(
        helper.make_graph([node], "g", [x], [y], weights), opset_imports=[helper.make_opsetid("", 17)], ir_version=8
    )
    onnx.checker.check_model(made, full_check=True)
    return made


def by_onnxruntime(made):
    session = onnxruntime.InferenceSession(made.SerializeToString(), providers=["CPUExecutionProvider"])
    try:
        return [int(number) for number in session.run(None, {"x": NUMBERS})[0].ravel()]
    except Exception as error:  # RuntimeException is in a private module.
        return str(error).rsplit("Status Message: ", 1)[-1]


def by_reference(made):
    return [int(number) for number in ReferenceEvaluator(made).run(None, {"x": NUMBERS})[0].ravel()]


cases = [
    (model("Conv", auto_pad="SAME_UPPER"), [1, 5], [0, 4]),
    (model("Conv", auto_pad="SAME_LOWER"), [0, 4], [0, 4]),
    (model("Conv", pads=[0, 0]), [0, 4], [0, 4]),
    (model("MaxPool", auto_pad="SAME_UPPER"), "padding values must be non-negative", None),
]
changed = False
for made, theirs, reference in cases:
    node = made.graph.node[0]
    words = " ".join(helper.printable_attribute(attribute) for attribute in node.attribute)
    seen = by_onnxruntime(made)
    # The reference cannot run this pool either, so only Conv is compared.
    other = by_reference(made) if reference is not None else None
    print(f"{node.op_type} {words}: ONNX Runtime {seen}, reference {other}")
    changed |= seen != theirs or other != reference
if changed:
    sys.exit("the behaviour has changed")
END
