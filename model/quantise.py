"""Post-training quantisation of an ONNX model to 8-bit integers, for the CPU engine.

    python quantise.py --model M.onnx --calibration CALIBRATION --out M_int8.onnx [--roi all]

Convolutions become `QuantizeLinear` (scale fixed by calibration), `ConvInteger`, `Cast`, `Mul`,
`Add`. The CPU engine supports these. It has no `QLinearConv`, and it would compute a float
convolution between `QuantizeLinear` and `DequantizeLinear` in floats. The first convolution sees
the picture and the last one gives the scores, so both stay float. Transposed convolutions have no
integer form and stay float as well.

The scale of a convolution's input comes from its largest value in all calibration pictures. Weights
are symmetric 7-bit integers with one scale for each output channel (`--per-tensor`: one for all).
Processors without 8-bit dot products add two products in 16 bits, which overflows with 8-bit
weights.

`quantise.md` has the results. Needs numpy, OpenCV, onnx and onnxruntime.
"""

import argparse
import hashlib
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

import dataset

# 7 bits: -63 to 63.
WEIGHT_MAX = 63
ACTIVATION_MAX = 255


def convolutions(model):
    """The convolutions to quantise, in order: all but the first and the last."""
    return [node for node in model.graph.node if node.op_type == "Conv"][1:-1]


def ranges(model, names, parts, roi, size):
    """{tensor: (minimum, maximum)} over the calibration pictures."""
    extended = onnx.ModelProto()
    extended.CopyFrom(model)
    outputs = []
    for name in names:
        # The values of all tensors at once would take gigabytes.
        for operator in ("ReduceMin", "ReduceMax"):
            outputs.append(f"{name}.{operator}")
            extended.graph.node.append(helper.make_node(operator, [name], [outputs[-1]], keepdims=0))
            extended.graph.output.append(helper.make_tensor_value_info(outputs[-1], TensorProto.FLOAT, []))
    session = onnxruntime.InferenceSession(extended.SerializeToString(), providers=["CPUExecutionProvider"])
    found = {name: (0.0, 0.0) for name in names}
    (picture,) = (value.name for value in model.graph.input)
    channels = model.graph.input[0].type.tensor_type.shape.dim[1].dim_value
    for part in parts:
        pixels = dataset.load_picture(part, roi, size)
        values = [float(value) for value in session.run(outputs, {picture: dataset.network_input(pixels, channels)})]
        for name, low, high in zip(names, values[::2], values[1::2], strict=True):
            found[name] = (min(found[name][0], low), max(found[name][1], high))
    return found


def quantise(model, found, per_tensor):
    """The model with integer convolutions."""
    weights = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    wanted = {node.name: node for node in convolutions(model)}
    nodes, constants, gone, quantised = [], [], set(), {}

    def constant(name, array):
        constants.append(numpy_helper.from_array(array, name))
        return name

    for node in model.graph.node:
        if node.name not in wanted or node.op_type != "Conv":
            nodes.append(node)
            continue
        x, weight_name, bias_name = node.input
        (out,) = node.output
        low, high = found[x]
        scale = max(high - low, 1e-6) / ACTIVATION_MAX
        zero = round(-low / scale)
        if x not in quantised:
            quantised[x] = f"{x}.u8"
            nodes.append(helper.make_node(
                "QuantizeLinear",
                [x, constant(f"{x}.scale", np.float32(scale)), constant(f"{x}.zero", np.uint8(zero))], [f"{x}.u8"],
            ))
        weight = weights[weight_name]
        largest = np.abs(weight).max(axis=None if per_tensor else (1, 2, 3), keepdims=True)
        steps = np.maximum(largest, 1e-9) / WEIGHT_MAX
        integers = np.clip(np.round(weight / steps), -WEIGHT_MAX, WEIGHT_MAX).astype(np.int8)
        back = (steps * scale).astype(np.float32)
        back = back.reshape(()) if per_tensor else back.reshape(1, -1, 1, 1)
        attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
        picture = f"{x}.u8"
        if any(attributes["pads"]):
            # The engine (rten 0.27) does not pad an integer convolution with the zero point.
            top, left, bottom, right = attributes["pads"]
            pads = np.array([0, 0, top, left, 0, 0, bottom, right], np.int64)
            picture = f"{out}.padded"
            nodes.append(helper.make_node("Pad", [f"{x}.u8", constant(f"{out}.pads", pads), f"{x}.zero"], [picture]))
            attributes["pads"] = [0, 0, 0, 0]
        nodes.append(helper.make_node(
            "ConvInteger",
            [picture, constant(f"{weight_name}.i8", integers), f"{x}.zero",
             constant(f"{weight_name}.zero", np.int8(0))],
            [f"{out}.i32"], **attributes,
        ))
        nodes.append(helper.make_node("Cast", [f"{out}.i32"], [f"{out}.cast"], to=TensorProto.FLOAT))
        nodes.append(helper.make_node(
            "Mul", [f"{out}.cast", constant(f"{out}.back", back)], [f"{out}.scaled"]))
        nodes.append(helper.make_node(
            "Add", [f"{out}.scaled", constant(f"{out}.bias", weights[bias_name].reshape(1, -1, 1, 1))], [out]))
        gone.update([weight_name, bias_name])

    result = onnx.ModelProto()
    result.CopyFrom(model)
    del result.graph.node[:], result.graph.value_info[:]
    result.graph.node.extend(nodes)
    kept = [tensor for tensor in model.graph.initializer if tensor.name not in gone]
    del result.graph.initializer[:]
    result.graph.initializer.extend(kept + constants)
    onnx.checker.check_model(result, full_check=True)
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--model", required=True, type=Path, help="the float model, batch norm folded")
    parser.add_argument("--calibration", required=True, type=Path, help="folder with N/image.png (and N/mask.png)")
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--per-tensor", action="store_true", help="one weight scale for all channels of a convolution")
    dataset.add_roi(parser, dataset.ROI)
    dataset.add_size(parser)
    arguments = parser.parse_args()
    model = onnx.load(str(arguments.model))
    roi, size = arguments.roi, (arguments.width, arguments.height)
    names = list(dict.fromkeys(node.input[0] for node in convolutions(model)))
    parts = dataset.parts(arguments.calibration)
    result = quantise(model, ranges(model, names, parts, roi, size), arguments.per_tensor)
    onnx.save(result, str(arguments.out))
    print(f"{len(convolutions(model))} of {sum(n.op_type == 'Conv' for n in model.graph.node)} convolutions in integers, "
          f"calibrated on {len(parts)} pictures")
    print(f"{arguments.out}: {arguments.out.stat().st_size} bytes, "
          f"sha256 {hashlib.sha256(arguments.out.read_bytes()).hexdigest()}")


if __name__ == "__main__":
    main()
