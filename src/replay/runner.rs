//! Runs a part through the station's decoder, engine and recipe.

use super::ReplayError;
use super::expected::{Expected, Judged, Source};
use super::files::{find, of_kept, read};
use crate::bounded::text::cut;
use crate::engine::{Engine, EngineDevice};
use crate::frame::PictureSource;
use crate::hash::Sha256;
use crate::history::InputShape;
use crate::image::Roi;
use crate::journal::{BlobTotals, Decision};
use crate::part::{Cause, Verdict};
use crate::station::Station;
use crate::verdict::Inspector;
use ascendcl::{InputBuffer, Library, Slot, WaitError};
use core::fmt;
use core::time::Duration;
use std::path::Path;
use std::rc::Rc;
use std::time::Instant;

/// Bytes of a file that are read at once to complete its hash.
const PIECE_BYTES: usize = 65_536;
/// How long the device may take for a part. A replay has no belt that waits for it, and may share
/// the machine, so the station's own timeout does not hold.
const TIMEOUT: Duration = Duration::from_secs(300);

/// What judges parts now.
#[derive(Debug, Clone)]
pub struct Now {
    /// Hash of the binary.
    pub binary: Sha256,
    /// Hash of the station file.
    pub station_file: Sha256,
    /// For each recipe, in the station file's order.
    pub recipes: Vec<NowOfRecipe>,
}

/// What judges the parts of a recipe now.
#[derive(Debug, Clone)]
pub struct NowOfRecipe {
    /// Its name.
    pub name: String,
    /// Hash of the recipe.
    pub recipe_sha256: Sha256,
    /// Hash of its model.
    pub model: Sha256,
    /// What computes the model; nothing for a device.
    pub engine: Option<String>,
}

impl Now {
    /// That of a recipe. Records without a recipe's name are of the first one.
    pub fn recipe(&self, name: Option<&str>) -> Option<&NowOfRecipe> {
        let place = self.place(name)?;
        self.recipes.get(place)
    }

    fn place(&self, name: Option<&str>) -> Option<usize> {
        match name {
            None => Some(0),
            Some(name) => self.recipes.iter().position(|recipe| recipe.name == name),
        }
    }
}

/// The device, and what inspects for each recipe. Use it on one thread.
pub struct Runner<'s> {
    station: &'s Station,
    device: Rc<EngineDevice>,
    /// In the station file's order.
    recipes: Vec<OfRecipe>,
    now: Now,
    piece: Vec<u8>,
}

struct OfRecipe {
    engine: Engine,
    inspector: Inspector,
    pictures: PictureSource,
    inputs: PictureSource,
    shape: (crate::image::Size, crate::image::ChannelOrder),
    free: Option<(InputBuffer, Slot)>,
}

impl fmt::Debug for Runner<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Runner")
    }
}

impl<'s> Runner<'s> {
    /// Opens the device, and loads the models of all recipes. `models` are their hashes by the
    /// models' numbers ([`Station::model_numbers`]).
    ///
    /// # Errors
    /// The device, a model or a region cannot be used.
    pub fn new(
        station: &'s Station,
        library: Library,
        binary: Sha256,
        station_file: Sha256,
        models: &[Sha256],
    ) -> Result<Self, ReplayError> {
        let device = EngineDevice::open(station, library).map_err(ReplayError::Engine)?;
        let numbers = station.model_numbers();
        let mut recipes = Vec::<OfRecipe>::new();
        let mut now = Now {
            binary,
            station_file,
            recipes: Vec::new(),
        };
        for (place, (one, number)) in station.each_recipe().zip(&numbers).enumerate() {
            let earlier = numbers.iter().take(place).position(|other| other == number);
            let earlier = earlier.and_then(|place| recipes.get(place));
            let of = OfRecipe::new(&one, &device, earlier)?;
            let engine = of.engine.model().engine();
            now.recipes.push(NowOfRecipe {
                name: one.recipe.name.as_str().to_owned(),
                // There is a recipe at each place, and a hash for each model.
                recipe_sha256: station.recipe_sha256(place).unwrap_or(binary),
                model: models.get(*number).copied().unwrap_or(binary),
                // Cut like the station's, to be compared with it.
                engine: engine.map(|text| {
                    let text: crate::bounded::text::Detail = cut(format_args!("{text}"));
                    text.as_str().to_owned()
                }),
            });
            recipes.push(of);
        }
        Ok(Self {
            station,
            device,
            recipes,
            now,
            piece: vec![0; PIECE_BYTES],
        })
    }

    /// What judges parts now.
    pub const fn now(&self) -> &Now {
        &self.now
    }

