//! Keys of the sections `trigger`, `recipe` and `gate`.

use super::KeyKind::{self, Choice, Integer, List, Real, Section, Text};
use super::{Key, LEVEL, NAME, OFFSET, PATH, PIXEL, PIXELS, key, optional};
use crate::recipe;

const RECIPE_NAME: KeyKind = Text(1, recipe::NAME_MAX);
const AREA: KeyKind = Integer(0, 100_000_000);

pub(super) const KEYS: &[Key] = &[
    optional(
        "trigger",
        Section,
        "the line that starts a cycle; without it, each picture does",
    ),
    optional(
        "trigger.chip",
        PATH,
        "chip of the line; lines.chip unless given",
    ),
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
    key(
        "recipe",
        Section,
        "limits of the product, in pixels of the model's input",
    ),
    key("recipe.name", RECIPE_NAME, "name of the product"),
    key(
        "recipe.classes",
        List(1, recipe::CLASSES_MAX),
        "the defect classes; others are background",
    ),
    key(
        "recipe.classes[].class",
        Integer(1, 254),
        "index of the class in the model's output; 255 marks memory that the device did not write",
    ),
    key("recipe.classes[].name", RECIPE_NAME, "name of the class"),
    key(
        "recipe.classes[].score_min",
        Real(0.0, 1.0),
        "a pixel belongs to the class if its score (a probability, after softmax or sigmoid) is at least this",
    ),
    key(
        "recipe.classes[].blob_area_min_px",
        AREA,
        "smaller blobs are noise and do not count",
    ),
    key(
        "recipe.classes[].blob_area_max_px",
        AREA,
        "a larger blob rejects the part",
    ),
    key(
        "recipe.classes[].total_area_max_px",
        AREA,
        "blobs of the class with a larger total area reject the part",
    ),
    optional(
        "recipe.zones",
        List(0, recipe::ZONES_MAX),
        "rectangles with their own rule",
    ),
    key("recipe.zones[].name", RECIPE_NAME, "name of the zone"),
    key("recipe.zones[].x", PIXEL, "left edge"),
    key("recipe.zones[].y", PIXEL, "upper edge"),
    key("recipe.zones[].width", PIXELS, "width"),
    key("recipe.zones[].height", PIXELS, "height"),
    key(
        "recipe.zones[].rule",
        Choice(&["ignore", "no_defect"]),
        "ignore: pixels in it do not count; no_defect: any blob that touches it rejects",
    ),
    optional(
        "recipe.part_present",
        Section,
        "how to tell that a part is in the picture",
    ),
    key("recipe.part_present.x", PIXEL, "left edge"),
    key("recipe.part_present.y", PIXEL, "upper edge"),
    key("recipe.part_present.width", PIXELS, "width"),
    key("recipe.part_present.height", PIXELS, "height"),
    key(
        "recipe.part_present.brightness_min",
        Integer(0, 255),
        "lowest brightness (mean of the channels) of a part",
    ),
    key(
        "recipe.part_present.brightness_max",
        Integer(0, 255),
        "highest brightness of a part",
    ),
    key(
        "recipe.part_present.share_min_percent",
        Integer(1, 100),
        "share of the rectangle that must be within these limits",
    ),
    key("gate", Section, "when and how a verdict becomes a movement"),
    key(
        "gate.style",
        Choice(&["pulse", "divert"]),
        "pulse: the gate is open at rest and the line throws a part out; divert: the gate rejects at rest and a pass opens it",
    ),
    key(
        "gate.delay_ms",
        Integer(1, 600_000),
        "time from the trigger to the part's arrival at the gate",
    ),
    key(
        "gate.pulse_ms",
        Integer(1, 60_000),
        "duration of the movement",
    ),
    key(
        "gate.deadline_ms",
        Integer(1, 600_000),
        "time from the trigger to the latest decision; at most gate.delay_ms",
    ),
    key(
        "gate.part_interval_ms",
        Integer(1, 600_000),
        "shortest time between two parts",
    ),
    optional(
        "gate.late_max_ms",
        Integer(1, 60_000),
        "how late a movement may begin or end; a later one is recorded, counted and a FAULT; at most gate.pulse_ms counts; 10 unless given, or half of gate.pulse_ms if that is less",
    ),
];
