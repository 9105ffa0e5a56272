//! One picture, inspected as the station would, and drawn with everything that decided.
//!
//! For commissioning: a wrong region or a wrong limit shows at once.
//! No station uses it, so it may allocate.

mod drawing;
mod error;
mod pixels;

pub use drawing::{WIDTH_PX, draw, height_px};
pub use error::SnapError;
pub(crate) use pixels::Pixels;

use crate::blobs::Blob;
use crate::bounded::file::open_regular;
use crate::engine::Engine;
use crate::frame::{FrameError, PictureSource, SizeReader};
use crate::image::{ChannelOrder, Interpolation, Roi, Size};
use crate::part::{Cause, Verdict};
use crate::recipe::Recipe;
use crate::station::Station;
use crate::verdict::{Inspector, Nearest};
use ascendcl::Library;
use core::time::Duration;
use std::fs::File;
use std::path::Path;
use std::time::Instant;

/// Longer side of the whole picture in the drawing, in pixels.
const PREVIEW_SIDE: u32 = drawing::PANEL_PX;

/// One inspected picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Snap {
    /// The file.
    pub picture: String,
    /// The size of the whole picture.
    pub frame: Size,
    /// The region that was inspected.
    pub roi: Roi,
    /// The size of the model's input.
    pub size: Size,
    /// The order of its channels.
    pub order: ChannelOrder,
    /// The verdict.
    pub verdict: Verdict,
    /// Why the verdict is a fault, in the words of the error.
    pub fault: Option<String>,
    /// The blobs without noise, positions in pixels of the model's input.
    pub blobs: Vec<Blob>,
    /// The limit that a part which passed was nearest to.
    pub nearest: Option<Nearest>,
    /// The recipe.
    pub recipe: Recipe,
    /// From file to model input.
    pub decode: Duration,
    /// The execution of the model.
    pub engine: Duration,
    /// The whole picture, scaled down: its size and RGB pixels.
    preview: (Size, Vec<u8>),
    /// The model's input.
    input: Vec<u8>,
    /// The class of each of its pixels.
    mask: Vec<u8>,
}

/// Inspects one picture with the station's first recipe. Opens the device.
///
/// A picture that the station cannot use becomes a fault, as it would there.
///
/// # Errors
/// The file is no picture at all, or the engine cannot be used.
pub fn take(station: &Station, library: Library, path: &Path) -> Result<Snap, SnapError> {
    let open = || {
        open_regular(path).map_err(|error| SnapError::File {
            path: path.to_owned(),
            error,
        })
    };
    let unusable = |error| SnapError::Picture {
        path: path.to_owned(),
        error,
    };
    let image = &station.image;
    let frame = SizeReader::new().size(open()?).map_err(unusable)?;
    let engine = Engine::open(station, library).map_err(SnapError::Engine)?;
    let inspector = engine.inspector(station).map_err(SnapError::Engine)?;
    let mut snap = Snap {
        picture: path.display().to_string(),
        frame,
        roi: image.roi,
        size: image.size,
        order: image.order,
        verdict: Verdict::Fault(Cause::Picture),
        fault: None,
        blobs: Vec::new(),
        nearest: None,
        recipe: station.recipe.clone(),
        decode: Duration::ZERO,
        engine: Duration::ZERO,
        preview: preview(frame, open()?).map_err(unusable)?,
        input: vec![0; image.size.bytes().unwrap_or_default()],
        mask: Vec::new(),
    };
    let mut source = PictureSource::new(image.roi, image.size, image.order, image.resize)
        .map_err(SnapError::Image)?
        .with_frame(image.frame);
    let start = Instant::now();
    let read = source.read_into(open()?, &mut snap.input);
    snap.decode = start.elapsed();
    match read {
        Ok(_) => snap.judge(station, &engine, inspector)?,
        Err(error) => {
            // It may be written in part.
            snap.input.fill(0);
            snap.fault = Some(error.to_string());
        }
    }
    Ok(snap)
}

impl Snap {
    fn judge(
        &mut self,
        station: &Station,
        engine: &Engine,
        mut inspector: Inspector,
    ) -> Result<(), SnapError> {
        let judged = engine.outputs().judged;
        let slots = engine.slots(1, &[judged]).map_err(SnapError::Engine)?;
        let Some((mut buffer, slot)) = slots.into_iter().next() else {
            return Err(SnapError::Slot);
        };
        buffer.copy_from_slice(&self.input);
        let start = Instant::now();
        let timeout = Duration::from_millis(station.engine.timeout_ms.into());
        let finished = engine
            .run(slot, buffer, start + timeout)
            .map_err(SnapError::Run)?;
        self.engine = start.elapsed();
        let output = finished.output(judged).unwrap_or_default();
        match inspector.inspect(output, finished.input()) {
            Ok(verdict) => self.verdict = verdict,
            Err(error) => {
                self.verdict = Verdict::Fault(Cause::Output);
                self.fault = Some(error.to_string());
            }
        }
        self.blobs = inspector.blobs().as_slice().to_vec();
        self.mask = inspector.mask().to_vec();
        if self.verdict.passes() {
            self.nearest = inspector.nearest();
        }
        Ok(())
    }
}

/// The whole picture, scaled so that it fits into the drawing.
fn preview(frame: Size, file: File) -> Result<(Size, Vec<u8>), FrameError> {
    let size = fitted(frame, PREVIEW_SIDE);
    let whole = Roi {
        x: 0,
        y: 0,
        width: frame.width,
        height: frame.height,
    };
    let mut source = PictureSource::new(whole, size, ChannelOrder::Rgb, Interpolation::Linear)
        .map_err(FrameError::Output)?;
    let mut rgb = vec![0; size.bytes().unwrap_or_default()];
    source.read_into(file, &mut rgb)?;
    Ok((size, rgb))
}

/// The largest size with the ratio of `size` whose longer side is at most `side_max`. A smaller one
/// stays.
fn fitted(size: Size, side_max: u32) -> Size {
    let longer = size.width.max(size.height).max(1);
    let scaled = |side: u32| {
        let scaled = u64::from(side) * u64::from(side_max.min(longer)) / u64::from(longer);
        u32::try_from(scaled).unwrap_or(side_max).max(1)
    };
    Size {
        width: scaled(size.width),
        height: scaled(size.height),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_fitted_without_changing_their_ratio() {
        let of = |width, height| {
            let fitted = fitted(Size { width, height }, 616);
            (fitted.width, fitted.height)
        };
        assert_eq!(of(4096, 3072), (616, 462));
        assert_eq!(of(160, 144), (160, 144));
        assert_eq!(of(1, 30_000), (1, 616));
        assert_eq!(of(616, 616), (616, 616));
    }
}
