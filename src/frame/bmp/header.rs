//! The headers of a BMP file, and its palette.
//!
//! Layouts are those of Microsoft's BITMAPFILEHEADER, BITMAPCOREHEADER, BITMAPINFOHEADER and its
//! extensions up to version 5.

use std::io::Read;

use crate::frame::metered_reader::{EXTRA_BYTES_MAX, MeteredReader};
use crate::frame::{FrameError, PictureFormat};
use crate::image::{CHANNELS, Size};

/// The file header, and the length of the header after it.
const START_BYTES: usize = 18;
/// The longest header after the file header: version 5.
const INFO_BYTES_MAX: usize = 124;
/// Masks of red, green and blue in a pixel of 32 bits: blue is in the lowest byte.
const USUAL_MASKS: [u32; CHANNELS] = [0x00ff_0000, 0x0000_ff00, 0x0000_00ff];

/// What the headers say.
#[derive(Debug)]
pub struct Header {
    /// The frame's size.
    pub size: Size,
    /// How the pixels are stored.
    pub pixels: Pixels,
    /// Whether the first row in the file is the upper one.
    pub is_top_down: bool,
    /// Colours in red, green and blue; empty if pixels are not indices.
    pub palette: Box<[[u8; CHANNELS]]>,
    /// Where the pixels begin in the file.
    pub data_at: u64,
}

/// How the pixels are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pixels {
    /// Indices of 1, 4 or 8 bits.
    Indices { bits: u8 },
    /// Runs of indices of 4 or 8 bits.
    Runs { bits: u8 },
    /// Blue, green and red, and one unused byte if there are 4.
    Bgr { bytes: u8 },
}

impl Pixels {
    /// Bits of a pixel.
    pub const fn bits(self) -> u8 {
        match self {
            Pixels::Indices { bits } | Pixels::Runs { bits } => bits,
            Pixels::Bgr { bytes } => 8 * bytes,
        }
    }
}

/// The header after the file header, with the fields that decide.
struct Info {
    width: i32,
    height: i32,
    bits: u16,
    compression: u32,
    colors: u32,
}

impl Header {
    /// Reads the headers of a file that is at its start, and leaves the reader at its pixels.
    pub fn read<R: Read>(input: &mut MeteredReader<'_, R>) -> Result<Header, FrameError> {
        let start = input.read_array::<START_BYTES>()?;
        let data_at = u64::from(u32_at(&start, 10));
        let info_bytes = u32_at(&start, 14) as usize;
        let mut bytes = [0; INFO_BYTES_MAX];
        let info = match info_bytes {
            12 | 40 | 52 | 56 | 108 | 124 => {
                let after = &mut bytes[4..info_bytes];
                input.read_all(after)?;
                Info::of(&bytes, info_bytes)
            }
            64 => return Err(unread("with OS/2 2.x headers")),
            _ => return Err(broken(14, "the header has no known length")),
        };
        let size = info.size()?;
        let pixels = info.pixels()?;
        let is_top_down = info.height < 0;
        let mut palette = Box::default();
        match pixels {
            Pixels::Runs { .. } if is_top_down => {
                return Err(unread("with runs (RLE) from the top down"));
            }
            Pixels::Indices { bits } | Pixels::Runs { bits } => {
                palette = read_palette(input, info.colors, bits, info_bytes == 12)?;
            }
            Pixels::Bgr { .. } if info.compression == BITFIELDS => {
                check_masks(input, &bytes, info_bytes)?;
            }
            Pixels::Bgr { .. } => {}
        }
        let consumed = input.meter().consumed.get();
        match data_at.checked_sub(consumed) {
            Some(gap) if data_at <= EXTRA_BYTES_MAX => input.skip(gap)?,
            Some(_) => return Err(broken(10, "the pixels are too far from the header")),
            None => return Err(broken(10, "the pixels begin inside the header")),
        }
        Ok(Header {
            size,
            pixels,
            is_top_down,
            palette,
            data_at,
        })
    }
}

const BITFIELDS: u32 = 3;

