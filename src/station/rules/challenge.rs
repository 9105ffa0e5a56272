//! Rules about the challenge: it must be able to prove something.

use super::Found;
use crate::control::Expected;
use crate::station::file::{ChallengeBy, ChallengeSettings, Station};

pub(super) fn check(station: &Station, found: &mut Found<'_>) {
    let Some(challenge) = &station.challenge else {
        if station.inputs.challenge.is_some() {
            found.add(
                "inputs.challenge",
                "is given, but there are no golden parts; add the section challenge",
            );
        }
        return;
    };
    pictures(challenge, found);
    for expected in [Expected::Pass, Expected::Reject] {
        if challenge.parts.iter().all(|part| part.expect != expected) {
            found.add(
                "challenge.parts",
                format!(
                    "has no part with \"expect\": \"{expected}\"; allowed: at least one of each kind, or a station that judges \
                     every part the same would pass"
                ),
            );
        }
    }
    if challenge.by == ChallengeBy::Hand && station.trigger.is_none() {
        found.add(
            "challenge.by",
            "is \"hand\", but there is no trigger that counts the parts; add the section trigger, or use \"picture\"",
        );
    }
}

fn pictures(challenge: &ChallengeSettings, found: &mut Found<'_>) {
    for (index, part) in challenge.parts.iter().enumerate() {
        let key = format!("challenge.parts[{index}].picture");
        match (challenge.by, part.picture.is_empty()) {
            (ChallengeBy::Picture, true) => found.add(
                &key,
                "is missing; with challenge.by \"picture\" each part needs its picture file",
            ),
            (ChallengeBy::Hand, false) => found.add(
                &key,
                format!(
                    "is \"{}\", but challenge.by is \"hand\"; leave it out, or use \"picture\"",
                    part.picture
                ),
            ),
            _ => {}
        }
    }
}
