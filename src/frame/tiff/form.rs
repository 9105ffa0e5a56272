//! How a TIFF file stores its picture. Only forms that were compared with OpenCV are let through.

use super::directory::{Directory, Numbers};
use super::{broken, unread};
use crate::frame::FrameError;
use crate::image::{CHANNELS, Size};

/// Tags (TIFF 6.0, appendix A).
mod tag {
    pub const WIDTH: u16 = 256;
    pub const HEIGHT: u16 = 257;
    pub const BITS: u16 = 258;
    pub const COMPRESSION: u16 = 259;
    pub const MEANING: u16 = 262;
    pub const FILL_ORDER: u16 = 266;
    pub const STRIP_OFFSETS: u16 = 273;
    pub const ORIENTATION: u16 = 274;
    pub const SAMPLES: u16 = 277;
    pub const ROWS_PER_STRIP: u16 = 278;
    pub const STRIP_BYTES: u16 = 279;
    pub const PLANAR: u16 = 284;
    pub const PREDICTOR: u16 = 317;
    pub const TILE_WIDTH: u16 = 322;
    pub const TILE_HEIGHT: u16 = 323;
    pub const TILE_OFFSETS: u16 = 324;
    pub const TILE_BYTES: u16 = 325;
    pub const EXTRA_SAMPLES: u16 = 338;
    pub const SAMPLE_FORMAT: u16 = 339;
}

/// How the bytes of a block are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    Plain,
    PackBits,
    Lzw,
    Deflate,
}

/// How a picture is stored.
#[derive(Debug)]
pub struct Form<'a> {
    /// The frame's size.
    pub size: Size,
    /// How its blocks are compressed.
    pub compression: Compression,
    /// Whether each sample is stored as its difference from the pixel before.
    pub has_differences: bool,
    /// Whether a sample has 16 bits and not 8.
    pub is_wide: bool,
    /// Whether 16-bit samples have their highest byte first.
    pub is_big_endian: bool,
    /// Whether 0 is white.
    pub is_inverted: bool,
    /// Channels of the picture: 1 or 3.
    pub channels: usize,
    /// Whether each channel has blocks of its own.
    pub is_planar: bool,
    /// The blocks.
    pub blocks: Blocks<'a>,
}

/// The strips or tiles.
#[derive(Debug)]
pub struct Blocks<'a> {
    /// The size of each.
    pub block: Size,
    /// Whether those at the lower border are cut to the picture. Tiles are not.
    pub are_cut: bool,
    /// How many are beside each other, and below.
    pub across: u32,
    pub down: u32,
    offsets: Numbers<'a>,
    lengths: Numbers<'a>,
}

