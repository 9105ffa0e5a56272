//! The station file as fixed-size types. What each key means, its unit and range, stands in [`super::keys`].

use crate::image::{ChannelOrder, Roi, Size};
use crate::mask::ScoreKind;
use crate::recipe::Recipe;
use heapless::String;
use serde::Deserialize;

mod devices;
mod outputs;

pub use devices::{
    DisplayKind, DisplayLine, DisplaySettings, ExpanderSettings, Level, LineBias, LineSettings,
    LinesSettings, TriggerSettings, WatchdogSettings,
};
pub use outputs::LineName;

/// Longest path in a station file, in bytes.
pub const PATH_MAX: usize = 192;
/// Longest name in a station file, in bytes.
pub const NAME_MAX: usize = 32;

/// A path as it stands in the file, relative to the working directory.
pub type PathText = String<PATH_MAX>;
/// A name of a station, a tensor or a line.
pub type NameText = String<NAME_MAX>;

/// The whole file.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Station {
    /// Who this station is.
    pub station: IdentitySettings,
    /// The device and the model.
    pub engine: EngineSettings,
    /// Where pictures come from.
    pub source: SourceSettings,
    /// From frame to model input.
    pub image: ImageSettings,
    /// The line that starts a cycle; without one, each picture does.
    #[serde(default)]
    pub trigger: Option<TriggerSettings>,
    /// The limits of the product.
    pub recipe: Recipe,
    /// When and how a verdict becomes a movement.
    pub gate: GateSettings,
    /// The output lines.
    pub lines: LinesSettings,
    /// The expander that lines with the chip `expander` are on.
    #[serde(default)]
    pub expander: Option<ExpanderSettings>,
    /// The operator's screen.
    pub display: DisplaySettings,
    /// The board's watchdog; without one, only systemd's is fed.
    #[serde(default)]
    pub watchdog: Option<WatchdogSettings>,
    /// The journal.
    pub journal: JournalSettings,
}

/// `station`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentitySettings {
    /// Its name, on the screen and in every journal record.
    pub name: NameText,
}

/// `engine`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EngineSettings {
    /// `builtin`, or the path of a `libascendcl.so`.
    pub library: PathText,
    /// Device number.
    pub device: u8,
    /// Model file.
    pub model: PathText,
    /// Longest time of one execution before the device counts as hung.
    pub timeout_ms: u32,
    /// Parts that may be between decoder and verdict at once.
    pub slots: u8,
    /// Name of the class-mask output; empty for none.
    pub mask: NameText,
    /// Name of the per-class score output; empty for none.
    pub scores: NameText,
    /// What the scores are.
    #[serde(default)]
    pub score_kind: ScoreKind,
    /// After this long without a finished inspection the engine inspects a black picture; 0 for never.
    #[serde(default)]
    pub self_check_ms: u32,
}

/// `source`: exactly one of the two stands in a file that was read.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceSettings {
    /// Pictures arrive as files.
    #[serde(default)]
    pub directory: Option<DirectorySettings>,
    /// Pictures come from a camera.
    #[serde(default)]
    pub camera: Option<CameraSettings>,
}

/// `source.directory`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DirectorySettings {
    /// Directory in which pictures arrive.
    pub path: PathText,
    /// What becomes of a picture once its part is in the journal.
    pub after: After,
    /// Where `after: move` puts it.
    #[serde(default)]
    pub move_to: PathText,
    /// Threads that decode pictures.
    pub workers: u8,
    /// With a trigger: the earliest that its picture is last written, from the edge.
    #[serde(default)]
    pub pair_min_ms: u32,
    /// With a trigger: the latest. A trigger without a picture by then is a fault.
    #[serde(default)]
    pub pair_max_ms: u32,
    /// The directory is scanned so often, instead of waiting for its events; 0 for events.
    #[serde(default)]
    pub poll_ms: u32,
}

/// `source.camera`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CameraSettings {
    /// `simulated`, or a V4L2 device.
    pub device: PathText,
    /// Where the simulated camera takes its frames from: a directory of PNG files.
    #[serde(default)]
    pub frames: PathText,
    /// Frame width.
    pub width: u32,
    /// Frame height.
    pub height: u32,
    /// How the pixels lie.
    pub format: CameraFormat,
    /// What starts an exposure.
    pub mode: CameraMode,
    /// Frames a second that the camera is asked for; checked by watching it.
    pub frames_per_second: u32,
    /// Frames that the driver may fill ahead.
    pub buffers: u8,
    /// From the edge to the latest start of the exposure of its frame. A trigger without a frame by then is a fault.
    pub exposure_max_ms: u32,
}

/// How a camera's pixels lie in memory, as V4L2 names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CameraFormat {
    /// Y0 U Y1 V, two pixels in four bytes.
    Yuyv,
    /// U Y0 V Y1, two pixels in four bytes.
    Uyvy,
    /// A plane of Y, then one of U and V in turn at half the width and height.
    Nv12,
    /// One byte, brightness.
    Grey,
    /// Three bytes, red first.
    Rgb24,
    /// Three bytes, blue first.
    Bgr24,
}

/// What starts an exposure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CameraMode {
    /// The camera, at its own pace.
    FreeRunning,
    /// The trigger, by a wire of its own to the camera.
    Triggered,
}

/// What becomes of an inspected picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum After {
    /// It stays; the journal remembers that it was inspected.
    Keep,
    /// It is moved to `source.directory.move_to`.
    Move,
    /// It is deleted.
    Delete,
}

/// `image`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImageSettings {
    /// Size of every frame; one of another size is a fault. Not checked unless given.
    #[serde(default)]
    pub frame: Option<Size>,
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
pub struct GateSettings {
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
    /// A movement that begins or ends later than this after its time is late; nothing for the default
    /// ([`GateSettings::late_max_ms`]).
    #[serde(default)]
    pub late_max_ms: Option<u32>,
}

/// The most that a movement may be late by default: a file's time of change is known no better (a tick at 100 Hz).
const LATE_MAX_MS: u32 = 10;

impl GateSettings {
    /// A movement that begins or ends later than this after its time is late: `late_max_ms`, or else 10 ms or half of
    /// `pulse_ms`, whichever is less (1 ms at least). Never more than `pulse_ms`: then the part is gone.
    pub fn late_max_ms(&self) -> u32 {
        let default = (self.pulse_ms / 2).clamp(1, LATE_MAX_MS);
        self.late_max_ms.unwrap_or(default).min(self.pulse_ms)
    }
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

/// `journal`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JournalSettings {
    /// Directory of the journal's files.
    pub directory: PathText,
    /// A file that has reached this size is closed and the next one begun.
    pub file_size_max_kib: u32,
    /// Files that are kept; the oldest is deleted when there are more.
    pub files_max: u16,
    /// Whether every record is forced to the disk before the next part.
    pub sync: bool,
    /// How long a record may take until it is written. Past it nothing passes.
    #[serde(default = "stall_ms")]
    pub stall_ms: u32,
}

/// `journal.stall_ms`, where it is left out: far more than a slow card takes, and few parts.
const fn stall_ms() -> u32 {
    1000
}
