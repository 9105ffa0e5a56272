//! The guard itself.

use super::{ALL_IS_WELL, FILE_MAX, ON_GUARD};
use crate::commission::{Outcome, make_safe};
use board::Timestamp;
use board::realtime;
use nix::sys::signal::SigSet;
use sluice::station::{self, Station};
use sluice::{complain, console};
use std::io::{self, Read, Write};

/// Real-time priority, as the station's gate has it: the lines are to be safe at once, whatever else runs.
const PRIORITY: u8 = 40;

/// Guards until the station ends.
///
/// No signal ends it but `SIGKILL`: a service manager that stops the station sends its signals to both, and the guard is
/// the one that must come after. It ends because the station does.
///
/// # Errors
/// The station file does not come or is wrong, so that nothing can be guarded; or some lines could not be made safe.
pub fn stand() -> Result<(), String> {
    SigSet::all()
        .thread_block()
        .map_err(|errno| format!("blocking signals: {}", errno.desc()))?;
    // A terminal that is held must not keep the guard from its end.
    console::start().map_err(|error| format!("starting a thread that prints: {error}"))?;
    let mut stdin = io::stdin().lock();
    let station = receive(&mut stdin)?;
    // Without the privileges for these it works all the same, and the station has said so already.
    let _ = realtime::raise_priority(PRIORITY);
    let _ = realtime::lock_memory();
    io::stdout()
        .write_all(&[ON_GUARD])
        .and_then(|()| io::stdout().flush())
        .map_err(|error| format!("telling the station: {error}"))?;
    if all_is_well(&mut stdin) {
        return Ok(());
    }
    let since = Timestamp::now();
    let outcomes = make_safe(&station);
    tell(&outcomes, since)
}

/// Reads the station file.
fn receive(from: &mut impl Read) -> Result<Station, String> {
    let failed = |error: io::Error| format!("reading the station file: {error}");
    let mut length = [0; 8];
    from.read_exact(&mut length).map_err(failed)?;
    let length = u64::from_le_bytes(length);
    if length > FILE_MAX {
        return Err(format!(
            "the station file has {length} bytes; start the guard by `sluice run`"
        ));
    }
    let mut text = Vec::new();
    from.take(length).read_to_end(&mut text).map_err(failed)?;
    station::read(&text).map_err(|problems| {
        let first = problems.first().map(ToString::to_string);
        format!("the station file: {}", first.unwrap_or_default())
    })
}

/// Waits for the station's end. Only its own word counts as a good one.
fn all_is_well(from: &mut impl Read) -> bool {
    let mut word = [0];
    // Interrupted calls are repeated by `read_exact`.
    from.read_exact(&mut word).is_ok() && word == [ALL_IS_WELL]
}

/// Says what was done. Nobody may be left to read it, which changes nothing.
fn tell(outcomes: &[Outcome], since: Timestamp) -> Result<(), String> {
    let took_us = Timestamp::now().since(since).as_micros();
    let mut failed = 0_usize;
    for outcome in outcomes {
        if let Err(error) = &outcome.result {
            failed += 1;
            complain!("sluice guard: {}: {error}", outcome.key);
        }
    }
    let safe = outcomes.len() - failed;
    complain!(
        "sluice guard: the station is gone; {safe} of {} lines put to their safe levels in {took_us} us",
        outcomes.len()
    );
    if failed == 0 {
        Ok(())
    } else {
        Err(format!("{failed} lines are not known to be safe"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(text: &[u8]) -> Vec<u8> {
        let mut bytes = u64::try_from(text.len()).unwrap().to_le_bytes().to_vec();
        bytes.extend_from_slice(text);
        bytes
    }

    #[test]
    fn the_file_comes_whole_or_not_at_all() {
        let file = include_bytes!("../../../../board/stations/host.json");
        let bytes = sent(file);
        let mut rest = &[bytes.as_slice(), b"."].concat()[..];
        let station = receive(&mut rest).unwrap();
        assert_eq!(station, station::read(file).unwrap());
        assert_eq!(rest, b".", "what follows is left");
        for cut in [0, 7, 8, bytes.len() - 3] {
            assert!(receive(&mut &bytes[..cut]).is_err(), "{cut}");
        }
        let error = receive(&mut sent(b"{}").as_slice()).unwrap_err();
        assert!(error.starts_with("the station file: "), "{error}");
        let error = receive(&mut u64::MAX.to_le_bytes().as_slice()).unwrap_err();
        assert!(error.contains("bytes"), "{error}");
    }

    #[test]
    fn only_the_word_itself_is_a_good_end() {
        for (end, good) in [
            ("", false),
            (".", true),
            ("..", true),
            ("x", false),
            ("\0.", false),
        ] {
            assert_eq!(all_is_well(&mut end.as_bytes()), good, "{end:?}");
        }
    }
}
