//! `sluice eval`: how well the model does on pictures whose defects are known.
//!
//! A data set is a directory of numbered directories, each with `image.png` and `mask.png` of the same size (white is
//! defect). Both are cut and resized as the station does it; the mask is a defect where it is above one half then, as in
//! the reference job. The pictures go through the same decoder, engine and recipe as in `sluice run`.

mod error;

pub use error::EvalError;

use crate::dice::{Counts, iou_of_dice, soft_dice};
use crate::engine::Engine;
use crate::frame::{CHANNELS, ChannelOrder, PngSource};
use crate::mask::MaskReader;
use crate::npy;
use crate::part::Verdict;
use crate::station::Station;
use crate::verdict::Inspector;
use ascendcl::{Finished, InputBuffer, Library, Slot};
use core::time::Duration;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::time::Instant;

/// A resized mask is a defect from this value on: above one half of 255.
const DEFECT_MIN: u8 = 128;

/// One picture's figures.
#[derive(Debug, Clone, PartialEq)]
pub struct Figures {
    /// Its number.
    pub number: u32,
    /// Soft Dice of the reference job, background included; nothing when the model gives no scores.
    pub soft_dice: Option<f64>,
    /// Foreground pixels, predicted and true.
    pub counts: Counts,
    /// What the station would have decided.
    pub verdict: Verdict,
    /// From file to model input.
    pub decode: Duration,
    /// The execution.
    pub engine: Duration,
}

/// A data set's figures.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Summary {
    /// Pictures.
    pub pictures: u32,
    /// Mean soft Dice, if there are scores.
    pub soft_dice: Option<f64>,
    /// Mean of the pictures' soft IoU.
    pub soft_iou: Option<f64>,
    /// Mean foreground Dice; a picture with no defect and none found counts as 1.
    pub dice: f64,
    /// Mean foreground IoU.
    pub iou: f64,
    /// All pixels of all pictures as one picture.
    pub pooled: Counts,
    /// Pictures with a defect, and how many of them were not passed.
    pub defective: u32,
    /// Defective and not passed.
    pub caught: u32,
    /// Pictures without a defect.
    pub good: u32,
    /// Good and not passed.
    pub rejected: u32,
}

/// Evaluates `dataset`, calls `each` for every picture in order of its number, and gives the means.
///
/// With `npy`, writes `N_softmax.npy` (float32, as the model shapes it) and `N_argmax.npy` (int32, height x width) there.
///
/// # Errors
/// The engine, a picture, a mask or an array file failed; the message names it.
pub fn run(
    station: &Station,
    library: Library,
    dataset: &Path,
    npy: Option<&Path>,
    mut each: impl FnMut(&Figures),
) -> Result<Summary, EvalError> {
    let numbers = numbers(dataset)?;
    let mut evaluation = Evaluation::new(station, library)?;
    if let Some(directory) = npy {
        fs::create_dir_all(directory).map_err(|error| EvalError::File {
            path: directory.to_owned(),
            error,
        })?;
    }
    let mut summary = Summary::default();
    let (mut soft, mut soft_iou) = (0.0, 0.0);
    for number in numbers {
        let figures = evaluation.picture(number, &dataset.join(number.to_string()), npy)?;
        each(&figures);
        summary.pictures += 1;
        if let Some(dice) = figures.soft_dice {
            soft += dice;
            soft_iou += iou_of_dice(dice);
        }
        summary.dice += figures.counts.dice();
        summary.iou += figures.counts.iou();
        summary.pooled += figures.counts;
        let defective = figures.counts.both + figures.counts.truth_only > 0;
        let stopped = !figures.verdict.passes();
        let (all, stopped_of_all) = if defective {
            (&mut summary.defective, &mut summary.caught)
        } else {
            (&mut summary.good, &mut summary.rejected)
        };
        *all += 1;
        *stopped_of_all += u32::from(stopped);
    }
    let pictures = f64::from(summary.pictures);
    summary.dice /= pictures;
    summary.iou /= pictures;
    if evaluation.engine.outputs().scores.is_some() {
        summary.soft_dice = Some(soft / pictures);
        summary.soft_iou = Some(soft_iou / pictures);
    }
    Ok(summary)
}

/// The numbers of a data set's directories, ascending.
fn numbers(dataset: &Path) -> Result<Vec<u32>, EvalError> {
    let at = |error| EvalError::File {
        path: dataset.to_owned(),
        error,
    };
    let mut numbers = Vec::new();
    for entry in fs::read_dir(dataset).map_err(at)? {
        let name = entry.map_err(at)?.file_name();
        if let Some(number) = name.to_str().and_then(|name| name.parse().ok()) {
            numbers.push(number);
        }
    }
    numbers.sort_unstable();
    if numbers.is_empty() {
        Err(EvalError::Empty {
            path: dataset.to_owned(),
        })
    } else {
        Ok(numbers)
    }
}

struct Evaluation {
    engine: Engine,
    inspector: Inspector,
    pictures: PngSource,
    masks: PngSource,
    free: Option<(InputBuffer, Slot)>,
    timeout: Duration,
    /// The resized mask, three equal channels.
    mask: Vec<u8>,
    /// The same as 0 and 1.
    truth: Vec<u8>,
    predicted: Vec<u8>,
    scores: Vec<f32>,
    classes: usize,
}

