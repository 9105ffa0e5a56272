//! The station file as types of fixed size. [`super::keys`] gives the meaning, unit and range of
//! each key.

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

/// A path in the station file, relative to the working directory.
pub type PathText = String<PATH_MAX>;
/// A name of a station, a tensor or a line.
pub type NameText = String<NAME_MAX>;

/// The whole file.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Station {
    /// The station's name.
    pub station: IdentitySettings,
    /// The device and the model.
    pub engine: EngineSettings,
    /// Where pictures come from.
    pub source: SourceSettings,
    /// How a frame becomes the model's input.
    pub image: ImageSettings,
    /// The line that starts a cycle. Without it, each picture starts one.
    #[serde(default)]
    pub trigger: Option<TriggerSettings>,
    /// The limits of the product.
    pub recipe: Recipe,
    /// When and how a verdict moves a line.
    pub gate: GateSettings,
    /// The output lines.
    pub lines: LinesSettings,
    /// The I/O expander of the lines whose chip is `expander`.
    #[serde(default)]
    pub expander: Option<ExpanderSettings>,
    /// The operator's screen.
    pub display: DisplaySettings,
    /// The board's watchdog. Without it, only systemd's watchdog is fed.
    #[serde(default)]
    pub watchdog: Option<WatchdogSettings>,
    /// The journal.
    pub journal: JournalSettings,
}

/// `station`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentitySettings {
    /// The station's name, shown on the screen and in every journal record.
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
    /// Longest time of one execution. After it the device counts as hung.
    pub timeout_ms: u32,
    /// Parts that may be between decoder and verdict at once.
    pub slots: u8,
    /// Name of the class-mask output, or empty.
    pub mask: NameText,
    /// Name of the per-class score output, or empty.
    pub scores: NameText,
    /// What the scores are.
    #[serde(default)]
    pub score_kind: ScoreKind,
    /// Without a finished inspection for this long, the station inspects a black picture. 0
    /// disables this.
    #[serde(default)]
    pub self_check_ms: u32,
}

/// `source`. A checked file has exactly one of the two.
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
    /// What happens to a picture once its part is in the journal.
    pub after: After,
    /// The target of `after: move`.
    #[serde(default)]
    pub move_to: PathText,
    /// Threads that decode pictures.
    pub workers: u8,
    /// With a trigger: shortest time from the edge to the last write of its picture.
    #[serde(default)]
    pub pair_min_ms: u32,
    /// With a trigger: longest time from the edge to the last write of its picture. A trigger
    /// without a picture by then is a fault.
    #[serde(default)]
    pub pair_max_ms: u32,
    /// Interval of directory scans, which replace file events; 0 for events.
    #[serde(default)]
    pub poll_ms: u32,
}

/// `source.camera`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CameraSettings {
    /// `simulated`, or a V4L2 device.
    pub device: PathText,
    /// Directory of PNG files from which the simulated camera takes its frames.
    #[serde(default)]
    pub frames: PathText,
    /// Frame width.
    pub width: u32,
    /// Frame height.
    pub height: u32,
    /// Pixel format.
    pub format: CameraFormat,
    /// What starts an exposure.
    pub mode: CameraMode,
    /// Frames per second to request. The station measures the actual rate.
    pub frames_per_second: u32,
    /// Frames that the driver may fill in advance.
    pub buffers: u8,
    /// Longest time from the edge to the start of the exposure of its frame. A trigger without a
    /// frame by then is a fault.
    pub exposure_max_ms: u32,
}

/// Layout of a camera's pixels in memory, by V4L2's names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CameraFormat {
    /// Y0 U Y1 V: two pixels in four bytes.
    Yuyv,
    /// U Y0 V Y1: two pixels in four bytes.
    Uyvy,
    /// A plane of Y, then a plane of interleaved U and V at half the width and height.
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
    /// The trigger signal, which is wired to the camera as well.
    Triggered,
}

/// What happens to an inspected picture.
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
    /// Size of every frame. A frame of another size is a fault. Without it, the size is not
    /// checked.
    #[serde(default)]
    pub frame: Option<Size>,
    /// The region of the frame that is inspected.
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
    /// Time from the trigger to the part's arrival at the gate.
    pub delay_ms: u32,
    /// Duration of the movement.
    pub pulse_ms: u32,
    /// Time from the trigger to the latest decision. A later decision makes the part a fault.
    pub deadline_ms: u32,
    /// Shortest time between two parts on the line.
    pub part_interval_ms: u32,
    /// How late a movement may begin or end, if given. [`GateSettings::late_max_ms`] applies the
    /// default.
    #[serde(default)]
    pub late_max_ms: Option<u32>,
}

/// Default limit for late movements. The timestamps of files are no more precise than a kernel tick
/// (100 Hz).
const LATE_MAX_MS: u32 = 10;

impl GateSettings {
    /// How late a movement may begin or end: `late_max_ms`, or by default the smaller of 10 ms and
    /// half of `pulse_ms` (at least 1 ms). At most `pulse_ms`, because after that the part is gone.
    pub fn late_max_ms(&self) -> u32 {
        let default = (self.pulse_ms / 2).clamp(1, LATE_MAX_MS);
        self.late_max_ms.unwrap_or(default).min(self.pulse_ms)
    }
}

/// How the reject line moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GateStyle {
    /// The gate is open at rest. The line is active for `pulse_ms` at the due time of each part
    /// that did not pass.
    Pulse,
    /// The gate is closed at rest. The line is inactive for `pulse_ms` at the due time of each part
    /// that passed.
    Divert,
}

/// `journal`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JournalSettings {
    /// Directory of the journal's files.
    pub directory: PathText,
    /// A file that has reached this size is closed and the next one started.
    pub file_size_max_kib: u32,
    /// Number of files to keep. The oldest is deleted when there are more.
    pub files_max: u16,
    /// Whether every record is flushed to the disk before the next part.
    pub sync: bool,
    /// How long writing a record may take. After that, nothing passes.
    #[serde(default = "stall_ms")]
    pub stall_ms: u32,
}

/// Default of `journal.stall_ms`: much longer than a slow memory card needs, and short enough that
/// few parts pass meanwhile.
const fn stall_ms() -> u32 {
    1000
}
