//! The state of a station in a word, and why.

use super::facts::Facts;
use core::time::Duration;
use ratatui_core::style::Color;
use sluice::screen::StationState;

/// The recorder takes a turn every 20 ms, and the file is written every second.
const SILENT: Duration = Duration::from_secs(4);

/// The state in a word.
#[derive(Debug, PartialEq, Eq)]
pub struct Condition {
    pub word: String,
    pub colour: Color,
    /// What it means, or why it is not known.
    pub why: String,
    /// What a person can do about it; empty if nothing need be done.
    pub advice: String,
}

/// Works it out. What is not known is said to be so.
pub fn condition(facts: &Facts<'_>) -> Condition {
    let status = facts.status;
    if let Some(failure) = status.failure() {
        let advice = "read it as a user who may, from the directory where the station was started";
        return bad("UNKNOWN", failure, advice);
    }
    if status.is_reading() {
        return Condition {
            word: "READING".to_owned(),
            colour: Color::Yellow,
            why: "the journal is read; its counts are not complete yet".to_owned(),
            advice: String::new(),
        };
    }
    if !status.is_readable() {
        let advice = "look at the disk and its cable, and at `dmesg`";
        return bad("UNKNOWN", "the journal's disk does not answer", advice);
    }
    match status.is_locked() {
        Some(false) => {
            let why = "no program holds the journal: every part is rejected";
            return bad(
                "NOT RUNNING",
                why,
                "systemctl start sluice, or `sluice run`",
            );
        }
        None if facts.live.is_err() => {
            let why = "from here it cannot be seen whether a station runs";
            return bad("UNKNOWN", why, "begin it outside of a container");
        }
        Some(true) | None => {}
    }
    let live = match &facts.live {
        Ok(live) => live,
        Err(why) => {
            return Condition {
                word: "RUNNING".to_owned(),
                colour: Color::Yellow,
                why: "whether READY is on is unknown".to_owned(),
                advice: why.clone(),
            };
        }
    };
    let silent = live.since_turn(facts.now);
    if silent > SILENT {
        let why = format!("the station has written nothing for {} s", silent.as_secs());
        let advice = "it hangs or is suspended: systemctl status sluice, then restart";
        return bad("NO ANSWER", &why, advice);
    }
    let is = |state: StationState| live.state == state.word();
    let colour = if is(StationState::Ready) || is(StationState::Busy) {
        Color::Green
    } else if is(StationState::Fault) || is(StationState::Latched) {
        Color::Red
    } else {
        Color::Yellow
    };
    let why = if live.refusal.is_empty() {
        "triggers are taken".to_owned()
    } else {
        format!("triggers are missed: {}", live.refusal)
    };
    Condition {
        word: live.state.to_string(),
        colour,
        why,
        advice: live.advice.to_string(),
    }
}

fn bad(word: &str, why: &str, advice: &str) -> Condition {
    Condition {
        word: word.to_owned(),
        colour: Color::Red,
        why: why.to_owned(),
        advice: advice.to_owned(),
    }
}
