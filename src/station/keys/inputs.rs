//! Keys of the sections `inputs` and `limits`, and of `gate.confirm`.

use super::KeyKind::{Boolean, Choice, Integer, Section};
use super::{Key, LEVEL, NAME, OFFSET, PATH, key, optional};

pub(super) const KEYS: &[Key] = &[
    optional("inputs", Section, "the input lines beside the trigger"),
    optional(
        "inputs.run",
        Section,
        "active while the station may run; otherwise it is stopped",
    ),
    optional(
        "inputs.test",
        Section,
        "active: the outputs stay at their safe levels, and everything else works",
    ),
    optional(
        "inputs.reset",
        Section,
        "the edge to its active level resets what was latched",
    ),
    optional(
        "inputs.lamp_test",
        Section,
        "active: the lines busy and fault are active",
    ),
    optional(
        "inputs.bin_full",
        Section,
        "active: the bin of rejected parts is full, which stops READY until a reset",
    ),
    optional(
        "inputs.confirm",
        Section,
        "sensor behind the gate; gate.confirm says what it must see",
    ),
    optional(
        "inputs.belt",
        Section,
        "active while the belt should move; always unless given",
    ),
    optional(
        "inputs.challenge",
        Section,
        "the edge to its active level asks for a challenge",
    ),
    optional(
        "inputs.recipe_0",
        Section,
        "bit 0 of the recipe's code; without the line the bit is 0",
    ),
    optional(
        "inputs.recipe_1",
        Section,
        "bit 1 of the recipe's code; without the line the bit is 0",
    ),
    optional(
        "inputs.recipe_2",
        Section,
        "bit 2 of the recipe's code; without the line the bit is 0",
    ),
    optional(
        "inputs.recipe_3",
        Section,
        "bit 3 of the recipe's code; without the line the bit is 0",
    ),
    optional(
        "inputs.recipe_stable_ms",
        Integer(1, 60_000),
        "how long the code must be the same on all its lines before it counts",
    ),
    optional("inputs.*.chip", PATH, "chip of the line"),
    optional("inputs.*.offset", OFFSET, "number of the line on its chip"),
    optional(
        "inputs.*.name",
        NAME,
        "name of the line on its chip, instead of the number",
    ),
    key("inputs.*.active", LEVEL, "level at which it is active"),
    key(
        "inputs.*.bias",
        Choice(&["as_is", "disabled", "pull_up", "pull_down"]),
        "the chip's resistor on the line",
    ),
    key(
        "inputs.*.debounce_us",
        Integer(0, 1_000_000),
        "a level counts once it has lasted this long, by the timestamps of the edges",
    ),
    optional("limits", Section, "what stops READY until a reset"),
    optional(
        "limits.latch_faults",
        Boolean,
        "whether a fault of the station waits for a reset when its cause is gone",
    ),
    optional(
        "limits.rejects_in_a_row",
        Integer(1, 1000),
        "rejected parts in a row at which READY stops",
    ),
    optional(
        "limits.reject_rate",
        Section,
        "share of rejected parts at which READY stops",
    ),
    key(
        "limits.reject_rate.parts",
        Integer(2, 1000),
        "the last parts, among which the rejected ones are counted",
    ),
    key(
        "limits.reject_rate.max_percent",
        Integer(0, 99),
        "largest share of them that may be rejected",
    ),
    optional(
        "gate.confirm",
        Section,
        "when the sensor inputs.confirm must see a part",
    ),
    key(
        "gate.confirm.sees",
        Choice(&["rejected", "passed"]),
        "which parts pass the sensor",
    ),
    key(
        "gate.confirm.min_ms",
        Integer(0, 60_000),
        "shortest time from the due time to the sensor",
    ),
    key(
        "gate.confirm.max_ms",
        Integer(1, 60_000),
        "longest time from the due time to the sensor",
    ),
    optional(
        "gate.confirm.faults_max",
        Integer(1, 1000),
        "parts on the wrong way at which READY stops until a reset",
    ),
];
