//! What an integrator says about a new station, put into its draft.

mod lines;

use super::{Content, Draft, Node, TEMPLATES, Template};
use crate::image::{ChannelOrder, Roi, Size};
use crate::station::file::GateStyle;
use lines::put_line;

/// Where pictures come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A directory.
    Directory(String),
    /// A camera, by its device.
    Camera(String),
}

/// Where a line is on its chip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// `trigger`, or its name in the section `lines`.
    pub name: String,
    /// Its place.
    pub place: LinePlace,
}

/// A line's number on its chip, or the name that the kernel has for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinePlace {
    /// The number.
    Offset(u32),
    /// The name, such as `GPIO5`.
    Name(String),
}

/// What differs from the template. What is left out stays as it is there.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Changes {
    /// The station's name.
    pub name: Option<String>,
    /// Where pictures come from.
    pub source: Option<Source>,
    /// The size of every picture.
    pub frame: Option<Size>,
    /// The region that is inspected.
    pub roi: Option<Roi>,
    /// The size of the model's input.
    pub size: Option<Size>,
    /// The order of its channels.
    pub order: Option<ChannelOrder>,
    /// The model's file.
    pub model: Option<String>,
    /// The chip of the lines whose places are given, and of those without a chip of their own.
    pub chip: Option<String>,
    /// Places of lines.
    pub lines: Vec<Line>,
    /// How the gate rejects.
    pub style: Option<GateStyle>,
}

impl Changes {
    /// Changes the draft. Returns what the integrator should know about it, one sentence each.
    pub fn apply(&self, draft: &mut Draft) -> Vec<String> {
        let mut notes = Vec::new();
        if let Some(name) = &self.name {
            draft.set("station.name", name.as_str());
        }
        if let Some(source) = &self.source {
            notes.extend(put_source(draft, source));
        }
        self.put_image(draft, &mut notes);
        if let Some(model) = &self.model {
            notes.extend(put_model(draft, model));
        }
        if let Some(chip) = &self.chip {
            if draft.text_at("lines.chip") != Some(chip) {
                notes.extend(self.note_of_kept_places(draft, chip));
            }
            draft.set("lines.chip", chip.as_str());
        }
        for line in &self.lines {
            notes.extend(put_line(draft, line, self.chip.is_some()));
        }
        if let Some(style) = self.style {
            draft.set("gate.style", style.word());
        }
        notes
    }

    fn put_image(&self, draft: &mut Draft, notes: &mut Vec<String>) {
        if let Some(frame) = self.frame {
            draft.set("image.frame", of_size(frame));
            if draft.get("source.camera").is_some() {
                draft.set("source.camera.width", frame.width);
                draft.set("source.camera.height", frame.height);
            }
        }
        match (self.roi, self.frame) {
            (Some(roi), frame) => {
                draft.set("image.roi", of_roi(roi));
                let of_template = frame.is_none() && draft.get("source.camera").is_none();
                if of_template && draft.get("image.frame").is_some() {
                    draft.remove("image.frame");
                    notes.push(
                        "image.frame is left out: a picture of another size is not noticed; give --frame".to_owned(),
                    );
                }
            }
            (None, Some(frame)) => {
                let whole = Roi {
                    x: 0,
                    y: 0,
                    width: frame.width,
                    height: frame.height,
                };
                draft.set("image.roi", of_roi(whole));
                notes.push(
                    "image.roi is the whole picture; give --roi to inspect a part".to_owned(),
                );
            }
            (None, None) => {}
        }
        if let Some(size) = self.size {
            put_size(draft, size);
        }
        if let Some(order) = self.order {
            draft.set(
                "image.order",
                match order {
                    ChannelOrder::Bgr => "bgr",
                    ChannelOrder::Rgb => "rgb",
                },
            );
        }
    }
}

/// Replaces the source by one of the other kind, or names another directory or device.
fn put_source(draft: &mut Draft, source: &Source) -> Option<String> {
    match source {
        Source::Directory(path) => {
            if draft.get("source.directory").is_none() {
                draft.set("source", [("directory", directory(draft))]);
            }
            draft.set("source.directory.path", path.as_str());
            None
        }
        Source::Camera(device) => {
            if draft.get("source.camera").is_none() {
                // The first template with a camera has the settings that a camera needs.
                let drafts = TEMPLATES
                    .iter()
                    .filter_map(|template| Draft::of(template).ok());
                let camera = drafts
                    .filter_map(|template| template.get("source.camera").cloned())
                    .next()?;
                draft.set("source", [("camera", camera)]);
            }
            draft.set("source.camera.device", device.as_str());
            Some("source.camera: give its format and pace, as `v4l2-ctl --list-formats-ext` lists them".to_owned())
        }
    }
}

