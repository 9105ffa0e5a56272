//! The station file as types of fixed size. [`super::keys`] gives the meaning, unit and range of
//! each key.

use crate::image::{ChannelOrder, Interpolation, Roi, Size};
use crate::language::Language;
use crate::recipe::{RECIPES_MAX, Recipe, ScoreKind};
use heapless::Vec;
use serde::{Deserialize, Serialize};

mod camera;
mod challenge;
mod devices;
mod encoder;
mod history;
mod inputs;
mod journal;
mod neighbours;
mod outputs;
mod shifts;

pub use crate::bounded::text::{NAME_MAX, NameText, PATH_MAX, PathText};
pub use camera::{CameraFormat, CameraMode, CameraSettings, FORMATS};
pub use challenge::{ChallengeBy, ChallengeSettings, GoldenSettings};
pub use devices::{
    DisplayKind, DisplayLine, DisplaySettings, ExpanderSettings, Level, LineBias, LineSettings,
    LinesSettings, TriggerSettings, WatchdogSettings,
};
pub use encoder::{EncoderSettings, LineBSettings, LineBUse, RECORD_TICKS};
pub use history::HistorySettings;
pub use inputs::{
    ConfirmSettings, InputName, InputSettings, InputsSettings, LimitsSettings, RejectRateSettings,
    Sees,
};
pub use journal::JournalSettings;
pub use neighbours::{AfterPass, OverlapRule};
pub use outputs::LineName;
pub use shifts::{SHIFTS_MAX, ShiftSettings, ShiftsSettings};

/// The whole file.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Station {
    /// Where an editor finds the schema of this file. The station does not read it.
    #[serde(rename = "$schema", default)]
    pub schema: PathText,
    /// The layout of the file.
    #[serde(default)]
    pub version: Option<u32>,
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
    /// The encoder of the belt.
    #[serde(default)]
    pub encoder: Option<EncoderSettings>,
    /// How the product is judged.
    pub recipe: Recipe,
    /// How further products are judged.
    #[serde(default)]
    pub recipes: Vec<Recipe, { RECIPES_MAX - 1 }>,
    /// When and how a verdict moves a line.
    pub gate: GateSettings,
    /// The output lines.
    pub lines: LinesSettings,
    /// The input lines beside the trigger.
    #[serde(default)]
    pub inputs: InputsSettings,
    /// What stops READY until a reset.
    #[serde(default)]
    pub limits: LimitsSettings,
    /// The golden parts that prove the station. Without it, there is no challenge.
    #[serde(default)]
    pub challenge: Option<ChallengeSettings>,
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
    /// Which parts are kept with their pictures. Without it, none are.
    #[serde(default)]
    pub history: Option<HistorySettings>,
}

/// `station`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentitySettings {
    /// The station's name, shown on the screen and in every journal record.
    pub name: NameText,
    /// The language of the operator's screen and of `sluice check`.
    #[serde(default)]
    pub language: Language,
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
    /// Threads that compute the model on the CPU; 0 for as many as there are cores.
    #[serde(default)]
    pub threads: u8,
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
    /// Which files are pictures.
    #[serde(default)]
    pub endings: Endings,
}

/// Which files are pictures, by the ending of their names. What a file holds, its first bytes tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Endings {
    /// Those of all formats.
    #[default]
    All,
    /// `.png`.
    Png,
    /// `.jpg` and `.jpeg`.
    Jpeg,
    /// `.bmp`.
    Bmp,
    /// `.pgm`, `.ppm` and `.pnm`.
    Pnm,
    /// `.tif` and `.tiff`.
    Tiff,
}

impl Endings {
    /// The endings, without the dot.
    pub const fn words(self) -> &'static [&'static str] {
        match self {
            Self::All => &[
                "png", "jpg", "jpeg", "bmp", "pgm", "ppm", "pnm", "tif", "tiff",
            ],
            Self::Png => &["png"],
            Self::Jpeg => &["jpg", "jpeg"],
            Self::Bmp => &["bmp"],
            Self::Pnm => &["pgm", "ppm", "pnm"],
            Self::Tiff => &["tif", "tiff"],
        }
    }
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
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize)]
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
    /// The rule of the resize. It is no part of a recipe's hash unless it is named, since older
    /// files do not name it.
    #[serde(default, skip_serializing_if = "Interpolation::is_default")]
    pub resize: Interpolation,
}

/// `gate`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GateSettings {
    /// How the reject line moves.
    pub style: GateStyle,
    /// Time from the trigger to the part's arrival at the gate. With `delay_ticks`: at the belt's
    /// highest speed.
    #[serde(default)]
    pub delay_ms: u32,
    /// Duration of the movement. With `pulse_ticks`: at the belt's highest speed.
    #[serde(default)]
    pub pulse_ms: u32,
    /// Distance from the trigger to the gate, in ticks of the encoder.
    #[serde(default)]
    pub delay_ticks: Option<u32>,
    /// Length of the movement, in ticks of the encoder.
    #[serde(default)]
    pub pulse_ticks: Option<u32>,
    /// Time from the trigger to the latest decision. A later decision makes the part a fault.
    pub deadline_ms: u32,
    /// Shortest time between two parts on the line.
    pub part_interval_ms: u32,
    /// How late a movement may begin or end, if given. [`GateSettings::late_max_ms`] applies the
    /// default.
    #[serde(default)]
    pub late_max_ms: Option<u32>,
    /// When the sensor behind the gate must see a part.
    #[serde(default)]
    pub confirm: Option<ConfirmSettings>,
    /// What follows once the parts that a late movement affects are gone.
    #[serde(default)]
    pub after_late: AfterLate,
    /// Time from the line's edge until the actuator moves. The line moves this much earlier.
    #[serde(default)]
    pub dead_time_ms: u32,
    /// Shortest rest of the actuator between two movements.
    #[serde(default)]
    pub gap_min_ms: u32,
    /// What overlapping pulses become.
    #[serde(default)]
    pub overlap: OverlapRule,
    /// With `overlap: extend`: how long after its due time a reject may hold the gate, if given.
    /// [`GateSettings::extend_max_ms`] applies the default.
    #[serde(default)]
    pub extend_max_ms: Option<u32>,
    /// What a divert gate does after a part that passed.
    #[serde(default)]
    pub after_pass: AfterPass,
}

/// What follows a late movement that a part may have used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AfterLate {
    /// The station is ready again by itself.
    #[default]
    Resume,
    /// The station stays not ready, and nothing passes, until it is started again.
    Stop,
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

    /// Time from the trigger until the line moves: the delay without the actuator's dead time.
    pub const fn line_delay_ms(&self) -> u32 {
        self.delay_ms.saturating_sub(self.dead_time_ms)
    }

    /// How long after its due time a reject may hold the gate: by default two pulses.
    pub fn extend_max_ms(&self) -> u32 {
        let default = self.pulse_ms.saturating_mul(2);
        self.extend_max_ms.unwrap_or(default)
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

impl GateStyle {
    /// The word in the station file.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pulse => "pulse",
            Self::Divert => "divert",
        }
    }
}
