//! What a model's file says about itself.

use crate::devices;
use ascendcl::Tensor;
use core::fmt;
use sluice::draft::{Changes, Draft, Template};
use sluice::engine::{EngineDevice, EngineError};
use sluice::image::Size;
use sluice::station::{self, Station};
use std::path::Path;

/// A model that a station can use.
pub struct Found {
    size: Size,
    scores: Option<String>,
    mask: Option<String>,
}

/// Why it is not sure that a station can use a model, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doubt {
    /// The model or its library is not here, so the model was not looked at.
    Unknown(String),
    /// It is here, and no station can use it.
    Unfit(String),
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Unknown(why) | Self::Unfit(why)) = self;
        f.write_str(why)
    }
}

/// Looks at the model of the station.
///
/// # Errors
/// The station cannot run with it, or that is not known here.
pub fn look(station: &Station) -> Result<Found, Doubt> {
    let (model, library) = (&station.engine.model, &station.engine.library);
    if !Path::new(model.as_str()).exists() {
        return Err(Doubt::Unknown(format!(
            "engine.model {model}: there is no such file here; put it there before the station runs, or name another"
        )));
    }
    if library != "builtin" && !Path::new(library.as_str()).exists() {
        return Err(Doubt::Unknown(format!(
            "engine.model {model}: was not looked at, because engine.library {library} is not here; check the file on the board"
        )));
    }
    let (inputs, outputs) = tensors(station).map_err(|error| match error {
        EngineError::Model { .. } => Doubt::Unfit(error.to_string()),
        _ => Doubt::Unknown(format!("engine.model {model}: was not looked at: {error}")),
    })?;
    let Some(size) = inputs.first().and_then(size) else {
        return Err(Doubt::Unfit(format!(
            "engine.model {model}: does not fit, its input is not 1 x height x width x 3 bytes; name a model of pictures"
        )));
    };
    let is_mask = |tensor: &&Tensor| elements(tensor) == Some(size.pixels()) && !is_scores(tensor);
    let scores = outputs.iter().find(|tensor| is_scores(tensor));
    let mask = outputs.iter().find(is_mask);
    if scores.is_none() && mask.is_none() {
        return Err(Doubt::Unfit(format!(
            "engine.model {model}: does not fit, no output has a value for each pixel of its {size} input; name a model that segments"
        )));
    }
    let name = |tensor: &Tensor| tensor.name.clone();
    Ok(Found {
        size,
        scores: scores.map(name),
        mask: mask.map(name),
    })
}

/// What is wrong with a model for the template; nothing if a station can use it.
pub fn doubt(template: &Template, model: &str) -> Option<Doubt> {
    let mut draft = Draft::of(template).ok()?;
    let changes = Changes {
        model: Some(model.to_owned()),
        ..Changes::default()
    };
    changes.apply(&mut draft);
    let text = draft.finish().ok()?;
    let found = match look(&station::read(text.as_bytes()).ok()?) {
        Ok(found) => found,
        Err(doubt) => return Some(doubt),
    };
    adapt(&mut draft, &found, false);
    let problems = draft.finish().err()?;
    let problems: Vec<_> = problems.iter().map(ToString::to_string).collect();
    Some(Doubt::Unfit(format!(
        "engine.model {model}: does not fit: {}",
        problems.join("; ")
    )))
}

/// Puts the size of the model's input and the names of its outputs into the draft. Returns what to
/// know about it.
pub fn adapt(draft: &mut Draft, found: &Found, is_size_given: bool) -> Vec<String> {
    let mut notes = Vec::new();
    if !is_size_given {
        let changes = Changes {
            size: Some(found.size),
            ..Changes::default()
        };
        notes.extend(changes.apply(draft));
        notes.push(format!("image.size is {}, as the model has it", found.size));
    }
    for (key, name) in [
        ("engine.scores", &found.scores),
        ("engine.mask", &found.mask),
    ] {
        let name = name.as_deref().unwrap_or_default();
        draft.set(key, name);
        notes.push(match name {
            "" => format!("{key} is empty: the model has no such output"),
            name => format!("{key} is {name}"),
        });
    }
    notes
}

/// Why a size that was given is not the model's.
pub fn other_size(found: &Found, given: Size) -> Option<Doubt> {
    let theirs = found.size;
    (theirs != given).then(|| {
        Doubt::Unfit(format!("engine.model: does not fit, its input is {theirs} and not {given}; leave out --size, or name another model"))
    })
}

fn tensors(station: &Station) -> Result<(Vec<Tensor>, Vec<Tensor>), EngineError> {
    let library = devices::open_library(&station.engine.library)?;
    let device = EngineDevice::open(station, library)?;
    let model = device.load(station)?;
    Ok((model.inputs().to_vec(), model.outputs().to_vec()))
}

/// The size of an input that is a picture.
fn size(input: &Tensor) -> Option<Size> {
    match *input.dims.0 {
        [1, height, width, 3] => Some(Size {
            width: u32::try_from(width).ok()?,
            height: u32::try_from(height).ok()?,
        }),
        _ => None,
    }
}

fn elements(tensor: &Tensor) -> Option<u64> {
    let mut sides = tensor.dims.0.iter();
    sides.try_fold(1_u64, |product, side| {
        product.checked_mul(u64::try_from(*side).ok()?)
    })
}

/// Scores have four dimensions: a picture for each class.
fn is_scores(tensor: &Tensor) -> bool {
    tensor.dims.0.len() == 4
}
