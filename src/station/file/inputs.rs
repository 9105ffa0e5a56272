//! The input lines beside the trigger, the limits that stop READY, and the confirmation.

use super::{Level, LineBias, NameText, PathText};
use core::fmt;
use serde::Deserialize;

/// `inputs`: every line may be left out.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InputsSettings {
    /// Active while the station may run.
    #[serde(default)]
    pub run: Option<InputSettings>,
    /// Active while the outputs must stay at their safe levels.
    #[serde(default)]
    pub test: Option<InputSettings>,
    /// Becomes active to reset what was latched.
    #[serde(default)]
    pub reset: Option<InputSettings>,
    /// Active while the lamps are tested.
    #[serde(default)]
    pub lamp_test: Option<InputSettings>,
    /// Active while the bin of the rejected parts is full.
    #[serde(default)]
    pub bin_full: Option<InputSettings>,
    /// Becomes active when a part passes the sensor behind the gate.
    #[serde(default)]
    pub confirm: Option<InputSettings>,
    /// Active while the belt should move.
    #[serde(default)]
    pub belt: Option<InputSettings>,
    /// Becomes active to ask for a challenge.
    #[serde(default)]
    pub challenge: Option<InputSettings>,
    /// Bit 0 of the recipe's code.
    #[serde(default)]
    pub recipe_0: Option<InputSettings>,
    /// Bit 1 of the recipe's code.
    #[serde(default)]
    pub recipe_1: Option<InputSettings>,
    /// Bit 2 of the recipe's code.
    #[serde(default)]
    pub recipe_2: Option<InputSettings>,
    /// Bit 3 of the recipe's code.
    #[serde(default)]
    pub recipe_3: Option<InputSettings>,
    /// How long the code must be the same on all its lines before it counts.
    #[serde(default = "recipe_stable_ms")]
    pub recipe_stable_ms: u32,
}

/// One input line.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InputSettings {
    /// Chip of the line; `lines.chip` unless given.
    #[serde(default)]
    pub chip: PathText,
    /// The line's number on the chip.
    #[serde(default)]
    pub offset: Option<u32>,
    /// The line's name on the chip, instead of the number.
    #[serde(default)]
    pub name: NameText,
    /// The level at which it is active.
    pub active: Level,
    /// What sets the level when nothing drives the line.
    pub bias: LineBias,
    /// A level counts once it has lasted this long, by the timestamps of the edges.
    pub debounce_us: u32,
}

/// An input line by its name in the station file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InputName {
    /// `inputs.run`
    Run,
    /// `inputs.test`
    Test,
    /// `inputs.reset`
    Reset,
    /// `inputs.lamp_test`
    LampTest,
    /// `inputs.bin_full`
    BinFull,
    /// `inputs.confirm`
    Confirm,
    /// `inputs.belt`
    Belt,
    /// `inputs.challenge`
    Challenge,
    /// `inputs.recipe_0`
    Recipe0,
    /// `inputs.recipe_1`
    Recipe1,
    /// `inputs.recipe_2`
    Recipe2,
    /// `inputs.recipe_3`
    Recipe3,
}

impl InputName {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Run,
        Self::Test,
        Self::Reset,
        Self::LampTest,
        Self::BinFull,
        Self::Confirm,
        Self::Belt,
        Self::Challenge,
        Self::Recipe0,
        Self::Recipe1,
        Self::Recipe2,
        Self::Recipe3,
    ];

    /// The lines of the recipe's code, the lowest bit first.
    pub const RECIPE: [Self; 4] = [Self::Recipe0, Self::Recipe1, Self::Recipe2, Self::Recipe3];

    /// Key in the station file.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Run => "inputs.run",
            Self::Test => "inputs.test",
            Self::Reset => "inputs.reset",
            Self::LampTest => "inputs.lamp_test",
            Self::BinFull => "inputs.bin_full",
            Self::Confirm => "inputs.confirm",
            Self::Belt => "inputs.belt",
            Self::Challenge => "inputs.challenge",
            Self::Recipe0 => "inputs.recipe_0",
            Self::Recipe1 => "inputs.recipe_1",
            Self::Recipe2 => "inputs.recipe_2",
            Self::Recipe3 => "inputs.recipe_3",
        }
    }
}

/// Key in the station file.
impl fmt::Display for InputName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key())
    }
}

impl Default for InputsSettings {
    fn default() -> Self {
        Self {
            run: None,
            test: None,
            reset: None,
            lamp_test: None,
            bin_full: None,
            confirm: None,
            belt: None,
            challenge: None,
            recipe_0: None,
            recipe_1: None,
            recipe_2: None,
            recipe_3: None,
            recipe_stable_ms: recipe_stable_ms(),
        }
    }
}

impl InputsSettings {
    /// Whether input lines choose the recipe.
    pub fn choose_recipe(&self) -> bool {
        let mut lines = InputName::RECIPE.into_iter();
        lines.any(|name| self.input(name).is_some())
    }

    /// The line of this name, if the station has it.
    pub const fn input(&self, name: InputName) -> Option<&InputSettings> {
        match name {
            InputName::Run => self.run.as_ref(),
            InputName::Test => self.test.as_ref(),
            InputName::Reset => self.reset.as_ref(),
            InputName::LampTest => self.lamp_test.as_ref(),
            InputName::BinFull => self.bin_full.as_ref(),
            InputName::Confirm => self.confirm.as_ref(),
            InputName::Belt => self.belt.as_ref(),
            InputName::Challenge => self.challenge.as_ref(),
            InputName::Recipe0 => self.recipe_0.as_ref(),
            InputName::Recipe1 => self.recipe_1.as_ref(),
            InputName::Recipe2 => self.recipe_2.as_ref(),
            InputName::Recipe3 => self.recipe_3.as_ref(),
        }
    }

    /// The lines that the station has.
    pub fn inputs(&self) -> impl Iterator<Item = (InputName, &InputSettings)> {
        InputName::ALL
            .into_iter()
            .filter_map(|name| Some((name, self.input(name)?)))
    }
}

/// `limits`: what stops READY until a reset.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitsSettings {
    /// A fault of the station waits for a reset, even if its cause is gone.
    #[serde(default)]
    pub latch_faults: bool,
    /// Rejected parts in a row at which READY stops.
    #[serde(default)]
    pub rejects_in_a_row: Option<u16>,
    /// The share of rejected parts at which READY stops.
    #[serde(default)]
    pub reject_rate: Option<RejectRateSettings>,
}

/// `limits.reject_rate`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RejectRateSettings {
    /// The last parts among which the rejected ones are counted.
    pub parts: u16,
    /// The largest share of them that may be rejected.
    pub max_percent: u8,
}

/// `gate.confirm`: when the sensor behind the gate must see a part.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfirmSettings {
    /// Which parts pass the sensor.
    pub sees: Sees,
    /// Shortest time from the due time to the sensor's edge.
    pub min_ms: u32,
    /// Longest time from the due time to the sensor's edge.
    pub max_ms: u32,
    /// Faults at which READY stops until a reset.
    #[serde(default = "one")]
    pub faults_max: u16,
}

/// Which parts pass the sensor behind the gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sees {
    /// Those that the gate rejected.
    Rejected,
    /// Those that the gate let through.
    Passed,
}

const fn recipe_stable_ms() -> u32 {
    100
}

const fn one() -> u16 {
    1
}
