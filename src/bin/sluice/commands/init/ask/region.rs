//! The questions about the size of the pictures and the region.

use super::super::region::{between, in_terminal};
use super::{End, Talk, accepted};
use crate::cli::new_station::{InitOptions, corners, four, size};
use sluice::check::picture_sizes;
use sluice::draft::Draft;
use sluice::image::{Roi, Size};
use sluice::snap::Overview;
use std::io::{BufRead, Write};
use std::path::Path;

impl<R: BufRead, W: Write> Talk<'_, R, W> {
    /// The region, chosen on a picture; nothing is the whole picture.
    pub(super) fn region(
        &mut self,
        overview: &Overview,
        answers: &InitOptions,
    ) -> Result<Option<[u32; 4]>, End> {
        let frame = Some([overview.size.width, overview.size.height]);
        let mut chosen: Option<Roi> = None;
        loop {
            write!(self.to, "{}", in_terminal(overview, chosen))?;
            let inside = |answer: &str| {
                let roi = between(corners(answer)?, overview.size)?;
                let sides = Some([roi.x, roi.y, roi.width, roi.height]);
                accepted(InitOptions {
                    frame,
                    roi: sides,
                    ..answers.clone()
                })?;
                Ok(roi)
            };
            let (question, default) = match chosen {
                None => (
                    "region, from corner X0,Y0 to corner X1,Y1, as X0,Y0,X1,Y1",
                    "the whole picture".to_owned(),
                ),
                Some(roi) => ("this region, or other corners X0,Y0,X1,Y1", roi.to_string()),
            };
            match self.question(question, &default, inside)? {
                Some(roi) => chosen = Some(roi),
                None => return Ok(chosen.map(|roi| [roi.x, roi.y, roi.width, roi.height])),
            }
        }
    }

    /// The size of the pictures, and the region in it.
    pub(super) fn region_in_numbers(
        &mut self,
        draft: &Draft,
        watched: Option<&str>,
        answers: &mut InitOptions,
    ) -> Result<(), End> {
        let of = |key: &str| draft.number(key).unwrap_or_default();
        let of_template = [of("image.frame.width"), of("image.frame.height")];
        // What `init` would take, were the size left out.
        let found = watched.map(|path| picture_sizes(Path::new(path)));
        let found = match found.as_deref() {
            Some([Size { width, height }]) => Some([*width, *height]),
            _ => None,
        };
        let [width, height] = found.unwrap_or(of_template);
        let default = format!("{width}x{height}");
        let answered = self.question("size of the pictures", &default, |answer| {
            let frame = Some(size(answer)?);
            accepted(InitOptions {
                frame,
                ..answers.clone()
            })?;
            Ok(frame)
        })?;
        answers.frame = answered.flatten().or(found);
        let default = match answers.frame {
            Some(_) => "the whole picture".to_owned(),
            None => {
                let sides =
                    ["x", "y", "width", "height"].map(|side| of(&format!("image.roi.{side}")));
                sides.map(|side| side.to_string()).join(",")
            }
        };
        let question = "inspected region, as X,Y,WIDTH,HEIGHT";
        let answered = self.question(question, &default, |answer| {
            let (roi, frame) = (Some(four(answer)?), answers.frame.or(Some(of_template)));
            accepted(InitOptions {
                roi,
                frame,
                ..answers.clone()
            })
        })?;
        if let Some(next) = answered {
            *answers = next;
        }
        Ok(())
    }
}