impl Info {
    /// `bytes` is the header with its length in front, of `length` bytes.
    fn of(bytes: &[u8; INFO_BYTES_MAX], length: usize) -> Info {
        if length == 12 {
            return Info {
                width: u16_at(bytes, 4).into(),
                height: u16_at(bytes, 6).into(),
                bits: u16_at(bytes, 10),
                compression: 0,
                colors: 0,
            };
        }
        Info {
            width: u32_at(bytes, 4).cast_signed(),
            height: u32_at(bytes, 8).cast_signed(),
            bits: u16_at(bytes, 14),
            compression: u32_at(bytes, 16),
            colors: u32_at(bytes, 32),
        }
    }

    fn size(&self) -> Result<Size, FrameError> {
        match u32::try_from(self.width) {
            Ok(width @ 1..) if self.height != 0 => Ok(Size {
                width,
                height: self.height.unsigned_abs(),
            }),
            _ => Err(broken(18, "a side is 0 or negative")),
        }
    }

    fn pixels(&self) -> Result<Pixels, FrameError> {
        match (self.compression, self.bits) {
            (0, 1) => Ok(Pixels::Indices { bits: 1 }),
            (0, 4) => Ok(Pixels::Indices { bits: 4 }),
            (0, 8) => Ok(Pixels::Indices { bits: 8 }),
            (1, 8) => Ok(Pixels::Runs { bits: 8 }),
            (2, 4) => Ok(Pixels::Runs { bits: 4 }),
            (0, 24) => Ok(Pixels::Bgr { bytes: 3 }),
            (0 | BITFIELDS, 32) => Ok(Pixels::Bgr { bytes: 4 }),
            (0 | BITFIELDS, 16) => Err(unread("of 16 bits a pixel")),
            (4 | 5, _) => Err(unread("with a JPEG or PNG inside")),
            _ => Err(unread("with other bits a pixel, or another compression")),
        }
    }
}

/// The palette, as red, green and blue.
fn read_palette<R: Read>(
    input: &mut MeteredReader<'_, R>,
    colors: u32,
    bits: u8,
    is_core: bool,
) -> Result<Box<[[u8; CHANNELS]]>, FrameError> {
    let colors_max = 1_usize << bits;
    let colors = match usize::try_from(colors) {
        Ok(0) => colors_max,
        Ok(colors) if colors <= colors_max => colors,
        _ => {
            return Err(broken(
                46,
                "the palette has more colours than pixels can name",
            ));
        }
    };
    let mut palette = Vec::with_capacity(colors);
    for _ in 0..colors {
        let [blue, green, red] = input.read_array()?;
        if !is_core {
            input.skip(1)?;
        }
        palette.push([red, green, blue]);
    }
    Ok(palette.into())
}

/// Refuses masks that are not the usual ones: OpenCV ignores some of them.
fn check_masks<R: Read>(
    input: &mut MeteredReader<'_, R>,
    info: &[u8; INFO_BYTES_MAX],
    info_bytes: usize,
) -> Result<(), FrameError> {
    let masks = if info_bytes == 40 {
        let after = input.read_array::<12>()?;
        [0, 4, 8].map(|at| u32_at(&after, at))
    } else {
        [40, 44, 48].map(|at| u32_at(info, at))
    };
    if masks == USUAL_MASKS {
        Ok(())
    } else {
        Err(unread("with colour masks other than blue, green, red"))
    }
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    let found = bytes.get(at..).and_then(|rest| rest.first_chunk());
    found.map_or(0, |bytes| u16::from_le_bytes(*bytes))
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    let found = bytes.get(at..).and_then(|rest| rest.first_chunk());
    found.map_or(0, |bytes| u32::from_le_bytes(*bytes))
}

pub(super) const fn unread(form: &'static str) -> FrameError {
    FrameError::Form {
        format: PictureFormat::Bmp,
        form,
    }
}

pub(super) const fn broken(at_byte: u64, problem: &'static str) -> FrameError {
    FrameError::Broken {
        format: PictureFormat::Bmp,
        at_byte,
        problem,
    }
}
