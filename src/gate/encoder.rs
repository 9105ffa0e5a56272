//! The encoder of the belt: from the edges of its lines to ticks, and whether the belt moves as it
//! should.
//!
//! The gate's thread owns it. It reads the edges in batches: while no part is close to the gate, it
//! wakes once for many ticks. Reading allocates nothing and never waits.

use super::belt::{Belt, Position};
use super::outputs::ERROR_TEXT_MAX;
use crate::bounded::text::cut;
use crate::station::file::EncoderSettings;
use board::Timestamp;
use board::edge::{Edge, Edges};
use board::line::LineError;
use core::fmt;
use core::time::Duration;
use decoder::Decoder;
use embedded_hal::digital::PinState;
use heapless::{String, Vec};
use std::boxed::Box;
use std::os::fd::{AsFd, BorrowedFd};
use watch::Watch;

mod decoder;
mod watch;

/// Lines of an encoder.
pub const LINES_MAX: usize = 2;
/// Edges read in one turn. The next turn goes on.
const READ_MAX: usize = 4096;
/// Ticks at the highest speed after which the edges are read at the latest. They fill a quarter of
/// the smallest queue of edges, since a tick may be two edges of a line.
const BATCH_TICKS: u32 = 32;
/// If a position may be reached sooner than this, the thread waits for the next edge.
const NEAR: Duration = Duration::from_micros(500);

/// Why the belt is in doubt. Nothing passes, and no trigger is taken, until it moves as it should.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BeltFault {
    /// Edges of the encoder were lost, so it is unknown where the parts are.
    Lost {
        /// How many, if the kernel has counted them.
        edges: u32,
    },
    /// The belt should move, and stands or is too slow.
    Slow {
        /// Its speed. 0 if it stands or runs backwards.
        ticks_per_s: u32,
    },
    /// The belt is faster than `encoder.ticks_per_s_max`.
    Fast {
        /// Its speed.
        ticks_per_s: u32,
    },
    /// A line of the encoder cannot be read.
    Broken {
        /// The driver's error.
        error: String<ERROR_TEXT_MAX>,
    },
}

/// `the belt stands`.
impl fmt::Display for BeltFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lost { edges } => write!(f, "{edges} edges of the encoder were lost"),
            Self::Slow { ticks_per_s: 0 } => f.write_str("the belt stands, and should move"),
            Self::Slow { ticks_per_s } => write!(f, "the belt is slow: {ticks_per_s} ticks/s"),
            Self::Fast { ticks_per_s } => write!(f, "the belt is too fast: {ticks_per_s} ticks/s"),
            Self::Broken { error } => write!(f, "the encoder: {error}"),
        }
    }
}

/// One line.
struct Line<'e> {
    edges: Box<dyn Edges + 'e>,
    /// Read, and not counted yet: an edge of the other line may have come before it.
    next: Option<Edge>,
    level: PinState,
    /// The level comes from an edge, so the next edge must go to the other level.
    is_known: bool,
}

/// The encoder of a belt, with its lines.
pub struct Encoder<'e> {
    lines: Vec<Line<'e>, LINES_MAX>,
    decoder: Decoder,
    watch: Watch,
    /// Shortest time of a tick.
    tick: Duration,
    read_at: Timestamp,
    /// The last read has found no edge.
    is_idle: bool,
    fault: Option<BeltFault>,
    /// The fault was told.
    is_told: bool,
}

/// How long the gate's thread may sleep for the encoder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sleep {
    /// At most until then.
    pub until: Timestamp,
    /// The next edge ends the sleep as well.
    pub edges: bool,
}

impl<'e> Encoder<'e> {
    /// An encoder with these open lines: the one whose edges are ticks, and line B if the station
    /// file has it. Its belt has a whole `watch_ms` to come up to speed.
    ///
    /// # Errors
    /// A line cannot be read, or its kernel does not count lost edges.
    pub fn new(
        settings: &EncoderSettings,
        lines: std::vec::Vec<Box<dyn Edges + 'e>>,
        now: Timestamp,
    ) -> Result<Self, LineError> {
        let mut opened = Vec::new();
        for mut edges in lines.into_iter().take(LINES_MAX) {
            if !edges.counts_lost() {
                return Err(LineError::new(format_args!(
                    "its kernel does not count lost edges; use version 2 of the GPIO interface (Linux 5.10 or newer)"
                )));
            }
            // What came before the level is read would count twice.
            for _ in 0..READ_MAX {
                if edges.next_edge()?.is_none() {
                    break;
                }
            }
            let level = edges.level()?;
            let line = Line {
                edges,
                next: None,
                level,
                is_known: false,
            };
            // There is space for each line.
            let _ = opened.push(line);
        }
        Ok(Self {
            lines: opened,
            decoder: Decoder::from(settings),
            watch: Watch::new(settings, now),
            tick: Duration::from_secs(1) / settings.ticks_per_s_max.max(1),
            read_at: now,
            is_idle: true,
            fault: None,
            is_told: false,
        })
    }

