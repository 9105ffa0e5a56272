//! The state as JSON, for the page and for subscribers.

use super::Status;
use serde_json::{Value, json};
use sluice::control::Latch;
use sluice::journal::{Account, Period};
use sluice::status::{LastPart, advice};

/// Parts that the page shows.
const PARTS_SHOWN: usize = 20;

/// The whole state. `has_parts`: with the last parts and faults.
pub fn report(status: &Status, has_parts: bool) -> Value {
    let of =
        |latch: Latch| json!({ "latch": latch.word(), "text": latch.text(), "ends": latch.ends() });
    let mut latched: Vec<_> = status.latches().causes().map(of).collect();
    if status.latches().has_unknown() {
        latched.push(json!({
            "latch": "unknown",
            "text": "a cause that this version of sluice-link does not know",
            "ends": "see the journal, and install the sluice-link of the station's version",
        }));
    }
    let accounts = status.accounts();
    let mut value = json!({
        "station": status.station,
        "version": status.version,
        "model_sha256": status.model_sha256,
        "running": status.is_running(),
        "mode": status.mode,
        "latched": latched,
        "last_record": status.last_record,
        "journal": { "readable": status.is_readable(), "lines": status.lines, "damaged": status.damaged, "gaps": status.gaps },
        "total": account(accounts.account(Period::Total)),
        "shift": accounts.shift().map(|shift| {
            let mut value = account(accounts.account(Period::Shift));
            value["name"] = json!(shift.name);
            value
        }),
        "last_part": status.parts().next(),
    });
    if has_parts {
        value["parts"] = json!(status.parts().take(PARTS_SHOWN).collect::<Vec<_>>());
        value["faults"] = status.faults().take(PARTS_SHOWN).map(fault).collect();
    }
    value
}

fn account(account: &Account) -> Value {
    json!({
        "from": account.from,
        "counters": account.counters(),
        "recipes": account.recipes(),
        "times_us": account.statistics(),
    })
}

fn fault(part: &LastPart) -> Value {
    let mut value = json!(part);
    value["advice"] = json!(advice(&part.code));
    value
}