impl Evaluation {
    fn new(station: &Station, library: Library) -> Result<Self, EvalError> {
        let engine = Engine::open(station, library).map_err(EvalError::Engine)?;
        let mut inspector = engine.inspector(station).map_err(EvalError::Engine)?;
        let mut slots = engine
            .slots(1, &[engine.outputs().judged])
            .map_err(EvalError::Engine)?;
        let image = &station.image;
        let source = |order| PngSource::new(image.roi, image.size, order).map_err(EvalError::Image);
        let pixels = image.size.bytes().unwrap_or_default() / CHANNELS;
        let classes = match inspector.reader() {
            MaskReader::Scores(reader) => reader.classes(),
            MaskReader::Classes(_) => 0,
        };
        Ok(Self {
            pictures: source(image.order)?,
            masks: source(ChannelOrder::Rgb)?,
            free: slots.pop(),
            timeout: Duration::from_millis(station.engine.timeout_ms.into()),
            mask: vec![0; pixels * CHANNELS],
            truth: vec![0; pixels],
            predicted: vec![0; pixels],
            scores: vec![0.0; pixels * classes],
            classes,
            engine,
            inspector,
        })
    }

    fn picture(
        &mut self,
        number: u32,
        directory: &Path,
        npy: Option<&Path>,
    ) -> Result<Figures, EvalError> {
        read(&mut self.masks, &directory.join("mask.png"), &mut self.mask)?;
        for (truth, pixel) in self.truth.iter_mut().zip(self.mask.chunks_exact(CHANNELS)) {
            *truth = u8::from(pixel.first().is_some_and(|value| *value >= DEFECT_MIN));
        }
        let Some((mut input, slot)) = self.free.take() else {
            return Err(EvalError::Slot);
        };
        let start = Instant::now();
        read(&mut self.pictures, &directory.join("image.png"), &mut input)?;
        let decode = start.elapsed();
        let start = Instant::now();
        let finished = self
            .engine
            .run(slot, input, start + self.timeout)
            .map_err(EvalError::Run)?;
        let engine = start.elapsed();
        let figures = self.figures(number, &finished, decode, engine);
        self.free = Some(finished.into_parts());
        let figures = figures?;
        if let Some(npy) = npy {
            self.write_arrays(number, npy)?;
        }
        Ok(figures)
    }

    fn figures(
        &mut self,
        number: u32,
        finished: &Finished,
        decode: Duration,
        engine: Duration,
    ) -> Result<Figures, EvalError> {
        let output = finished
            .output(self.engine.outputs().judged)
            .unwrap_or_default();
        let verdict = self
            .inspector
            .inspect(output, finished.input())
            .map_err(EvalError::Inspect)?;
        let soft_dice = match self.inspector.reader() {
            MaskReader::Scores(reader) => {
                reader
                    .probabilities(output, &mut self.scores)
                    .map_err(EvalError::Output)?;
                for (class, scores) in self
                    .predicted
                    .iter_mut()
                    .zip(self.scores.chunks_exact(self.classes))
                {
                    *class = argmax(scores);
                }
                Some(soft_dice(&self.scores, &self.truth, self.classes).map_err(EvalError::Dice)?)
            }
            MaskReader::Classes(_) => {
                self.predicted.copy_from_slice(self.inspector.mask());
                None
            }
        };
        let counts = Counts::of(&self.predicted, &self.truth).map_err(EvalError::Dice)?;
        Ok(Figures {
            number,
            soft_dice,
            counts,
            verdict,
            decode,
            engine,
        })
    }

    fn write_arrays(&self, number: u32, directory: &Path) -> Result<(), EvalError> {
        let [height, width] = self.shape();
        if self.classes > 0 {
            let path = directory.join(format!("{number}_softmax.npy"));
            write(&path, |file| {
                npy::write(file, &[1, height, width, self.classes], &self.scores)
            })?;
        }
        let classes: Vec<i32> = self
            .predicted
            .iter()
            .map(|class| i32::from(*class))
            .collect();
        let path = directory.join(format!("{number}_argmax.npy"));
        write(&path, |file| {
            npy::write(file, &[1, height, width], &classes)
        })
    }

    /// Height and width of the model's input.
    fn shape(&self) -> [usize; 2] {
        let dims = self
            .engine
            .model()
            .inputs()
            .first()
            .map(|input| &input.dims.0);
        let side = |axis: usize| {
            dims.and_then(|dims| dims.get(axis))
                .and_then(|side| usize::try_from(*side).ok())
        };
        [side(1).unwrap_or_default(), side(2).unwrap_or_default()]
    }
}

/// The class with the highest score, the lowest of equal ones, as argmax has it.
fn argmax(scores: &[f32]) -> u8 {
    let mut best = (0, f32::NEG_INFINITY);
    for (class, score) in scores.iter().enumerate() {
        if *score > best.1 {
            best = (class, *score);
        }
    }
    u8::try_from(best.0).unwrap_or(u8::MAX)
}

fn read(source: &mut PngSource, path: &Path, out: &mut [u8]) -> Result<(), EvalError> {
    let file = File::open(path).map_err(|error| EvalError::File {
        path: path.to_owned(),
        error,
    })?;
    match source.read_into(file, out) {
        Ok(_) => Ok(()),
        Err(error) => Err(EvalError::Picture {
            path: path.to_owned(),
            error,
        }),
    }
}

fn write(
    path: &Path,
    content: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> Result<(), EvalError> {
    let written = File::create(path).and_then(|file| {
        let mut file = BufWriter::new(file);
        content(&mut file)?;
        file.flush()
    });
    written.map_err(|error| EvalError::File {
        path: path.to_owned(),
        error,
    })
}
