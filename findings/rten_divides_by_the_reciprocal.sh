#!/usr/bin/env bash
# rten (crates.io) 0.27.0 divides floats by a single number by multiplying with its reciprocal, in
# Div and in QuantizeLinear. ONNX Runtime 1.32.0 divides. So 41/41 is 0.99999994 in rten, and its
# Floor is 0. A number half-way between two quantisation steps becomes the other step. Alone, each
# difference is within the last bit. After Floor, Cast or QuantizeLinear it is a whole unit.
# Seen 2026-11-28.
# Sluice: such divisions are rewritten at load (ffi/cpu/src/model/onnx/rewrite/quantise.rs).
# Needs: python3 with venv, and cargo. Builds in a temporary folder in some minutes. Uses nothing of
# Sluice.
set -euo pipefail
for tool in python3 cargo; do
    command -v "$tool" >/dev/null || { echo "needs $tool"; exit 2; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv python || { echo "needs python3 with venv (Debian: python3-venv)"; exit 2; }
python/bin/pip install --quiet numpy==1.26.4 onnx==1.23.2 onnxruntime==1.32.0 || { echo "pip failed: network?"; exit 2; }

cat > model.py <<'END'
import numpy as np, onnxruntime
from onnx import TensorProto as T, helper as h, numpy_helper

x = np.array([41, 47, 55, 1.55, 2.35, 4.95, 5.95], np.float32)
constants = {"forty_one": np.float32(41), "scale": np.float32(0.1), "zero": np.uint8(0)}
nodes = [h.make_node("Div", ["x", "forty_one"], ["ratio"]), h.make_node("Floor", ["ratio"], ["whole"]),
         h.make_node("QuantizeLinear", ["x", "scale", "zero"], ["steps"])]
outputs = [h.make_tensor_value_info("whole", T.FLOAT, x.shape), h.make_tensor_value_info("steps", T.UINT8, x.shape)]
graph = h.make_graph(nodes, "division", [h.make_tensor_value_info("x", T.FLOAT, x.shape)], outputs,
                     [numpy_helper.from_array(np.array(value), name) for name, value in constants.items()])
model = h.make_model(graph, opset_imports=[h.make_opsetid("", 13)], ir_version=8).SerializeToString()
open("model.onnx", "wb").write(model)
x.tofile("x.bin")
whole, steps = onnxruntime.InferenceSession(model).run(None, {"x": x})
print("whole", *whole.astype(int))
print("steps", *steps)
END

mkdir -p program/src
cat > program/Cargo.toml <<'END'
[package]
name = "program"
version = "0.1.0"
edition = "2024"

[dependencies]
rten = { version = "=0.27.0", default-features = false, features = ["onnx_format"] }
rten-tensor = "=0.27.0"
END
cat > program/src/main.rs <<'END'
use rten::Value;
use rten_tensor::{Tensor, prelude::*};

fn main() {
    let model = rten::Model::load(std::fs::read("model.onnx").unwrap()).unwrap();
    let x = std::fs::read("x.bin").unwrap();
    let x: Vec<f32> = x.chunks(4).map(|b| f32::from_ne_bytes(b.try_into().unwrap())).collect();
    let x = Tensor::from_data(&[x.len()], x);
    let outputs = model.run(vec![(model.input_ids()[0], x.view().into())], model.output_ids(), None).unwrap();
    let Value::FloatTensor(whole) = &outputs[0] else { panic!() };
    let Value::UInt8Tensor(steps) = &outputs[1] else { panic!() };
    println!("whole {}", whole.iter().map(|n| format!("{n}")).collect::<Vec<_>>().join(" "));
    println!("steps {}", steps.iter().map(|n| format!("{n}")).collect::<Vec<_>>().join(" "));
}
END
cargo build --quiet --manifest-path program/Cargo.toml --target-dir build

python/bin/python model.py > onnxruntime.txt
build/debug/program > rten.txt
echo "x/41 floored, and x in steps of 0.1, of x = 41 47 55 1.55 2.35 4.95 5.95"
echo "ONNX Runtime:"; cat onnxruntime.txt
echo "rten:"; cat rten.txt
if cmp --quiet onnxruntime.txt rten.txt; then
    echo "they agree: rten divides now"
    exit 1
fi
