//! Any bytes as the AIPP file of a small model.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::fs;

const MODEL: &[u8] = include_bytes!("../../../tests/data/station/parts.onnx");

fuzz_target!(|text: &[u8]| {
    let folder = sluice_fuzz::folder("aipp");
    let model = folder.join("parts.onnx");
    if !model.exists() {
        fs::write(&model, MODEL).expect("a file in the folder");
    }
    fs::write(folder.join("aipp.cfg"), text).expect("a file in the folder");
    sluice_fuzz::load(&model);
});
