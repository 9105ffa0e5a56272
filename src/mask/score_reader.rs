//! Reads an output that gives a score for each class and pixel.

use super::contract::{ChannelLayout, classes_of, fits_kind, score_layout};
use super::one_channel::{self, Evidence};
use super::planes::{convert, deinterleave};
use super::{
    Content, ContractError, DataType, MaskError, ModelOutput, SCORE_SUM_TOLERANCE, ScoreKind,
    check_length, dimensions,
};
use crate::image::Size;
use crate::recipe::{CLASSES_MAX, Recipe};
use heapless::Vec;

/// A class that the recipe lists, with its threshold.
#[derive(Debug, Clone, Copy)]
struct Listed {
    class: u8,
    score_min: f32,
}

/// Reads scores: float32 or float16, NHWC or NCHW, softmax, sigmoid or logits.
///
/// One channel is the score of class 1: its probability is p, and that of the background is 1 - p.
/// So it has two classes, like two channels after a softmax.
///
/// A pixel belongs to the listed class with the highest score among those that reach their
/// `score_min`. Of equal scores, the class that is listed first wins. If no class reaches its
/// threshold, the pixel is background, even if the background's own score is low.
#[derive(Debug, Clone)]
pub struct ScoreReader {
    data_type: DataType,
    layout: ChannelLayout,
    kind: ScoreKind,
    width: usize,
    height: usize,
    /// Values per pixel in the output.
    channels: usize,
    /// Number of classes, including the background: as many as channels, or 2 for one channel.
    classes: usize,
    listed: Vec<Listed, CLASSES_MAX>,
    /// One row as the output has it; used if channels are adjacent.
    pixels: Box<[f32]>,
    /// One row, as a plane for each class.
    planes: Box<[f32]>,
    /// One row: the sums over the classes.
    sums: Box<[f32]>,
    /// One row: the highest score of the classes examined so far.
    best: Box<[f32]>,
    /// The sum of the margins of the last picture, if margins are measured.
    margins: Option<f64>,
}

impl ScoreReader {
    pub(super) fn new(
        output: &ModelOutput<'_>,
        kind: ScoreKind,
        size: Size,
        recipe: &Recipe,
    ) -> Result<Self, ContractError> {
        let (width, height) = dimensions(size)?;
        let (layout, channels) = match output.data_type {
            DataType::F32 | DataType::F16 => score_layout(output.dims, size),
            _ => None,
        }
        .ok_or_else(|| ContractError::output(output, Content::Scores(kind), size))?;
        if !fits_kind(channels, kind) {
            return Err(ContractError::Kind {
                output: output.name.to_owned(),
                channels,
                kind,
            });
        }
        let classes = classes_of(channels);
        let mut listed = Vec::new();
        for limits in &recipe.classes {
            if usize::from(limits.class) >= classes {
                return Err(ContractError::NoSuchClass {
                    class: limits.class,
                    output: output.name.to_owned(),
                    classes,
                });
            }
            // Never full, because the recipe's list has the same capacity.
            let _ = listed.push(Listed {
                class: limits.class,
                score_min: limits.score_min,
            });
        }
        Ok(Self {
            data_type: output.data_type,
            layout,
            kind,
            width,
            height,
            channels,
            classes,
            listed,
            pixels: match layout {
                ChannelLayout::Nhwc => vec![0.0; width * channels].into(),
                ChannelLayout::Nchw => Box::default(),
            },
            planes: vec![0.0; width * classes].into(),
            sums: vec![0.0; width].into(),
            best: vec![0.0; width].into(),
            margins: None,
        })
    }

    /// Length of the output in bytes.
    pub fn output_bytes(&self) -> usize {
        self.width * self.height * self.channels * self.data_type.bytes()
    }

