//! `sluice eval`: measures the model on pictures whose defects are known.
//!
//! A data set is a directory of numbered directories, each with `image.png` and `mask.png` of the
//! same size. With a model of two classes, white is defect. With more classes, the grey value is
//! the class (`label` has the rule). Both files are cut and resized as the station does it. A pixel
//! is a defect if more than half of it was one, as in the reference job. The pictures go through
//! the same decoder, engine and recipe as in `sluice run`. If the data set names the kind of each
//! part ([`KINDS_FILE`]), there are also figures for each kind.

mod dataset;
mod doubts;
mod error;
mod examiner;
mod label;
mod summary;

pub use dataset::{DataSet, KINDS_FILE};
pub use doubts::Doubts;
pub use error::{EvalError, LabelError};
pub(crate) use examiner::{Examined, Examiner};
pub use label::Doubt;
pub use summary::{KindSummary, Summary};

use crate::image::Size;
use crate::labelled::dice::{Counts, soft_dice};
use crate::labelled::npy;
use crate::mask::MaskReader;
use crate::part::Verdict;
use crate::station::Station;
use crate::verdict::Inspector;
use ascendcl::Library;
use core::time::Duration;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// The lowest grey value of a defect in a two-class mask: above one half of 255.
pub const DEFECT_MIN: u8 = 128;

/// One picture's figures.
#[derive(Debug, Clone, PartialEq)]
pub struct Figures {
    /// Its number.
    pub number: u32,
    /// Soft Dice of the reference job, background included; `None` if the model gives no scores.
    pub soft_dice: Option<f64>,
    /// Foreground pixels, predicted and true.
    pub counts: Counts,
    /// The same for each defect class alone, from class 1 on; empty if there is only one.
    pub classes: Vec<Counts>,
    /// The station's verdict.
    pub verdict: Verdict,
    /// The size of the picture.
    pub frame: Size,
    /// What looks wrong about the mask.
    pub doubt: Option<Doubt>,
    /// Time from file to model input.
    pub decode: Duration,
    /// Time of the execution.
    pub engine: Duration,
}

/// What the model got, and what came of it.
#[derive(Debug)]
pub struct Seen<'a> {
    /// The model's input: height x width x 3, in the station file's order.
    pub input: &'a [u8],
    /// The class of each pixel that the data set's mask has; 0 is good.
    pub truth: &'a [u8],
    /// The class of each pixel in the mask that was judged.
    pub mask: &'a [u8],
    /// The highest score of any defect class, 0 to 1; `None` if the model gives no scores.
    pub score: Option<f32>,
}

impl Figures {
    /// True if the part has a defect in the region that the model sees.
    pub const fn is_defective(&self) -> bool {
        self.counts.both + self.counts.truth_only > 0
    }
}

/// Evaluates `dataset`, calls `each` for every picture in the order of the numbers, and returns the
/// means.
///
/// The compared masks are the model's own: the class with the highest score, whatever thresholds,
/// classes and zones the recipe has. The verdict is the recipe's.
///
/// With `arrays`, it writes the scores and the classes of each picture there.
///
/// # Errors
/// The engine, a picture, a mask or an array file failed; the message names it.
pub fn run(
    station: &Station,
    library: Library,
    dataset: &Path,
    arrays: Option<Arrays<'_>>,
    mut each: impl FnMut(&Figures, &Seen<'_>),
) -> Result<Summary, EvalError> {
    let dataset = DataSet::open(dataset)?;
    let mut evaluation = Evaluation::new(station, library)?;
    if let Some(arrays) = arrays {
        create(arrays.directory)?;
    }
    let mut summary = Summary::default();
    for &number in dataset.numbers() {
        let figures = evaluation
            .picture(number, &dataset.part(number), &mut each)
            .map_err(|error| error.of_part(number))?;
        if let Some(arrays) = arrays {
            evaluation.write_arrays(number, arrays)?;
        }
        summary.add(&figures, dataset.kind(number));
        if dataset.has_kinds() && dataset.kind(number).is_none() {
            summary.doubts.add_without_kind(number);
        }
    }
    summary.finish();
    Ok(summary)
}

/// Where the model's outputs are written, as NumPy arrays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrays<'a> {
    /// The directory; it is created.
    pub directory: &'a Path,
    /// Their names and types.
    pub form: ArrayForm,
}

/// Names and types of the arrays. The scores are float32, 1 x height x width x classes. The classes
/// are 1 x height x width.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArrayForm {
    /// `N_softmax.npy` and `N_argmax.npy`, classes as int32.
    Own,
    /// `N/softmax_result.npy` and `N/argmax_result.npy`, classes as float32: so the program of the
    /// reference job wrote them for its last picture.
    Reference,
}

impl Arrays<'_> {
    /// The file of one array.
    fn path(&self, number: u32, name: &str) -> Result<PathBuf, EvalError> {
        match self.form {
            ArrayForm::Own => Ok(self.directory.join(format!("{number}_{name}.npy"))),
            ArrayForm::Reference => {
                let directory = self.directory.join(number.to_string());
                create(&directory)?;
                Ok(directory.join(format!("{name}_result.npy")))
            }
        }
    }
}

