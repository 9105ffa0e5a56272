//! Any bytes as an ONNX model.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::fs;

fuzz_target!(|content: &[u8]| {
    let model = sluice_fuzz::folder("onnx").join("model.onnx");
    fs::write(&model, content).expect("a file in the folder");
    sluice_fuzz::load(&model);
});
