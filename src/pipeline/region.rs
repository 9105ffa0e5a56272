//! The region that mxVision's crop takes, from the corners of a box.
//!
//! Whether the right and lower corners belong to the region depends on who cuts. OpenCV's way takes
//! `x1 - x0` columns. DVPP's takes both corners (`x1 - x0 + 1`), after it has made the left one
//! even and the right one odd. Both are as VisionSDK has them at commit f156edc:
//! `mxPlugins/src/module/MxpiImageCrop/MxpiImageCrop.cpp` (PrepareCropOutput, DoOpencvCrop) and
//! `mxBase/src/mxbase/module/ResourceManager/DvppWrapper/DvppWrapper.cpp` (CONVERT_TO_EVEN and
//! CONVERT_TO_ODD before acldvppCreateRoiConfig, whose corners are inclusive).

use crate::image::{Roi, Size};
use core::fmt;

/// The corners of a box, in pixels of the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Corners {
    /// Left.
    pub x0: u32,
    /// Upper.
    pub y0: u32,
    /// Right.
    pub x1: u32,
    /// Lower.
    pub y1: u32,
}

impl fmt::Display for Corners {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "({}, {}) to ({}, {})",
            self.x0, self.y0, self.x1, self.y1
        )
    }
}

/// Who changes the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Processor {
    /// The processor, with OpenCV.
    OpenCv,
    /// DVPP, the device's unit for pictures.
    Ascend,
}

/// The shares of its own size by which a box grows to each side, 0 to 1.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Growth {
    pub left: f32,
    pub right: f32,
    pub up: f32,
    pub down: f32,
}

/// The region of a box. It ends at the frame if that is known, as in mxVision.
///
/// # Errors
/// The box is empty, or DVPP takes a column or row of it that is no part of the picture.
pub(super) fn region(
    corners: Corners,
    growth: Growth,
    processor: Processor,
    frame: Option<Size>,
) -> Result<Roi, String> {
    let side = |from: u32, to: u32, before: f32, after: f32, limit: Option<u32>| {
        let length = to.checked_sub(from).filter(|length| *length > 0)?;
        let (from, to) = grown(from, to, length, before, after);
        let to = limit.map_or(to, |limit| to.min(limit));
        let (from, end) = match processor {
            Processor::OpenCv => (from, to),
            // The even one below, and the odd one at or below, which is inside.
            Processor::Ascend => (from & !1, to.checked_sub(1)? / 2 * 2 + 2),
        };
        end.checked_sub(from)
            .filter(|length| *length > 0)
            .map(|length| (from, length))
    };
    let (width, height) = (frame.map(|size| size.width), frame.map(|size| size.height));
    let columns = side(corners.x0, corners.x1, growth.left, growth.right, width);
    let rows = side(corners.y0, corners.y1, growth.up, growth.down, height);
    match (columns, rows) {
        (Some((x, width)), Some((y, height))) => {
            let roi = Roi {
                x,
                y,
                width,
                height,
            };
            match frame.filter(|frame| !roi.is_inside(*frame)) {
                None => Ok(roi),
                Some(frame) => Err(format!(
                    "the box {corners} ends at the odd border of a picture of {frame}; DVPP makes {roi} of it, which ends beside the picture: let the box end at ({}, {}) or before",
                    frame.width & !1,
                    frame.height & !1
                )),
            }
        }
        _ => Err(format!(
            "the box {corners} is empty{}; the second corner must be right of and below the first",
            frame.map_or(String::new(), |frame| format!(" in a picture of {frame}"))
        )),
    }
}

/// As mxVision computes it, in 32-bit floats that are cut off.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "mxVision casts so; neither is negative"
)]
fn grown(from: u32, to: u32, length: u32, before: f32, after: f32) -> (u32, u32) {
    let grows_by = length as f32 * before;
    let start = from as f32;
    let from = if start > grows_by {
        (start - grows_by) as u32
    } else {
        0
    };
    (from, (to as f32 + length as f32 * after) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    const JOB: Corners = Corners {
        x0: 2200,
        y0: 1000,
        x1: 4000,
        y1: 2800,
    };

    fn taken(corners: Corners, growth: Growth, processor: Processor) -> Roi {
        region(corners, growth, processor, None).unwrap()
    }

    /// Columns and rows by the sources' own steps, in plain numbers.
    #[test]
    fn the_corners_belong_to_the_region_as_the_sources_have_it() {
        let no = Growth::default();
        let roi = taken(JOB, no, Processor::OpenCv);
        assert_eq!(
            (roi.x, roi.y, roi.width, roi.height),
            (2200, 1000, 1800, 1800)
        );
        // x1 = 4000 becomes 3999, and both 2200 and 3999 belong to it.
        assert_eq!(taken(JOB, no, Processor::Ascend), roi);
        let odd = Corners {
            x0: 1,
            y0: 3,
            x1: 100,
            y1: 101,
        };
        let roi = taken(odd, no, Processor::OpenCv);
        assert_eq!((roi.x, roi.y, roi.width, roi.height), (1, 3, 99, 98));
        // 1 to 100: 0 to 99. 3 to 101: 2 to 101.
        let roi = taken(odd, no, Processor::Ascend);
        assert_eq!((roi.x, roi.y, roi.width, roi.height), (0, 2, 100, 100));
    }

    #[test]
    fn a_box_grows_by_shares_of_its_size_and_ends_at_the_frame() {
        let growth = Growth {
            left: 0.5,
            right: 0.25,
            up: 1.0,
            down: 0.0,
        };
        let roi = taken(JOB, growth, Processor::OpenCv);
        assert_eq!((roi.x, roi.y), (1300, 0));
        assert_eq!((roi.x + roi.width, roi.y + roi.height), (4450, 2800));
        let frame = Size {
            width: 4096,
            height: 3072,
        };
        let roi = region(JOB, growth, Processor::OpenCv, Some(frame)).unwrap();
        assert_eq!(roi.x + roi.width, 4096);
    }

    #[test]
    fn an_empty_box_is_refused() {
        for corners in [
            Corners { x1: 2200, ..JOB },
            Corners { y1: 0, ..JOB },
            Corners { x1: 0, ..JOB },
        ] {
            for processor in [Processor::OpenCv, Processor::Ascend] {
                assert!(region(corners, Growth::default(), processor, None).is_err());
            }
        }
        let small = Size {
            width: 100,
            height: 100,
        };
        assert!(region(JOB, Growth::default(), Processor::Ascend, Some(small)).is_err());
    }
}
