//! The guard process.

use super::{DISMISSED, FILE_MAX, READY};
use crate::commission::{LineResult, make_safe};
use board::Timestamp;
use board::realtime;
use nix::sys::signal::SigSet;
use sluice::station::{self, Station};
use sluice::{complain, console};
use std::io::{self, Read, Write};

/// Real-time priority, the same as the station's gate: the lines must be safe at once, whatever
/// else runs.
const PRIORITY: u8 = 40;

/// Waits for the station's end, and makes the lines safe unless the station dismissed the guard.
///
/// Only `SIGKILL` ends it early. A service manager that stops the station signals both processes,
/// and the guard must outlive the station.
///
/// # Errors
/// The station file is missing or wrong, so nothing can be guarded; or some lines could not be made
/// safe.
pub fn run() -> Result<(), String> {
    SigSet::all()
        .thread_block()
        .map_err(|errno| format!("blocking signals: {}", errno.desc()))?;
    // A blocked terminal must not block the guard.
    console::start().map_err(|error| format!("starting a thread that prints: {error}"))?;
    let mut stdin = io::stdin().lock();
    let station = receive(&mut stdin)?;
    // The guard works without these privileges too; the station has printed the warning.
    let _ = realtime::raise_priority(PRIORITY);
    let _ = realtime::lock_memory();
    io::stdout()
        .write_all(&[READY])
        .and_then(|()| io::stdout().flush())
        .map_err(|error| format!("telling the station: {error}"))?;
    if is_dismissed(&mut stdin) {
        return Ok(());
    }
    let since = Timestamp::now();
    let results = make_safe(&station);
    report(&results, since)
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

/// Waits for the station's end. True if it dismissed the guard.
fn is_dismissed(from: &mut impl Read) -> bool {
    let mut word = [0];
    // Interrupted calls are repeated by `read_exact`.
    from.read_exact(&mut word).is_ok() && word == [DISMISSED]
}

/// Prints what was done, if a reader is left.
fn report(results: &[LineResult], since: Timestamp) -> Result<(), String> {
    let took_us = Timestamp::now().since(since).as_micros();
    let mut failed = 0_usize;
    for line in results {
        if let Err(error) = &line.result {
            failed += 1;
            complain!("sluice guard: {}: {error}", line.key);
        }
    }
    let safe = results.len() - failed;
    complain!(
        "sluice guard: the station is gone; {safe} of {} lines put to their safe levels in {took_us} us",
        results.len()
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
    fn a_cut_off_station_file_is_refused() {
        let file = include_bytes!("../../../../board/stations/host.json");
        let bytes = sent(file);
        let mut rest = &[bytes.as_slice(), b"."].concat()[..];
        let station = receive(&mut rest).unwrap();
        assert_eq!(station, station::read(file).unwrap());
        assert_eq!(rest, b".", "the rest stays unread");
        for cut in [0, 7, 8, bytes.len() - 3] {
            assert!(receive(&mut &bytes[..cut]).is_err(), "{cut}");
        }
        let error = receive(&mut sent(b"{}").as_slice()).unwrap_err();
        assert!(error.starts_with("the station file: "), "{error}");
        let error = receive(&mut u64::MAX.to_le_bytes().as_slice()).unwrap_err();
        assert!(error.contains("bytes"), "{error}");
    }

    #[test]
    fn only_the_dismissal_itself_dismisses() {
        for (end, good) in [
            ("", false),
            (".", true),
            ("..", true),
            ("x", false),
            ("\0.", false),
        ] {
            assert_eq!(is_dismissed(&mut end.as_bytes()), good, "{end:?}");
        }
    }
}
