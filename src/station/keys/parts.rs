//! Keys of the sections `trigger` and `gate`.

use super::KeyKind::{Choice, Integer, Section};
use super::{Key, LEVEL, NAME, OFFSET, PATH, key, optional};

pub(super) const KEYS: &[Key] = &[
    optional(
        "trigger",
        Section,
        "the line that starts a cycle; without it, each picture does",
    ),
    optional("trigger.chip", PATH, "chip of the line"),
    optional("trigger.offset", OFFSET, "number of the line on its chip"),
    optional(
        "trigger.name",
        NAME,
        "name of the line, instead of the number",
    ),
    key(
        "trigger.active",
        LEVEL,
        "level while a part is there; the edge to it is the trigger",
    ),
    key(
        "trigger.bias",
        Choice(&["as_is", "disabled", "pull_up", "pull_down"]),
        "the chip's resistor on the line",
    ),
    key(
        "trigger.debounce_us",
        Integer(0, 1_000_000),
        "a level counts once it has lasted this long, by the timestamps of the edges; 0 for every edge; shorter than gate.deadline_ms",
    ),
    key(
        "trigger.undecided_max",
        Integer(1, 64),
        "parts that may be undecided at once: with 1, ready drops while the station is busy; an edge while not ready is a missed trigger",
    ),
    key("gate", Section, "when and how a verdict becomes a movement"),
    key(
        "gate.style",
        Choice(&["pulse", "divert"]),
        "pulse: the gate is open at rest and the line throws a part out; divert: the gate rejects at rest and a pass opens it",
    ),
    optional(
        "gate.delay_ms",
        Integer(1, 600_000),
        "time from the trigger to the part's arrival at the gate; this, or gate.delay_ticks",
    ),
    optional(
        "gate.pulse_ms",
        Integer(1, 60_000),
        "duration of the movement; this, or gate.pulse_ticks",
    ),
    key(
        "gate.deadline_ms",
        Integer(1, 600_000),
        "time from the trigger to the latest decision; at most gate.delay_ms",
    ),
    key(
        "gate.part_interval_ms",
        Integer(1, 600_000),
        "shortest time between two parts; with an encoder, at the belt's highest speed",
    ),
    optional(
        "gate.late_max_ms",
        Integer(1, 60_000),
        "how late a movement may begin or end; a later one is recorded, counted and a FAULT; at most gate.pulse_ms counts",
    ),
    optional(
        "gate.after_late",
        Choice(&["resume", "stop"]),
        "once the parts that a late movement affects are gone: resume: ready again by itself; stop: not ready until the station is started again",
    ),
    optional(
        "gate.dead_time_ms",
        Integer(0, 60_000),
        "time from the line's edge until the actuator moves; the line moves this much earlier",
    ),
    optional(
        "gate.gap_min_ms",
        Integer(0, 60_000),
        "shortest rest of the actuator between two movements; a good part in a shorter one is rejected",
    ),
    optional(
        "gate.overlap",
        Choice(&["merge", "extend"]),
        "a reject during another's pulse: merge: one movement to the end of the later pulse; extend: a whole pulse is added",
    ),
    optional(
        "gate.extend_max_ms",
        Integer(1, 600_000),
        "with extend: how long after its due time a reject may hold the gate",
    ),
    optional(
        "gate.after_pass",
        Choice(&["close", "hold"]),
        "divert: close: the gate closes gate.pulse_ms after a part that passed was due; hold: it stays open until a part needs it closed",
    ),
];
