//! Keys of the section `encoder`, and of `gate` for its ticks.

use super::KeyKind::{Choice, Integer, Section};
use super::{Key, KeyKind, LEVEL, NAME, OFFSET, PATH, key, optional};

const BIAS: KeyKind = Choice(&["as_is", "disabled", "pull_up", "pull_down"]);

pub(super) const KEYS: &[Key] = &[
    optional(
        "encoder",
        Section,
        "the pulse encoder of the belt; without it, all times are by the clock",
    ),
    optional("encoder.chip", PATH, "chip of the line"),
    optional("encoder.offset", OFFSET, "number of the line on its chip"),
    optional(
        "encoder.name",
        NAME,
        "name of the line, instead of the number",
    ),
    key("encoder.active", LEVEL, "an edge to this level is a tick"),
    key("encoder.bias", BIAS, "the chip's resistor on the line"),
    key(
        "encoder.ticks_per_s_max",
        Integer(1, 20_000),
        "highest speed of the belt; a faster belt is a fault",
    ),
    key(
        "encoder.ticks_per_s_min",
        Integer(1, 20_000),
        "lowest speed of a belt that should move; a slower one is a fault",
    ),
    optional(
        "encoder.watch_ms",
        Integer(20, 60_000),
        "how long the speed is measured",
    ),
    optional(
        "encoder.line_b",
        Section,
        "the second line, for the direction; without it, the belt never runs backwards",
    ),
    optional("encoder.line_b.chip", PATH, "chip of the line"),
    optional(
        "encoder.line_b.offset",
        OFFSET,
        "number of the line on its chip",
    ),
    optional(
        "encoder.line_b.name",
        NAME,
        "name of the line, instead of the number",
    ),
    key(
        "encoder.line_b.bias",
        BIAS,
        "the chip's resistor on the line",
    ),
    key(
        "encoder.line_b.means",
        Choice(&["direction", "quadrature"]),
        "direction: its level is the direction; quadrature: each edge of both lines is a tick, and their order is the direction",
    ),
    key(
        "encoder.line_b.forward",
        LEVEL,
        "its level while the belt runs forwards, at an edge of the first line to its active level",
    ),
    optional(
        "gate.delay_ticks",
        Integer(1, 1_000_000),
        "distance from the trigger to the gate, in ticks of the encoder, instead of gate.delay_ms",
    ),
    optional(
        "gate.pulse_ticks",
        Integer(1, 4096),
        "length of the movement in ticks of the encoder, instead of gate.pulse_ms",
    ),
];
