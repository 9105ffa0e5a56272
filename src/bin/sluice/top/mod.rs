//! A running station in a terminal. It reads the journal and what the station says of itself, and
//! changes nothing.
//!
//! * `facts` is what is known of the station at one moment.
//! * `condition` and `alarms` are what follows from it: in one word, and what to do.
//! * `picture` draws it.

mod alarms;
mod condition;
mod facts;
mod picture;
mod units;

use crate::interrupt::Interrupt;
use crate::terminal::Drawing;
use core::time::Duration;
use facts::{Disks, Facts};
use sluice::station::Station;
use sluice::status::follow;
use std::path::Path;

/// How often the screen is drawn.
const INTERVAL: Duration = Duration::from_millis(250);

/// Shows the station until the person or a signal ends it.
///
/// # Errors
/// There is no terminal, it is gone, or the system starts no thread.
pub fn run(station: &Station) -> Result<(), String> {
    // Before any thread starts, so that each signal comes to this one.
    let interrupt = Interrupt::new()?;
    let mut drawing = Drawing::begin(interrupt)?;
    let journal = Path::new(station.journal.directory.as_str());
    // What the thread tells is in the state as well, and the screen shows it.
    let failed = |error| format!("starting a thread: {error}");
    let following = follow(journal, |_| {}).map_err(failed)?;
    let disks = Disks::watch(station).map_err(failed)?;
    loop {
        let disks = disks.now();
        let status = following.status();
        let facts = Facts::now(station, &status, &disks);
        let drawn = drawing.draw(|frame| picture::draw(&facts, frame));
        drop(status);
        drawn?;
        if drawing.is_ended(INTERVAL) {
            return Ok(());
        }
    }
}
