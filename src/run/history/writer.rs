//! The thread `history`: it writes the copied parts. A disk that is slow, full or gone holds up
//! this thread alone.

use super::{Copied, History, JudgeFacts, Why};
use crate::bounded::text::cut;
use crate::history::{
    EntryName, EntryRecord, HistoryError, KeptPictures, Kind, NearestRecord, Store,
};
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
        let name = |kind| EntryName::new(copied.time, copied.part, kind, percent);
        let pictures = copied.seen.map(|(shape, _)| KeptPictures {
            shape,
            input: &copied.input,
            mask: &copied.mask,
        });
        let record = self.record(copied, judge);
        keep(&mut self.store, copied.why, name, &record, pictures)
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

/// Keeps a part by its kind. A pass that is not near enough is kept all the same if it is its turn:
/// nearer passes may have come while it waited.
fn keep(
    store: &mut Store,
    why: Why,
    name: impl Fn(Kind) -> EntryName,
    record: &EntryRecord,
    pictures: Option<KeptPictures<'_>>,
) -> Result<(), HistoryError> {
    let is_kept = store.add(&name(why.kind), record, pictures)?;
    if !is_kept && why.is_turn && why.kind == Kind::Near {
        store.add(&name(Kind::Pass), record, pictures)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::Sha256;
    use crate::history::entries;
    use crate::journal::{BlobTotals, WallTime};
    use crate::part::{PartId, Verdict};
    use crate::station::file::HistorySettings;
    use std::fs;

    #[test]
    fn a_pass_whose_turn_it_is_is_kept_also_if_it_is_not_near_enough() {
        let name = format!("sluice-history-turn-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        let settings = HistorySettings {
            directory: path.to_str().unwrap().parse().unwrap(),
            rejects_max: 9,
            faults_max: 9,
            passes_max: 9,
            pass_every: 2,
            near_max: 1,
            size_max_kib: 1024,
        };
        let mut store = Store::new(&settings, 16);
        // Both were near enough when the second began to wait.
        for (part, percent, is_turn) in [(1, 80, false), (2, 70, true), (3, 60, false)] {
            let record = record(part);
            let name = |kind| EntryName::new(WallTime::default(), PartId::new(part), kind, percent);
            let why = Why {
                kind: Kind::Near,
                is_turn,
            };
            keep(&mut store, why, name, &record, None).unwrap();
        }
        let kept = entries(&path).unwrap();
        fs::remove_dir_all(&path).unwrap();
        let kept = kept.iter().map(|entry| &entry.name);
        let kept: Vec<_> = kept
            .map(|name| (name.part().number(), name.kind()))
            .collect();
        assert_eq!(kept, [(1, Kind::Near), (2, Kind::Pass)]);
    }

    fn record(part: u64) -> EntryRecord {
        let hash = Sha256::new([0; 32]);
        EntryRecord {
            version: EntryRecord::VERSION,
            part,
            time: WallTime::default(),
            station: "station 1".parse().unwrap(),
            recipe: "plate".parse().unwrap(),
            verdict: Decision::new(&Verdict::Pass, ""),
            blobs: BlobTotals::default(),
            nearest: None,
            picture: None,
            input: None,
            input_sha256: None,
            mask_sha256: None,
            binary_sha256: hash,
            station_sha256: hash,
            model_sha256: hash,
            recipe_sha256: hash,
            engine: None,
        }
    }
}
