//! Any bytes as a camera's frame, in any format, size, region and row pitch. The first bytes choose
//! them.
#![no_main]

use board::Timestamp;
use board::camera::{Frame, FrameLayout, PixelFormat};
use libfuzzer_sys::fuzz_target;
use sluice::frame::{CameraSource, Conversion, Demosaic};
use sluice::image::{ChannelOrder, Interpolation, Roi, Size};

fuzz_target!(|input: &[u8]| {
    let Some((choice, bytes)) = input.split_first_chunk::<10>() else {
        return;
    };
    let [format, width, height, x, y, w, h, padding, dropped, how] = choice.map(u32::from);
    let place = format as usize % (PixelFormat::COUNT + 1);
    let format = PixelFormat::ALL.get(place).copied();
    let format = format.unwrap_or(PixelFormat::Mjpeg);
    let Some(layout) = FrameLayout::new(format, width, height) else {
        return;
    };
    let roi = Roi {
        x,
        y,
        width: w,
        height: h,
    };
    let size = Size {
        width: 9,
        height: 7,
    };
    let conversion = Conversion {
        dropped_bits: u8::try_from(dropped).ok().filter(|dropped| *dropped <= 8),
        demosaic: if how % 2 == 0 {
            Demosaic::Bilinear
        } else {
            Demosaic::EdgeAware
        },
    };
    let input = (roi, size, ChannelOrder::Bgr, Interpolation::Linear);
    let Ok(mut source) = CameraSource::new(layout, input, conversion) else {
        return;
    };
    let frame = Frame {
        bytes,
        stride_bytes: layout.row_bytes() + padding as usize % 9,
        exposed_after: Timestamp::default(),
        exposed_before: Timestamp::default(),
        sequence: 0,
        damaged: how >= 250,
    };
    let _ = source.read_into(&frame, &mut [0; 9 * 7 * 3]);
});
