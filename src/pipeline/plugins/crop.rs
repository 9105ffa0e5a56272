//! `mxpi_imagecrop`.

use super::{Processor, Props, Reading};
use crate::pipeline::region::{Growth, region};
use crate::pipeline::streams::Element;
use crate::pipeline::{Corners, Note, PipelineError, Wishes};

/// The key of the boxes that the program passes with a picture.
const EXTERNAL: &str = "ExternalObjects";

impl Reading {
    pub(super) fn crop(&mut self, element: &Element, wishes: &Wishes) -> Result<(), PipelineError> {
        if !self.has_decoder {
            self.refuse(element, "cuts before the picture is decoded");
        }
        if self.has_resize {
            self.refuse(
                element,
                "cuts after the picture was resized; the station cuts first, and other pixels would decide at the borders",
            );
        }
        if self.has_crop {
            self.refuse(
                element,
                "cuts a second time; give one region that both make",
            );
        }
        self.has_crop = true;
        let mut props = Props::of(element);
        let processor = self.processor(element, &mut props);
        self.takes_memory(element, processor);
        if let Some(kind) = props
            .take("cropType")
            .filter(|kind| *kind != "cropCoordinate")
        {
            let reason = format!("cropType is \"{kind}\"; the station takes corners only");
            self.refuse(element, reason);
        }
        let corners = self.corners(element, &mut props, wishes)?;
        let growth = Growth {
            left: self.share(element, &mut props, "leftExpandRatio"),
            right: self.share(element, &mut props, "rightExpandRatio"),
            up: self.share(element, &mut props, "upExpandRatio"),
            down: self.share(element, &mut props, "downExpandRatio"),
        };
        self.takes_last(element, &mut props, &["dataSourceImage"]);
        if let Some(corners) = corners {
            match region(corners, growth, processor, wishes.frame) {
                Ok(roi) => {
                    self.roi = Some(roi);
                    let corner = match processor {
                        Processor::OpenCv => "OpenCV leaves the second corner out",
                        Processor::Ascend => {
                            "DVPP cuts from an even corner up to an odd one, which belongs to it"
                        }
                    };
                    let text = format!("image.roi = {roi}: the box {corners}; {corner}");
                    self.taken(element, "box", text);
                }
                Err(reason) => self.refuse(element, reason),
            }
        }
        self.last.clone_from(&element.name);
        self.resize_of_crop(element, &mut props, processor, wishes)?;
        self.leave_rest(element, props);
        Ok(())
    }

    /// The box. `None` if there is not one, which is then a reason.
    fn corners(
        &mut self,
        element: &Element,
        props: &mut Props<'_>,
        wishes: &Wishes,
    ) -> Result<Option<Corners>, PipelineError> {
        let detects = props.take("autoDetectFrame").unwrap_or("1");
        let lists = ["cropPointx0", "cropPointy0", "cropPointx1", "cropPointy1"]
            .map(|key| props.take(key).unwrap_or_default());
        let old_source = props.take("parentName");
        let source = props.take("dataSource").or(old_source).unwrap_or("auto");
        if detects != "0" {
            return self.outside_corners(element, source, wishes);
        }
        if wishes.corners.is_some() {
            let why = format!("{} has its own corners; leave the option out", element.name);
            return Err(PipelineError::option("--box", why));
        }
        let counts = lists.map(|list| list.split(',').count());
        if counts != [1; 4] {
            let most = counts.into_iter().max().unwrap_or_default();
            let reason = format!(
                "cuts {most} boxes out of a picture; the station inspects one region of a part: remove the others"
            );
            self.refuse(element, reason);
            return Ok(None);
        }
        let [x0, y0, x1, y1] = lists.map(whole);
        match (x0, y0, x1, y1) {
            (Some(x0), Some(y0), Some(x1), Some(y1)) => Ok(Some(Corners { x0, y0, x1, y1 })),
            _ => {
                let reason = format!(
                    "cropPointx0, y0, x1, y1 are \"{}\"; each must be a number from 1 to 8192",
                    lists.join("\", \"")
                );
                self.refuse(element, reason);
                Ok(None)
            }
        }
    }

    /// The box comes from another element, or from the program.
    fn outside_corners(
        &mut self,
        element: &Element,
        source: &str,
        wishes: &Wishes,
    ) -> Result<Option<Corners>, PipelineError> {
        if source == EXTERNAL {
            return wishes.corners.map(Some).ok_or_else(|| {
                let why = format!(
                    "{} cuts the box that the program passes with each picture (roiBoxs); give its corners: --box X0,Y0,X1,Y1",
                    element.name
                );
                PipelineError::option("--box", why)
            });
        }
        if wishes.corners.is_some() {
            let subject = format!("{}.dataSource = {source}", element.name);
            let text = "--box takes the place of the box that was found in each picture";
            self.notes.push(Note::left(subject, text));
            return Ok(wishes.corners);
        }
        let reason = format!(
            "cuts a box that \"{source}\" finds in each picture; the station inspects one fixed region: give it with --box X0,Y0,X1,Y1 if it is always the same"
        );
        self.refuse(element, reason);
        Ok(None)
    }

    /// A share by which the box grows.
    fn share(&mut self, element: &Element, props: &mut Props<'_>, key: &'static str) -> f32 {
        let Some(text) = props.take(key) else {
            return 0.0;
        };
        match text.trim().parse::<f32>() {
            Ok(share) if (0.0..=1.0).contains(&share) => share,
            _ => {
                let reason = format!("{key} is \"{text}\"; mxVision allows 0 to 1");
                self.refuse(element, reason);
                0.0
            }
        }
    }
}

/// A corner of the file. mxVision reads a float from 1 to 8192 and cuts it off.
fn whole(text: &str) -> Option<u32> {
    let text = text.trim();
    let (digits, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let is_number = fraction.bytes().all(|byte| byte.is_ascii_digit());
    let corner = digits.parse().ok().filter(|corner| *corner >= 1)?;
    let is_whole = fraction.bytes().all(|byte| byte == b'0');
    let is_allowed = corner < 8192 || (corner == 8192 && is_whole);
    (is_number && is_allowed).then_some(corner)
}
