//! The station file that options or answers make of a template.

use super::model::{self, Doubt};
use crate::cli::new_station::{InitOptions, OrderWord, Place, StyleWord};
use sluice::check::picture_sizes;
use sluice::draft::{Changes, Draft, Line, LinePlace, Source, Template};
use sluice::image::{ChannelOrder, Roi, Size};
use sluice::snap::Overview;
use sluice::station::file::GateStyle;
use sluice::station::{self, Problem, Station};
use std::path::Path;

/// A new station file.
pub struct Composed {
    /// Its text.
    pub text: String,
    /// What it says.
    pub station: Station,
    /// What to know about it.
    pub notes: Vec<String>,
    /// What is wrong with its model, or is not known of it here.
    pub doubt: Option<Doubt>,
}

/// What is wrong with a line that is given twice, or that the template lacks: its levels depend on
/// the wiring.
pub fn wrong_line(template: &Template, options: &InitOptions) -> Option<String> {
    let draft = Draft::of(template).ok()?;
    let lines: Vec<_> = draft.line_places().iter().map(|(name, _)| *name).collect();
    for (index, (name, _)) in options.lines.iter().enumerate() {
        if options
            .lines
            .iter()
            .take(index)
            .any(|(other, _)| other == name)
        {
            return Some(format!("--line {name}: is given twice; leave one out"));
        }
    }
    let mut names = options.lines.iter().map(|(name, _)| name.as_str());
    let unknown = names.find(|name| !lines.contains(name))?;
    Some(format!(
        "--line {unknown}: the template {} has no such line; it has: {}. Add another line by hand, with its levels",
        template.name,
        lines.join(", ")
    ))
}

/// The station file of the options.
///
/// # Errors
/// What a station would refuse about it.
pub fn compose(
    template: &Template,
    options: &InitOptions,
    overview: Option<&Overview>,
) -> Result<Composed, Vec<Problem>> {
    let mut draft = Draft::of(template).map_err(|problem| vec![problem])?;
    let mut changes = changes(options);
    let mut notes = Vec::new();
    if let Some(overview) = overview {
        changes.frame = Some(overview.size);
        notes.push(format!(
            "image.frame is {}, as the picture is",
            overview.size
        ));
    }
    if let (None, Some(Source::Directory(path))) = (changes.frame, &changes.source) {
        match picture_sizes(Path::new(path)).as_slice() {
            [] => {}
            [size] => {
                changes.frame = Some(*size);
                notes.push(format!(
                    "image.frame is {size}, as the pictures in {path} are"
                ));
            }
            several => notes.push(format!(
                "the pictures in {path} have {} sizes: give the right one with --frame",
                several.len()
            )),
        }
    }
    notes.extend(draft.drop_further_recipes());
    notes.extend(changes.apply(&mut draft));
    notes.push(format!(
        "the template gave what you did not, in these sections: {}",
        draft.sections().join(", ")
    ));
    let station = station::read(draft.finish()?.as_bytes())?;
    let doubt = match model::look(&station) {
        Ok(found) => {
            if options.model.is_some() {
                let is_size_given = options.size.is_some();
                notes.extend(model::adapt(&mut draft, &found, is_size_given));
            }
            model::other_size(&found, station.image.size).filter(|_| options.size.is_some())
        }
        Err(doubt) => Some(doubt),
    };
    let text = draft.finish()?;
    Ok(Composed {
        station: station::read(text.as_bytes())?,
        text,
        notes,
        doubt,
    })
}

/// Refuses answers with which a station file would be wrong.
///
/// # Errors
/// What a station would refuse.
pub fn accept(template: &Template, answers: &InitOptions) -> Result<(), String> {
    let mut draft = Draft::of(template).map_err(|problem| problem.to_string())?;
    draft.drop_further_recipes();
    changes(answers).apply(&mut draft);
    draft.finish().map(drop).map_err(|problems| {
        let problems: Vec<_> = problems.iter().map(ToString::to_string).collect();
        problems.join("; ")
    })
}

fn changes(options: &InitOptions) -> Changes {
    let size = |sides: Option<[u32; 2]>| sides.map(|[width, height]| Size { width, height });
    let directory = options.directory.clone().map(Source::Directory);
    Changes {
        name: options.name.clone(),
        source: directory.or_else(|| options.camera.clone().map(Source::Camera)),
        frame: size(options.frame),
        roi: options.roi.map(|[x, y, width, height]| Roi {
            x,
            y,
            width,
            height,
        }),
        size: size(options.size),
        order: options.order.map(|order| match order {
            OrderWord::Bgr => ChannelOrder::Bgr,
            OrderWord::Rgb => ChannelOrder::Rgb,
        }),
        model: options.model.clone(),
        chip: options.chip.clone(),
        lines: options
            .lines
            .iter()
            .map(|(name, place)| Line {
                name: name.clone(),
                place: match place {
                    Place::Offset(offset) => LinePlace::Offset(*offset),
                    Place::Name(name) => LinePlace::Name(name.clone()),
                },
            })
            .collect(),
        style: options.style.map(|style| match style {
            StyleWord::Divert => GateStyle::Divert,
            StyleWord::Pulse => GateStyle::Pulse,
        }),
    }
}
