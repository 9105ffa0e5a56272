//! The record of a challenge.

use super::{RecipeName, Word};
use crate::control::GOLDEN_MAX;
use crate::hash::Sha256;
use crate::journal::WallTime;
use crate::station::file;
use heapless::Vec;
use serde::{Deserialize, Serialize};

/// Kind `challenge`: a challenge has ended. A `control` record says when it began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename = "challenge")]
pub struct Challenge {
    /// When it ended.
    pub time: WallTime,
    /// `station.name`.
    pub station: file::NameText,
    /// `recipe.name`.
    pub recipe: RecipeName,
    /// Who asked for it: `line`, `command`, or `station` at the start and when it was due.
    pub by: Word,
    /// `challenge.by`: `picture` or `hand`.
    pub method: Word,
    /// Whether every golden part was judged as it must be.
    pub passed: bool,
    /// The golden parts, in the station file's order.
    pub parts: Vec<GoldenPart, GOLDEN_MAX>,
}

/// One golden part.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct GoldenPart {
    /// What it must be judged: `pass` or `reject`.
    pub expected: Word,
    /// `PASS`, `REJECT` or `FAULT`; empty if it was not inspected.
    pub found: Word,
    /// Code of the reason or cause.
    pub code: Word,
    /// By hand: `passed` or `rejected` by the gate. Empty by picture.
    pub gate: Word,
    /// By hand: number of the part.
    pub part: Option<u64>,
    /// Hash of its picture, as in a `part` record.
    pub sha256: Option<Sha256>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::line::{LINE_MAX, decode, encode};
    use crate::journal::tests::{part, start};
    use crate::journal::{Account, Record};

    #[test]
    fn the_longest_challenge_fits_and_survives_a_round_trip() {
        let golden = GoldenPart {
            expected: "reject".parse().unwrap(),
            found: "REJECT".parse().unwrap(),
            code: "c".repeat(24).parse().unwrap(),
            gate: "rejected".parse().unwrap(),
            part: Some(u64::MAX),
            sha256: Some(start(1).model_sha256),
        };
        let challenge = Challenge {
            time: start(1).time,
            station: "\u{1}".repeat(32).parse().unwrap(),
            recipe: "\u{1}".repeat(24).parse().unwrap(),
            by: "command".parse().unwrap(),
            method: "picture".parse().unwrap(),
            passed: true,
            parts: core::iter::repeat_n(golden, GOLDEN_MAX).collect(),
        };
        let mut line = [0; LINE_MAX];
        let (length, _) = encode(&challenge, 0, &mut line).unwrap();
        let record = decode(&line[..length - 1]).unwrap();
        assert_eq!(record, Record::Challenge(Box::new(challenge)));
    }

    #[test]
    fn a_golden_part_is_marked_and_does_not_count() {
        let mut golden = part(7, "a.png");
        let mut account = Account::EMPTY;
        account.add_part(&golden);
        let before = account.clone();
        golden.golden = Some(2);
        account.add_part(&golden);
        assert_eq!(account, before);
        let mut line = [0; LINE_MAX];
        let (length, _) = encode(&golden, 0, &mut line).unwrap();
        let text = str::from_utf8(&line[..length]).unwrap();
        assert!(text.contains(r#","golden":2,"prev":""#), "{text}");
        let record = decode(&line[..length - 1]).unwrap();
        assert_eq!(record, Record::Part(Box::new(golden)));
    }
}
