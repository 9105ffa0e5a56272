//! What each plugin of a stream means for a station.

mod after;
mod crop;
mod decoder;
mod model;
mod props;
mod resize;

use super::course::Course;
use super::region::Processor;
use super::streams::{Element, Stream};
use super::{Note, PipelineError, Wishes};
use crate::image::{ChannelOrder, Roi, Size};
use props::Props;

/// What was read of a stream.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Reading {
    /// What became of each part.
    pub notes: Vec<Note>,
    /// The region; `None` for whole pictures.
    pub roi: Option<Roi>,
    /// The size of the model's input; `None` for that of the region.
    pub size: Option<Size>,
    /// The order of its channels, if the stream says it.
    pub order: Option<ChannelOrder>,
    pub model: String,
    pub device: Option<u32>,
    /// Number and name of each class but the background.
    pub classes: Vec<(u8, String)>,
    reasons: Vec<String>,
    has_decoder: bool,
    /// Who made the picture so far, in its own memory.
    made_by: Option<Processor>,
    has_crop: bool,
    has_resize: bool,
    /// The element whose picture the next one gets.
    last: String,
}

impl Reading {
    /// Reads all elements of a stream.
    ///
    /// # Errors
    /// The station cannot do what one does, or an option is missing.
    pub(super) fn of(
        stream: &Stream,
        course: &Course<'_>,
        wishes: &Wishes,
        read: &dyn Fn(&str) -> Result<String, String>,
    ) -> Result<Self, PipelineError> {
        let mut reading = Self::default();
        for (place, element) in course.before.iter().enumerate() {
            reading.before(place, element, wishes)?;
        }
        if !reading.has_decoder {
            reading.refuse(
                course.inference,
                "no mxpi_imagedecoder is before it, so a program makes what the model gets, and the pipeline does not say how",
            );
        }
        if wishes.corners.is_some() && !reading.has_crop {
            return Err(PipelineError::option(
                "--box",
                "the pipeline has no mxpi_imagecrop; leave the option out",
            ));
        }
        reading.inference(stream, course.inference, wishes);
        for element in &course.after {
            reading.after(element, read);
        }
        for element in &course.aside {
            let text = "is not on the way from the pictures to the verdict";
            reading.notes.push(Note::left(subject(element), text));
        }
        if reading.classes.is_empty() {
            reading.classes.push((1, "defect".to_owned()));
            let text =
                "class 1 is called \"defect\"; name all classes of the model but the background";
            reading.notes.push(Note::open("recipe.classes", text));
        }
        if reading.reasons.is_empty() {
            Ok(reading)
        } else {
            Err(PipelineError::Refused {
                stream: stream.name.clone(),
                reasons: reading.reasons,
            })
        }
    }

    /// An element before the model.
    fn before(
        &mut self,
        place: usize,
        element: &Element,
        wishes: &Wishes,
    ) -> Result<(), PipelineError> {
        match element.factory.as_str() {
            "mxpi_imagedecoder" => self.decoder(element),
            "mxpi_imagecrop" => return self.crop(element, wishes),
            "mxpi_imageresize" => return self.resize(element, wishes),
            "queue" | "identity" | "tee" => {
                self.left(element, "passes pictures on; the station has its own queues");
            }
            "appsrc" => self.left(element, "source takes its place"),
            "mxpi_rtspsrc" | "mxpi_videodecoder" => self.refuse(
                element,
                "its pictures are those of a video; the station takes files of a directory or frames of a V4L2 camera",
            ),
            factory if place == 0 && !factory.starts_with("mxpi_") => {
                self.left(element, "source takes its place");
            }
            _ => self.refuse(
                element,
                "changes the picture, or chooses parts of it; the station decodes, cuts one region and resizes",
            ),
        }
        Ok(())
    }

    fn refuse(&mut self, element: &Element, reason: impl AsRef<str>) {
        self.reasons
            .push(format!("{}: {}", subject(element), reason.as_ref()));
    }

    fn left(&mut self, element: &Element, text: &str) {
        self.notes.push(Note::left(subject(element), text));
    }

    fn taken(&mut self, element: &Element, props: &str, text: String) {
        let subject = format!("{}.{props}", element.name);
        self.notes.push(Note::taken(subject, text));
    }

