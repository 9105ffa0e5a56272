//! Reads an output that says a score for each class and pixel.

use super::contract::{ChannelLayout, classes_of, dimensions, fits_kind, score_layout};
use super::one_channel::{self, Evidence};
use super::planes::{copy, deinterleave, f16_of, f32_of};
use super::{Content, ContractError, DataType, MaskError, ModelOutput, ScoreKind, check_length};
use crate::image::Size;
use crate::recipe::{CLASSES_MAX, Recipe};
use heapless::Vec;

/// How far the sum of a pixel's probabilities may be from one.
///
/// A half precision score is off by 1/2048 of its value at most; a device that computes the whole softmax in half
/// precision adds a few of these. Logits that stay within it at all pixels of a picture are not to be expected.
pub const SCORE_SUM_TOLERANCE: f32 = 0.02;

/// A class that the recipe lists, and its threshold.
#[derive(Debug, Clone, Copy)]
struct Listed {
    class: u8,
    score_min: f32,
}

/// Reads scores: float32 or float16, NHWC or NCHW, softmax, sigmoid or logits.
///
/// One channel is the score of class 1: p of it, 1 - p of the background. So it has two classes, like two channels that
/// went through a softmax.
///
/// A pixel belongs to the class with the highest score among the listed ones that reach their `score_min`; of equal
/// scores the class that is listed first counts. Where no class reaches it, the pixel is background, even if the
/// background's own score is low.
#[derive(Debug, Clone)]
pub struct ScoreReader {
    data_type: DataType,
    layout: ChannelLayout,
    kind: ScoreKind,
    width: usize,
    height: usize,
    /// Values of a pixel in the output.
    channels: usize,
    /// Classes, the background included: as many as channels, or 2 for one channel.
    classes: usize,
    listed: Vec<Listed, CLASSES_MAX>,
    /// One row, a plane for each class.
    planes: Box<[f32]>,
    /// One row: the sum over the classes.
    sums: Box<[f32]>,
    /// One row: the highest score of the classes that were looked at so far.
    best: Box<[f32]>,
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
            // Never full: the recipe's own list has the same capacity.
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
            planes: vec![0.0; width * classes].into(),
            sums: vec![0.0; width].into(),
            best: vec![0.0; width].into(),
        })
    }

    /// Length of the output in bytes.
    pub fn output_bytes(&self) -> usize {
        self.width * self.height * self.channels * self.data_type.bytes()
    }

    /// Classes of the model, the background included.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// See [`super::MaskReader::read`].
    ///
    /// # Errors
    ///
    /// A buffer of a wrong length, the first score that is not finite, the first pixel that contradicts
    /// [`ScoreKind::Softmax`] or [`ScoreKind::Sigmoid`], or a whole picture that contradicts [`ScoreKind::Logits`].
    pub fn read(
        &mut self,
        output: &[u8],
        mask: &mut [u8],
        mut each_row: impl FnMut(&mut [u8]),
    ) -> Result<(), MaskError> {
        check_length("mask", mask.len(), self.width * self.height)?;
        let mut rows = mask.chunks_exact_mut(self.width);
        self.each_row(output, |reader| {
            if let Some(row) = rows.next() {
                reader.classify(row);
                each_row(row);
            }
        })
    }

    /// Writes the probabilities of the whole picture to `scores`, height x width x classes. Logits become their
    /// softmax, and one channel becomes 1 - p, then p. Does not allocate.
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

    /// Brings each row of the output, from the top, into `planes` as probabilities and calls `then`.
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
                one_channel::leave(background, defect);
            }
            then(self);
        }
        let one_channel = self.channels == 1;
        match self.kind {
            // All zero is either: a certain background, or logits of a picture about which nothing is known. Neither
            // reading passes more than the other.
            ScoreKind::Logits if one_channel && !evidence.not_zero => Ok(()),
            ScoreKind::Logits if !evidence.against_probabilities => {
                Err(MaskError::NotLogits { one_channel })
            }
            _ => Ok(()),
        }
    }

    /// Copies row `y` of the output into `planes`. Reads each byte once, in ascending order within each plane.
    fn load(&mut self, output: &[u8], y: usize) {
        let value = self.data_type.bytes();
        match self.layout {
            ChannelLayout::Nchw if self.channels == 1 => {
                let row = self.width * value;
                let input = &output[y * row..][..row];
                // The background's plane comes first, and is filled later.
                self.planes.fill(0.0);
                let plane = &mut self.planes[self.width..];
                match self.data_type {
                    DataType::F16 => copy::<2>(input, plane, f16_of),
                    _ => copy::<4>(input, plane, f32_of),
                }
            }
            ChannelLayout::Nhwc => {
                let row = self.width * self.classes * value;
                let input = &output[y * row..][..row];
                match (self.data_type, self.classes) {
                    // The usual model by far, and worth the compiler's knowing it.
                    (DataType::F32, 2) => {
                        deinterleave::<4>(input, &mut self.planes, self.width, 2, f32_of)
                    }
                    (DataType::F16, 2) => {
                        deinterleave::<2>(input, &mut self.planes, self.width, 2, f16_of)
                    }
                    (DataType::F16, n) => {
                        deinterleave::<2>(input, &mut self.planes, self.width, n, f16_of)
                    }
                    (_, n) => deinterleave::<4>(input, &mut self.planes, self.width, n, f32_of),
                }
            }
            ChannelLayout::Nchw => {
                let row = self.width * value;
                for (class, plane) in self.planes.chunks_exact_mut(self.width).enumerate() {
                    let input = &output[(class * self.height + y) * row..][..row];
                    match self.data_type {
                        DataType::F16 => copy::<2>(input, plane, f16_of),
                        _ => copy::<4>(input, plane, f32_of),
                    }
                }
            }
        }
    }

    /// Adds the planes up into `sums`; true if every pixel of the row holds probabilities.
    fn add_up(&mut self) -> bool {
        self.sums.fill(0.0);
        let mut valid = true;
        for plane in self.planes.chunks_exact(self.width) {
            for (sum, score) in self.sums.iter_mut().zip(plane) {
                *sum += score;
                valid &= *score >= 0.0;
            }
        }
        // A score that is not a number makes the sum one too, and the comparison false.
        self.sums.iter().fold(valid, |all, sum| {
            all & ((sum - 1.0).abs() <= SCORE_SUM_TOLERANCE)
        })
    }

    /// Turns a row of logits into probabilities: exp(s - max) / sum of them, over the classes.
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

    /// One class for each pixel of the row in `planes`.
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

    /// What is wrong in a row that was found to be invalid.
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
