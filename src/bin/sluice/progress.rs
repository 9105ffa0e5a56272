//! How far a long command is, on standard error: parts done, rate and time left. Only on a
//! terminal, and never beside JSON.

use core::time::Duration;
use std::io::{self, IsTerminal as _, Write as _};
use std::time::Instant;

/// How often it is printed.
const REDRAW: Duration = Duration::from_millis(200);

/// The progress of one command. It is removed from the terminal when it is dropped.
pub struct Bar {
    all: usize,
    done: usize,
    /// Parts that took no time, because they had been done before.
    skipped: usize,
    begin: Instant,
    drawn: Option<Instant>,
    is_shown: bool,
    is_wanted: bool,
}

impl Bar {
    /// The progress through `all` parts; 0 if their number is unknown.
    pub fn new(all: usize, is_json: bool) -> Self {
        Self {
            all,
            done: 0,
            skipped: 0,
            begin: Instant::now(),
            drawn: None,
            is_shown: false,
            is_wanted: !is_json && io::stderr().is_terminal(),
        }
    }

    /// One more part is done. `is_skipped`: it had been done before.
    pub fn step(&mut self, is_skipped: bool) {
        self.done += 1;
        self.skipped += usize::from(is_skipped);
        let is_due = self.drawn.is_none_or(|drawn| drawn.elapsed() >= REDRAW);
        if !self.is_wanted || !is_due {
            return;
        }
        let text = text(self.done, self.all, self.skipped, self.begin.elapsed());
        // A terminal that is gone does not matter here.
        let _ = write!(io::stderr(), "\r\x1b[K{text}");
        self.drawn = Some(Instant::now());
        self.is_shown = true;
    }

    /// Removes the progress. Call it before a line is printed; the next step shows it again.
    pub fn clear(&mut self) {
        if core::mem::take(&mut self.is_shown) {
            let _ = write!(io::stderr(), "\r\x1b[K");
            self.drawn = None;
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.clear();
    }
}

/// `12 of 300 parts, 3.1 a second, 1 min 33 s left`.
fn text(done: usize, all: usize, skipped: usize, elapsed: Duration) -> String {
    let measured = done.saturating_sub(skipped) as f64;
    let per_s = measured / elapsed.as_secs_f64().max(0.001);
    let of = if all > 0 {
        format!(" of {all}")
    } else {
        String::new()
    };
    let left_s = all.saturating_sub(done) as f64 / per_s;
    let left = if all == 0 || measured < 1.0 {
        String::new()
    } else if left_s < 60.0 {
        format!(", {left_s:.0} s left")
    } else if left_s < 3600.0 {
        format!(", {:.0} min left", left_s / 60.0)
    } else {
        format!(", {:.1} h left", left_s / 3600.0)
    };
    format!("{done}{of} parts, {per_s:.1} a second{left}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_left_follows_from_the_rate_of_what_was_done_now() {
        let s = Duration::from_secs;
        for (parts, elapsed, expected) in [
            ((10, 40, 0), s(5), "10 of 40 parts, 2.0 a second, 15 s left"),
            (
                (110, 140, 100),
                s(5),
                "110 of 140 parts, 2.0 a second, 15 s left",
            ),
            (
                (10, 1000, 0),
                s(10),
                "10 of 1000 parts, 1.0 a second, 16 min left",
            ),
            (
                (1, 100, 0),
                s(100),
                "1 of 100 parts, 0.0 a second, 2.8 h left",
            ),
            ((7, 0, 0), s(7), "7 parts, 1.0 a second"),
            ((3, 9, 3), s(0), "3 of 9 parts, 0.0 a second"),
        ] {
            let (done, all, skipped) = parts;
            assert_eq!(text(done, all, skipped, elapsed), expected);
        }
    }
}
