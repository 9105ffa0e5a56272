//! The clock, the user, and what a station does without.

use super::Finding;
use crate::journal::WallTime;
use crate::station::Station;
use board::clock::is_synchronised;
use nix::unistd::{User, geteuid};

/// 2025-01-01 in microseconds since 1970. The program is younger, so an earlier time is wrong.
const EARLIEST_US: u64 = 1_735_689_600_000_000;

/// What the system is like for a station.
pub(super) fn findings() -> Vec<Finding> {
    let synchronised = is_synchronised().map_err(|error| error.to_string());
    vec![clock(WallTime::now(), &synchronised), user()]
}

/// What the station does without.
pub(super) fn absent(station: &Station) -> Vec<Finding> {
    let absent = [
        (
            station.trigger.is_none(),
            "trigger: not given; each picture begins a part",
        ),
        (
            station.watchdog.is_none(),
            "watchdog: not given; nothing resets a board that hangs",
        ),
        (
            station.history.is_none(),
            "history: not given; no part is kept with its picture",
        ),
    ];
    let absent = absent.into_iter().filter(|(is_absent, _)| *is_absent);
    absent.map(|(_, text)| Finding::ok(text)).collect()
}

fn clock(now: WallTime, synchronised: &Result<bool, String>) -> Finding {
    if now.unix_us() < EARLIEST_US {
        return Finding::warn(format!(
            "clock: {now} is wrong, and so are the times in the journal; set the clock, or add one with a battery"
        ));
    }
    Finding::ok(match synchronised {
        Ok(true) => format!("clock: {now}, synchronised"),
        Ok(false) => format!(
            "clock: {now}, not synchronised: the times in the journal are as good as the board's clock"
        ),
        Err(error) => format!("clock: {now}; whether it is synchronised is unknown ({error})"),
    })
}

fn user() -> Finding {
    let id = geteuid();
    let name = User::from_uid(id).ok().flatten();
    let name = name.map_or("without a name".to_owned(), |user| user.name);
    Finding::ok(format!(
        "user: {name} ({id}); what follows holds for this user, and the service may have another"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_was_never_set_is_a_warning() {
        let found = clock(WallTime::from_unix_us(EARLIEST_US - 1), &Ok(true));
        assert!(
            found
                .to_string()
                .starts_with("warn   clock: 2024-12-31T23:59:59"),
            "{found}"
        );
        for (synchronised, words) in [
            (Ok(true), "Z, synchronised"),
            (Ok(false), "not synchronised"),
            (Err("ENOSYS".to_owned()), "unknown (ENOSYS)"),
        ] {
            let found = clock(WallTime::from_unix_us(EARLIEST_US), &synchronised);
            assert!(
                found.to_string().starts_with("ok ") && found.text.contains(words),
                "{found}"
            );
        }
    }

    #[test]
    fn the_clock_and_the_user_of_this_computer_are_found() {
        let station =
            crate::station::read(include_bytes!("../../board/stations/host.json")).unwrap();
        let found = [findings(), absent(&station)].concat();
        assert!(found.iter().all(|found| !found.is_wrong()), "{found:?}");
        assert_eq!(found.len(), 5, "{found:?}");
    }
}
