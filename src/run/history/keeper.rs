//! The inspection's end of the history: which parts are kept, and their copies.

use super::{Copied, History, Why};
use crate::bounded::channel::Received;
use crate::hash::{HashingReader, Sha256};
use crate::history::{InputShape, Kind};
use crate::part::{Cause, Verdict};
use crate::run::messages::{Decided, Hashes};
use crate::run::pace::Pace;
use crate::verdict::{Inspector, Nearest};
use board::Timestamp;
use core::sync::atomic::Ordering;
use core::time::Duration;
use std::io::Read as _;

/// How often parts that are left out are reported at most.
const REPORT: Duration = Duration::from_secs(60);
/// Bytes of the input that are copied at once, and then hashed from the copy. They fit a core's
/// first cache.
const PIECE_BYTES: usize = 16_384;

/// Copies the parts that are to be kept. For the inspection's thread.
#[derive(Debug)]
pub struct Keeper<'a> {
    history: &'a History,
    /// Parts that passed so far.
    passes: u32,
    piece: Box<[u8]>,
    pace: Pace,
}

impl<'a> Keeper<'a> {
    /// Allocates a buffer. Nothing else here allocates.
    pub fn new(history: &'a History) -> Self {
        Self {
            history,
            passes: 0,
            piece: vec![0; PIECE_BYTES].into(),
            pace: Pace::once_in(REPORT),
        }
    }

    /// Hashes what the model got and what was judged, and copies both if the part is to be kept.
    /// `shown` is set if the part was inspected. The input may be device memory: it is read once,
    /// in order. If no buffer is free, the part is left out of the history and counted.
    ///
    /// Call it after the gate was told: the next part waits meanwhile.
    pub fn keep(
        &mut self,
        decided: &Decided,
        shown: Option<(&[u8], &Inspector)>,
    ) -> Option<Hashes> {
        let nearest = shown.and_then(|(_, inspector)| inspector.nearest());
        let why = self.why(decided, nearest);
        let mut copied = why.and_then(|why| self.take(decided, why, nearest));
        let hashes = shown.and_then(|(input, inspector)| {
            let copy = copied.as_mut().map(|copied| &mut *copied.input);
            Some(Hashes {
                input: hash_of(input, copy, &mut self.piece)?,
                mask: Sha256::of(inspector.mask()),
            })
        });
        if let Some(mut copied) = copied {
            copied.seen = shown.zip(hashes).and_then(|((_, inspector), hashes)| {
                let shape = self.shape(copied.recipe, inspector)?;
                let mask = inspector.mask();
                copied.mask.get_mut(..mask.len())?.copy_from_slice(mask);
                Some((shape, hashes))
            });
            if self.history.copied.send(copied).is_err() {
                // The program is stopping, and the thread has ended.
                self.history.leave_out();
            }
        }
        hashes
    }

    /// Why this part is kept, if it is.
    fn why(&mut self, decided: &Decided, nearest: Option<Nearest>) -> Option<Why> {
        if decided.is_golden() {
            return None;
        }
        let settings = &self.history.settings;
        let mut is_turn = false;
        let kind = match decided.verdict {
            Verdict::Reject(_) => Kind::Reject,
            // The first was never a part under way, and the second is inspected at the next start.
            Verdict::Fault(Cause::Missed | Cause::Stopping) => return None,
            Verdict::Fault(_) => Kind::Fault,
            Verdict::Pass => {
                self.passes = (self.passes + 1) % settings.pass_every.max(1);
                is_turn = self.passes == 0 && settings.passes_max > 0;
                let above = self.history.near_above.load(Ordering::Relaxed);
                if settings.near_max > 0 && nearest.is_some_and(|nearest| nearest.percent > above) {
                    Kind::Near
                } else if is_turn {
                    Kind::Pass
                } else {
                    return None;
                }
            }
        };
        (kind.parts_max(settings) > 0).then_some(Why { kind, is_turn })
    }

