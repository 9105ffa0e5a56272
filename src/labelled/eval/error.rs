//! Errors of an evaluation.

use super::DEFECT_MIN;
use crate::engine::EngineError;
use crate::frame::{FrameError, FrameInfo};
use crate::image::CHANNELS;
use crate::image::resample::ResampleError;
use crate::labelled::dice::DiceError;
use crate::mask::MaskError;
use crate::verdict::InspectError;
use ascendcl::Unfinished;
use std::io;
use std::path::PathBuf;
use thiserror::Error;

/// Why a data set could not be evaluated.
#[derive(Debug, Error)]
pub enum EvalError {
    /// The engine.
    #[error(transparent)]
    Engine(EngineError),
    /// `image` cannot be resampled.
    #[error("image: {0}")]
    Image(#[source] ResampleError),
    /// A file or directory.
    #[error("{}: {error}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        #[source]
        error: io::Error,
    },
    /// A directory without numbered directories.
    #[error(
        "{}: no numbered directories; a data set has 0/image.png, 0/mask.png, 1/image.png, ...",
        path.display()
    )]
    Empty {
        /// Which.
        path: PathBuf,
    },
    /// A part's directory whose name is not a plain number: `0001`, `1 (copy)`.
    #[error(
        "{}: a part's directory has the part's number as its name, without leading zeros, sign or anything else; rename it {}",
        path.display(),
        number.map_or("to a number, or remove it".to_owned(), |number| format!(
            "to {number} (and all others like it)"
        ))
    )]
    Name {
        /// Which.
        path: PathBuf,
        /// The number, if it is one.
        number: Option<u32>,
    },
    /// A picture or mask.
    #[error("{}: {error}", path.display())]
    Picture {
        /// Which.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        error: FrameError,
    },
    /// A mask that cannot be read or is ambiguous.
    #[error("{}: {error}", path.display())]
    Label {
        /// The mask.
        path: PathBuf,
        /// Why.
        #[source]
        error: LabelError,
    },
    /// A mask and its picture differ in size.
    #[error(
        "{}: has {} x {} pixels, and image.png beside it {} x {}; they must have the same size",
        path.display(), label.width, label.height, frame.width, frame.height
    )]
    Size {
        /// The mask.
        path: PathBuf,
        /// The mask's size.
        label: FrameInfo,
        /// The picture's size.
        frame: FrameInfo,
    },
    /// The resize to the model's size removes a mask's defects.
    #[error(
        "{}: its defect is too thin and disappears in the resize to image.size; draw it wider or remove \
         the part",
        path.display()
    )]
    Vanished {
        /// The mask.
        path: PathBuf,
    },
    /// The file with the kinds.
    #[error("{}: line {line} {problem}", path.display())]
    Kinds {
        /// Which.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// What is wrong there.
        problem: String,
    },
    /// The model or its output failed for one part.
    #[error("part {number}: {error}")]
    Part {
        /// The part.
        number: u32,
        /// What failed.
        #[source]
        error: Box<EvalError>,
    },
    /// No slot is free.
    #[error("the engine gave no slot")]
    Slot,
    /// The execution.
    #[error(transparent)]
    Run(Unfinished),
    /// The inspector cannot read the model's output.
    #[error(transparent)]
    Inspect(InspectError),
    /// The model's scores.
    #[error(transparent)]
    Output(MaskError),
    /// The figures.
    #[error(transparent)]
    Dice(DiceError),
}

impl EvalError {
    /// Adds the part's number, unless the message names the part's file already.
    pub(super) fn of_part(self, number: u32) -> Self {
        if self.is_of_one_part() || matches!(self, Self::Label { .. }) {
            return self;
        }
        Self::Part {
            number,
            error: Box::new(self),
        }
    }

    /// True if only the files of one part are wrong, so that the other parts can still be used. An
    /// ambiguous mask is not such an error: the same author may have made the others.
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

/// What to do about a two-class mask.
const WRITE_IT: &str =
    "write it as an 8-bit grey PNG, 0 where the part is good and 255 on every pixel of a defect";

fn colour([red, green, blue]: [u16; CHANNELS]) -> String {
    format!("({red}, {green}, {blue})")
}

/// Why a mask is refused.
#[derive(Debug, Error)]
pub enum LabelError {
    /// The picture cannot be read.
    #[error(transparent)]
    Picture(FrameError),
    /// Two classes: the mask is not black, and no pixel is bright enough to be a defect.
    #[error(
        "its highest grey value is {grey} (of 255, as OpenCV reads it), and a defect is white (255), from \
         {min} on: nothing of it would count; {WRITE_IT}",
        min = DEFECT_MIN
    )]
    Faint {
        /// Its highest grey value.
        grey: u8,
    },
    /// Two classes: an area or a line has a value of its own that is too dark to be a defect, while
    /// other pixels are defects.
    #[error(
        "the mark at ({x}, {y}) has the colour {} and the grey value {grey}, and only {min} and above is a \
         defect: it would not count, while others do; {WRITE_IT}",
        colour(*rgb), min = DEFECT_MIN
    )]
    Dark {
        /// Its column.
        x: u32,
        /// Its row.
        y: u32,
        /// Red, green and blue, as the file has them.
        rgb: [u16; CHANNELS],
        /// Its grey value.
        grey: u8,
    },
    /// Two classes: areas of different colours, at least one of which is not grey.
    #[error(
        "has areas in the colours {} and {}: with two classes it is unclear which of them are defects; {WRITE_IT}",
        colour(*one), colour(*other)
    )]
    Colours {
        /// One of them.
        one: [u16; CHANNELS],
        /// Another.
        other: [u16; CHANNELS],
    },
    /// The transparency marks pixels that the colour does not.
    #[error(
        "its transparency marks other pixels than its colour does, for example at ({x}, {y}), and only the colour \
         is read; {WRITE_IT}"
    )]
    Transparency {
        /// Column of such a pixel.
        x: u32,
        /// Its row.
        y: u32,
    },
    /// It is in colour and has a gamma value or a colour profile.
    #[error(
        "is in colour with a gamma value or a colour profile (gAMA, sRGB or iCCP), on which OpenCV's grey value \
         depends; {WRITE_IT}"
    )]
    Gamma,
    /// More than two classes: a grey value is not a class.
    #[error(
        "grey value {grey} is not a class; with {classes} classes the mask's grey value is the class, 0 (good) to {}",
        classes.saturating_sub(1)
    )]
    Class {
        /// The highest.
        grey: u8,
        /// How many classes there are.
        classes: usize,
    },
    /// More than two classes: the file does not contain the 8-bit grey value itself.
    #[error(
        "is {form}; with {classes} classes the mask's grey value is the class: write it as an 8-bit grey PNG with \
         the values 0 (good) to {}",
        classes.saturating_sub(1)
    )]
    Form {
        /// What it is, such as `in colour`.
        form: &'static str,
        /// How many classes there are.
        classes: usize,
    },
}
