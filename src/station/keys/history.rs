//! Keys of the section `history`.

use super::KeyKind::{Integer, Section};
use super::{Key, PATH, key, optional};

const PARTS: super::KeyKind = Integer(0, 10_000);

pub(super) const KEYS: &[Key] = &[
    optional(
        "history",
        Section,
        "model inputs and masks of past parts, for people, training and replay; without it, none are kept",
    ),
    key("history.directory", PATH, "directory of the kept parts"),
    key(
        "history.rejects_max",
        PARTS,
        "rejected parts that are kept: the last ones; 0 for none, as for the next keys",
    ),
    key(
        "history.faults_max",
        PARTS,
        "faults that are kept: the last ones; one without a model input is kept as its record alone",
    ),
    key(
        "history.passes_max",
        PARTS,
        "passed parts that are kept: the last ones that history.pass_every chooses",
    ),
    key(
        "history.pass_every",
        Integer(1, 1_000_000),
        "every how many-th passed part is kept",
    ),
    key(
        "history.near_max",
        PARTS,
        "passed parts that are kept because they are nearest to a limit of the recipe",
    ),
    key(
        "history.size_max_kib",
        Integer(1024, 1_073_741_824),
        "what all kept parts together may take on the disk; the oldest of the largest kind goes first",
    ),
];
