//! Whether a model fits a station file. Every mismatch is named, with its key and what to change in
//! the station file or at export.
//!
//! The station itself stops at the first mismatch ([`crate::engine::Engine::open`]). Here, no
//! mismatch may hide another.

use super::{Finding, finding};
use crate::engine::find_output;
use crate::image::{CHANNELS, Size};
use crate::mask::{Content, ContractError, DataType, MaskReader, ModelOutput, score_classes};
use crate::recipe::Recipe;
use crate::station::Station;
use crate::verdict::{Inspector, InspectorError};
use ascendcl::bindings::ACL_RGB888_U8;
use ascendcl::{Aipp, Model, Tensor};

/// Compares the model's input and outputs with the station file.
pub(super) fn findings(model: &Model, station: &Station) -> Vec<Finding> {
    let (mut found, mut size) = (Vec::new(), None);
    match model.inputs() {
        [only] => match model.aipp(0) {
            Ok(aipp) => {
                let is_cpu = model.device().is_cpu();
                let file = super::aipp_file(&station.engine.model, is_cpu);
                size = input(
                    only,
                    aipp.as_ref(),
                    station.image.size,
                    (is_cpu, &file),
                    &mut found,
                );
            }
            Err(error) => found.push(Err(format!("engine.model: its AIPP: {error}"))),
        },
        several => {
            let names: Vec<_> = several.iter().map(|input| input.name.as_str()).collect();
            found.push(Err(format!(
                "engine.model has {} inputs {names:?}; 1 is allowed, the picture: export it with only this input",
                names.len()
            )));
        }
    }
    // If image.size is wrong, outputs are compared with the model's own input size.
    let size = size.unwrap_or(station.image.size);
    outputs(model.outputs(), station, size, &mut found);
    // Mask and scores may report the same problem of the recipe; it is listed once.
    let mut findings: Vec<Finding> = Vec::new();
    for found in found.into_iter().map(finding) {
        if !findings.contains(&found) {
            findings.push(found);
        }
    }
    findings
}

type Found = Vec<Result<String, String>>;

/// Checks the input. Returns the size of the picture that the model takes, if it takes one.
fn input(
    input: &Tensor,
    aipp: Option<&Aipp>,
    size: Size,
    (is_cpu, aipp_file): (bool, &str),
    found: &mut Found,
) -> Option<Size> {
    let before = found.len();
    let name = &input.name;
    let dims = &*input.dims.0;
    let mut wrong = |text: String| found.push(Err(text));
    let data_type = DataType::from_acl(input.data_type.0);
    let taken = match (aipp, dims) {
        (None, _) => {
            let advice = if is_cpu {
                "put NAME.aipp.cfg or aipp.cfg beside NAME.onnx"
            } else {
                "convert with ATC's --insert_op_conf=aipp.cfg"
            };
            wrong(format!(
                "engine.model: its input `{name}` is {} {data_type} without AIPP, the station gives bytes: {advice}",
                input.dims
            ));
            let channels = |count: i64| matches!(count, 1 | 3);
            match *dims {
                [batch, height, width, last] if channels(last) && !channels(height) => {
                    Some((batch, height, width))
                }
                [batch, _, height, width] => Some((batch, height, width)),
                _ => None,
            }
        }
        (Some(aipp), &[batch, height, width, channels]) => {
            if aipp.input_format != ACL_RGB888_U8 {
                wrong(format!(
                    "{aipp_file}: input_format is number {} of aclAippInputFormat; RGB888_U8 (3) is allowed, which the station \
                     writes: change it there",
                    aipp.input_format
                ));
            } else if data_type != DataType::U8 || usize::try_from(channels) != Ok(CHANNELS) {
                let verb = if is_cpu { "load" } else { "convert" };
                wrong(format!(
                    "engine.model: its input `{name}` is {} {data_type}; uint8 with {CHANNELS} channels is allowed: {verb} it \
                     with an AIPP file whose input_format is RGB888_U8",
                    input.dims
                ));
            }
            Some((batch, height, width))
        }
        (Some(_), _) => {
            wrong(format!(
                "engine.model: its input `{name}` is {}; 1 x height x width x {CHANNELS} is allowed: export a model of pictures",
                input.dims
            ));
            None
        }
    };
    let mut theirs = None;
    if let Some((batch, height, width)) = taken {
        if batch != 1 {
            wrong(format!(
                "engine.model takes {batch} pictures at a time (input `{name}`); 1 is allowed: export it with a batch of 1"
            ));
        }
        if let (Ok(width), Ok(height)) = (u32::try_from(width), u32::try_from(height)) {
            theirs = Some(Size { width, height });
        }
        for (side, ours, theirs) in [
            ("width", size.width, width),
            ("height", size.height, height),
        ] {
            if i64::from(ours) != theirs {
                wrong(format!(
                    "image.size.{side} is {ours}, engine.model takes {theirs}: set it to {theirs}, or export the model with a \
                     {side} of {ours} and put it into {aipp_file} as well"
                ));
            }
        }
    }
    if found.len() == before {
        found.push(Ok(format!(
            "image.size: {size}, as the model's input `{name}`"
        )));
    }
    theirs
}

