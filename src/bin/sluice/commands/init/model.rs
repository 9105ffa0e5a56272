//! What a model's file says about itself.

use crate::devices;
use ascendcl::Tensor;
use sluice::draft::{Changes, Draft};
use sluice::engine::{EngineDevice, EngineError};
use sluice::image::Size;
use sluice::station::Station;

/// Puts the size of the model's input and the names of its outputs into the draft. Returns what to
/// know about it.
pub fn adapt(draft: &mut Draft, station: &Station, is_size_given: bool) -> Vec<String> {
    let (inputs, outputs) = match tensors(station) {
        Ok(tensors) => tensors,
        Err(error) => {
            return vec![format!(
                "{error}: so image.size and the outputs are not compared with the model yet"
            )];
        }
    };
    let mut notes = Vec::new();
    let Some(size) = inputs.first().and_then(size) else {
        return vec![format!(
            "engine.model {}: its input is not 1 x height x width x 3 bytes; `sluice check` says more",
            station.engine.model
        )];
    };
    if !is_size_given {
        let changes = Changes {
            size: Some(size),
            ..Changes::default()
        };
        notes.extend(changes.apply(draft));
        notes.push(format!("image.size is {size}, as the model has it"));
    }
    let is_mask = |tensor: &&Tensor| elements(tensor) == Some(size.pixels()) && !is_scores(tensor);
    let names = [
        (
            "engine.scores",
            outputs.iter().find(|tensor| is_scores(tensor)),
        ),
        ("engine.mask", outputs.iter().find(is_mask)),
    ];
    if names.iter().any(|(_, tensor)| tensor.is_some()) {
        for (key, tensor) in names {
            let name = tensor.map_or("", |tensor| tensor.name.as_str());
            draft.set(key, name);
            notes.push(match name {
                "" => format!("{key} is empty: the model has no such output"),
                name => format!("{key} is {name}"),
            });
        }
    }
    notes
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
