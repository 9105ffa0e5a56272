//! What a station opens before its threads start, in order.

use super::error::RunError;
use super::record::{WatchdogFeeder, Watchdogs};
use super::source::{OpenCamera, Prepared, Source};
use crate::journal::{self, Journal};
use crate::station::Station;
use crate::watch::Inspected;
use board::edge::Edges;
use core::time::Duration;

/// Everything that can fail to open.
pub struct Opened<'d> {
    pub feeder: WatchdogFeeder,
    pub source: Source<'d>,
    /// What happens to inspected files; `None` with a camera.
    pub inspected: Option<Inspected>,
    pub journal: Journal,
}

impl<'d> Opened<'d> {
    /// Checks the watchdogs and the source first, which changes nothing. Then opens the journal,
    /// whose lock keeps two stations from one directory. Last, reads which pictures are already
    /// inspected.
    pub fn open(
        station: &'d Station,
        start: journal::Start,
        watchdogs: Watchdogs,
        edges: Option<Box<dyn Edges + 'd>>,
        open_camera: &'d OpenCamera<'d>,
    ) -> Result<Self, RunError> {
        let self_check = Duration::from_millis(station.engine.self_check_ms.into());
        let feeder = WatchdogFeeder::new(station.watchdog.as_ref(), self_check, watchdogs)?;
        let prepared = Prepared::new(station, edges, open_camera)?;
        let journal = Journal::open(&station.journal, start).map_err(RunError::Journal)?;
        if let Some(recovered) = journal.recovered() {
            complain!(
                "sluice: the journal ended in {} bytes of an unfinished line, which were cut off",
                recovered.cut_bytes
            );
        }
        let (source, inspected) = prepared.restore(station)?;
        Ok(Self {
            feeder,
            source,
            inspected,
            journal,
        })
    }
}
