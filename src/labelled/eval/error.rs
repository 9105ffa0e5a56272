//! What goes wrong in an evaluation.

use super::label::LabelError;
use crate::engine::EngineError;
use crate::frame::{FrameError, FrameInfo};
use crate::image::resample::ResampleError;
use crate::labelled::dice::DiceError;
use crate::mask::MaskError;
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
    /// A part's directory whose name is not a number as it is written elsewhere: `0001`, `1 (copy)`.
    Name {
        /// Which.
        path: PathBuf,
        /// The number, if it is one.
        number: Option<u32>,
    },
    /// A picture or mask.
    Picture {
        /// Which.
        path: PathBuf,
        /// What is wrong with it.
        error: FrameError,
    },
    /// A mask that cannot be read or taken at its word.
    Label {
        /// The mask.
        path: PathBuf,
        /// Why.
        error: LabelError,
    },
    /// A mask is not of its picture's size.
    Size {
        /// The mask.
        path: PathBuf,
        /// The mask's size.
        label: FrameInfo,
        /// The picture's size.
        frame: FrameInfo,
    },
    /// A mask shows a defect of which nothing is left in the model's size.
    Vanished {
        /// The mask.
        path: PathBuf,
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
    Output(MaskError),
    /// The figures.
    Dice(DiceError),
}

impl EvalError {
    /// With the part's number, unless its file is named anyway.
    pub(super) fn of_part(self, number: u32) -> Self {
        if self.is_of_one_part() || matches!(self, Self::Label { .. }) {
            return self;
        }
        Self::Part {
            number,
            error: Box::new(self),
        }
    }

    /// Whether it is about the files of one part, and the others may do. A mask that may be meant otherwise says that the others
    /// of its author may be too.
    pub(crate) const fn is_of_one_part(&self) -> bool {
        match self {
            Self::File { .. }
            | Self::Picture { .. }
            | Self::Size { .. }
            | Self::Vanished { .. } => true,
            Self::Label { error, .. } => matches!(
                error,
                LabelError::Picture(_) | LabelError::Class { .. } | LabelError::Form { .. }
            ),
            _ => false,
        }
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
                "{}: a part's directory is named by its number without leading zeros, sign or anything else; rename it {}",
                path.display(),
                number.map_or("to a number, or take it out".to_owned(), |number| format!(
                    "to {number} (and all others that are written so)"
                ))
            ),
            Self::Picture { path, error } => write!(f, "{}: {error}", path.display()),
            Self::Label { path, error } => write!(f, "{}: {error}", path.display()),
            Self::Size { path, label, frame } => write!(
                f,
                "{}: is {} x {} pixels and image.png beside it {} x {}; they must be of the same size",
                path.display(),
                label.width,
                label.height,
                frame.width,
                frame.height
            ),
            Self::Vanished { path } => write!(
                f,
                "{}: its defect is too thin and nothing of it is left after the resize to image.size; draw it wider or take \
                 the part out",
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
