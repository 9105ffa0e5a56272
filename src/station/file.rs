//! The station file as fixed-size types. What each key means, its unit and range, stands in [`super::keys`].

use crate::frame::{ChannelOrder, Roi, Size};
use crate::mask::ScoreKind;
use crate::recipe::Recipe;
use heapless::String;
use serde::Deserialize;

/// Longest path in a station file, in bytes.
pub const PATH_MAX: usize = 192;
/// Longest name in a station file, in bytes.
pub const NAME_MAX: usize = 32;

/// A path as it stands in the file, relative to the working directory.
pub type Path = String<PATH_MAX>;
/// A name of a station, a tensor or a line.
pub type Name = String<NAME_MAX>;

/// The whole file.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Station {
    /// Who this station is.
    pub station: Identity,
    /// The device and the model.
    pub engine: Engine,
    /// Where pictures come from.
    pub source: Source,
    /// From frame to model input.
    pub image: Image,
    /// The limits of the product.
    pub recipe: Recipe,
    /// When and how a verdict becomes a movement.
    pub gate: Gate,
    /// The output lines.
    pub lines: Lines,
    /// The operator's screen.
    pub display: Display,
    /// The journal.
    pub journal: Journal,
}

/// `station`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// Its name, on the screen and in every journal record.
    pub name: Name,
}

/// `engine`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Engine {
    /// `builtin`, or the path of a `libascendcl.so`.
    pub library: Path,
    /// Device number.
    pub device: u8,
    /// Model file.
    pub model: Path,
    /// Longest time of one execution before the device counts as hung.
    pub timeout_ms: u32,
    /// Parts that may be between decoder and verdict at once.
    pub slots: u8,
    /// Name of the class-mask output; empty for none.
    pub mask: Name,
    /// Name of the per-class score output; empty for none.
    pub scores: Name,
    /// What the scores are.
    #[serde(default)]
    pub score_kind: ScoreKind,
}

/// `source`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Directory in which pictures arrive.
    pub directory: Path,
    /// What becomes of a picture once its part is in the journal.
    pub after: After,
    /// Where `after: move` puts it.
    #[serde(default)]
    pub move_to: Path,
    /// Threads that decode pictures.
    pub workers: u8,
}

/// What becomes of an inspected picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum After {
    /// It stays; the journal remembers that it was inspected.
    Keep,
    /// It is moved to `source.move_to`.
    Move,
    /// It is deleted.
    Delete,
}

/// `image`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Image {
    /// Part of the frame that is inspected.
    pub roi: Roi,
    /// Size of the model's input.
    pub size: Size,
    /// Order of the channels in the model's input.
    pub order: ChannelOrder,
}

/// `gate`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gate {
    /// How the reject line moves.
    pub style: GateStyle,
    /// From the trigger to the moment at which the part is at the gate.
    pub delay_ms: u32,
    /// Width of the movement.
    pub pulse_ms: u32,
    /// From the trigger to the latest decision. Past it the part is a fault.
    pub deadline_ms: u32,
    /// Shortest time between two parts on the line.
    pub part_interval_ms: u32,
}

/// How the reject line moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GateStyle {
    /// At rest the way is open; the line is active for `pulse_ms` at the due time of each part that did not pass.
    Pulse,
    /// At rest the way is closed; the line is inactive for `pulse_ms` at the due time of each part that passed.
    Divert,
}

/// `lines`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lines {
    /// `simulated`, or the GPIO chip.
    pub chip: Name,
    /// Where the simulated lines write their timeline; empty for nowhere.
    #[serde(default)]
    pub timeline: Path,
    /// Throws a part out.
    pub reject: Line,
    /// Says that a part passed.
    #[serde(default)]
    pub pass: Option<Line>,
    /// The station takes triggers.
    #[serde(default)]
    pub ready: Option<Line>,
    /// Parts are under way.
    #[serde(default)]
    pub busy: Option<Line>,
    /// The last part was a fault, or the station cannot inspect.
    #[serde(default)]
    pub fault: Option<Line>,
    /// Changes with every completed cycle.
    #[serde(default)]
    pub alive: Option<Line>,
}

/// One line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// Its number on the chip.
    pub offset: u32,
    /// The level at which it is active.
    pub active: Level,
    /// The level that the wiring gives it when nothing drives it.
    pub safe: Level,
}

/// A level of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// 0 V.
    Low,
    /// The supply voltage.
    High,
}

/// `display`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Display {
    /// Which screen.
    pub kind: DisplayKind,
    /// File of a screen that is a PNG file.
    #[serde(default)]
    pub file: Path,
}

/// Which screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DisplayKind {
    /// No screen.
    None,
    /// 128 x 64, black and white, to a PNG file.
    PngMono,
    /// 240 x 320, colour, to a PNG file.
    PngColour,
}

/// `journal`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Journal {
    /// Directory of the journal's files.
    pub directory: Path,
    /// A file that has reached this size is closed and the next one begun.
    pub file_size_max_kib: u32,
    /// Files that are kept; the oldest is deleted when there are more.
    pub files_max: u16,
    /// Whether every record is forced to the disk before the next part.
    pub sync: bool,
}
