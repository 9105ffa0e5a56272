//! What holds if a file leaves out a key. A test compares the values with what the reader makes of
//! a file without the key.

use KeyDefault::{OfKey, Value, Words};
use core::fmt;

/// What holds without a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyDefault {
    /// This value, as JSON.
    Value(&'static str),
    /// The value of this key.
    OfKey(&'static str),
    /// No value of this key; in words.
    Words(&'static str),
}

impl fmt::Display for KeyDefault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(value) => f.write_str(value),
            Self::OfKey(key) => write!(f, "the value of {key}"),
            Self::Words(words) => f.write_str(words),
        }
    }
}

/// The default of the key with this path in the list of keys.
pub(super) fn of(path: &str) -> Option<KeyDefault> {
    let describes = |(pattern, _): &&(&str, KeyDefault)| match pattern.strip_prefix("*.") {
        // The keys of a line are the same in each section.
        Some(name) => path.rsplit_once('.').is_some_and(|(_, last)| last == name),
        None => match (
            pattern.strip_prefix("recipe."),
            path.strip_prefix("recipes[]."),
        ) {
            (Some(known), Some(name)) => known == name,
            _ => *pattern == path,
        },
    };
    let found = DEFAULTS.iter().find(describes);
    found.map(|(_, default)| *default)
}

/// By the key's path. `recipe.` means `recipes[].` too, and `*.` each section of a line.
const DEFAULTS: &[(&str, KeyDefault)] = &[
    ("$schema", Words("none")),
    ("version", Value("2")),
    ("station.language", Value("\"english\"")),
    ("engine.threads", Words("as many as the machine has cores")),
    ("engine.score_kind", Value("\"softmax\"")),
    ("engine.self_check_ms", Value("0")),
    ("source.directory.move_to", EMPTY),
    ("source.directory.pair_min_ms", Value("0")),
    ("source.directory.pair_max_ms", Value("0")),
    ("source.directory.poll_ms", Value("0")),
    ("source.directory.endings", Value("\"all\"")),
    ("source.camera.frames", EMPTY),
    ("source.camera.dropped_bits", Words("all but the high 8")),
    ("source.camera.demosaic", Value("\"bilinear\"")),
    ("image.resize", Value("\"linear\"")),
    ("recipe.code", Value("0")),
    ("recipe.model", OfKey("engine.model")),
    ("recipe.mask", OfKey("engine.mask")),
    ("recipe.scores", OfKey("engine.scores")),
    ("recipe.score_kind", OfKey("engine.score_kind")),
    ("recipe.image.order", OfKey("image.order")),
    ("recipe.image.resize", OfKey("image.resize")),
    ("recipe.zones", Value("[]")),
    ("recipes", Words("none")),
    ("gate.delay_ms", Words("gate.delay_ticks says it")),
    ("gate.pulse_ms", Words("gate.pulse_ticks says it")),
    ("gate.delay_ticks", Words("gate.delay_ms says it")),
    ("gate.pulse_ticks", Words("gate.pulse_ms says it")),
    (
        "gate.late_max_ms",
        Words("10, or half of gate.pulse_ms if that is less"),
    ),
    ("gate.after_late", Value("\"resume\"")),
    ("gate.dead_time_ms", Value("0")),
    ("gate.gap_min_ms", Value("0")),
    ("gate.overlap", Value("\"merge\"")),
    ("gate.extend_max_ms", Words("twice gate.pulse_ms")),
    ("gate.after_pass", Value("\"close\"")),
    ("gate.confirm.faults_max", Value("1")),
    ("encoder.watch_ms", Value("500")),
    ("inputs.recipe_stable_ms", Value("100")),
    ("limits.latch_faults", Value("false")),
    ("limits.rejects_in_a_row", Words("no limit")),
    (
        "challenge.parts[].picture",
        Words("none: the part goes through the machine"),
    ),
    ("challenge.at_start", Value("true")),
    ("challenge.every_parts", Words("never")),
    ("challenge.every_hours", Words("never")),
    ("lines.stimulus", EMPTY),
    ("lines.timeline", EMPTY),
    ("display.file", EMPTY),
    ("display.device", EMPTY),
    ("display.address", Value("60")),
    ("display.clock_hz", Value("8000000")),
    ("display.rotation_degrees", Value("0")),
    ("journal.stall_ms", Value("1000")),
    ("journal.shifts", Words("none")),
    ("*.chip", OfKey("lines.chip")),
    ("*.offset", Words("the line's name says it")),
    ("*.name", Words("the line's number says it")),
];

const EMPTY: KeyDefault = Value("\"\"");
