//! The segments of a JPEG file (ITU-T T.81, annex B): whether they describe a form that is read,
//! and whether all scans are there.
//!
//! A progressive file brings each coefficient in several scans. One that was cut between two scans
//! would give a coarse picture, without an error. So each scan must refine what came before it, and
//! the last bit of each coefficient must come.

mod scans;

use crate::frame::{FrameError, PictureFormat, orientation};
use crate::image::{CHANNELS, Size};
use scans::Scans;

/// The most scans of a file. Encoders write about ten.
pub const SCANS_MAX: usize = 100;
/// The pixels of a block's side.
const BLOCK_PX: u32 = 8;

/// What the segments say.
#[derive(Debug)]
pub struct Outline {
    /// The frame's size.
    pub size: Size,
    /// The width of the blocks that are coded together, in pixels.
    pub block_width_px: u32,
    components: usize,
    /// The numbers of the components.
    ids: [u8; CHANNELS],
    is_progressive: bool,
}

impl Outline {
    /// Reads the segments of a whole file.
    ///
    /// # Errors
    /// The form is not read, a segment is damaged, or a scan is missing.
    pub fn of(file: &[u8]) -> Result<Outline, FrameError> {
        let mut segments = Segments { file, at: 2 };
        let mut frame: Option<(Outline, Scans)> = None;
        let is_whole = loop {
            let Some(marker) = segments.marker()? else {
                break false;
            };
            let at = segments.at;
            match (marker, &mut frame) {
                (0xd9, _) => break true,
                (0xc0..=0xc2, None) => {
                    let outline = Outline::of_frame(segments.payload()?, marker == 0xc2, at)?;
                    let scans = Scans::new(outline.components, outline.is_progressive);
                    frame = Some((outline, scans));
                }
                (0xda, Some((outline, scans))) => {
                    let ids = &outline.ids[..outline.components];
                    scans.add(segments.payload()?, ids, at)?;
                    segments.skip_coded();
                }
                (0xe1, _) => check_orientation(segments.payload()?)?,
                // Tables, restart interval, application data, comments.
                (0xc4 | 0xdb | 0xdd | 0xe0..=0xef | 0xfe, _) => {
                    segments.payload()?;
                }
                (0xc3, None) => return Err(unread("without losses")),
                (0xc9..=0xcc, None) => return Err(unread("with arithmetic coding")),
                (0xc5..=0xcf, None) => return Err(unread("of a hierarchical kind")),
                (0xdc, _) => return Err(unread("whose height comes after its pixels")),
                _ => return Err(broken(at, "a segment is out of place")),
            }
        };
        match frame {
            Some((outline, scans)) if scans.are_complete() => Ok(outline),
            // OpenCV fills in what is missing.
            Some(_) if is_whole => Err(broken(file.len(), "a scan is missing")),
            None if is_whole => Err(broken(file.len(), "there is no picture in it")),
            _ => Err(FrameError::Truncated {
                at_byte: file.len() as u64,
            }),
        }
    }