    /// A free buffer with the facts of this part; nothing if none is free.
    fn take(&mut self, decided: &Decided, why: Why, nearest: Option<Nearest>) -> Option<Copied> {
        let Received::Item(free) = self.history.free.receive(Duration::ZERO) else {
            let count = self.history.leave_out();
            if self.pace.take(Timestamp::now()) {
                complain!(
                    "sluice: {} is left out of the history, which is not written as fast as parts come; {count} so far; \
                     check the disk of history.directory, or keep fewer parts",
                    decided.job.part
                );
            }
            return None;
        };
        Some(Copied {
            part: decided.job.part,
            time: decided.time,
            why,
            recipe: decided.job.recipe,
            verdict: decided.verdict,
            detail: decided.detail.clone(),
            blobs: decided.found,
            nearest: nearest.filter(|_| decided.verdict.passes()),
            picture: decided.job.picture.clone(),
            picture_sha256: decided.sha256,
            ..free
        })
    }

    fn shape(&self, recipe: u8, inspector: &Inspector) -> Option<InputShape> {
        let judge = self.history.judge(recipe)?;
        Some(InputShape {
            size: judge.size,
            order: judge.order,
            classes: u16::try_from(inspector.classes()).unwrap_or(u16::MAX),
        })
    }
}

/// The hash of `from`, which is copied to the beginning of `copy`, or piece by piece to `piece`.
/// `None` if the copy is too short, which no input is.
fn hash_of(from: &[u8], copy: Option<&mut [u8]>, piece: &mut [u8]) -> Option<Sha256> {
    let mut reader = HashingReader::new(from);
    if let Some(copy) = copy {
        for to in copy.get_mut(..from.len())?.chunks_mut(PIECE_BYTES) {
            reader.read_exact(to).ok()?;
        }
    }
    reader.finish(piece).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bounded::channel::Channel;
    use crate::run::messages::complete_part;
    use crate::station::file::HistorySettings;
    use core::sync::atomic::{AtomicU8, AtomicU64};

    #[test]
    fn a_near_pass_carries_whether_it_is_its_turn() {
        let settings = HistorySettings {
            directory: "history".parse().unwrap(),
            rejects_max: 1,
            faults_max: 1,
            passes_max: 1,
            pass_every: 2,
            near_max: 1,
            size_max_kib: 1024,
        };
        let history = |passes_max| History {
            settings: HistorySettings {
                passes_max,
                ..settings.clone()
            },
            free: Channel::new(),
            copied: Channel::new(),
            near_above: AtomicU8::new(50),
            left_out: AtomicU64::new(0),
            judges: heapless::Vec::new(),
            binary: Sha256::new([0; 32]),
            station_file: Sha256::new([0; 32]),
        };
        let near = |percent| {
            let limit = "blob_area";
            Some(Nearest { limit, percent })
        };
        let why = |kind, is_turn| Some(Why { kind, is_turn });
        let part = complete_part(1, None).decided;
        let kept = history(1);
        let mut keeper = Keeper::new(&kept);
        let found = [near(60), near(60), None, near(50), near(50)];
        let found = found.map(|nearest| keeper.why(&part, nearest));
        let turn = why(Kind::Pass, true);
        assert_eq!(
            found,
            [
                why(Kind::Near, false),
                why(Kind::Near, true),
                None,
                turn,
                None
            ]
        );
        // Without passes there is no turn.
        let kept = history(0);
        let mut keeper = Keeper::new(&kept);
        let found = [near(60), near(60), None, None].map(|nearest| keeper.why(&part, nearest));
        let near = why(Kind::Near, false);
        assert_eq!(found, [near, near, None, None]);
    }

    #[test]
    fn the_hash_is_that_of_the_bytes_with_and_without_a_copy() {
        let from: Vec<u8> = (0..100_000_u32).map(|i| i.to_le_bytes()[0]).collect();
        let mut piece = [0; 1000];
        assert_eq!(hash_of(&from, None, &mut piece), Some(Sha256::of(&from)));
        let mut copy = vec![0; 100_001];
        let hash = hash_of(&from, Some(&mut copy), &mut piece);
        assert_eq!(hash, Some(Sha256::of(&from)));
        assert_eq!((&copy[..100_000], copy[100_000]), (&*from, 0));
        assert_eq!(hash_of(&from, Some(&mut [0; 9]), &mut piece), None);
    }
}
