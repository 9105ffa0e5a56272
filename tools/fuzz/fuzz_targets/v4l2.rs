//! Any bytes as the answers of a video driver: opening a camera, its frames, its controls.
#![no_main]

use board::camera::{Camera as _, FrameLayout, Mode, PixelFormat, Settings};
use board::v4l2::{Capture, answers, controls};
use libfuzzer_sys::fuzz_target;
use std::fs::File;
use std::hint::black_box;

/// Frames that are asked for.
const FRAMES: usize = 8;

fuzz_target!(|input: &[u8]| {
    let Some((choice, bytes)) = input.split_first_chunk::<5>() else {
        return;
    };
    let [format, width, height, mode, buffers] = *choice;
    let format = PixelFormat::ALL.get(usize::from(format) % (PixelFormat::COUNT + 1));
    let format = format.copied().unwrap_or(PixelFormat::Mjpeg);
    let Some(layout) = FrameLayout::new(format, width.into(), height.into()) else {
        return;
    };
    let device = sluice_fuzz::folder("v4l2").join("video");
    if !device.exists() {
        let memory = File::create(&device).expect("a file in the folder");
        let size = u64::from(answers::MEMORY_BYTES);
        memory.set_len(size).expect("a file of that size");
    }
    let settings = Settings {
        layout,
        mode: if mode % 2 == 0 {
            Mode::FreeRunning
        } else {
            Mode::Triggered
        },
        frames_per_second: 30,
        buffers: buffers % 8,
    };
    answers::set(bytes);
    if let Ok(mut camera) = Capture::open(&device, &settings) {
        for _ in 0..FRAMES {
            let _ = camera.next_frame(&mut |frame| {
                let sum: u64 = frame.bytes.iter().map(|byte| u64::from(*byte)).sum();
                black_box((sum, frame.stride_bytes, frame.exposed_after));
            });
        }
        black_box(camera.describe());
    }
    answers::set(bytes);
    let _ = black_box(controls::list(&device));
});
