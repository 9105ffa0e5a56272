//! One picture, inspected as the station would, and drawn with everything that decided.
//!
//! For commissioning: a wrong region or a wrong limit shows at once.
//! No station uses it, so it may allocate.

mod drawing;
mod error;
mod overview;
mod picture;
mod pixels;

pub use drawing::{WIDTH_PX, draw, height_px};
pub use error::SnapError;
pub use overview::Overview;
pub use picture::Picture;
pub(crate) use pixels::Pixels;

use crate::blobs::Blob;
use crate::engine::Engine;
use crate::image::{ChannelOrder, Roi, Size};
use crate::part::{Cause, Verdict};
use crate::recipe::Recipe;
use crate::station::Station;
use crate::verdict::{Inspector, Nearest};
use ascendcl::Library;
use core::time::Duration;
use std::time::Instant;

/// Longer side of the whole picture in the drawing, in pixels.
const PREVIEW_SIDE: u32 = drawing::PANEL_PX;

/// One inspected picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Snap {
    /// The file's path, or the frame's number.
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
    /// From file or frame to model input.
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
/// It is no picture at all, or the engine cannot be used.
pub fn take(station: &Station, library: Library, picture: &Picture<'_>) -> Result<Snap, SnapError> {
    let image = &station.image;
    let frame = picture.size()?;
    let engine = Engine::open(station, library).map_err(SnapError::Engine)?;
    let inspector = engine.inspector(station).map_err(SnapError::Engine)?;
    let mut snap = Snap {
        picture: picture.name(),
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
        preview: picture.preview(frame, PREVIEW_SIDE)?,
        input: vec![0; image.size.bytes().unwrap_or_default()],
        mask: Vec::new(),
    };
    let start = Instant::now();
    let read = picture.read_into(image, &mut snap.input)?;
    snap.decode = start.elapsed();
    match read {
        Ok(()) => snap.judge(station, &engine, inspector)?,
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
