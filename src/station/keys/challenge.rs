//! Keys of the section `challenge`.

use super::KeyKind::{Boolean, Choice, Integer, List, Section};
use super::{Key, PATH, key, optional};
use crate::control::GOLDEN_MAX;

pub(super) const KEYS: &[Key] = &[
    optional(
        "challenge",
        Section,
        "golden parts that prove that the station tells good parts from bad ones",
    ),
    key(
        "challenge.by",
        Choice(&["picture", "hand"]),
        "picture: by picture files; hand: the operator puts the parts on the line",
    ),
    key(
        "challenge.parts",
        List(2, GOLDEN_MAX),
        "the golden parts in their order, at least one of each kind",
    ),
    optional(
        "challenge.parts[].picture",
        PATH,
        "with picture: the part's picture file, outside source.directory.path",
    ),
    key(
        "challenge.parts[].expect",
        Choice(&["pass", "reject"]),
        "what the part must be judged; a FAULT is neither",
    ),
    optional(
        "challenge.at_start",
        Boolean,
        "whether a challenge must pass before the first part",
    ),
    optional(
        "challenge.every_parts",
        Integer(1, 100_000_000),
        "parts after which a challenge is due",
    ),
    optional(
        "challenge.every_hours",
        Integer(1, 8760),
        "hours after which a challenge is due",
    ),
];
