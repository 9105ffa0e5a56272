//! Promise: the CPU engine gives the same bits on every processor and with any number of threads.
//! The outputs of the two shipped models for a made picture have the hashes below, on x86-64 and on
//! aarch64.
//!
//! The larger model takes a minute on an emulated processor.

use ascendcl::{Coherence, Device, Library, Model, Runtime, Slot, Stream};
use sluice::hash::Sha256;
use std::path::Path;
use std::time::{Duration, Instant};

/// A model, and the hash of its outputs one after the other.
const GOLDEN: [(&str, &str); 2] = [
    (
        "magnetic_tile",
        "16337fb8c4a8348321900586c85f14eea8369b81e4a1e35286758cdb95d131d1",
    ),
    (
        "unet_simple_parts",
        "ea94587e13b6296d9fa37b5d4e8cbd2fcf0240f027601dba95648e2780a4c9f9",
    ),
];

/// Bytes that look like noise on a slope, the same everywhere.
fn picture(bytes: usize) -> Vec<u8> {
    let mut state = 12_345_u32;
    let byte = |index: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        u8::try_from((index * 191 / bytes + (state >> 26) as usize) & 0xff).unwrap()
    };
    (0..bytes).map(byte).collect()
}

/// The hash of all outputs for the picture.
fn hash(name: &str, threads: usize) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../model/{name}.onnx"));
    let runtime = Runtime::new(Library::builtin(ascendcl_cpu::RESOLVER).unwrap(), None).unwrap();
    let device = Device::open(&runtime, 0).unwrap();
    let model = Model::load_with_threads(&device, &path, threads).unwrap();
    assert_eq!(model.engine(), Some("unet-executor"), "{name}");
    let stream = Stream::new(&device).unwrap();
    let coherence = Coherence::probe(&device).unwrap();
    let (mut input, slot) = Slot::make(&model, &coherence, 1, &[0, 1])
        .unwrap()
        .remove(0);
    let made = picture(input.len());
    input.copy_from_slice(&made);
    let limit = Instant::now() + Duration::from_secs(3600);
    let finished = slot.execute(input, &stream).unwrap().wait(limit).unwrap();
    let outputs = [finished.output(0).unwrap(), finished.output(1).unwrap()].concat();
    Sha256::of(&outputs).to_string()
}

#[test]
fn the_shipped_models_give_the_same_bits_everywhere() {
    for (name, golden) in GOLDEN {
        for threads in [2, 1] {
            let found = hash(name, threads);
            println!("{name}, {threads} threads: {found}");
            assert_eq!(found, golden, "{name}, {threads} threads");
            // An emulated processor is slow; the first model has shown that threads do not matter.
            if cfg!(target_arch = "aarch64") && name == "unet_simple_parts" {
                break;
            }
        }
    }
}