    /// Number of classes, including the background.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// See [`super::MaskReader::read`].
    ///
    /// # Errors
    ///
    /// A buffer has the wrong length, a score is not finite, a pixel contradicts
    /// [`ScoreKind::Softmax`] or [`ScoreKind::Sigmoid`], or a whole picture contradicts
    /// [`ScoreKind::Logits`].
    pub fn read(
        &mut self,
        output: &[u8],
        mask: &mut [u8],
        mut each_row: impl FnMut(&mut [u8]),
    ) -> Result<(), MaskError> {
        check_length("mask", mask.len(), self.width * self.height)?;
        self.margins = self.margins.map(|_| 0.0);
        let mut rows = mask.chunks_exact_mut(self.width);
        self.each_row(output, |reader| {
            if let Some(row) = rows.next() {
                reader.classify(row);
                reader.add_margins();
                each_row(row);
            }
        })
    }

    /// Writes the probabilities of the whole picture to `scores`, height x width x classes. Logits
    /// become their softmax. One channel becomes 1 - p, then p. Does not allocate.
    ///
    /// # Errors
    ///
    /// As [`ScoreReader::read`].
    pub fn probabilities(&mut self, output: &[u8], scores: &mut [f32]) -> Result<(), MaskError> {
        let (width, classes) = (self.width, self.classes);
        check_length("scores", scores.len(), width * self.height * classes)?;
        let mut rows = scores.chunks_exact_mut(width * classes);
        self.each_row(output, |reader| {
            if let Some(row) = rows.next() {
                for (class, plane) in reader.planes.chunks_exact(width).enumerate() {
                    for (score, to) in plane
                        .iter()
                        .zip(row.iter_mut().skip(class).step_by(classes))
                    {
                        *to = *score;
                    }
                }
            }
        })
    }

    /// Converts each row of the output, from the top, to probabilities in `planes` and calls
    /// `then`.
    fn each_row(
        &mut self,
        output: &[u8],
        mut then: impl FnMut(&mut Self),
    ) -> Result<(), MaskError> {
        check_length("scores", output.len(), self.output_bytes())?;
        let mut evidence = Evidence::default();
        for y in 0..self.height {
            self.load(output, y);
            let probabilities = if self.channels == 1 {
                one_channel::is_in_range(&mut self.planes[self.width..], self.kind, &mut evidence)
            } else {
                self.add_up()
            };
            match self.kind {
                ScoreKind::Softmax | ScoreKind::Sigmoid if !probabilities => {
                    return Err(self.first_invalid(y));
                }
                ScoreKind::Softmax | ScoreKind::Sigmoid => {}
                ScoreKind::Logits => {
                    if !self.planes.iter().fold(true, |all, s| all & s.is_finite()) {
                        return Err(self.first_invalid(y));
                    }
                    evidence.against_probabilities |= !probabilities;
                    if self.channels == 1 {
                        one_channel::sigmoid(&mut self.planes[self.width..]);
                    } else {
                        self.softmax();
                    }
                }
            }
            if self.channels == 1 {
                let (background, defect) = self.planes.split_at_mut(self.width);
                one_channel::complement(background, defect);
            }
            then(self);
        }
        let one_channel = self.channels == 1;
        match self.kind {
            // All zeros can be a certain background, or logits of an undecided picture. Neither
            // reading lets more parts pass than the other.
            ScoreKind::Logits if one_channel && !evidence.not_zero => Ok(()),
            ScoreKind::Logits if !evidence.against_probabilities => {
                Err(MaskError::NotLogits { one_channel })
            }
            _ => Ok(()),
        }
    }

    /// Converts row `y` of the output to `planes`. Reads each byte once, in ascending order within
    /// each plane.
    fn load(&mut self, output: &[u8], y: usize) {
        let (data_type, width) = (self.data_type, self.width);
        match self.layout {
            ChannelLayout::Nhwc => {
                let row = width * self.channels * data_type.bytes();
                convert(data_type, &output[y * row..][..row], &mut self.pixels);
                deinterleave(&self.pixels, &mut self.planes, width, self.channels);
            }
            ChannelLayout::Nchw => {
                let row = width * data_type.bytes();
                // The background's plane comes first and, for one channel, is filled later.
                let (computed, planes) = self
                    .planes
                    .split_at_mut((self.classes - self.channels) * width);
                computed.fill(0.0);
                for (channel, plane) in planes.chunks_exact_mut(width).enumerate() {
                    let start = (channel * self.height + y) * row;
                    convert(data_type, &output[start..][..row], plane);
                }
            }
        }
    }

