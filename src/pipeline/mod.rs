//! An mxVision pipeline file becomes a station file.
//!
//! mxVision is the stack that such a job mostly ran on: plugins of GStreamer in a JSON file, and a
//! program that feeds them. `docs/import.md` says what is taken, what is not, and from which of
//! its sources each rule comes.
//!
//! What would give the model another picture is refused by name. What does not change the picture,
//! such as queues and dumps, is left out and listed. What a pipeline does not have, such as lines
//! and limits, comes from a template and is listed too.

mod course;
mod error;
mod note;
mod plugins;
mod region;
mod streams;
#[cfg(test)]
mod tests;

pub use error::PipelineError;
pub use note::{Fate, Note};
pub use region::Corners;

use crate::draft::{Changes, Draft, Node, Template};
use crate::image::{Roi, Size};
use crate::recipe;
use course::Course;
use plugins::Reading;
use streams::Stream;

/// Largest pipeline file, in bytes.
pub const FILE_MAX: usize = 1 << 20;

/// What the pipeline file does not say.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Wishes {
    /// The stream; needed if the file has several.
    pub stream: Option<String>,
    /// The box that the program passes with each picture.
    pub corners: Option<Corners>,
    /// The size of the pictures.
    pub frame: Option<Size>,
    /// The model's file, if it is another than the pipeline's.
    pub model: Option<String>,
}

/// A station file, and what became of the pipeline.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// The station file.
    pub text: String,
    /// The name of the stream.
    pub stream: String,
    /// What was taken, left out, and is still open.
    pub notes: Vec<Note>,
}

/// Makes a station file of a pipeline file's text. `template` gives what a pipeline does not have.
/// `read` reads a file of labels that the pipeline names. Allocates.
///
/// # Errors
/// The text is not a pipeline, the station cannot do what it does, or an option is missing. All
/// reasons are given at once, as far as they do not depend on each other.
pub fn import(
    text: &str,
    template: &Template,
    wishes: &Wishes,
    read: &dyn Fn(&str) -> Result<String, String>,
) -> Result<Imported, PipelineError> {
    let stream = streams::choose(streams::read(text)?, wishes.stream.as_deref())?;
    let course = Course::of(&stream).map_err(PipelineError::Problems)?;
    let reading = Reading::of(&stream, &course, wishes, read)?;
    let mut notes = reading.notes.clone();
    let draft = draft(&stream, &reading, template, wishes, &mut notes)?;
    let text = draft.finish().map_err(PipelineError::Station)?;
    notes.sort_by_key(|note| note.fate);
    Ok(Imported {
        text,
        stream: stream.name,
        notes,
    })
}

/// The template with what was read.
fn draft(
    stream: &Stream,
    reading: &Reading,
    template: &Template,
    wishes: &Wishes,
    notes: &mut Vec<Note>,
) -> Result<Draft, PipelineError> {
    let of_frame = |frame: Size| Roi {
        x: 0,
        y: 0,
        width: frame.width,
        height: frame.height,
    };
    let roi = match (reading.roi, wishes.frame) {
        (Some(roi), _) => roi,
        (None, Some(frame)) => of_frame(frame),
        (None, None) => {
            return Err(PipelineError::option(
                "--frame",
                "the pipeline cuts nothing out, so the model sees whole pictures; give their width and height",
            ));
        }
    };
    let mut draft = Draft::of(template).map_err(|problem| PipelineError::Station(vec![problem]))?;
    let changes = Changes {
        name: Some(cut(&stream.name, crate::station::file::NAME_MAX)),
        frame: wishes.frame,
        roi: Some(roi),
        size: Some(reading.size.unwrap_or(roi.size())),
        order: reading.order,
        model: Some(reading.model.clone()),
        ..Changes::default()
    };
    let dropped = draft.drop_further_recipes();
    let open = changes.apply(&mut draft).into_iter().chain(dropped);
    let subject = format!("template {}", template.name);
    notes.extend(open.map(|text| Note::open(subject.as_str(), text)));
    let given = format!(
        "gave what is not listed as taken, in these sections: {}; look at each key",
        draft.sections().join(", ")
    );
    notes.push(Note::open(subject, given));
    if let Some(device) = reading.device {
        draft.set("engine.device", device);
    }
    draft.set(
        "recipe.name",
        Node::from(cut(&stream.name, recipe::NAME_MAX).as_str()),
    );
    let classes: Vec<_> = reading
        .classes
        .iter()
        .map(|(class, name)| (*class, name.as_str()))
        .collect();
    draft.strict(&classes);
    notes.extend(open_points(template));
    Ok(draft)
}

/// What no pipeline says.
fn open_points(template: &Template) -> Vec<Note> {
    let from = format!("as in the template {}", template.name);
    [
        (
            "engine.scores, engine.mask",
            "names or numbers of the model's outputs; `sluice check` lists them. Softmax is often 0 and argmax 1".to_owned(),
        ),
        (
            "source",
            format!("{from}: where the pictures arrive that the program sent to appsrc"),
        ),
        (
            "recipe.part_present",
            format!("{from}: the brightness of a part; without it a black picture may pass"),
        ),
        (
            "trigger, gate, lines",
            format!("{from}: the pipeline had no trigger and no gate"),
        ),
        (
            "aipp.cfg",
            "the AIPP of the model must take RGB888_U8 of image.size without swap (model/aipp.cfg); `sluice check` compares".to_owned(),
        ),
    ]
    .into_iter()
    .map(|(subject, text)| Note::open(subject, text))
    .collect()
}

/// The text, cut to this many bytes between characters.
fn cut(text: &str, bytes_max: usize) -> String {
    let mut end = text.len().min(bytes_max);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default().to_owned()
}
