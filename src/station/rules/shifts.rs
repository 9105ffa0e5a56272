//! Rules about `journal.shifts`.

use super::Found;
use crate::station::file::Station;

pub(super) fn check(station: &Station, found: &mut Found<'_>) {
    let shifts = &station.journal.shifts;
    for (index, shift) in shifts.iter().enumerate() {
        let key = |name: &str| format!("journal.shifts[{index}].{name}");
        let start = &shift.start;
        let mut earlier = shifts.iter().take(index);
        if shift.start_min().is_none() {
            found.add(
                &key("start"),
                format!(
                    "is \"{start}\"; allowed: a time of the day from \"00:00\" to \"23:59\", UTC"
                ),
            );
        } else if earlier.clone().any(|other| other.start == *start) {
            found.add(
                &key("start"),
                format!("is \"{start}\" a second time; give each shift its own start"),
            );
        }
        if earlier.any(|other| other.name == shift.name) {
            found.add(
                &key("name"),
                format!(
                    "is \"{}\" a second time; give each shift its own name, which the journal uses",
                    shift.name
                ),
            );
        }
    }
}
