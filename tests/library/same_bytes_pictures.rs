//! Promise: JPEG, BMP, PGM, PPM and TIFF files give OpenCV's bytes, in every form that
//! `docs/formats.md` lists. Other forms are refused.
//!
//! `data/pictures/vectors.txt` has the SHA-256 of OpenCV's results.
//! `tools/opencv/make_picture_vectors.py` writes it.

use std::collections::BTreeSet;
use std::fs::{File, read_dir, read_to_string};
use std::path::PathBuf;

use sha2::{Digest, Sha256};
use sluice::frame::{FrameError, PictureSource, SizeReader};
use sluice::image::{ChannelOrder, Interpolation, Roi, Size};

fn data(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests/data/pictures", name]
        .iter()
        .collect()
}

fn lines(word: &str) -> Vec<Vec<String>> {
    let text = read_to_string(data("vectors.txt")).unwrap();
    let lines = text
        .lines()
        .filter_map(|line| line.strip_prefix(word)?.strip_prefix(' '));
    lines
        .map(|line| line.split(' ').map(String::from).collect())
        .collect()
}

fn sha256(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A region of a file, and what OpenCV makes of it.
struct Case {
    file: String,
    frame: Size,
    roi: Roi,
    target: Size,
    order: ChannelOrder,
    sha256: String,
}

impl Case {
    fn of(words: &[String]) -> Case {
        let number = |at: usize| words[at].parse().unwrap();
        let size = |at| Size {
            width: number(at),
            height: number(at + 1),
        };
        Case {
            file: words[0].clone(),
            frame: size(1),
            roi: Roi {
                x: number(3),
                y: number(4),
                width: number(5),
                height: number(6),
            },
            target: size(7),
            order: match words[9].as_str() {
                "bgr" => ChannelOrder::Bgr,
                _ => ChannelOrder::Rgb,
            },
            sha256: words[10].clone(),
        }
    }

    fn source(&self) -> PictureSource {
        PictureSource::new(self.roi, self.target, self.order, Interpolation::Linear)
            .unwrap()
            .with_frame(Some(self.frame))
    }

    /// What is wrong with the pixels that a source gives, if anything is.
    fn wrong(&self, source: &mut PictureSource) -> Option<String> {
        // Not zero, so that a byte that was never written is noticed.
        let mut out = vec![0xa5; self.target.bytes().unwrap()];
        let Case { file, roi, .. } = self;
        let read = source.read_into(File::open(data(file)).unwrap(), &mut out);
        let is_right = matches!(&read, Ok(info) if info.size() == self.frame);
        let is_right = is_right && sha256(&out) == self.sha256;
        (!is_right).then(|| format!("{file}: {roi} to {}: {read:?}", self.target))
    }
}

fn cases() -> Vec<Case> {
    lines("picture")
        .iter()
        .map(|words| Case::of(words))
        .collect()
}

#[test]
fn every_form_gives_the_bytes_of_opencv() {
    let cases = cases();
    let files: BTreeSet<_> = cases.iter().map(|case| &case.file).collect();
    assert!(files.len() > 140 && cases.len() == 4 * files.len());
    let mut wrong = Vec::new();
    for case in &cases {
        // Reads twice, since the state that a source keeps must not affect the next file.
        let mut source = case.source();
        wrong.extend(case.wrong(&mut source));
        wrong.extend(case.wrong(&mut source));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn one_source_reads_files_of_all_formats_in_turn() {
    let cases = cases();
    let first = &cases[0];
    let same_region = cases.iter().filter(|case| {
        case.roi == first.roi && case.target == first.target && case.frame == first.frame
    });
    let mut source = first.source();
    let (mut read, mut refused) = (0, lines("refused").into_iter().cycle());
    for case in same_region {
        assert_eq!(case.wrong(&mut source), None);
        // A file that was refused leaves nothing behind.
        let bad = File::open(data(&refused.next().unwrap()[0])).unwrap();
        let mut out = vec![0; case.target.bytes().unwrap()];
        assert!(source.read_into(bad, &mut out).is_err());
        read += 1;
    }
    assert!(read > 140);
}

#[test]
fn the_size_is_known_without_the_pixels() {
    let mut reader = SizeReader::new();
    for case in cases() {
        let size = reader.size(File::open(data(&case.file)).unwrap());
        assert_eq!(size.unwrap(), case.frame, "{}", case.file);
    }
}

#[test]
fn other_forms_are_refused_by_name() {
    let refused = lines("refused");
    assert!(refused.len() > 50);
    let (mut forms, mut turned, mut wrong) = (0, 0, Vec::new());
    for words in &refused {
        let mut out = [0; 3];
        let pixel = Roi {
            x: 0,
            y: 0,
            width: 1,
            height: 1,
        };
        let mut source = PictureSource::new(
            pixel,
            pixel.size(),
            ChannelOrder::Bgr,
            Interpolation::Linear,
        )
        .unwrap();
        let name = &words[0];
        match source.read_into(File::open(data(name)).unwrap(), &mut out) {
            Err(FrameError::Form { .. }) => forms += 1,
            Err(FrameError::Rotated { .. }) => turned += 1,
            Err(FrameError::Broken { .. } | FrameError::Truncated { .. }) => {}
            other => wrong.push(format!("{name}: {other:?}")),
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(forms > 30 && turned == 14, "{forms} {turned}");
}

#[test]
fn every_file_beside_the_vectors_is_tested() {
    let named = ["picture", "refused"].map(lines).concat();
    let named: BTreeSet<String> = named.into_iter().map(|words| words[0].clone()).collect();
    let found = read_dir(data("")).unwrap().map(|entry| {
        let name = entry.unwrap().file_name();
        name.into_string().unwrap()
    });
    let found: BTreeSet<String> = found.filter(|name| name != "vectors.txt").collect();
    assert_eq!(found, named);
}
