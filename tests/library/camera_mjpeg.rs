//! Promise: a camera's MJPEG frame gives the bytes of the JPEG picture that it is: without Huffman
//! tables and with padding behind it too. A cut or damaged one, and one of another size, is
//! refused.

use board::Timestamp;
use board::camera::{Frame, FrameLayout, PixelFormat};
use sluice::frame::{CameraSource, Conversion, FrameError, PictureSource, SizeReader};
use sluice::hash::Sha256;
use sluice::image::{ChannelOrder, Interpolation, Roi, Size};
use std::fs;
use std::path::PathBuf;

const ROI: Roi = Roi {
    x: 5,
    y: 3,
    width: 23,
    height: 19,
};
const TARGET: Size = Size {
    width: 11,
    height: 13,
};

fn file(name: &str) -> Vec<u8> {
    let place: PathBuf = [env!("CARGO_MANIFEST_DIR"), "tests/data/pictures", name]
        .iter()
        .collect();
    fs::read(place).unwrap()
}

fn frame(bytes: &[u8], damaged: bool) -> Frame<'_> {
    Frame {
        bytes,
        stride_bytes: 0,
        exposed_after: Timestamp::default(),
        exposed_before: Timestamp::default(),
        sequence: 0,
        damaged,
    }
}

fn source(size: Size) -> CameraSource {
    let layout = FrameLayout::new(PixelFormat::Mjpeg, size.width, size.height).unwrap();
    let input = (ROI, TARGET, ChannelOrder::Bgr, Interpolation::Linear);
    CameraSource::new(layout, input, Conversion::default()).unwrap()
}

#[test]
fn a_frame_is_the_picture_that_it_holds() {
    for name in [
        "jpeg420.jpg",
        "jpeg422_without_tables.jpg",
        "jpeg422_restarts_rows.jpg",
        "jpeg_grey.jpg",
    ] {
        let mut bytes = file(name);
        let size = SizeReader::new().size(&bytes[..]).unwrap();
        let mut expected = vec![0; TARGET.bytes().unwrap()];
        PictureSource::new(ROI, TARGET, ChannelOrder::Bgr, Interpolation::Linear)
            .unwrap()
            .read_into(&bytes[..], &mut expected)
            .unwrap();
        let mut source = source(size);
        for padding in [0, 3, 5000] {
            bytes.resize(bytes.len() + padding, 0);
            let mut out = vec![0xa5; expected.len()];
            let hash = source.read_into(&frame(&bytes, false), &mut out).unwrap();
            assert_eq!(out, expected, "{name}, {padding} bytes of padding");
            assert_eq!(hash, Some(Sha256::of(&bytes)));
        }
    }
}

#[test]
fn a_cut_or_damaged_frame_and_one_of_another_size_are_refused() {
    let bytes = file("jpeg420.jpg");
    let size = SizeReader::new().size(&bytes[..]).unwrap();
    let mut out = vec![0; TARGET.bytes().unwrap()];
    let mut good = source(size);
    let damaged = good.read_into(&frame(&bytes, true), &mut out).unwrap_err();
    assert!(matches!(damaged, FrameError::Damaged), "{damaged}");
    for length in [0, 1, 100, bytes.len() / 2, bytes.len() - 20] {
        let cut = frame(&bytes[..length], false);
        assert!(good.read_into(&cut, &mut out).is_err(), "{length}");
        // The rest of the driver's buffer may be zeros.
        let mut zeroed = bytes.clone();
        zeroed[length..].fill(0);
        let zeroed = frame(&zeroed, false);
        assert!(good.read_into(&zeroed, &mut out).is_err(), "{length}");
    }
    let other = Size {
        width: size.width + 1,
        ..size
    };
    let error = source(other).read_into(&frame(&bytes, false), &mut out);
    assert!(matches!(error, Err(FrameError::Size { .. })), "{error:?}");
    let outside = FrameLayout::new(PixelFormat::Mjpeg, 20, 20).unwrap();
    let input = (ROI, TARGET, ChannelOrder::Bgr, Interpolation::Linear);
    let refused = CameraSource::new(outside, input, Conversion::default());
    assert!(matches!(refused, Err(FrameError::RoiOutside { .. })));
}
