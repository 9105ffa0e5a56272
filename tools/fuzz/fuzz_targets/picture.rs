//! Any bytes as a picture file, read into a model's input. The result does not depend on how many
//! bytes a read returns.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sluice::frame::PictureSource;
use sluice::image::{ChannelOrder, Interpolation, Roi, Size};
use std::io::{self, Read};

/// Gives the bytes in short pieces.
struct Slowly<'a>(&'a [u8]);

impl Read for Slowly<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = buffer.len().min(7);
        self.0.read(&mut buffer[..length])
    }
}

fuzz_target!(|file: &[u8]| {
    let roi = Roi {
        x: 5,
        y: 3,
        width: 23,
        height: 19,
    };
    let size = Size {
        width: 11,
        height: 13,
    };
    let mut source = PictureSource::new(roi, size, ChannelOrder::Bgr, Interpolation::Linear).expect("a region that fits");
    let mut at_once = vec![0; 11 * 13 * 3];
    let mut in_pieces = at_once.clone();
    let first = source.read_into(file, &mut at_once);
    let second = source.read_into(Slowly(file), &mut in_pieces);
    assert_eq!(first.is_ok(), second.is_ok(), "{first:?} {second:?}");
    if first.is_ok() {
        assert_eq!(at_once, in_pieces);
    }
});
