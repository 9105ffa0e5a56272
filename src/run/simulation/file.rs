//! The station files of the simulation. A seed has one of them.

use super::encoder::Lines;
use super::random::Random;
use crate::station::file::{ChallengeBy, EncoderSettings, LineBUse};
use crate::station::{Station, read};

/// The fastest belt, the usual one, and the slowest that should move, in ticks a second.
pub const SPEEDS: [i64; 3] = [1_000, 700, 200];
/// How long the belt's speed is measured.
pub const WATCH_MS: u64 = 100;
/// How long a recipe's code must be the same.
pub const STABLE_MS: u64 = 40;
/// The code that no recipe has, besides 0.
pub const CODES: [u8; 2] = [1, 2];

/// A gate, limits and an encoder.
struct Variant {
    gate: &'static str,
    limits: &'static str,
    lines: Option<Lines>,
    /// An input line says whether the belt should move.
    driven_by_line: bool,
}

const fn timed(gate: &'static str, limits: &'static str) -> Variant {
    Variant {
        gate,
        limits,
        lines: None,
        driven_by_line: false,
    }
}

const fn on_belt(gate: &'static str, lines: Lines, driven_by_line: bool) -> Variant {
    Variant {
        gate,
        limits: "",
        lines: Some(lines),
        driven_by_line,
    }
}

const LATCHES: &str = r#""latch_faults": true, "#;

/// Gate, limits and encoder differ; the rest of the file is the same, or drawn.
const VARIANTS: [Variant; 12] = [
    timed(r#""style": "pulse", "delay_ms": 800, "pulse_ms": 12"#, ""),
    on_belt(
        r#""style": "pulse", "delay_ticks": 800, "pulse_ms": 12"#,
        Lines::One,
        false,
    ),
    timed(r#""style": "divert", "delay_ms": 800, "pulse_ms": 12"#, ""),
    on_belt(
        r#""style": "divert", "delay_ticks": 800, "pulse_ticks": 12"#,
        Lines::Quadrature,
        true,
    ),
    timed(
        r#""style": "pulse", "delay_ms": 800, "pulse_ms": 24, "overlap": "extend", "extend_max_ms": 60, "gap_min_ms": 5"#,
        "",
    ),
    on_belt(
        r#""style": "pulse", "delay_ticks": 800, "pulse_ticks": 12"#,
        Lines::Direction,
        false,
    ),
    timed(
        r#""style": "divert", "delay_ms": 800, "pulse_ms": 12, "gap_min_ms": 15, "after_pass": "hold""#,
        "",
    ),
    on_belt(
        r#""style": "divert", "delay_ms": 800, "pulse_ticks": 12"#,
        Lines::Quadrature,
        false,
    ),
    timed(
        r#""style": "pulse", "delay_ms": 800, "pulse_ms": 12"#,
        LATCHES,
    ),
    Variant {
        gate: r#""style": "divert", "delay_ticks": 800, "pulse_ms": 12, "after_pass": "hold""#,
        limits: LATCHES,
        lines: Some(Lines::One),
        driven_by_line: true,
    },
    timed(
        r#""style": "divert", "delay_ms": 800, "pulse_ms": 12, "dead_time_ms": 5"#,
        LATCHES,
    ),
    on_belt(
        r#""style": "pulse", "delay_ticks": 800, "pulse_ms": 24, "overlap": "extend", "extend_max_ms": 60"#,
        Lines::Quadrature,
        true,
    ),
];

/// How the recipe is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chosen {
    /// There is one recipe only.
    Never,
    /// By input lines.
    ByLines,
    /// By a command.
    ByCommand,
}

/// What the station of a seed has.
#[derive(Debug, Clone, Copy)]
pub struct Features {
    pub lines: Option<Lines>,
    pub driven_by_line: bool,
    pub chosen: Chosen,
    pub challenge: Option<ChallengeBy>,
    at_start: bool,
    every_parts: u64,
}

/// What the station of this seed has.
pub fn features(seed: u64) -> Features {
    let mut random = Random::new(seed, u32::MAX - 1);
    let variant = variant(seed);
    Features {
        lines: variant.lines,
        driven_by_line: variant.driven_by_line,
        chosen: match random.below(3) {
            0 => Chosen::Never,
            1 => Chosen::ByLines,
            _ => Chosen::ByCommand,
        },
        challenge: match random.below(3) {
            0 => None,
            1 => Some(ChallengeBy::Picture),
            _ => Some(ChallengeBy::Hand),
        },
        at_start: random.below(2) == 0,
        every_parts: random.between(150, 900),
    }
}

fn variant(seed: u64) -> &'static Variant {
    let place = usize::try_from(seed % 12).unwrap_or(0);
    VARIANTS.get(place).unwrap_or(&VARIANTS[0])
}