    /// Adds the planes up into `sums`. Returns whether every pixel of the row holds probabilities.
    fn add_up(&mut self) -> bool {
        self.sums.fill(0.0);
        let mut valid = true;
        for plane in self.planes.chunks_exact(self.width) {
            for (sum, score) in self.sums.iter_mut().zip(plane) {
                *sum += score;
                valid &= *score >= 0.0;
            }
        }
        // NaN makes its sum NaN and the comparison false.
        self.sums.iter().fold(valid, |all, sum| {
            all & ((sum - 1.0).abs() <= SCORE_SUM_TOLERANCE)
        })
    }

    /// Converts a row of logits to probabilities: exp(s - max) divided by the sum of these over the
    /// classes.
    fn softmax(&mut self) {
        self.best.fill(f32::MIN);
        for plane in self.planes.chunks_exact(self.width) {
            for (max, score) in self.best.iter_mut().zip(plane) {
                *max = max.max(*score);
            }
        }
        self.sums.fill(0.0);
        for plane in self.planes.chunks_exact_mut(self.width) {
            for ((score, max), sum) in plane.iter_mut().zip(&self.best).zip(&mut self.sums) {
                *score = (*score - max).exp();
                *sum += *score;
            }
        }
        for plane in self.planes.chunks_exact_mut(self.width) {
            for (score, sum) in plane.iter_mut().zip(&self.sums) {
                *score /= sum;
            }
        }
    }

    /// Chooses one class for each pixel of the row in `planes`.
    fn classify(&mut self, row: &mut [u8]) {
        row.fill(0);
        self.best.fill(-1.0);
        for &Listed { class, score_min } in &self.listed {
            let plane = &self.planes[usize::from(class) * self.width..][..self.width];
            for ((pixel, best), &score) in row.iter_mut().zip(self.best.iter_mut()).zip(plane) {
                let wins = (score >= score_min) & (score > *best);
                *pixel = if wins { class } else { *pixel };
                *best = if wins { score } else { *best };
            }
        }
    }

    /// Adds up the distances of a row's scores from their thresholds, of each pixel the least.
    fn add_margins(&mut self) {
        let Some(sum) = &mut self.margins else {
            return;
        };
        let margins = &mut self.sums;
        margins.fill(f32::MAX);
        for &Listed { class, score_min } in &self.listed {
            let plane = &self.planes[usize::from(class) * self.width..][..self.width];
            for (margin, score) in margins.iter_mut().zip(plane) {
                *margin = margin.min((score - score_min).abs());
            }
        }
        *sum += margins.iter().map(|margin| f64::from(*margin)).sum::<f64>();
    }

    /// From now on, the margins of each picture are measured.
    pub fn measure_margins(&mut self) {
        self.margins = Some(0.0);
    }

    /// The mean over the pixels of the last picture of the distance between a listed class's score
    /// and its `score_min`, the least of the classes, 0 to 1. Nothing unless
    /// [`Self::measure_margins`] was called.
    #[expect(clippy::cast_precision_loss, reason = "at most 2^32 pixels")]
    pub fn margin(&self) -> Option<f64> {
        Some(self.margins? / (self.width * self.height) as f64)
    }

    /// The first error in a row that was found to be invalid.
    fn first_invalid(&self, y: usize) -> MaskError {
        let one_channel = self.channels == 1;
        for x in 0..self.width {
            let mut sum = 0.0;
            let mut negative = false;
            for (class, plane) in self.planes.chunks_exact(self.width).enumerate() {
                let score = plane.get(x).copied().unwrap_or(f32::NAN);
                if !score.is_finite() {
                    return MaskError::NotFinite { x, y, class };
                }
                negative |= score < 0.0;
                sum += score;
            }
            let off = if one_channel {
                sum > 1.0 + SCORE_SUM_TOLERANCE
            } else {
                (sum - 1.0_f32).abs() > SCORE_SUM_TOLERANCE
            };
            if self.kind != ScoreKind::Logits && (negative || off) {
                return MaskError::NotProbabilities { x, y, one_channel };
            }
        }
        MaskError::NotProbabilities {
            x: 0,
            y,
            one_channel,
        }
    }
}
