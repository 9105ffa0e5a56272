//! The thread `history`: it writes the copied parts. A disk that is slow, full or gone holds up
//! this thread alone.

use super::{Copied, History, JudgeFacts};
use crate::bounded::text::cut;
use crate::history::{EntryName, EntryRecord, HistoryError, KeptPictures, NearestRecord, Store};
use crate::journal::Decision;
use crate::run::record::picture;
use crate::run::shared::Shared;
use crate::station::file::NameText;
use board::Timestamp;
use board::realtime::lower_priority;
use core::sync::atomic::Ordering;
use core::time::Duration;

/// How much less of a busy processor this thread gets than the others: a tenth (nice value).
const NICE: u8 = 10;

/// The thread `history`.
pub struct HistoryWriter<'a> {
    history: &'a History,
    store: Store,
    station: NameText,
    shared: &'a Shared<'a>,
    /// The last part could not be written.
    fails: bool,
    /// The longest time that a part took.
    longest: Duration,
}

impl<'a> HistoryWriter<'a> {
    pub fn new(history: &'a History, station: NameText, shared: &'a Shared<'a>) -> Self {
        Self {
            history,
            store: Store::new(&history.settings, history.width_max_px()),
            station,
            shared,
            fails: false,
            longest: Duration::ZERO,
        }
    }

    /// Writes parts until no more come. At a stop, a part that may take too long is left out.
    pub fn run(mut self) {
        // Without it, the thread only gets more of a busy processor.
        let _ = lower_priority(NICE);
        let listed = self.store.list();
        self.tell(listed);
        while let Some(copied) = self.history.copied.receive_next() {
            let start = Timestamp::now();
            let stop = &self.shared.stop_deadline;
            if self.shared.is_stopping() && stop.has_passed(start + self.longest) {
                self.history.leave_out();
                continue;
            }
            let written = self.write(&copied);
            self.longest = self.longest.max(Timestamp::now().since(start));
            if written.is_err() {
                self.history.leave_out();
            }
            self.tell(written);
            // The queue holds all of them.
            let _ = self.history.free.send(copied);
        }
        let left_out = self.history.left_out.load(Ordering::Relaxed);
        if left_out > 0 {
            complain!("sluice: {left_out} parts were left out of the history");
        }
    }

    /// Reports that the history fails, or works again, and which passes are near enough now.
    fn tell(&mut self, result: Result<(), HistoryError>) {
        let failed = result.is_err();
        match result {
            Ok(()) if self.fails => complain!(
                "sluice: the history is written again; {} parts were left out so far",
                self.history.left_out.load(Ordering::Relaxed)
            ),
            Err(error) if !self.fails => complain!(
                "sluice: {error}; parts go on, and are left out of the history until it can be written"
            ),
            Ok(()) | Err(_) => {}
        }
        self.fails = failed;
        self.history
            .near_above
            .store(self.store.near_above(), Ordering::Relaxed);
    }

    fn write(&mut self, copied: &Copied) -> Result<(), HistoryError> {
        // The station file has as many recipes as there are judges.
        let Some(judge) = self.history.judge(copied.recipe) else {
            return Ok(());
        };
        let percent = copied.nearest.map_or(0, |nearest| nearest.percent);
        let name = EntryName::new(copied.time, copied.part, copied.kind, percent);
        let pictures = copied.seen.map(|(shape, _)| KeptPictures {
            shape,
            input: &copied.input,
            mask: &copied.mask,
        });
        self.store.add(&name, &self.record(copied, judge), pictures)
    }

    fn record(&self, copied: &Copied, judge: &JudgeFacts) -> EntryRecord {
        let facts = self.shared.engine.get();
        let engine = facts.and_then(|facts| facts.computed_by.get(judge.model)?.clone());
        let hashes = copied.seen.map(|(_, hashes)| hashes);
        EntryRecord {
            version: EntryRecord::VERSION,
            part: copied.part.number(),
            time: copied.time,
            station: self.station.clone(),
            recipe: judge.recipe.clone(),
            verdict: Decision::new(&copied.verdict, &copied.detail),
            blobs: copied.blobs,
            nearest: copied.nearest.map(|nearest| NearestRecord {
                limit: cut(format_args!("{}", nearest.limit)),
                percent: nearest.percent,
            }),
            picture: picture(&copied.picture, copied.picture_sha256),
            input: copied.seen.map(|(shape, _)| shape),
            input_sha256: hashes.map(|hashes| hashes.input),
            mask_sha256: hashes.map(|hashes| hashes.mask),
            binary_sha256: self.history.binary,
            station_sha256: self.history.station_file,
            model_sha256: judge.model_sha256,
            recipe_sha256: judge.recipe_sha256,
            engine,
        }
    }
}
