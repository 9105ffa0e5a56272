//! A record as one line for people.

use core::fmt::Write as _;
use sluice::journal::{Challenge, Part, Record, WallTime};

/// The line of a record and its time, with its newline; nothing for records that only the station
/// reads.
pub fn line(record: &Record, time: WallTime) -> Option<String> {
    let what = match record {
        Record::Part(part) => of_part(part),
        Record::Missed(missed) => format!(
            "missed      {} triggers without a number, {} of them with lost edges",
            missed.triggers, missed.lost
        ),
        Record::Control(control) => format!(
            "{:<11} by {}: {}",
            control.change, control.by, control.detail
        ),
        Record::Confirmation(fault) => {
            let part = fault
                .part
                .map_or_else(|| "a part without a number".to_owned(), |n| n.to_string());
            format!("wrong way   {part}: {}", meaning(&fault.fault))
        }
        Record::Challenge(challenge) => of_challenge(challenge),
        Record::Start(start) => format!(
            "start       version {}, program {}, station file {}, model {}, next part {}",
            start.version,
            short(&start.binary_sha256.to_string()),
            short(&start.station_sha256.to_string()),
            short(&start.model_sha256.to_string()),
            start.next_part.number()
        ),
        Record::Model(model) => format!(
            "model       {} {} for {}",
            model.model,
            short(&model.sha256.to_string()),
            model.recipes.join(", ")
        ),
        Record::Recovered(recovered) => format!(
            "recovered   an incomplete line of {} bytes was removed",
            recovered.cut_bytes
        ),
        Record::Counted(counted) => {
            let counters = counted.counters;
            let recipe = counted
                .recipe
                .as_ref()
                .map(|recipe| format!(" of {recipe}"));
            format!(
                "counters    {}{}: {} triggers, {} pass, {} reject, {} fault, {} missed",
                counted.reason,
                recipe.unwrap_or_default(),
                counters.triggers,
                counters.pass,
                counters.reject,
                counters.fault,
                counters.missed
            )
        }
        _ => return None,
    };
    Some(format!("{time}  {}\n", what.trim_end()))
}

fn of_part(part: &Part) -> String {
    let Part {
        verdict,
        gate,
        picture,
        ..
    } = part;
    let mut facts = Vec::new();
    match (verdict.code.as_str(), verdict.detail.as_str()) {
        ("", "") => {}
        (code, "") => facts.push(code.to_owned()),
        (code, detail) => facts.push(format!("{code}: {detail}")),
    }
    facts.extend(part.golden.map(|golden| format!("golden part {golden}")));
    let why = if gate.reason.is_empty() || gate.reason == "verdict" {
        String::new()
    } else {
        format!(" ({})", gate.reason.replace('_', " "))
    };
    let late = if gate.late { ", late" } else { "" };
    facts.push(format!(
        "gate: {}{why}{late}",
        gate.outcome.replace('_', " ")
    ));
    facts.push(format!("{} ms", part.times_us.total / 1_000));
    let recipe = part.recipe.iter().filter(|recipe| !recipe.is_empty());
    facts.extend(recipe.map(ToString::to_string));
    facts.extend(picture.iter().map(|picture| picture.name.to_string()));
    format!(
        "part {:<6} {:<6}  {}",
        part.part.number(),
        verdict.kind,
        facts.join("; ")
    )
}

fn of_challenge(challenge: &Challenge) -> String {
    let result = if challenge.passed { "passed" } else { "failed" };
    let mut text = format!("challenge   {result}, by {}", challenge.method);
    for (number, part) in (1..).zip(&challenge.parts) {
        let found = if part.found.is_empty() {
            "not inspected"
        } else {
            &part.found
        };
        let _ = write!(text, "; {number} must {}: {found}", part.expected);
    }
    text
}

fn meaning(fault: &str) -> &str {
    match fault {
        "not_left" => "rejected, and not seen to leave the line",
        "left" => "passed, and seen to leave the line, or not seen at all",
        "unknown" => "let through",
        other => other,
    }
}

/// The first digits of a hash.
fn short(hash: &str) -> &str {
    hash.get(..12).unwrap_or(hash)
}
