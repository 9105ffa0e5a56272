//! `mxpi_imageresize`, and the resizing of `mxpi_imagecrop`.

use super::{Processor, Props, Reading};
use crate::image::Size;
use crate::pipeline::streams::Element;
use crate::pipeline::{Note, PipelineError, Wishes};

impl Reading {
    pub(super) fn resize(
        &mut self,
        element: &Element,
        wishes: &Wishes,
    ) -> Result<(), PipelineError> {
        if !self.has_decoder {
            self.refuse(element, "resizes before the picture is decoded");
        }
        let mut props = Props::of(element);
        let processor = self.processor(element, &mut props);
        self.takes_memory(element, processor);
        self.takes_last(element, &mut props, &["dataSource", "parentName"]);
        self.last.clone_from(&element.name);
        let size = self.size_of(element, &mut props);
        self.scale(element, &mut props, size, processor, wishes)?;
        self.leave_rest(element, props);
        Ok(())
    }

    /// A crop may resize too, but with DVPP only.
    pub(super) fn resize_of_crop(
        &mut self,
        element: &Element,
        props: &mut Props<'_>,
        processor: Processor,
        wishes: &Wishes,
    ) -> Result<(), PipelineError> {
        let size = self.size_of(element, props);
        match (processor, size) {
            (_, Size { width: 0, .. } | Size { height: 0, .. }) => {
                let kind = props.take("resizeType").unwrap_or("Resizer_Stretch");
                if kind != "Resizer_Stretch" {
                    self.other_kind(element, kind);
                }
            }
            (Processor::OpenCv, _) => {
                let subject = format!("{}.resizeWidth, resizeHeight", element.name);
                let text = "mxVision's crop with OpenCV does not resize";
                self.notes.push(Note::left(subject, text));
                props.take("resizeType");
            }
            (Processor::Ascend, size) => self.scale(element, props, size, processor, wishes)?,
        }
        Ok(())
    }

    fn size_of(&mut self, element: &Element, props: &mut Props<'_>) -> Size {
        Size {
            width: self.number(element, props, "resizeWidth"),
            height: self.number(element, props, "resizeHeight"),
        }
    }

    fn scale(
        &mut self,
        element: &Element,
        props: &mut Props<'_>,
        size: Size,
        processor: Processor,
        wishes: &Wishes,
    ) -> Result<(), PipelineError> {
        if self.has_resize {
            self.refuse(element, "resizes a second time; the station resizes once");
        }
        self.has_resize = true;
        let kind = props.take("resizeType").unwrap_or("Resizer_Stretch");
        match kind {
            "Resizer_Stretch" => {}
            "Resizer_KeepAspectRatio_Fit" => {
                let whole = self.roi.map(|roi| roi.size()).or(wishes.frame);
                let Some(source) = whole else {
                    if self.has_crop {
                        // Why there is no region is a reason already.
                        return Ok(());
                    }
                    return Err(PipelineError::option(
                        "--frame",
                        format!(
                            "{} fits whole pictures into {size}; give their width and height",
                            element.name
                        ),
                    ));
                };
                if !is_similar(source, size) {
                    let reason = format!(
                        "Resizer_KeepAspectRatio_Fit pads a picture of {source} to {size}; the station stretches: choose a region with the sides' ratio of {size}, and train with it"
                    );
                    self.refuse(element, reason);
                }
            }
            other => self.other_kind(element, other),
        }
        if size.width == 0 || size.height == 0 {
            self.refuse(element, "resizeWidth and resizeHeight are not given");
        }
        self.size = Some(size);
        self.taken(
            element,
            "resizeWidth, resizeHeight",
            format!("image.size = {size}"),
        );
        if processor == Processor::Ascend {
            let subject = format!("{}.cvProcessor = ascend", element.name);
            let text = "DVPP resizes; the station resizes to the bytes of OpenCV's INTER_LINEAR, so pixels differ a little: measure with `sluice eval`";
            self.notes.push(Note::left(subject, text));
        }
        Ok(())
    }

    fn other_kind(&mut self, element: &Element, kind: &str) {
        let reason = format!(
            "resizeType is \"{kind}\"; the station has Resizer_Stretch, and Resizer_KeepAspectRatio_Fit where it stretches too: train with one of these"
        );
        self.refuse(element, reason);
    }
}

/// Whether both have the same ratio of their sides. Then fitting pads nothing, and is stretching.
fn is_similar(a: Size, b: Size) -> bool {
    u64::from(a.width) * u64::from(b.height) == u64::from(b.width) * u64::from(a.height)
}