    /// Reads the segment that describes the frame.
    fn of_frame(segment: &[u8], is_progressive: bool, at: usize) -> Result<Outline, FrameError> {
        let [precision, y1, y0, x1, x0, count, components @ ..] = segment else {
            return Err(broken(at, "the frame's segment is too short"));
        };
        let size = Size {
            width: u16::from_be_bytes([*x1, *x0]).into(),
            height: u16::from_be_bytes([*y1, *y0]).into(),
        };
        if *precision != 8 {
            return Err(unread("of other than 8 bits"));
        }
        if size.height == 0 {
            return Err(unread("whose height comes after its pixels"));
        }
        if size.width == 0 {
            return Err(broken(at, "the width is 0"));
        }
        let (components, rest) = components.as_chunks::<3>();
        if components.len() != usize::from(*count) || !rest.is_empty() {
            return Err(broken(at, "the frame's segment has a wrong length"));
        }
        // Each component's resolution: across in the upper four bits, down in the lower ones.
        let mut columns = 1;
        match components {
            [_] => {}
            [[_, luma, _], [_, 0x11, _], [_, 0x11, _]] => match luma {
                0x11 | 0x12 => {}
                0x21 | 0x22 => columns = 2,
                0x41 => columns = 4,
                _ => return Err(unread("with an unusual resolution of its colours")),
            },
            [_, _, _] => return Err(unread("with an unusual resolution of its colours")),
            [_, _, _, _] => return Err(unread("in CMYK")),
            _ => return Err(unread("of other than 1 or 3 channels")),
        }
        let mut ids = [0; CHANNELS];
        for (id, [number, ..]) in ids.iter_mut().zip(components) {
            *id = *number;
        }
        Ok(Outline {
            size,
            ids,
            block_width_px: BLOCK_PX * columns,
            components: components.len(),
            is_progressive,
        })
    }

    /// The memory that the decoder needs for one row of pixels, in bytes: samples, and coefficients
    /// of two bytes if they come in several scans.
    pub fn row_bytes(&self) -> u64 {
        let sample_bytes = if self.is_progressive { 3 } else { 1 };
        u64::from(self.size.width) * self.components as u64 * sample_bytes
    }
}

/// Refuses Exif data that ask for the picture to be turned.
fn check_orientation(segment: &[u8]) -> Result<(), FrameError> {
    let exif = segment.strip_prefix(b"Exif\0\0");
    match exif.and_then(orientation::of_exif) {
        Some(orientation @ 2..=8) => Err(FrameError::Rotated { orientation }),
        _ => Ok(()),
    }
}

/// Goes through a file from marker to marker.
struct Segments<'a> {
    file: &'a [u8],
    at: usize,
}

impl<'a> Segments<'a> {
    /// The next marker; `None` at the end of the file.
    fn marker(&mut self) -> Result<Option<u8>, FrameError> {
        let start = self.at;
        // Any number of 0xff may be in front.
        loop {
            match self.file.get(self.at) {
                None => return Ok(None),
                Some(0xff) => self.at += 1,
                Some(_) if self.at == start => {
                    return Err(broken(start, "something other than a segment follows"));
                }
                Some(marker) => {
                    self.at += 1;
                    return Ok(Some(*marker));
                }
            }
        }
    }

    /// The segment after a marker, without its length.
    fn payload(&mut self) -> Result<&'a [u8], FrameError> {
        let rest = self.file.get(self.at..).unwrap_or_default();
        let truncated = FrameError::Truncated {
            at_byte: self.file.len() as u64,
        };
        let Some(length) = rest.first_chunk().map(|bytes| u16::from_be_bytes(*bytes)) else {
            return Err(truncated);
        };
        let length = usize::from(length);
        if length < 2 {
            return Err(broken(self.at, "a segment's length is less than 2"));
        }
        let payload = rest.get(2..length).ok_or(truncated)?;
        self.at += length;
        Ok(payload)
    }

    /// Goes to the first marker that is not part of a scan's coded data.
    fn skip_coded(&mut self) {
        while let Some(rest) = self.file.get(self.at..) {
            let Some(found) = rest.iter().position(|byte| *byte == 0xff) else {
                break;
            };
            self.at += found;
            match self.file.get(self.at + 1) {
                // A byte of data, or a restart.
                Some(0x00 | 0xd0..=0xd7) => self.at += 2,
                Some(0xff) => self.at += 1,
                _ => return,
            }
        }
        self.at = self.file.len();
    }
}

fn unread(form: &'static str) -> FrameError {
    FrameError::Form {
        format: PictureFormat::Jpeg,
        form,
    }
}

fn broken(at: usize, problem: &'static str) -> FrameError {
    FrameError::Broken {
        format: PictureFormat::Jpeg,
        at_byte: at as u64,
        problem,
    }
}