impl<'a> Form<'a> {
    /// Reads the form of a file.
    ///
    /// # Errors
    /// It is not read, or the directory is damaged.
    pub fn of(directory: &Directory<'a>) -> Result<Form<'a>, FrameError> {
        let number = |tag, default| directory.number(tag, Some(default));
        let size = Size {
            width: directory.number(tag::WIDTH, None)?,
            height: directory.number(tag::HEIGHT, None)?,
        };
        if size.width == 0 || size.height == 0 {
            return Err(broken(4, "a side is 0"));
        }
        match number(tag::ORIENTATION, 1)? {
            1 => {}
            turned @ 2..=8 => {
                return Err(FrameError::Rotated {
                    orientation: u16::try_from(turned).unwrap_or_default(),
                });
            }
            _ => return Err(broken(4, "the orientation is not 1 to 8")),
        }
        let channels = number(tag::SAMPLES, 1)? as usize;
        let is_inverted = match (directory.number(tag::MEANING, None)?, channels) {
            (0, 1) => true,
            (1, 1) => false,
            (2, CHANNELS) => false,
            (0..=2, _) => return Err(unread("with alpha or other additional channels")),
            (3, _) => return Err(unread("with a palette")),
            _ => return Err(unread("in other colours than grey and RGB")),
        };
        if directory
            .numbers(tag::EXTRA_SAMPLES)?
            .is_some_and(|extra| extra.len() > 0)
        {
            return Err(unread("with alpha or other additional channels"));
        }
        let is_wide = match number(tag::BITS, 1)? {
            8 => false,
            16 => true,
            _ => return Err(unread("of other than 8 or 16 bits a channel")),
        };
        if number(tag::SAMPLE_FORMAT, 1)? != 1 {
            return Err(unread("of signed or floating-point numbers"));
        }
        if number(tag::FILL_ORDER, 1)? != 1 {
            return Err(unread("whose bits are in reverse order"));
        }
        let compression = match number(tag::COMPRESSION, 1)? {
            1 => Compression::Plain,
            5 => Compression::Lzw,
            8 | 32_946 => Compression::Deflate,
            32_773 => Compression::PackBits,
            6 | 7 => return Err(unread("with a JPEG inside")),
            _ => {
                return Err(unread(
                    "with another compression than LZW, Deflate and PackBits",
                ));
            }
        };
        let is_packed = matches!(compression, Compression::Lzw | Compression::Deflate);
        let has_differences = match number(tag::PREDICTOR, 1)? {
            1 => false,
            2 if is_packed => true,
            _ => return Err(unread("with another predictor than horizontal differences")),
        };
        let is_planar = match number(tag::PLANAR, 1)? {
            1 => false,
            // With one channel it is the same.
            2 => channels > 1,
            _ => return Err(broken(4, "the planar configuration is not 1 or 2")),
        };
        let blocks = Blocks::of(directory, size)?;
        if is_wide
            && channels == 1
            && !blocks.are_cut
            && !size.width.is_multiple_of(blocks.block.width)
        {
            // OpenCV gives other pixels than the file has.
            return Err(unread(
                "of grey 16-bit tiles that reach over the right border",
            ));
        }
        let planes = if is_planar { channels } else { 1 };
        blocks.check_count(planes)?;
        Ok(Form {
            size,
            compression,
            has_differences,
            is_wide,
            is_big_endian: directory.is_big_endian(),
            is_inverted,
            channels,
            is_planar,
            blocks,
        })
    }

    /// The samples of a pixel in one block.
    pub const fn samples(&self) -> usize {
        if self.is_planar { 1 } else { self.channels }
    }

    /// How often the picture's blocks come: once for each channel if they are planar.
    pub const fn planes(&self) -> usize {
        self.channels / self.samples()
    }

    /// The bytes of a sample.
    pub const fn sample_bytes(&self) -> usize {
        if self.is_wide { 2 } else { 1 }
    }

    /// The fewest bytes that a block can have: all of its rows if it is not compressed.
    pub fn block_bytes_min(&self, index: usize) -> usize {
        if self.compression != Compression::Plain {
            return 1;
        }
        let row = index / (self.blocks.across as usize).max(1) % (self.blocks.down as usize).max(1);
        let above = row * self.blocks.block.height as usize;
        let mut rows = self.blocks.block.height as usize;
        if self.blocks.are_cut {
            rows = rows.min((self.size.height as usize).saturating_sub(above));
        }
        rows * self.row_bytes()
    }

    /// The bytes of a block's row.
    pub const fn row_bytes(&self) -> usize {
        self.blocks.block.width as usize * self.samples() * self.sample_bytes()
    }
}

impl<'a> Blocks<'a> {
    fn of(directory: &Directory<'a>, size: Size) -> Result<Blocks<'a>, FrameError> {
        let is_tiled = directory.numbers(tag::TILE_WIDTH)?.is_some();
        let (block, tags) = if is_tiled {
            let block = Size {
                width: directory.number(tag::TILE_WIDTH, None)?,
                height: directory.number(tag::TILE_HEIGHT, None)?,
            };
            let is_odd = |side: u32| side == 0 || !side.is_multiple_of(16);
            if is_odd(block.width) || is_odd(block.height) {
                return Err(broken(4, "a tile's side is no multiple of 16"));
            }
            (block, [tag::TILE_OFFSETS, tag::TILE_BYTES])
        } else {
            let rows = directory.number(tag::ROWS_PER_STRIP, Some(u32::MAX))?;
            let block = Size {
                width: size.width,
                height: rows.min(size.height),
            };
            if rows == 0 {
                return Err(broken(4, "a strip has no rows"));
            }
            (block, [tag::STRIP_OFFSETS, tag::STRIP_BYTES])
        };
        let [offsets, lengths] = tags.map(|tag| directory.numbers(tag));
        let missing = || broken(4, "the places of the pixels are missing");
        Ok(Blocks {
            block,
            are_cut: !is_tiled,
            across: size.width.div_ceil(block.width),
            down: size.height.div_ceil(block.height),
            offsets: offsets?.ok_or_else(missing)?,
            lengths: lengths?.ok_or_else(missing)?,
        })
    }

    fn check_count(&self, planes: usize) -> Result<(), FrameError> {
        let count = u64::from(self.across) * u64::from(self.down) * planes as u64;
        let is_there = |numbers: &Numbers<'_>| numbers.len() as u64 == count;
        if is_there(&self.offsets) && is_there(&self.lengths) {
            Ok(())
        } else {
            Err(broken(
                4,
                "there are more or fewer strips or tiles than the size needs",
            ))
        }
    }

    /// How many blocks there are.
    pub const fn len(&self) -> usize {
        self.offsets.len()
    }

    /// Where a block begins in the file.
    pub fn place(&self, index: usize) -> u64 {
        self.offsets.get(index).unwrap_or_default().into()
    }

    /// The bytes of a block; `None` if they are not in the file.
    pub fn bytes<'f>(&self, file: &'f [u8], index: usize) -> Option<&'f [u8]> {
        let start = self.offsets.get(index)? as usize;
        let length = self.lengths.get(index)? as usize;
        file.get(start..)?.get(..length)
    }
}