fn outputs(tensors: &[Tensor], station: &Station, size: Size, found: &mut Found) {
    let (settings, recipe) = (&station.engine, &station.recipe);
    let scores = Content::Scores(settings.score_kind);
    let (mut judged, mut failed) = (None, false);
    for (key, name, content) in [
        ("engine.scores", &settings.scores, scores),
        ("engine.mask", &settings.mask, Content::Classes),
    ] {
        if name.is_empty() {
            continue;
        }
        let Some(tensor) = find_output(tensors, name).and_then(|index| tensors.get(index)) else {
            failed = true;
            found.push(Err(unknown(key, name, tensors, content, size)));
            continue;
        };
        let output = ModelOutput {
            name: &tensor.name,
            dims: &tensor.dims.0,
            data_type: DataType::from_acl(tensor.data_type.0),
        };
        // All missing classes; the reader names only the first.
        let missing = classes_missing(&output, content, size, recipe);
        let many = !missing.is_empty();
        found.extend(
            missing
                .into_iter()
                .map(|text| Err(format!("{key}: {text}"))),
        );
        match MaskReader::new(&output, content, size, recipe) {
            _ if many => failed = true,
            Ok(_) => {
                found.push(Ok(format!(
                    "{key}: output `{}` fits{}",
                    tensor.name,
                    unlisted(&output, content, size, recipe)
                )));
                judged = judged.or(Some((output, content)));
            }
            Err(error) => {
                failed = true;
                found.push(Err(format!("{key}: {error}")));
            }
        }
    }
    if size == station.image.size
        && let Some((output, content)) = judged.filter(|_| !failed)
        && let Err(error) = Inspector::new(recipe, size, &output, content)
    {
        let place = match &error {
            InspectorError::Contract(_) => "recipe",
            InspectorError::Zone { .. } => "recipe.zones",
            InspectorError::PartPresent { .. } => "recipe.part_present",
        };
        found.push(Err(format!("{place}: {error} (image.size)")));
    }
}

/// Message for an output that the model does not have: the outputs that it has, and which of them
/// would fit.
fn unknown(key: &str, name: &str, tensors: &[Tensor], content: Content, size: Size) -> String {
    let anything = Recipe::default();
    let mut all = String::new();
    let (mut fitting, mut one_channel) = (None, None);
    for tensor in tensors {
        let output = ModelOutput {
            name: &tensor.name,
            dims: &tensor.dims.0,
            data_type: DataType::from_acl(tensor.data_type.0),
        };
        match MaskReader::new(&output, content, size, &anything) {
            Ok(_) => fitting = fitting.or(Some(format!("say \"{}\"", tensor.name))),
            Err(ContractError::Kind { channels: 1, .. }) => {
                one_channel = one_channel.or(Some(format!(
                    "say \"{}\", and in engine.score_kind \"sigmoid\", or \"logits\" if the model ends before the sigmoid",
                    tensor.name
                )));
            }
            Err(_) => {}
        }
        all += if all.is_empty() { "" } else { ", " };
        all += &format!("`{}` {} {}", tensor.name, tensor.dims, tensor.data_type);
    }
    let advice = fitting.or(one_channel).unwrap_or_else(|| {
        "none of them fits: leave the key empty, or export the model with such an output".to_owned()
    });
    format!("{key} is \"{name}\"; the model has {all}, by name or as number from 0: {advice}")
}

/// Messages for the recipe's classes that a score output does not have.
fn classes_missing(
    output: &ModelOutput<'_>,
    content: Content,
    size: Size,
    recipe: &Recipe,
) -> Vec<String> {
    let (Content::Scores(_), Some(classes)) = (content, score_classes(output.dims, size)) else {
        return Vec::new();
    };
    let listed = recipe.classes.iter();
    let missing = listed.filter(|limits| usize::from(limits.class) >= classes);
    let text = |class| {
        format!(
            "recipe.classes lists class {class}, output `{}` has classes 0 to {}: take it out, or name a model that has it",
            output.name,
            classes - 1
        )
    };
    missing.map(|limits| text(limits.class)).collect()
}

/// The classes of a score output that the recipe does not list, for the operator's information.
fn unlisted(output: &ModelOutput<'_>, content: Content, size: Size, recipe: &Recipe) -> String {
    let (Content::Scores(_), Some(classes)) = (content, score_classes(output.dims, size)) else {
        return String::new();
    };
    let unlisted: Vec<_> = (1..classes)
        .filter(|class| {
            let mut listed = recipe.classes.iter();
            !listed.any(|limits| usize::from(limits.class) == *class)
        })
        .collect();
    if unlisted.is_empty() {
        String::new()
    } else {
        format!("; classes {unlisted:?} are not in recipe.classes and count as background")
    }
}