    /// Runs a part: from its picture or kept input to its verdict.
    ///
    /// # Errors
    /// The picture is not there or has other bytes, or the device failed.
    pub(super) fn run(&mut self, expected: &Expected) -> Result<Judged, ReplayError> {
        let name = expected.recipe.as_deref();
        let place = self.now.place(name);
        let unknown = || ReplayError::NoRecipe(name.unwrap_or_default().to_owned());
        let of = place.and_then(|place| self.recipes.get_mut(place));
        let of = of.ok_or_else(unknown)?;
        let (mut input, slot) = of.free.take().ok_or(ReplayError::Slot)?;
        let read = match &expected.source {
            Source::Input { path, shape } => of.read_kept(
                path,
                *shape,
                expected.judged.input,
                &mut input,
                &mut self.piece,
            ),
            Source::Picture { name, sha256 } => find(self.station, name, *sha256, expected.part)
                .and_then(|path| of.read_picture(&path, *sha256, &mut input, &mut self.piece)),
        };
        match read {
            Err(error) => {
                of.free = Some((input, slot));
                Err(error)
            }
            Ok(Err(fault)) => {
                of.free = Some((input, slot));
                Ok(fault)
            }
            Ok(Ok(())) => of.judge(&self.device, slot, input),
        }
    }
}

/// Nothing if the input is read, or the fault that the picture is.
type Read = Result<Result<(), Judged>, ReplayError>;

impl OfRecipe {
    fn new(
        one: &Station,
        device: &Rc<EngineDevice>,
        earlier: Option<&Self>,
    ) -> Result<Self, ReplayError> {
        let model = match earlier {
            Some(earlier) => Rc::clone(earlier.engine.model()),
            None => device.load(one).map_err(ReplayError::Engine)?,
        };
        let engine = Engine::with(one, device, model).map_err(ReplayError::Engine)?;
        let judged = engine.outputs().judged;
        let mut slots = engine.slots(1, &[judged]).map_err(ReplayError::Engine)?;
        let image = &one.image;
        let source = |roi| {
            PictureSource::new(roi, image.size, image.order, image.resize)
                .map_err(ReplayError::Image)
        };
        let whole = Roi {
            x: 0,
            y: 0,
            width: image.size.width,
            height: image.size.height,
        };
        Ok(Self {
            inspector: engine.inspector(one).map_err(ReplayError::Engine)?,
            pictures: source(image.roi)?.with_frame(image.frame),
            inputs: source(whole)?.with_frame(Some(image.size)),
            shape: (image.size, image.order),
            free: slots.pop(),
            engine,
        })
    }

    /// Reads a kept input, which must have the recorded bytes.
    fn read_kept(
        &mut self,
        path: &Path,
        shape: InputShape,
        sha256: Option<Sha256>,
        input: &mut InputBuffer,
        piece: &mut [u8],
    ) -> Read {
        if (shape.size, shape.order) != self.shape {
            // The bytes of then are no input of now. An input that differs says so.
            return Ok(Err(fault(
                Cause::Picture,
                &"the recipe's input has another size or order",
            )));
        }
        let (read, _) =
            read(&mut self.inputs, path, input, piece).map_err(|error| of_kept(path, error))?;
        read.map_err(|error| ReplayError::Picture(format!("{}: {error}", path.display())))?;
        if sha256.is_some_and(|sha256| sha256 != Sha256::of(input)) {
            let text = format!("{}: is not the input that is recorded", path.display());
            return Err(ReplayError::Picture(text));
        }
        Ok(Ok(()))
    }

    /// Decodes a picture as the station does.
    fn read_picture(
        &mut self,
        path: &Path,
        sha256: Sha256,
        input: &mut InputBuffer,
        piece: &mut [u8],
    ) -> Read {
        let (read, hash) = read(&mut self.pictures, path, input, piece)?;
        if hash != sha256 {
            let text = format!("{}: has other bytes than then", path.display());
            return Err(ReplayError::Picture(text));
        }
        Ok(read.map_err(|error| fault(Cause::Picture, &error)))
    }

    fn judge(
        &mut self,
        device: &EngineDevice,
        slot: Slot,
        input: InputBuffer,
    ) -> Result<Judged, ReplayError> {
        let finished = match device.run(slot, input, Instant::now() + TIMEOUT) {
            Ok(finished) => finished,
            Err(unfinished) => {
                let why = unfinished.to_string();
                let cause = unfinished.cause();
                let overflows = matches!(cause, WaitError::Acl(error) if error.is_overflow());
                self.free = unfinished.recover(Instant::now() + TIMEOUT).ok();
                let input = self.free.as_ref().filter(|_| overflows);
                // Any other failure says nothing about the part, so it is not compared.
                let (input, _) = input.ok_or_else(|| ReplayError::Run(why.clone()))?;
                return Ok(Judged {
                    input: Some(Sha256::of(input)),
                    ..fault(Cause::Engine, &why)
                });
            }
        };
        let output = finished.output(self.engine.outputs().judged);
        let result = self
            .inspector
            .inspect(output.unwrap_or_default(), finished.input());
        let verdict = match &result {
            Ok(verdict) => Decision::new(verdict, ""),
            Err(error) => Decision::new(&Verdict::Fault(Cause::Output), error),
        };
        let judged = Judged {
            input: Some(Sha256::of(finished.input())),
            mask: Some(Sha256::of(self.inspector.mask())),
            verdict,
            blobs: BlobTotals::of(self.inspector.blobs()),
        };
        self.free = Some(finished.into_parts());
        Ok(judged)
    }
}

/// The result for a picture that cannot be used.
fn fault(cause: Cause, why: &dyn fmt::Display) -> Judged {
    Judged {
        input: None,
        mask: None,
        verdict: Decision::new(&Verdict::Fault(cause), why),
        blobs: BlobTotals::default(),
    }
}
