//! The history: the inspection copies the parts that are to be kept, and the thread `history`
//! writes them. If the disk is slow or full, parts are left out of the history, and nothing else
//! changes.

mod keeper;
mod writer;

pub use keeper::Keeper;
pub use writer::HistoryWriter;

use super::messages::{Hashes, PictureRef};
use crate::bounded::channel::Channel;
use crate::bounded::text::Detail;
use crate::hash::Sha256;
use crate::history::{InputShape, Kind};
use crate::image::{CHANNELS, ChannelOrder, Size};
use crate::journal::{self, BlobTotals, RecipeName, WallTime};
use crate::part::{PartId, Verdict};
use crate::recipe::RECIPES_MAX;
use crate::station::Station;
use crate::station::file::HistorySettings;
use crate::verdict::Nearest;
use core::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use heapless::Vec;

/// Parts that can wait for the disk. With the reference job each takes 3.7 MB of memory.
const WAITING_MAX: usize = 4;

/// What the inspection and the thread `history` share.
#[derive(Debug)]
pub struct History {
    settings: HistorySettings,
    /// Free buffers, from the thread to the inspection.
    free: Channel<Copied, WAITING_MAX>,
    /// Copied parts, from the inspection to the thread.
    copied: Channel<Copied, WAITING_MAX>,
    /// A pass must use more of a limit than this, in percent, to be one of the nearest.
    near_above: AtomicU8,
    /// Parts that were to be kept and are not.
    left_out: AtomicU64,
    judges: Vec<JudgeFacts, RECIPES_MAX>,
    binary: Sha256,
    station_file: Sha256,
}

/// What judges the parts of a recipe.
#[derive(Debug)]
struct JudgeFacts {
    recipe: RecipeName,
    recipe_sha256: Sha256,
    model_sha256: Sha256,
    /// The number of its model.
    model: usize,
    size: Size,
    order: ChannelOrder,
}

/// Why a part is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Why {
    kind: Kind,
    /// Of a pass: it is also one of every so many. If it is not near enough once it is written, it
    /// is kept for that.
    is_turn: bool,
}

/// A part on its way to the disk. Its buffers are as large as the largest input.
#[derive(Debug)]
struct Copied {
    part: PartId,
    time: WallTime,
    why: Why,
    recipe: u8,
    verdict: Verdict,
    detail: Detail,
    blobs: BlobTotals,
    nearest: Option<Nearest>,
    picture: PictureRef,
    picture_sha256: Option<Sha256>,
    /// Nothing if the part had no input. Then the buffers have those of an earlier part.
    seen: Option<(InputShape, Hashes)>,
    input: Box<[u8]>,
    mask: Box<[u8]>,
}

impl Copied {
    fn new(pixels: usize) -> Self {
        Self {
            part: PartId::FIRST,
            time: WallTime::default(),
            why: Why {
                kind: Kind::Fault,
                is_turn: false,
            },
            recipe: 0,
            verdict: Verdict::Pass,
            detail: Detail::new(),
            blobs: BlobTotals::default(),
            nearest: None,
            picture: PictureRef::None,
            picture_sha256: None,
            seen: None,
            input: vec![0; pixels * CHANNELS].into(),
            mask: vec![0; pixels].into(),
        }
    }
}

impl History {
    /// Allocates the buffers. `start` has the hashes of what judges the parts. `None` if the
    /// station file has no section `history`.
    pub fn new(station: &Station, start: &journal::Start) -> Option<Self> {
        let settings = station.history.clone()?;
        let models = station.model_numbers();
        let judges = station.all_recipes().zip(&models).enumerate();
        let judges = judges.map(|(place, (recipe, model))| {
            let image = station.image_of(recipe);
            // With one model, only the start names it.
            let own = start.models.get(*model).map(|model| model.sha256);
            JudgeFacts {
                recipe: recipe.name.clone(),
                // There is a recipe at each place.
                recipe_sha256: station.recipe_sha256(place).unwrap_or(Sha256::new([0; 32])),
                model_sha256: own.unwrap_or(start.model_sha256),
                model: *model,
                size: image.size,
                order: image.order,
            }
        });
        let judges: Vec<JudgeFacts, RECIPES_MAX> = judges.collect();
        let pixels = judges.iter().filter_map(|judge| judge.size.bytes()).max();
        let free = Channel::new();
        for _ in 0..WAITING_MAX {
            // The queue holds all of them.
            let _ = free.send(Copied::new(pixels.unwrap_or_default() / CHANNELS));
        }
        Some(Self {
            settings,
            free,
            copied: Channel::new(),
            near_above: AtomicU8::new(0),
            left_out: AtomicU64::new(0),
            judges,
            binary: start.binary_sha256,
            station_file: start.station_sha256,
        })
    }

    /// No further part will be copied.
    pub fn close(&self) {
        self.copied.close();
    }

    /// The width of the widest input, in pixels.
    fn width_max_px(&self) -> usize {
        let widths = self.judges.iter().map(|judge| judge.size.width);
        usize::try_from(widths.max().unwrap_or_default()).unwrap_or_default()
    }

    fn judge(&self, recipe: u8) -> Option<&JudgeFacts> {
        self.judges.get(usize::from(recipe))
    }

    /// Counts a part that is left out. Returns how many were so far.
    fn leave_out(&self) -> u64 {
        self.left_out.fetch_add(1, Ordering::Relaxed) + 1
    }
}
