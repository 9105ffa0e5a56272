//! Promise: NumPy reads the arrays that `sluice eval` writes.

use sluice::labelled::npy::{self, Element};
use std::io::{Error, ErrorKind, Result, Write};

/// Type, shape and data of a file, parsed by the format's description.
fn parse(file: &[u8]) -> (&str, Vec<usize>, &[u8]) {
    assert_eq!(&file[..8], b"\x93NUMPY\x01\x00");
    let length = usize::from(u16::from_le_bytes([file[8], file[9]]));
    let (header, data) = file[10..].split_at(length);
    assert_eq!((10 + length) % 64, 0, "the data is aligned");
    let header = str::from_utf8(header).unwrap();
    let header = header.strip_suffix('\n').unwrap().trim_end_matches(' ');
    let header = header.strip_prefix("{'descr': '").unwrap();
    let (descr, header) = header
        .split_once("', 'fortran_order': False, 'shape': (")
        .unwrap();
    let shape = header.strip_suffix("), }").unwrap();
    // In Python a tuple of one element needs a comma after it.
    let lengths = match shape.strip_suffix(',') {
        Some(one) => {
            assert!(!one.contains(','), "{shape}");
            one
        }
        None => {
            assert!(shape.is_empty() || shape.contains(", "), "{shape}");
            shape
        }
    };
    let lengths = lengths.split(", ").filter(|length| !length.is_empty());
    (
        descr,
        lengths.map(|length| length.parse().unwrap()).collect(),
        data,
    )
}

fn written<T: Element>(shape: &[usize], values: &[T]) -> Vec<u8> {
    let mut file = Vec::new();
    npy::write(&mut file, shape, values).unwrap();
    file
}

#[test]
fn every_type_and_shape_reads_back() {
    let file = written(
        &[2, 3],
        &[0.0f32, -1.5, f32::MAX, f32::MIN_POSITIVE, 1e-45, 0.1],
    );
    let (descr, shape, data) = parse(&file);
    assert_eq!((descr, shape.as_slice()), ("<f4", &[2, 3][..]));
    let values: Vec<f32> = data
        .as_chunks()
        .0
        .iter()
        .map(|b| f32::from_le_bytes(*b))
        .collect();
    assert_eq!(values, [0.0, -1.5, f32::MAX, f32::MIN_POSITIVE, 1e-45, 0.1]);

    let file = written(&[3], &[i32::MIN, -2, i32::MAX]);
    let (descr, shape, data) = parse(&file);
    assert_eq!((descr, shape.as_slice()), ("<i4", &[3][..]));
    let values: Vec<i32> = data
        .as_chunks()
        .0
        .iter()
        .map(|b| i32::from_le_bytes(*b))
        .collect();
    assert_eq!(values, [i32::MIN, -2, i32::MAX]);

    let file = written(&[1, 2, 1, 2], &[0u8, 1, 128, 255]);
    assert_eq!(
        parse(&file),
        ("|u1", vec![1, 2, 1, 2], &[0, 1, 128, 255][..])
    );
    assert_eq!(parse(&written(&[], &[7u8])), ("|u1", vec![], &[7][..]));
    assert_eq!(
        parse(&written(&[0, 4], &[0u8; 0])),
        ("|u1", vec![0, 4], &[][..])
    );
}

#[test]
fn the_data_is_aligned_whatever_the_length_of_the_header() {
    for dimensions in 0..60 {
        let shape = vec![1; dimensions];
        assert_eq!(parse(&written(&shape, &[9u8])), ("|u1", shape, &[9][..]));
    }
}

#[test]
fn a_shape_that_does_not_fit_is_an_error_and_writes_nothing() {
    for shape in [&[2, 2][..], &[], &[0], &[usize::MAX, 2]] {
        let mut file = Vec::new();
        let error = npy::write(&mut file, shape, &[1u8, 2, 3]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{shape:?}");
        assert!(file.is_empty());
    }
    let mut file = Vec::new();
    let error = npy::write(&mut file, &vec![1; 30_000], &[1u8]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(file.is_empty());
}

#[test]
fn an_error_of_the_writer_is_returned() {
    struct Full(usize);
    impl Write for Full {
        fn write(&mut self, bytes: &[u8]) -> Result<usize> {
            self.0 = self
                .0
                .checked_sub(bytes.len())
                .ok_or_else(|| Error::from(ErrorKind::StorageFull))?;
            Ok(bytes.len())
        }
        fn flush(&mut self) -> Result<()> {
            Ok(())
        }
    }
    let values = [1.0f32; 8];
    let error = npy::write(&mut Full(150), &[8], &values).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::StorageFull);
    npy::write(&mut Full(160), &[8], &values).unwrap();
}
