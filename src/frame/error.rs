//! Errors of reading a picture.

use std::io;

use super::PictureFormat;
use crate::image::resample::{ResampleError, SIDE_MAX_PX};
use crate::image::{Roi, Size};
use board::camera::FrameLayout;
use libjpeg_turbo_rs::JpegError;

/// Why a picture gave no frame. Each error makes the part a fault: no frame is used in part.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// The output does not have the length of the target, which is a bug of the caller.
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
        /// The layout that the frame should have.
        layout: FrameLayout,
        /// The row pitch, in bytes.
        stride_bytes: usize,
        /// The length of the frame, in bytes.
        found: usize,
    },
    /// The file has no bytes.
    #[error("the file is empty: it was named before it was written, or the disk is full")]
    Empty,
    /// The file begins with the signature of no format that the station reads.
    #[error(
        "the file is no picture that is known: its first bytes are not those of PNG, JPEG, BMP, PGM, \
         PPM or TIFF; store pictures in one of these formats"
    )]
    Unknown,
    /// A mask that does not begin with PNG's signature.
    #[error("the file is not a PNG: its first bytes differ; store masks as PNG")]
    NotPng,
    /// The file has a form of its format that is not read.
    #[error(
        "the file is a {format} {form}, which is not read: store pictures in one of the forms that \
         docs/formats.md lists"
    )]
    Form {
        /// The format.
        format: PictureFormat,
        /// What is special about it, after the format's name.
        form: &'static str,
    },
    /// The file breaks its format.
    #[error(
        "the file is damaged or no valid {format}, around byte {at_byte}: {problem}; \
         write the picture again"
    )]
    Broken {
        /// The format.
        format: PictureFormat,
        /// The position of what is wrong, as far as it is known.
        at_byte: u64,
        /// What is wrong.
        problem: &'static str,
    },
    /// The file ends before the picture does.
    #[error(
        "the file ends at byte {at_byte}, before the picture does: \
         move it into place only when it is complete"
    )]
    Truncated {
        /// The length of the file, in bytes.
        at_byte: u64,
    },
    /// The reader failed.
    #[error("reading failed after byte {at_byte}: {error}; check the disk or the connection")]
    Read {
        /// How many bytes were decoded before.
        at_byte: u64,
        /// The error of the operating system.
        #[source]
        error: io::Error,
    },
    /// The file breaks the PNG format: a wrong checksum, a misplaced chunk, or bad compressed data.
    #[error(
        "the file is damaged or no valid PNG, after byte {at_byte}: {error}; \
         write the picture again"
    )]
    Format {
        /// The last byte that is known to be good. The error is shortly after it.
        at_byte: u64,
        /// The decoder's error.
        #[source]
        error: png::DecodingError,
    },
    /// The JPEG decoder failed.
    #[error("the file is damaged or no valid JPEG: {error}; write the picture again")]
    Jpeg {
        /// The decoder's error.
        #[source]
        error: JpegError,
    },
    /// A pixel names a colour that the palette does not have.
    #[error(
        "a pixel names colour {index} and the palette has {colors}: the file is no valid picture; \
         write the picture again"
    )]
    Palette {
        /// The pixel's index.
        index: u8,
        /// How many colours the palette has.
        colors: usize,
    },
    /// The picture's size differs from the station's (`image.frame`).
    #[error(
        "the picture is {frame} and image.frame is {expected}: what image.roi cuts out would be \
         another place of the part; set the camera back to {expected} (resolution, binning), \
         or correct image.frame and image.roi"
    )]
    Size {
        /// The size of the picture.
        frame: Size,
        /// The size in the station file.
        expected: Size,
    },
    /// The region reaches over the frame's border.
    #[error(
        "the frame is {frame} and the region {roi} reaches over its border: \
         correct the region or the camera's size"
    )]
    RoiOutside {
        /// The size of the frame.
        frame: Size,
        /// The region in the station file.
        roi: Roi,
    },
    /// The frame is larger than that of any camera.
    #[error(
        "the frame is {frame}, past {SIDE_MAX_PX} pixels a side or {limit_bytes} bytes \
         that must be decoded for the region: store a smaller picture"
    )]
    TooLarge {
        /// The size of the picture.
        frame: Size,
        /// The most bytes that are decoded for one picture.
        limit_bytes: u64,
    },
    /// The file is longer than a picture of this size should be.
    #[error(
        "the file is longer than the {limit_bytes} bytes that its format and size give reason for: \
         store it without extra data"
    )]
    TooLong {
        /// The most bytes that are read for this size.
        limit_bytes: u64,
    },
    /// A chunk of metadata is too large to be kept.
    #[error(
        "the chunk around byte {at_byte} takes more than {limit_bytes} bytes of memory: \
         store the file without extra chunks"
    )]
    ChunkTooLarge {
        /// The position of a byte in the chunk.
        at_byte: u64,
        /// The most bytes of such chunks that are kept.
        limit_bytes: usize,
    },
    /// The file is an animation, and nothing tells which of its frames is the picture.
    #[error("the file is an animation: store a single picture")]
    Animated,
    /// The Exif data ask for the picture to be rotated or mirrored. OpenCV does so when it reads a
    /// picture, the station does not.
    #[error(
        "the file's orientation (Exif or TIFF) is {orientation}: \
         store the pixels upright, with orientation 1 or none"
    )]
    Rotated {
        /// The orientation as Exif and TIFF number it, 2 to 8.
        orientation: u16,
    },
}
