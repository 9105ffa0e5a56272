//! What can be wrong with a picture.

use std::io;

use crate::image::resample::{ResampleError, SIDE_MAX_PX};
use crate::image::{Roi, Size};
use board::camera::FrameLayout;

/// Why a picture gave no frame. Each one makes the part a fault: there is no half-read frame.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// The output does not have the length of the target. A mistake of the calling code.
    #[error("{0}")]
    Output(#[source] ResampleError),
    /// The camera's driver marked the frame as damaged.
    #[error(
        "the driver marked the frame as damaged: check the camera's cable and the load of its bus"
    )]
    Damaged,
    /// The camera's frame has fewer bytes than its format and size need, or rows that overlap.
    #[error(
        "the frame has {found} bytes in rows of {stride_bytes}, too few for {layout}: \
         check the camera's cable and the load of its bus"
    )]
    Short {
        /// What it should be.
        layout: FrameLayout,
        /// Bytes from one row to the next.
        stride_bytes: usize,
        /// Bytes of the frame.
        found: usize,
    },
    /// The file has no bytes.
    #[error("the file is empty: it was named before it was written, or the disk is full")]
    Empty,
    /// The file does not start as PNG files do.
    #[error("the file is not a PNG: its first bytes differ; store pictures as PNG")]
    NotPng,
    /// The file ends before the picture does.
    #[error(
        "the file ends at byte {at_byte}, before the picture does: \
         move it into place only when it is complete"
    )]
    Truncated {
        /// Length of the file.
        at_byte: u64,
    },
    /// The reader failed.
    #[error("reading failed after byte {at_byte}: {error}; check the disk or the connection")]
    Read {
        /// Bytes consumed before.
        at_byte: u64,
        /// What the operating system said.
        #[source]
        error: io::Error,
    },
    /// The file breaks the PNG format: a wrong checksum, a chunk out of place, compressed data that is none.
    #[error(
        "the file is damaged or no valid PNG, after byte {at_byte}: {error}; \
         write the picture again"
    )]
    Format {
        /// The last byte known to be good; what is wrong lies shortly behind it.
        at_byte: u64,
        /// What the decoder said.
        #[source]
        error: png::DecodingError,
    },
    /// A pixel names a colour that the palette does not have.
    #[error(
        "a pixel names colour {index} and the palette has {colors}: the file is no valid PNG; \
         write the picture again"
    )]
    Palette {
        /// The number in the pixel.
        index: u8,
        /// Colours in the palette.
        colors: usize,
    },
    /// The picture is of another size than the station's (`image.frame`).
    #[error(
        "the picture is {frame} and image.frame is {expected}: what image.roi cuts out would be \
         another place of the part; set the camera back to {expected} (resolution, binning), \
         or correct image.frame and image.roi"
    )]
    Size {
        /// Size of the picture.
        frame: Size,
        /// Size of the station file.
        expected: Size,
    },
    /// The region reaches over the frame's border.
    #[error(
        "the frame is {frame} and the region {roi} reaches over its border: \
         correct the region or the camera's size"
    )]
    RoiOutside {
        /// Size of the picture.
        frame: Size,
        /// The region of the station file.
        roi: Roi,
    },
    /// The frame is larger than any camera's.
    #[error(
        "the frame is {frame}, past {SIDE_MAX_PX} pixels a side or {limit_bytes} bytes \
         down to the end of the region: store a smaller picture"
    )]
    TooLarge {
        /// Size of the picture.
        frame: Size,
        /// Most bytes that are decoded for one picture.
        limit_bytes: u64,
    },
    /// The file is longer than a PNG of this size has reason to be.
    #[error(
        "the file is longer than the {limit_bytes} bytes that its size gives reason for: \
         store it without extra chunks"
    )]
    TooLong {
        /// Most bytes that are read for this size.
        limit_bytes: u64,
    },
    /// A chunk that says something about the picture is too large to be kept.
    #[error(
        "the chunk around byte {at_byte} takes more than {limit_bytes} bytes of memory: \
         store the file without extra chunks"
    )]
    ChunkTooLarge {
        /// A byte in the chunk.
        at_byte: u64,
        /// Most bytes that are kept of such chunks.
        limit_bytes: usize,
    },
    /// An animation: which of its frames would be meant?
    #[error("the file is an animation: store a single picture")]
    Animated,
    /// The Exif data ask for the picture to be turned or mirrored, which OpenCV does on reading and the station does not.
    #[error(
        "the file's Exif orientation is {orientation}: \
         store the pixels upright, with orientation 1 or none"
    )]
    Rotated {
        /// The Exif orientation, 2 to 8.
        orientation: u16,
    },
}