fn create(directory: &Path) -> Result<(), EvalError> {
    fs::create_dir_all(directory).map_err(|error| EvalError::File {
        path: directory.to_owned(),
        error,
    })
}

struct Evaluation {
    examiner: Examiner,
    figures: FigureMaker,
}

/// Turns the model's output into figures, and keeps the arrays.
struct FigureMaker {
    inspector: Inspector,
    predicted: Vec<u8>,
    scores: Vec<f32>,
    /// Scores of each pixel; 0 if the model gives none.
    classes: usize,
    /// Classes of the masks.
    labels: usize,
}

impl Evaluation {
    fn new(station: &Station, library: Library) -> Result<Self, EvalError> {
        let examiner = Examiner::new(station, library)?;
        let engine = examiner.engine();
        let mut inspector = engine.inspector(station).map_err(EvalError::Engine)?;
        let classes = match inspector.reader() {
            MaskReader::Scores(reader) => reader.classes(),
            MaskReader::Classes(_) => 0,
        };
        let pixels = examiner.pixels();
        Ok(Self {
            figures: FigureMaker {
                inspector,
                predicted: vec![0; pixels],
                scores: vec![0.0; pixels * classes],
                classes,
                labels: examiner.classes(),
            },
            examiner,
        })
    }

    fn picture(
        &mut self,
        number: u32,
        directory: &Path,
        each: &mut impl FnMut(&Figures, &Seen<'_>),
    ) -> Result<Figures, EvalError> {
        let Self { examiner, figures } = self;
        examiner.examine(directory, |examined| {
            let found = figures.of(number, &examined)?;
            each(&found, &figures.seen(&examined));
            Ok(found)
        })
    }

    fn write_arrays(&self, number: u32, arrays: Arrays<'_>) -> Result<(), EvalError> {
        let FigureMaker {
            predicted,
            scores,
            classes,
            ..
        } = &self.figures;
        let [height, width] = self.shape();
        if *classes > 0 {
            let path = arrays.path(number, "softmax")?;
            write(&path, |file| {
                npy::write(file, &[1, height, width, *classes], scores)
            })?;
        }
        let path = arrays.path(number, "argmax")?;
        let shape = [1, height, width];
        write(&path, |file| match arrays.form {
            ArrayForm::Own => {
                let classes: Vec<i32> = predicted.iter().map(|class| (*class).into()).collect();
                npy::write(file, &shape, &classes)
            }
            ArrayForm::Reference => {
                let classes: Vec<f32> = predicted.iter().map(|class| (*class).into()).collect();
                npy::write(file, &shape, &classes)
            }
        })
    }

    /// Height and width of the model's input.
    fn shape(&self) -> [usize; 2] {
        let inputs = self.examiner.engine().model().inputs();
        let dims = inputs.first().map(|input| &input.dims.0);
        let side = |axis: usize| {
            dims.and_then(|dims| dims.get(axis))
                .and_then(|side| usize::try_from(*side).ok())
        };
        [side(1).unwrap_or_default(), side(2).unwrap_or_default()]
    }
}

impl FigureMaker {
    fn of(&mut self, number: u32, examined: &Examined<'_>) -> Result<Figures, EvalError> {
        let output = examined.output();
        let verdict = self
            .inspector
            .inspect(output, examined.finished.input())
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
                let dice = soft_dice(&self.scores, examined.truth, self.classes);
                Some(dice.map_err(EvalError::Dice)?)
            }
            // Not the inspector's mask: zones and the recipe's classes do not affect these figures,
            // with scores either.
            MaskReader::Classes(reader) => {
                reader
                    .classes(output, &mut self.predicted)
                    .map_err(EvalError::Output)?;
                None
            }
        };
        let counts = Counts::of(&self.predicted, examined.truth).map_err(EvalError::Dice)?;
        let labels = (1..self.labels).map(|class| u8::try_from(class).unwrap_or(u8::MAX));
        let classes = labels
            .filter(|_| self.labels > 2)
            .map(|class| Counts::of_class(&self.predicted, examined.truth, class))
            .collect::<Result<_, _>>()
            .map_err(EvalError::Dice)?;
        Ok(Figures {
            number,
            soft_dice,
            counts,
            classes,
            verdict,
            frame: examined.frame,
            doubt: examined.doubt,
            decode: examined.decode,
            engine: examined.execution,
        })
    }
}

impl FigureMaker {
    /// What the picture looks like, after its figures were made.
    fn seen<'a>(&'a self, examined: &'a Examined<'_>) -> Seen<'a> {
        let scores = self.scores.chunks_exact(self.classes.max(1));
        let defects = scores.flat_map(|scores| scores.iter().skip(1));
        Seen {
            input: examined.finished.input(),
            truth: examined.truth,
            mask: self.inspector.mask(),
            score: defects.copied().reduce(f32::max),
        }
    }
}

/// The class with the highest score; of equal scores the lowest class, as argmax does.
fn argmax(scores: &[f32]) -> u8 {
    let mut best = (0, f32::NEG_INFINITY);
    for (class, score) in scores.iter().enumerate() {
        if *score > best.1 {
            best = (class, *score);
        }
    }
    u8::try_from(best.0).unwrap_or(u8::MAX)
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
