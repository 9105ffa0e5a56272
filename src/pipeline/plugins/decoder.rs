//! `mxpi_imagedecoder`.

use super::{Processor, Props, Reading};
use crate::image::ChannelOrder;
use crate::pipeline::Note;
use crate::pipeline::streams::Element;

impl Reading {
    pub(super) fn decoder(&mut self, element: &Element) {
        if self.has_decoder {
            self.refuse(element, "decodes a second time");
        }
        self.has_decoder = true;
        self.last.clone_from(&element.name);
        let mut props = Props::of(element);
        let processor = self.processor(element, &mut props);
        let format = props.take("outputDataFormat").unwrap_or("BGR");
        match (processor, format) {
            (Processor::OpenCv, "BGR") => self.order = Some(ChannelOrder::Bgr),
            (Processor::OpenCv, "RGB") => self.order = Some(ChannelOrder::Rgb),
            (Processor::OpenCv, other) => {
                let reason =
                    format!("outputDataFormat is \"{other}\"; mxVision has \"BGR\" and \"RGB\"");
                self.refuse(element, reason);
            }
            (Processor::Ascend, _) => self.yuv(element),
        }
        if self.order.is_some() {
            let text = format!("image.order = {}", format.to_ascii_lowercase());
            self.taken(element, "outputDataFormat", text);
        }
        match props.take("dataType") {
            None | Some("uint8") => {}
            Some(other) => {
                let reason = format!(
                    "dataType is \"{other}\"; the station gives the model bytes, and AIPP in the model normalises them"
                );
                self.refuse(element, reason);
            }
        }
        if let Some(format) = props.take("imageFormat") {
            let text = "the first bytes of a picture tell its format";
            let subject = format!("{}.imageFormat = {format}", element.name);
            self.notes.push(Note::left(subject, text));
        }
        self.leave_rest(element, props);
    }

    /// DVPP decodes to YUV, and the model's AIPP makes RGB or BGR of it.
    fn yuv(&mut self, element: &Element) {
        self.left(
            element,
            "DVPP decodes JPEG to YUV420SP; the station decodes as OpenCV does, so some pixels differ a little",
        );
        self.notes.push(Note::open(
            "engine.model",
            "its AIPP takes YUV420SP from DVPP; convert the network again with model/aipp.cfg (RGB888_U8, no csc)",
        ));
        self.notes.push(Note::open(
            "image.order",
            "as the network was trained, bgr or rgb; in the old job AIPP decided it (csc_switch, rbuv_swap_switch)",
        ));
    }
}