/// The station of this seed, with its journal in this directory.
pub fn station(seed: u64, journal: &str) -> Result<Station, String> {
    let features = features(seed);
    let Variant { gate, limits, .. } = variant(seed);
    let mut inputs: Vec<_> = ["run", "test", "reset", "lamp_test", "bin_full", "confirm"].into();
    if features.driven_by_line {
        inputs.push("belt");
    }
    let mut stable = String::new();
    if features.chosen == Chosen::ByLines {
        inputs.extend(["recipe_0", "recipe_1"]);
        stable = format!(r#", "recipe_stable_ms": {STABLE_MS}"#);
    }
    let challenge = features
        .challenge
        .map(|by| challenge(by, &features))
        .unwrap_or_default();
    if !challenge.is_empty() {
        inputs.push("challenge");
    }
    let inputs: Vec<_> = (20..)
        .zip(inputs)
        .map(|(offset, name)| {
            format!(
                r#""{name}": {{ "offset": {offset}, "active": "high", "bias": "pull_down", "debounce_us": 0 }}"#
            )
        })
        .collect();
    let inputs = inputs.join(", ") + &stable;
    let output = |offset: u8| {
        let safe = if offset == 0 { "high" } else { "low" };
        format!(r#"{{ "offset": {offset}, "active": "high", "safe": "{safe}" }}"#)
    };
    let outputs: Vec<_> = (0..6).map(output).collect();
    let [reject, pass, ready, busy, fault, alive] = outputs.as_slice() else {
        return Err("six output lines".to_owned());
    };
    let encoder = features.lines.map(encoder).unwrap_or_default();
    let [plate, flange] = [("plate", 1, 3, 6), ("flange", 2, 20, 40)].map(recipe);
    let recipes = if features.chosen == Chosen::Never {
        String::new()
    } else {
        format!(r#""recipes": [ {flange} ],"#)
    };
    let text = format!(
        r#"{{
  "station": {{ "name": "simulation" }},
  "engine": {{ "library": "builtin", "device": 0, "model": "none.onnx", "timeout_ms": 2000, "slots": 2,
    "mask": "mask", "scores": "", "self_check_ms": 4000 }},
  "source": {{ "directory": {{ "path": "parts", "after": "keep", "workers": 2, "pair_min_ms": 1, "pair_max_ms": 9 }} }},
  "image": {{ "roi": {{ "x": 0, "y": 0, "width": 32, "height": 16 }}, "size": {{ "width": 32, "height": 16 }},
    "order": "bgr" }},
  "trigger": {{ "offset": 9, "active": "high", "bias": "pull_down", "debounce_us": 300, "undecided_max": 12 }},
  "recipe": {plate}, {recipes} {encoder} {challenge}
  "gate": {{ {gate}, "deadline_ms": 500, "part_interval_ms": 20, "late_max_ms": 3,
    "confirm": {{ "sees": "rejected", "min_ms": 2, "max_ms": 15, "faults_max": 3 }} }},
  "lines": {{ "chip": "simulated", "timeline": "lines.csv", "reject": {reject}, "pass": {pass}, "ready": {ready},
    "busy": {busy}, "fault": {fault}, "alive": {alive} }},
  "inputs": {{ {inputs} }},
  "limits": {{ {limits}"rejects_in_a_row": 14, "reject_rate": {{ "parts": 60, "max_percent": 60 }} }},
  "display": {{ "kind": "png_colour", "file": "screen.png" }},
  "journal": {{ "directory": "{journal}", "file_size_max_kib": 64, "files_max": 3, "sync": false, "stall_ms": 300 }}
}}"#
    );
    read(text.as_bytes()).map_err(|problems| {
        let all: Vec<_> = problems.iter().map(ToString::to_string).collect();
        format!("the station file: {}", all.join("; "))
    })
}

/// A recipe under which defects of these areas are allowed.
fn recipe((name, code, blob_px, total_px): (&str, u8, u32, u32)) -> String {
    format!(
        r#"{{ "name": "{name}", "code": {code}, "classes": [ {{ "class": 1, "name": "defect", "score_min": 0.5,
    "blob_area_min_px": 2, "blob_area_max_px": {blob_px}, "total_area_max_px": {total_px} }} ] }}"#
    )
}

fn encoder(lines: Lines) -> String {
    let [max, _, min] = SPEEDS;
    let line_b = |means: &str| {
        format!(
            r#", "line_b": {{ "offset": 41, "bias": "pull_up", "means": "{means}", "forward": "low" }}"#
        )
    };
    let line_b = match lines {
        Lines::One => String::new(),
        Lines::Direction => line_b("direction"),
        Lines::Quadrature => line_b("quadrature"),
    };
    format!(
        r#""encoder": {{ "offset": 40, "active": "high", "bias": "pull_up", "ticks_per_s_max": {max},
    "ticks_per_s_min": {min}, "watch_ms": {WATCH_MS} {line_b} }},"#
    )
}

/// The lines of an encoder.
pub fn station_lines(encoder: &EncoderSettings) -> Lines {
    match encoder.line_b.as_ref().map(|line| line.means) {
        None => Lines::One,
        Some(LineBUse::Direction) => Lines::Direction,
        Some(LineBUse::Quadrature) => Lines::Quadrature,
    }
}

fn challenge(by: ChallengeBy, features: &Features) -> String {
    let word = by.word();
    let picture = |name: &str| match by {
        ChallengeBy::Picture => format!(r#""picture": "{name}", "#),
        ChallengeBy::Hand => String::new(),
    };
    let (good, bad) = (picture("good.png"), picture("bad.png"));
    let (at_start, every) = (features.at_start, features.every_parts);
    format!(
        r#""challenge": {{ "by": "{word}", "parts": [ {{ {good}"expect": "pass" }}, {{ {bad}"expect": "reject" }} ],
    "at_start": {at_start}, "every_parts": {every} }},"#
    )
}
