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
        self.made_by = Some(processor);
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
        self.notes.push(Note::open(
            "image.order",
            match processor {
                Processor::OpenCv => {
                    "the old AIPP may have swapped the channels: if its rbuv_swap_switch was true, give the other order here"
                }
                Processor::Ascend => {
                    "as the network was trained, bgr or rgb; in the old job AIPP decided it (csc_switch, and the other order with rbuv_swap_switch true)"
                }
            },
        ));
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
        self.image_format(element, props.take("imageFormat"));
        self.leave_rest(element, props);
    }

    /// `bmp` is more than a format: mxVision resizes such pictures, and names their channels the
    /// other way round (`OpencvDecode` and `SetFormatAndImageShape` of `MxpiImageDecoder.cpp`).
    fn image_format(&mut self, element: &Element, format: Option<&str>) {
        match format {
            None => {}
            Some("jpg" | "jpeg") => {
                let text = "the first bytes of a picture tell its format";
                let subject = format!("{}.imageFormat", element.name);
                self.notes.push(Note::left(subject, text));
            }
            Some("bmp") => self.refuse(
                element,
                "imageFormat is \"bmp\"; mxVision then resizes the picture to sides that DVPP can align, and swaps its channels: leave imageFormat out and test the model",
            ),
            Some(other) => {
                let reason = format!(
                    "imageFormat is \"{other}\"; mxVision has \"jpg\", \"jpeg\" and \"bmp\": leave it out, since OpenCV tells the format by the first bytes"
                );
                self.refuse(element, reason);
            }
        }
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
    }
}
