//! One inspection, from the model's output to the verdict.

use super::judge;
use super::nearest::{Nearest, nearest};
use super::presence::{PIXEL_BYTES, seen_percent};
use crate::blobs::{BlobFinder, Blobs};
use crate::image::Size;
use crate::mask::{Content, ContractError, MaskError, MaskReader, ModelOutput};
use crate::part::Verdict;
use crate::recipe::{Recipe, ZoneRule};
use thiserror::Error;

/// Converts the model's output to a verdict, and keeps the data that screen and journal show.
///
/// Allocates at construction only.
#[derive(Debug, Clone)]
pub struct Inspector {
    recipe: Recipe,
    width: usize,
    height: usize,
    reader: MaskReader,
    finder: BlobFinder,
    mask: Box<[u8]>,
    /// What the part-present check saw on the last part.
    seen_percent: Option<u8>,
}

impl Inspector {
    /// Checks the output and the recipe against the size of the model's input.
    ///
    /// If the model gives both scores and a class mask, use the scores: only they have a
    /// `score_min`.
    ///
    /// # Errors
    ///
    /// Errors of [`MaskReader::new`], or a rectangle of the recipe that is empty or not inside the
    /// model's input.
    pub fn new(
        recipe: &Recipe,
        size: Size,
        output: &ModelOutput<'_>,
        content: Content,
    ) -> Result<Self, InspectorError> {
        let mut reader = MaskReader::new(output, content, size, recipe)?;
        if let (MaskReader::Scores(scores), Some(_)) = (&mut reader, &recipe.drift) {
            scores.measure_margins();
        }
        let (Ok(width), Ok(height)) = (u16::try_from(size.width), u16::try_from(size.height))
        else {
            return Err(ContractError::Size(size).into());
        };
        let inside = |x: u16, y: u16, w: u16, h: u16| {
            w > 0
                && h > 0
                && u32::from(x) + u32::from(w) <= size.width
                && u32::from(y) + u32::from(h) <= size.height
        };
        for zone in &recipe.zones {
            if !inside(zone.x, zone.y, zone.width, zone.height) {
                return Err(InspectorError::Zone {
                    name: zone.name.as_str().to_owned(),
                    size,
                });
            }
        }
        if let Some(check) = &recipe.part_present
            && !inside(check.x, check.y, check.width, check.height)
        {
            return Err(InspectorError::PartPresent { size });
        }
        let (w, h) = (usize::from(width), usize::from(height));
        Ok(Self {
            recipe: recipe.clone(),
            width: w,
            height: h,
            reader,
            finder: BlobFinder::new(width, recipe),
            mask: vec![0; w * h].into(),
            seen_percent: None,
        })
    }

    /// Judges one part. `output` is the output that was given at construction. `input` is the
    /// picture that the model received, height x width x 3. It is read only if the recipe has a
    /// part-present check.
    ///
    /// Both may be in device memory. They are read in place, once and in order, and not written.
    /// Does not allocate.
    ///
    /// # Errors
    ///
    /// The part is a fault with the cause [`crate::part::Cause::Output`] and the error as its
    /// detail. The mask is then all background, and there are no blobs.
    pub fn inspect(&mut self, output: &[u8], input: &[u8]) -> Result<Verdict, InspectError> {
        self.finder.begin();
        let result = self.look(output, input);
        if result.is_err() {
            self.finder.begin();
            self.mask.fill(0);
        }
        result
    }

    fn look(&mut self, output: &[u8], input: &[u8]) -> Result<Verdict, InspectError> {
        let expected = self.width * self.height * PIXEL_BYTES;
        let seen = match &self.recipe.part_present {
            Some(_) if input.len() != expected => {
                return Err(InspectError::Input {
                    got: input.len(),
                    expected,
                });
            }
            Some(check) => Some(seen_percent(check, self.width, input)),
            None => None,
        };
        self.seen_percent = seen;
        let (recipe, finder) = (&self.recipe, &mut self.finder);
        let mut y = 0;
        self.reader.read(output, &mut self.mask, |row| {
            ignore(recipe, y, row);
            finder.row(row);
            y += 1;
        })?;
        Ok(judge(recipe, finder.finish(), seen))
    }

    /// The blobs of the last part.
    pub fn blobs(&self) -> &Blobs {
        self.finder.blobs()
    }

    /// The mask of the last part, height x width. Each pixel is 0 or a class that the recipe lists.
    /// Pixels in `Ignore` zones are 0.
    pub fn mask(&self) -> &[u8] {
        &self.mask
    }

    /// The limit that the last part was nearest to, if it passed. Does not allocate.
    pub fn nearest(&self) -> Option<Nearest> {
        let blobs = self.finder.blobs().as_slice();
        nearest(&self.recipe, blobs, self.seen_percent)
    }

    /// The number of the model's classes, "good" included. A class mask does not show it; then it
    /// is one more than the recipe's highest class.
    pub fn classes(&self) -> usize {
        match &self.reader {
            MaskReader::Scores(reader) => reader.classes(),
            MaskReader::Classes(_) => {
                let listed = self.recipe.classes.iter();
                let highest = listed.map(|listed| usize::from(listed.class)).max();
                highest.unwrap_or(1) + 1
            }
        }
    }

    /// The mean margin of the last part's scores, for [`crate::drift::Measures`]. `None` if the
    /// model gives classes, and unless the recipe has a section `drift`.
    pub fn margin(&self) -> Option<f64> {
        match &self.reader {
            MaskReader::Scores(reader) => reader.margin(),
            MaskReader::Classes(_) => None,
        }
    }

    /// The reader of the model's output, for callers that need more than a verdict.
    pub fn reader(&mut self) -> &mut MaskReader {
        &mut self.reader
    }
}

/// Sets the pixels of `Ignore` zones in row `y` to background.
fn ignore(recipe: &Recipe, y: usize, row: &mut [u8]) {
    for zone in &recipe.zones {
        let (first_x, first_y) = (usize::from(zone.x), usize::from(zone.y));
        let rows = first_y..first_y + usize::from(zone.height);
        let columns = first_x..first_x + usize::from(zone.width);
        if zone.rule == ZoneRule::Ignore
            && rows.contains(&y)
            && let Some(pixels) = row.get_mut(columns)
        {
            pixels.fill(0);
        }
    }
}

/// Why the model, the picture's size and the recipe do not fit together.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum InspectorError {
    /// The model's output does not fit the recipe's classes.
    #[error(transparent)]
    Contract(#[from] ContractError),
    /// A zone is empty or not inside the model's input.
    #[error(
        "zone \"{name}\" must be at least 1 x 1 and inside the model's input of {} x {} pixels",
        size.width,
        size.height
    )]
    Zone {
        /// Name of the zone.
        name: String,
        /// Size of the model's input.
        size: Size,
    },
    /// The rectangle of the part-present check is empty or not inside the model's input.
    #[error(
        "part_present must be at least 1 x 1 and inside the model's input of {} x {} pixels",
        size.width,
        size.height
    )]
    PartPresent {
        /// Size of the model's input.
        size: Size,
    },
}

/// Why one part could not be judged.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum InspectError {
    /// The model's output cannot be used.
    #[error(transparent)]
    Output(#[from] MaskError),
    /// The model's input has the wrong length for the part-present check.
    #[error("model input has {got} bytes, {expected} expected")]
    Input {
        /// Its length in bytes.
        got: usize,
        /// Height x width x 3.
        expected: usize,
    },
}