    /// Takes the edges that have come, and calls `tick` for each tick: its time, and 1 or -1.
    pub fn read(&mut self, now: Timestamp, tick: &mut impl FnMut(Timestamp, Position)) {
        self.read_at = now;
        self.is_idle = true;
        for _ in 0..READ_MAX {
            match self.next_edge() {
                Ok(None) => return,
                Ok(Some((index, edge))) => {
                    self.is_idle = false;
                    self.count(index, edge, tick);
                }
                Err(error) => {
                    if !matches!(self.fault, Some(BeltFault::Broken { .. })) {
                        let error = cut(format_args!("{error}"));
                        self.fault = Some(BeltFault::Broken { error });
                        self.is_told = false;
                    }
                    return;
                }
            }
        }
    }

    /// The next edge of all lines, and the line's index.
    fn next_edge(&mut self) -> Result<Option<(usize, Edge)>, LineError> {
        // A second look at the first line: its edge may have come before the one of line B, and
        // after the first look.
        for _ in 0..2 {
            for line in &mut self.lines {
                if line.next.is_none() {
                    line.next = line.edges.next_edge()?;
                }
            }
            if self.lines.first().is_none_or(|line| line.next.is_some()) {
                break;
            }
        }
        let lines = self.lines.iter_mut().enumerate();
        let next = lines
            .filter(|(_, line)| line.next.is_some())
            .min_by_key(|(_, line)| line.next.map(|edge| edge.at));
        Ok(next.and_then(|(index, line)| Some((index, line.next.take()?))))
    }

    fn count(&mut self, index: usize, edge: Edge, tick: &mut impl FnMut(Timestamp, Position)) {
        let Some(line) = self.lines.get_mut(index) else {
            return;
        };
        // Levels alternate, so the same level again hides an edge between them.
        let hidden = u32::from(line.is_known && line.level == edge.level && edge.lost == 0);
        let lost = edge.lost.saturating_add(hidden);
        (line.level, line.is_known) = (edge.level, true);
        if lost > 0 {
            self.watch.spoil();
            self.fault.get_or_insert(BeltFault::Lost { edges: lost });
        }
        let level = |index: usize| self.lines.get(index).map_or(edge.level, |line| line.level);
        let step = self.decoder.step(index, level(0), level(1));
        if step != 0 {
            tick(edge.at, step);
        }
    }

    /// Whether the belt is in doubt.
    pub fn is_in_doubt(&self) -> bool {
        self.fault.is_some()
    }

    /// Judges the belt, whose highest position is `highest`. `driven`: it should move. Returns what
    /// has changed: the fault that begins, or that the last one has ended.
    pub fn judge(
        &mut self,
        now: Timestamp,
        driven: bool,
        highest: Position,
    ) -> Option<Option<BeltFault>> {
        let judged = self.watch.turn(now, driven, highest);
        let is_broken = matches!(self.fault, Some(BeltFault::Broken { .. }));
        match judged {
            Some(Some(fault)) => {
                self.fault.get_or_insert(fault);
            }
            Some(None) if self.is_told && !is_broken => {
                self.fault = None;
                self.is_told = false;
                return Some(None);
            }
            Some(None) | None => {}
        }
        if self.fault.is_some() && !self.is_told {
            self.is_told = true;
            return Some(self.fault.clone());
        }
        None
    }

    /// The speed in the last `watch_ms`, in ticks a second, once it is known.
    pub fn ticks_per_s(&self) -> Option<u32> {
        self.watch.ticks_per_s()
    }

    /// How long the gate's thread may sleep, if `next` is the next position that matters to it.
    pub fn sleep(&self, now: Timestamp, belt: &Belt, next: Option<Position>) -> Sleep {
        let watch_at = self.watch.ends_at();
        let to_edge = |edges| Sleep {
            until: watch_at,
            edges,
        };
        if matches!(self.fault, Some(BeltFault::Broken { .. })) {
            // A broken line stays readable and would end each sleep at once.
            return to_edge(false);
        }
        let batch_at = self.read_at + self.tick * BATCH_TICKS;
        let reached_at = next.map(|next| {
            let left = u32::try_from(next - belt.highest()).unwrap_or(u32::MAX);
            belt.last_tick() + self.tick.saturating_mul(left)
        });
        let until = reached_at.map_or(batch_at, |at| at.min(batch_at));
        if self.is_idle || until < now + NEAR {
            to_edge(true)
        } else {
            Sleep {
                until: until.min(watch_at),
                edges: false,
            }
        }
    }

    /// The descriptors of the lines, for a sleep that an edge ends.
    pub fn descriptors(&self) -> Vec<BorrowedFd<'_>, LINES_MAX> {
        self.lines.iter().map(|line| line.edges.as_fd()).collect()
    }
}

impl fmt::Debug for Encoder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Encoder")
            .field("fault", &self.fault)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