    /// The rest of the properties. Those that change nothing for a station are left out; what any
    /// other does to the picture is not known.
    fn leave_rest(&mut self, element: &Element, props: Props<'_>) {
        for (name, value) in props.rest() {
            let text = match (name, value) {
                ("deviceId", _) => "the device is engine.device",
                ("dataSource" | "dataSourceImage" | "parentName", _) => "the element before it",
                ("status" | "removeParentData", _) => {
                    "says how the elements pass data on, and changes no pixel"
                }
                ("paddingType", "Padding_NO") => "nothing is padded",
                ("formatAdaptation", "off") => "the decoder's own format",
                ("interpolation", "0") => "the default of DVPP",
                (
                    "minDimension" | "maxDimension" | "scaleValue" | "RGBValue" | "paddingWidth"
                    | "paddingHeight" | "paddingColorR" | "paddingColorG" | "paddingColorB",
                    _,
                ) => "says how to pad, or how other resize types work: this element does neither",
                ("paddingType", _) => {
                    let reason = format!(
                        "paddingType is \"{value}\"; the station pads nothing, and mxVision pads after every resize type: train with Padding_NO"
                    );
                    self.refuse(element, reason);
                    continue;
                }
                ("formatAdaptation", _) => {
                    let reason = format!(
                        "formatAdaptation is \"{value}\"; then mxVision neither aligns the box nor keeps the channel order in the same way: set it to \"off\" and test the model"
                    );
                    self.refuse(element, reason);
                    continue;
                }
                _ => {
                    let reason = format!(
                        "{name} is \"{value}\", and what it does to the picture is not known; remove it if the model does not depend on it"
                    );
                    self.refuse(element, reason);
                    continue;
                }
            };
            let subject = format!("{}.{name} = {value}", element.name);
            self.notes.push(Note::left(subject, text));
        }
    }

    /// Whether the element takes the picture of the one before it.
    fn takes_last(&mut self, element: &Element, props: &mut Props<'_>, keys: &[&'static str]) {
        for key in keys {
            let Some(source) = props.take(key) else {
                continue;
            };
            if source != "auto" && source != self.last {
                let reason = format!(
                    "{key} is \"{source}\", but the picture comes from \"{}\"; the station has one way for a picture",
                    self.last
                );
                self.refuse(element, reason);
            }
        }
    }

    /// Who changes the picture. `handleMethod` comes first, as in mxVision.
    fn processor(&mut self, element: &Element, props: &mut Props<'_>) -> Processor {
        let of_old = props.take("handleMethod").filter(|value| !value.is_empty());
        let named = props.take("cvProcessor").unwrap_or("ascend");
        match of_old.unwrap_or(named) {
            "opencv" => Processor::OpenCv,
            "ascend" => Processor::Ascend,
            other => {
                let reason =
                    format!("cvProcessor is \"{other}\"; mxVision has \"opencv\" and \"ascend\"");
                self.refuse(element, reason);
                Processor::Ascend
            }
        }
    }

    /// The one who changes the picture must find it in its own memory: DVPP in the device's, OpenCV
    /// in the host's. mxVision refuses each picture otherwise (CheckMemoryConfig).
    fn takes_memory(&mut self, element: &Element, processor: Processor) {
        let (own, other) = match processor {
            Processor::OpenCv => ("opencv", "ascend"),
            Processor::Ascend => ("ascend", "opencv"),
        };
        if self.made_by.is_some_and(|before| before != processor) {
            let reason = format!(
                "cvProcessor is \"{own}\", but the element before it is \"{other}\"; mxVision refuses every picture then: give both the same"
            );
            self.refuse(element, reason);
        }
        self.made_by = Some(processor);
    }

    /// A whole number of a property; 0 if it is not given.
    fn number(&mut self, element: &Element, props: &mut Props<'_>, key: &'static str) -> u32 {
        let Some(text) = props.take(key) else {
            return 0;
        };
        text.trim().parse().unwrap_or_else(|_| {
            let reason = format!("{key} is \"{text}\", which is not a whole number");
            self.refuse(element, reason);
            0
        })
    }
}

/// An element with its plugin, as the list names it.
fn subject(element: &Element) -> String {
    format!("{} ({})", element.name, element.factory)
}
