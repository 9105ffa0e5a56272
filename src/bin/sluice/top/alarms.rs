//! What a person at the station must look at, and what to do.

use super::facts::{Disk, Facts};
use super::units::{clock, size};
use core::time::Duration;
use sluice::status::advice;

/// Parts among which faults are alarms.
const RECENT: usize = 20;
/// A disk with less free space is an alarm.
const FREE_MIN: u64 = 64 << 20;
/// A replaced journal is an alarm for this long.
const REPLACED: Duration = Duration::from_secs(600);
/// A self-check may be late by this much.
const SPARE: Duration = Duration::from_secs(2);

/// One alarm.
#[derive(Debug, PartialEq, Eq)]
pub struct Alarm {
    pub text: String,
    pub advice: String,
}

fn alarm(text: impl Into<String>, advice: impl Into<String>) -> Alarm {
    Alarm {
        text: text.into(),
        advice: advice.into(),
    }
}

/// The alarms, the gravest first. What [`super::condition`] says is not among them.
pub fn alarms(facts: &Facts<'_>) -> Vec<Alarm> {
    let mut alarms = Vec::new();
    silence(facts, &mut alarms);
    if facts.status.is_reading() {
        alarms.extend(facts.disks.iter().filter_map(disk));
        return alarms;
    }
    let latches = facts.status.latches();
    for latch in latches.causes() {
        let text = format!("waits for a reset: {}", latch.text());
        alarms.push(alarm(text, format!("it ends with {}", latch.ends())));
    }
    if latches.has_unknown() {
        let text = "waits for a reset: a cause that this version does not know";
        alarms.push(alarm(text, "use the program of the station's version"));
    }
    for warning in &facts.status.warnings {
        alarms.push(alarm(warning.text.clone(), warning.advice));
    }
    faults(facts, &mut alarms);
    alarms.extend(facts.disks.iter().filter_map(disk));
    journal(facts, &mut alarms);
    alarms
}

/// The station answers, and no inspection ends.
fn silence(facts: &Facts<'_>, alarms: &mut Vec<Alarm>) {
    let Ok(live) = &facts.live else { return };
    if facts.status.is_locked() == Some(false) {
        return;
    }
    let engine = &facts.station.engine;
    let check_ms = u64::from(engine.self_check_ms);
    let Some(since) = live.since_finished(facts.now).filter(|_| check_ms > 0) else {
        return;
    };
    let longest_ms = 2 * check_ms + u64::from(engine.timeout_ms);
    if since > Duration::from_millis(longest_ms) + SPARE {
        alarms.push(alarm(
            format!(
                "no inspection or self-check has ended for {} s",
                since.as_secs()
            ),
            "one of its threads hangs: journalctl -u sluice, docs/waits.md",
        ));
    }
}

/// The faults among the last parts, each cause once.
fn faults(facts: &Facts<'_>, alarms: &mut Vec<Alarm>) {
    let mut causes: Vec<(&str, &str, usize)> = Vec::new();
    let recent = facts.status.parts().take(RECENT);
    let all = recent.clone().count();
    for part in recent.filter(|part| part.verdict == "FAULT" && !part.is_golden) {
        match causes.iter_mut().find(|(code, ..)| *code == part.code) {
            Some((_, _, count)) => *count += 1,
            None => causes.push((&part.code, &part.detail, 1)),
        }
    }
    for (code, detail, count) in causes {
        let text = format!("{count} of the last {all} parts: FAULT {code}: {detail}");
        alarms.push(alarm(text, advice(code).unwrap_or("see docs/faults.md")));
    }
}

fn disk(disk: &Disk) -> Option<Alarm> {
    let key = disk.key;
    let Some((free, all)) = disk.space else {
        let text = format!("the directory of {key} cannot be looked at");
        let advice =
            "it must exist, and its user be let in; paths begin where the station was started";
        return Some(alarm(text, advice));
    };
    (free < FREE_MIN.min(all / 20)).then(|| {
        let text = format!("the disk of {key} is almost full: {}", size(free));
        alarm(text, "make space: without a journal nothing passes")
    })
}

fn journal(facts: &Facts<'_>, alarms: &mut Vec<Alarm>) {
    let status = facts.status;
    if let Some(replaced) = status.replaced
        && facts.wall.unix_us().abs_diff(replaced.unix_us()) < micros(REPLACED)
    {
        alarms.push(alarm(
            format!("the journal was replaced at {}", clock(replaced)),
            "the counts begin with the new one; if that was not meant, look who did it",
        ));
    }
    if status.damaged > 0 || status.gaps > 0 {
        let (damaged, gaps) = (status.damaged, status.gaps);
        let text = format!("the journal has {damaged} damaged lines and {gaps} gaps");
        alarms.push(alarm(text, "sluice journal --verify names each"));
    }
}

fn micros(span: Duration) -> u64 {
    u64::try_from(span.as_micros()).unwrap_or(u64::MAX)
}
