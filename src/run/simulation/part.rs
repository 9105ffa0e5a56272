//! A part on the belt, and when it is where.

use super::encoder::{BeltWithEncoder, Lines};
use super::file::station_lines;
use super::motion::{Motion, TICK};
use super::steps::Kind;
use crate::station::Station;

const MS: u64 = 1_000_000;
/// A time that never comes.
pub const NEVER: u64 = u64::MAX;

/// A part on the belt, and what the checks know of it.
#[derive(Debug)]
pub struct Physical {
    /// Its number in the world, which the station does not know.
    pub index: u64,
    /// When it came to the trigger.
    pub edge_ns: u64,
    /// Where the belt was then.
    pub edge_at: i64,
    /// What made the encoder doubtful up to then, in ticks.
    pub doubts: i64,
    /// What goes wrong with it.
    pub kind: Kind,
    /// The kernel lost its edge, or no station watched the line.
    pub unseen: bool,
    /// The belt had brought it back in front of the trigger when a station started. It would come
    /// to the trigger again, which is not simulated.
    pub is_back: bool,
    /// The sensor behind the gate has seen it, or it went the other way.
    pub sensed: bool,
    /// When an inspection of its own picture found it good.
    pub pass_ns: Option<u64>,
    /// How many records it has.
    pub records: u32,
    /// Its record says that its movement was late.
    pub late: bool,
}

/// When a part is at the gate. [`NEVER`] is a time that the belt has not reached.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// When it is due.
    pub due_ns: u64,
    /// From here on an encoder that counts whole ticks may take it as due.
    pub perhaps_from_ns: u64,
    /// When it is gone.
    pub end_ns: u64,
    /// From here on it is due for any encoder that counts whole ticks.
    pub surely_from_ns: u64,
    /// Up to here it is at the gate for any encoder that counts whole ticks.
    pub surely_until_ns: u64,
    /// The encoder has been wrong while the part was under way, by turns or slips.
    pub is_doubtful: bool,
}

/// A length of time, or of the belt in ticks.
#[derive(Debug, Clone, Copy)]
enum Length {
    Time(u64),
    Ticks(i64),
}

/// The way to the gate and through it.
#[derive(Debug)]
pub struct Way {
    delay: Length,
    pulse: Length,
    pub belt: Option<BeltWithEncoder>,
    /// What makes the encoder doubtful, in ticks since the beginning: each reversal with a line for
    /// the direction, and each slip.
    pub doubts: i64,
    pub turns_are_doubtful: bool,
}

impl Way {
    /// The way of this station, with its belt at this speed.
    pub fn new(station: &Station, ticks_per_s: i64) -> Self {
        let gate = &station.gate;
        let length = |ms: u32, ticks: Option<u32>| match ticks {
            Some(ticks) => Length::Ticks(i64::from(ticks) * TICK),
            None => Length::Time(u64::from(ms) * MS),
        };
        let lines = station.encoder.as_ref().map(station_lines);
        Self {
            delay: length(gate.line_delay_ms(), gate.delay_ticks),
            pulse: length(gate.pulse_ms, gate.pulse_ticks),
            belt: lines.map(|lines| BeltWithEncoder::new(lines, ticks_per_s)),
            doubts: 0,
            turns_are_doubtful: lines == Some(Lines::Direction),
        }
    }

    /// Where the belt is.
    pub fn position(&self, at_ns: u64) -> i64 {
        self.belt
            .as_ref()
            .map_or(0, |belt| belt.with(|motion| motion.position(at_ns)))
    }

    /// When the part is at the gate.
    pub fn place(&self, part: &Physical) -> Place {
        match (&self.belt, self.delay, self.pulse) {
            (Some(belt), ..) => belt.with(|motion| self.place_on(part, motion)),
            (None, Length::Time(delay), Length::Time(pulse)) => {
                let due_ns = part.edge_ns + delay;
                Place {
                    due_ns,
                    perhaps_from_ns: due_ns,
                    end_ns: due_ns + pulse,
                    surely_from_ns: due_ns,
                    surely_until_ns: due_ns + pulse,
                    is_doubtful: false,
                }
            }
            // The station file refuses ticks without an encoder.
            (None, ..) => Place {
                due_ns: NEVER,
                perhaps_from_ns: NEVER,
                end_ns: NEVER,
                surely_from_ns: NEVER,
                surely_until_ns: NEVER,
                is_doubtful: false,
            },
        }
    }

    fn place_on(&self, part: &Physical, motion: &Motion) -> Place {
        let reached = |position| motion.reached(position).unwrap_or(NEVER);
        // An encoder knows a place within one tick.
        let doubts = (self.doubts - part.doubts) * TICK;
        let early = doubts + TICK;
        let (due_ns, surely_from_ns, early_ns) = match self.delay {
            Length::Time(delay) => {
                let due_ns = part.edge_ns + delay;
                (due_ns, due_ns, due_ns)
            }
            Length::Ticks(delay) => {
                let at = part.edge_at + delay;
                (reached(at), reached(at + doubts), reached(at - early))
            }
        };
        let (end_ns, surely_until_ns) = match (self.pulse, self.delay) {
            (Length::Time(pulse), _) => {
                (due_ns.saturating_add(pulse), early_ns.saturating_add(pulse))
            }
            (Length::Ticks(pulse), Length::Ticks(delay)) => {
                let end = part.edge_at + delay + pulse;
                (reached(end), reached(end - early))
            }
            (Length::Ticks(pulse), Length::Time(_)) => {
                let end = motion.highest_at(due_ns) + pulse;
                (reached(end), reached(end - early))
            }
        };
        Place {
            due_ns,
            perhaps_from_ns: early_ns,
            end_ns,
            surely_from_ns,
            surely_until_ns,
            is_doubtful: doubts > 0,
        }
    }
}
