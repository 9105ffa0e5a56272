//! `mxpi_tensorinfer` and `mxpi_modelinfer`.

use super::{Props, Reading};
use crate::pipeline::streams::{Element, Stream};
use crate::pipeline::{Note, Wishes};

impl Reading {
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
