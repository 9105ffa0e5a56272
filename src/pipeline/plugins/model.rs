//! `mxpi_tensorinfer` and `mxpi_modelinfer`.

use super::{Props, Reading};
use crate::pipeline::streams::{Element, Stream};
use crate::pipeline::{Note, Wishes};

/// Parts of the names of libraries that judge a mask: deeplabv3post, unetmindsporepostprocess.
const SEGMENTERS: [&str; 3] = ["deeplab", "unet", "segment"];
/// Parts of the names of libraries of detectors, classifiers and readers of text.
const OTHERS: [&str; 14] = [
    "yolo",
    "ssd",
    "rcnn",
    "retina",
    "efficientdet",
    "centernet",
    "detect",
    "resnet",
    "classif",
    "ctpn",
    "crnn",
    "psenet",
    "landmark",
    "openpose",
];

impl Reading {
    /// The library that `mxpi_modelinfer` judges the outputs with.
    fn post_processor(&mut self, element: &Element, library: &str) {
        let name = library.rsplit('/').next().unwrap_or(library);
        let name = name.to_ascii_lowercase();
        let is_of = |list: &[&str]| list.iter().any(|part| name.contains(part));
        let subject = format!("{}.postProcessLibPath = {library}", element.name);
        if is_of(&SEGMENTERS) {
            let text = "the recipe judges the model's output";
            self.notes.push(Note::left(subject, text));
        } else if is_of(&OTHERS) {
            let reason = format!(
                "postProcessLibPath is \"{library}\", so the model does not segment; the station judges a class or a score of each pixel"
            );
            self.refuse(element, reason);
        } else {
            let text =
                "is not run; make sure that the model gives a class or a score of each pixel";
            self.notes.push(Note::open(subject, text));
        }
    }

    pub(super) fn inference(&mut self, stream: &Stream, element: &Element, wishes: &Wishes) {
        let mut props = Props::of(element);
        self.takes_last(element, &mut props, &["dataSource", "parentName"]);
        let path = props.take("modelPath").filter(|path| !path.is_empty());
        match (&wishes.model, path) {
            (Some(model), path) => {
                self.model.clone_from(model);
                if let Some(path) = path {
                    let subject = format!("{}.modelPath = {path}", element.name);
                    self.notes
                        .push(Note::left(subject, "--model takes its place"));
                }
            }
            (None, Some(path)) => {
                path.clone_into(&mut self.model);
                self.taken(element, "modelPath", format!("engine.model = {path}"));
            }
            (None, None) => self.refuse(
                element,
                "modelPath is not given; name the model with --model",
            ),
        }
        if let Some(text) = &stream.device {
            match text.trim().parse() {
                Ok(device) => {
                    self.device = Some(device);
                    let text = format!("engine.device = {device}");
                    self.notes.push(Note::taken("stream_config.deviceId", text));
                }
                Err(_) => {
                    let reason =
                        format!("the stream's deviceId is \"{text}\", which is not a number");
                    self.refuse(element, reason);
                }
            }
        }
        for (key, value) in props.rest() {
            if key == "postProcessLibPath" && !value.is_empty() {
                self.post_processor(element, value);
                continue;
            }
            let text = match key {
                "deviceId" => "the device is that of the stream",
                "outputDeviceId" => "the station reads the outputs where they are",
                "waitingTime" | "dynamicStrategy" | "singleBatchInfer" => {
                    "the station runs each part by itself"
                }
                "skipModelCheck" => {
                    "`sluice check` and the start compare the model with the station file"
                }
                "postProcessConfigPath" | "postProcessLibPath" | "labelPath" => {
                    "the recipe judges the model's output"
                }
                _ => "has no counterpart",
            };
            let subject = format!("{}.{key} = {value}", element.name);
            self.notes.push(Note::left(subject, text));
        }
    }
}
