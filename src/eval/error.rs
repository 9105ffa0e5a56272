//! What goes wrong in an evaluation.

use super::label::DEFECT_MIN;
use crate::dice::DiceError;
use crate::engine::EngineError;
use crate::frame::{FrameError, FrameInfo};
use crate::mask::OutputError;
use crate::resample::ResampleError;
use crate::verdict::InspectError;
use ascendcl::Unfinished;
use core::fmt;
use std::io;
use std::path::PathBuf;

/// Why a data set could not be evaluated.
#[derive(Debug)]
pub enum EvalError {
    /// The engine.
    Engine(EngineError),
    /// `image` cannot be resampled.
    Image(ResampleError),
    /// A file or directory.
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// A directory without numbered directories.
    Empty {
        /// Which.
        path: PathBuf,
    },
    /// A part's directory whose number is not written as it is elsewhere: `0001`.
    Name {
        /// Which.
        path: PathBuf,
        /// The number.
        number: u32,
    },
    /// A picture or mask.
    Picture {
        /// Which.
        path: PathBuf,
        /// What is wrong with it.
        error: FrameError,
    },
    /// A mask is not of its picture's size.
    Label {
        /// The mask.
        path: PathBuf,
        /// The mask's size.
        label: FrameInfo,
        /// The picture's size.
        frame: FrameInfo,
    },
    /// A mask has a grey value that is no class, of more than two.
    Class {
        /// The mask.
        path: PathBuf,
        /// Its highest grey value.
        grey: u8,
        /// Classes of the model, or where it gives no scores those up to the recipe's highest.
        classes: usize,
    },
    /// A mask of more than two classes whose grey value in 8 bit is not what the file holds.
    Form {
        /// The mask.
        path: PathBuf,
        /// What it is: `in colour`.
        form: &'static str,
        /// Classes, as above.
        classes: usize,
    },
    /// A mask shows a defect of which nothing is left in the model's size.
    Vanished {
        /// The mask.
        path: PathBuf,
    },
    /// A mask of two classes has no pixel that is bright enough to be a defect, and yet is not black.
    Faint {
        /// The mask.
        path: PathBuf,
        /// Its highest grey value in the region.
        grey: u8,
    },
    /// The file that says the kinds.
    Kinds {
        /// Which.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// What is wrong there.
        problem: String,
    },
    /// The model or its output, with one part.
    Part {
        /// The part.
        number: u32,
        /// What failed.
        error: Box<EvalError>,
    },
    /// There is no slot to run in.
    Slot,
    /// The execution.
    Run(Unfinished),
    /// The model's output, as the verdict reads it.
    Inspect(InspectError),
    /// The model's scores.
    Output(OutputError),
    /// The figures.
    Dice(DiceError),
}

impl EvalError {
    /// With the part's number, unless its file is named anyway.
    pub(super) fn of_part(self, number: u32) -> Self {
        if self.is_of_one_part() || matches!(self, Self::Faint { .. }) {
            return self;
        }
        Self::Part {
            number,
            error: Box::new(self),
        }
    }

    /// Whether it is about the files of one part, and the others may do. Masks that are not white are rather all of them so.
    pub(crate) const fn is_of_one_part(&self) -> bool {
        matches!(
            self,
            Self::File { .. }
                | Self::Picture { .. }
                | Self::Label { .. }
                | Self::Class { .. }
                | Self::Form { .. }
                | Self::Vanished { .. }
        )
    }
}

impl fmt::Display for EvalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Engine(error) => error.fmt(f),
            Self::Image(error) => write!(f, "image: {error}"),
            Self::File { path, error } => write!(f, "{}: {error}", path.display()),
            Self::Empty { path } => write!(
                f,
                "{}: no numbered directories; a data set has 0/image.png, 0/mask.png, 1/image.png, ...",
                path.display()
            ),
            Self::Name { path, number } => write!(
                f,
                "{}: a part's directory is named by its number without leading zeros or sign; rename it to {number} (and \
                 all others that are written so)",
                path.display()
            ),
            Self::Picture { path, error } => write!(f, "{}: {error}", path.display()),
            Self::Label { path, label, frame } => write!(
                f,
                "{}: is {} x {} pixels and image.png beside it {} x {}; they must be of the same size",
                path.display(),
                label.width,
                label.height,
                frame.width,
                frame.height
            ),
            Self::Class {
                path,
                grey,
                classes,
            } => write!(
                f,
                "{}: grey value {grey} is no class; with {classes} of them the mask's grey value is the class, 0 (good) \
                 to {}",
                path.display(),
                classes.saturating_sub(1)
            ),
            Self::Form {
                path,
                form,
                classes,
            } => write!(
                f,
                "{}: is {form}; with {classes} classes the mask's grey value is the class: write it as an 8-bit grey PNG with \
                 the values 0 (good) to {}",
                path.display(),
                classes.saturating_sub(1)
            ),
            Self::Vanished { path } => write!(
                f,
                "{}: its defect is too thin and nothing of it is left after the resize to image.size; draw it wider or take \
                 the part out",
                path.display()
            ),
            Self::Faint { path, grey } => write!(
                f,
                "{}: its highest grey value is {grey}, and a defect is white (255), from {DEFECT_MIN} on: nothing of it would \
                 count; write defects as 255, or black (0) if there is none",
                path.display()
            ),
            Self::Kinds {
                path,
                line,
                problem,
            } => write!(f, "{}: line {line} {problem}", path.display()),
            Self::Part { number, error } => write!(f, "part {number}: {error}"),
            Self::Slot => f.write_str("the engine gave no slot"),
            Self::Run(error) => error.fmt(f),
            Self::Inspect(error) => error.fmt(f),
            Self::Output(error) => error.fmt(f),
            Self::Dice(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for EvalError {}
