//! Runs labelled parts through the station's decoder and engine, one at a time.

use super::EvalError;
use super::label::{Doubt, LabelSource};
use crate::bounded::file::open_regular;
use crate::engine::Engine;
use crate::frame::{FrameInfo, PictureSource};
use crate::image::{CHANNELS, Size};
use crate::station::Station;
use ascendcl::{Finished, InputBuffer, Library, Slot};
use core::time::Duration;
use std::path::Path;
use std::time::Instant;

/// Decoder, engine and buffers for one part at a time. The constructor allocates everything.
pub(crate) struct Examiner {
    engine: Engine,
    pictures: PictureSource,
    labels: LabelSource,
    free: Option<(InputBuffer, Slot)>,
    timeout: Duration,
    /// The class of each pixel of the model's input.
    truth: Vec<u8>,
}

/// A part after the model has run.
pub(crate) struct Examined<'a> {
    /// The engine.
    pub engine: &'a Engine,
    /// Input and outputs.
    pub finished: &'a Finished,
    /// The true class of each pixel of the model's input; 0 is good.
    pub truth: &'a [u8],
    /// The size of the picture.
    pub frame: Size,
    /// What looks wrong about the mask.
    pub doubt: Option<Doubt>,
    /// From file to model input.
    pub decode: Duration,
    /// The execution.
    pub execution: Duration,
}

impl Examined<'_> {
    /// The output that verdicts are based on.
    pub(crate) fn output(&self) -> &[u8] {
        let judged = self.engine.outputs().judged;
        self.finished.output(judged).unwrap_or_default()
    }
}

impl Examiner {
    pub(crate) fn new(station: &Station, library: Library) -> Result<Self, EvalError> {
        let engine = Engine::open(station, library).map_err(EvalError::Engine)?;
        let mut slots = engine
            .slots(1, &[engine.outputs().judged])
            .map_err(EvalError::Engine)?;
        let image = &station.image;
        let pixels = image.size.bytes().unwrap_or_default() / CHANNELS;
        let inspector = engine.inspector(station).map_err(EvalError::Engine)?;
        let classes = inspector.classes();
        Ok(Self {
            pictures: PictureSource::new(image.roi, image.size, image.order, image.resize)
                .map_err(EvalError::Image)?
                .with_frame(image.frame),
            labels: LabelSource::new(image.roi, image.size, classes).map_err(EvalError::Image)?,
            free: slots.pop(),
            timeout: Duration::from_millis(station.engine.timeout_ms.into()),
            truth: vec![0; pixels],
            engine,
        })
    }

    pub(crate) const fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The number of classes that a mask can have, the class "good" included.
    pub(crate) const fn classes(&self) -> usize {
        self.labels.classes()
    }

    /// Pixels of the model's input.
    pub(crate) const fn pixels(&self) -> usize {
        self.truth.len()
    }

    /// Reads `directory/mask.png` and `directory/image.png`, runs the model, and passes the result
    /// to `look`.
    ///
    /// # Errors
    /// A file cannot be read, the picture and the mask differ in size, the engine fails, or `look`
    /// returns an error.
    pub(crate) fn examine<T>(
        &mut self,
        directory: &Path,
        look: impl FnOnce(Examined<'_>) -> Result<T, EvalError>,
    ) -> Result<T, EvalError> {
        let path = directory.join("mask.png");
        let label = self.labels.read(&path, &mut self.truth)?;
        let Some((mut input, slot)) = self.free.take() else {
            return Err(EvalError::Slot);
        };
        let start = Instant::now();
        let frame = read(&mut self.pictures, &directory.join("image.png"), &mut input);
        let frame = match frame {
            Ok(frame) if (frame.width, frame.height) == (label.frame.width, label.frame.height) => {
                Ok(())
            }
            Ok(frame) => Err(EvalError::Size {
                path,
                label: label.frame,
                frame,
            }),
            Err(error) => Err(error),
        };
        if let Err(error) = frame {
            self.free = Some((input, slot));
            return Err(error);
        }
        let decode = start.elapsed();
        let start = Instant::now();
        let finished = self
            .engine
            .run(slot, input, start + self.timeout)
            .map_err(EvalError::Run)?;
        let found = look(Examined {
            engine: &self.engine,
            finished: &finished,
            truth: &self.truth,
            frame: label.frame.size(),
            doubt: label.doubt,
            decode,
            execution: start.elapsed(),
        });
        self.free = Some(finished.into_parts());
        found
    }
}

fn read(source: &mut PictureSource, path: &Path, out: &mut [u8]) -> Result<FrameInfo, EvalError> {
    let file = open_regular(path).map_err(|error| EvalError::File {
        path: path.to_owned(),
        error,
    })?;
    source
        .read_into(file, out)
        .map_err(|error| EvalError::Picture {
            path: path.to_owned(),
            error,
        })
}
