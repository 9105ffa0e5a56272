//! How the camera's frames become inputs: each frame of a part is cropped, converted and resized
//! into an input of the model of the part's recipe.

use crate::bounded::text::{Detail, cut};
use crate::frame::{CameraSource, Conversion};
use crate::part::{Cause, PartId};
use crate::run::decoders::Decoders;
use crate::run::error::RunError;
use crate::run::messages::{Decoded, InputLease, Message, PictureRef};
use crate::run::shared::Shared;
use crate::station::Station;
use crate::station::file::CameraSettings;
use board::Timestamp;
use board::camera::{Frame, FrameLayout};

/// The decoders of frames, and an input for the next one.
pub struct FrameInputs {
    decoders: Decoders<CameraSource>,
    /// The recipe of the parts that wait for frames. It is the same for all of them, because it
    /// changes only while no part is under way.
    recipe: u8,
    /// A free input for the next frame of a part.
    input: Option<InputLease>,
}

impl FrameInputs {
    /// Makes the decoders for frames of this layout.
    pub fn new(station: &Station, layout: FrameLayout) -> Result<Self, RunError> {
        let camera = station.source.camera.as_ref();
        let conversion = camera.map_or(Conversion::default(), CameraSettings::conversion);
        let decoders = Decoders::new(station, |image| {
            let input = (image.roi, image.size, image.order, image.resize);
            CameraSource::new(layout, input, conversion).map_err(RunError::Frames)
        })?;
        Ok(Self {
            decoders,
            recipe: 0,
            input: None,
        })
    }

    /// A part of this recipe waits for its frame.
    pub fn expect(&mut self, recipe: u8) {
        self.recipe = recipe;
    }

    /// Takes a free input of the recipe's model for the next frame. Returns whether there is one.
    pub fn take(&mut self, shared: &Shared<'_>) -> bool {
        let model = self.decoders.model(self.recipe);
        // One of another model is left over from a part that got no frame, before the recipe
        // changed.
        if let Some(input) = self.input.take_if(|input| input.slot.model != model) {
            shared.inputs.send(input);
        }
        if self.input.is_none() {
            self.input = shared.inputs.receive(model);
        }
        self.input.is_some()
    }

    /// Writes the frame of a part, which has this edge and recipe, into the input, and sends it to
    /// the inspection.
    pub fn fill(
        &mut self,
        part: PartId,
        (edge, recipe): (Timestamp, u8),
        frame: &Frame<'_>,
        shared: &Shared<'_>,
    ) {
        let start = Timestamp::now();
        // While a part waits, a frame is taken only with an input at hand.
        let Some(mut input) = self.input.take() else {
            return;
        };
        // There is a decoder for each recipe.
        let read = self.decoders.of(recipe);
        let read = read.map(|source| source.read_into(frame, &mut input.buffer));
        let (result, sha256) = match read {
            Some(Ok(sha256)) => (Ok(()), sha256),
            Some(Err(error)) => {
                let detail: Detail = cut(format_args!("{error}"));
                (Err((Cause::Picture, detail)), None)
            }
            None => (Err((Cause::Picture, Detail::new())), None),
        };
        shared.tell_inspection(Message::Decoded(Decoded {
            part,
            golden: None,
            recipe,
            picture: PictureRef::Frame {
                sequence: frame.sequence,
            },
            input,
            result,
            sha256,
            wait: start.since(edge),
            decode: Timestamp::now().since(start),
        }));
    }
}