/// A directory, with a window for pictures that fits the template's times.
fn directory(draft: &Draft) -> Node {
    let mut members = vec![
        ("path".to_owned(), Node::from("parts")),
        ("after".to_owned(), Node::from("keep")),
        ("workers".to_owned(), Node::from(1_u32)),
    ];
    if draft.get("trigger").is_some() {
        let of = |key| draft.number(key).unwrap_or_default();
        let (interval_ms, deadline_ms) = (of("gate.part_interval_ms"), of("gate.deadline_ms"));
        // Time stamps of files are wrong by up to a kernel tick.
        let longest_ms = deadline_ms.min(interval_ms.saturating_sub(10));
        members.push(("pair_min_ms".to_owned(), Node::from(0_u32)));
        members.push(("pair_max_ms".to_owned(), Node::from(longest_ms)));
    }
    Content::Object(members).into()
}

/// Gives the size of the model's input. The rectangles of the recipes are in its pixels: those of
/// the template are scaled.
fn put_size(draft: &mut Draft, size: Size) {
    let side = |name: &str| draft.number(&format!("image.size.{name}"));
    let old = (side("width"), side("height"));
    draft.set("image.size", of_size(size));
    let (Some(width), Some(height)) = old else {
        return;
    };
    draft.each_recipe(|recipe| {
        if let Some(present) = recipe.member_mut("part_present") {
            scale(present, ["x", "width"], width, size.width);
            scale(present, ["y", "height"], height, size.height);
        }
    });
}

/// Scales an edge and the length of a side of a rectangle. The length stays at least 1.
fn scale(rectangle: &mut Node, [edge, length]: [&str; 2], from: u32, to: u32) {
    for (key, least) in [(edge, 0), (length, 1)] {
        let number = rectangle.member(key).and_then(Node::number);
        let Some(value) = number.and_then(|number| number.parse::<u64>().ok()) else {
            continue;
        };
        let scaled = value * u64::from(to) / u64::from(from.max(1));
        let scaled = u32::try_from(scaled).unwrap_or(u32::MAX).max(least);
        rectangle.put(key, scaled.into());
    }
}

/// Names another model, with the library that computes such a file. Nothing is known of its scores,
/// so each pixel of a defect rejects.
fn put_model(draft: &mut Draft, model: &str) -> Vec<String> {
    let mut notes = Vec::new();
    draft.set("engine.model", model);
    let is_builtin = draft.text_at("engine.library") == Some("builtin");
    let is_onnx = model.to_ascii_lowercase().ends_with(".onnx");
    if is_onnx && !is_builtin {
        draft.set("engine.library", "builtin");
        notes.push("engine.library is the CPU engine, since the model is an ONNX file".to_owned());
    }
    if !is_onnx && is_builtin {
        let library = TEMPLATES
            .iter()
            .filter_map(|template| Draft::of(template).ok())
            .find_map(|template| {
                let library = template.text_at("engine.library")?;
                (library != "builtin").then(|| library.to_owned())
            });
        if let Some(library) = library {
            draft.set("engine.library", library.as_str());
            notes.push(format!(
                "engine.library is {library}, since the CPU engine takes ONNX files only: correct the path"
            ));
        }
    }
    draft.strict(&[(1, "defect")]);
    notes.push(
        "recipe.classes: each pixel of a defect rejects until `sluice tune` has proposed limits"
            .to_owned(),
    );
    notes
}

impl Draft {
    /// Lists these classes in each recipe, with limits that reject each pixel of a defect.
    pub(crate) fn strict(&mut self, classes: &[(u8, &str)]) {
        let class = |&(class, name): &(u8, &str)| {
            Node::from([
                ("class", u32::from(class).into()),
                ("name", name.into()),
                ("score_min", Content::Number("0.5".to_owned()).into()),
                ("blob_area_min_px", 1_u32.into()),
                ("blob_area_max_px", 0_u32.into()),
                ("total_area_max_px", 0_u32.into()),
            ])
        };
        let classes: Node = Content::List(classes.iter().map(class).collect()).into();
        self.each_recipe(|recipe| recipe.put("classes", classes.clone()));
    }
}

fn of_size(size: Size) -> Node {
    [("width", size.width.into()), ("height", size.height.into())].into()
}

fn of_roi(roi: Roi) -> Node {
    [
        ("x", roi.x.into()),
        ("y", roi.y.into()),
        ("width", roi.width.into()),
        ("height", roi.height.into()),
    ]
    .into()
}

impl Template {
    /// The names of all templates, for messages.
    pub fn names() -> String {
        let names: Vec<_> = TEMPLATES.iter().map(|template| template.name).collect();
        names.join(", ")
    }
}

#[cfg(test)]
mod tests;
