//! The world around the station: the parts on the belt, their pictures, and the sensor behind the
//! gate.

use super::clock::now_ns;
use super::file::{CODES, SPEEDS};
use super::lines::{TriggerLine, Wires};
use super::part::{NEVER, Physical, Place, Way};
use super::random::Random;
use super::steps::{Golden, Kind};
use crate::station::Station;
use crate::watch::{Arrival, Identity, Name};
use board::Timestamp;
use core::cell::RefCell;
use core::cmp::Reverse;
use embedded_hal::digital::PinState;
use std::collections::{BinaryHeap, VecDeque};
use std::rc::Rc;

const US: u64 = 1_000;
const MS: u64 = 1_000_000;
/// A part is judged this long after its edge, when all that is known of it is known.
const JUDGED_AFTER: u64 = 6_000 * MS;
/// It is judged again this long after, if the belt has not brought it through the gate by then.
const JUDGED_AGAIN: u64 = 500 * MS;
/// From the gate to the sensor behind it.
const TO_SENSOR: u64 = 6 * MS;
/// How long a part covers the trigger's sensor.
const COVERS: u64 = 2 * MS;

/// What happens in the world by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Event {
    /// The trigger line changes. Its part, and whether it becomes active.
    Line(u64, bool),
    /// The picture of a part is finished.
    Picture(u64),
    /// The part may be at the sensor behind the gate, if it was sent there.
    Sensor(u64),
    /// An input line of the recipe's code changes. Which one, and whether it becomes active.
    Code(usize, bool),
    /// All that is known of the part is known.
    Judge(u64),
}

/// The pictures in the watched directory that the station has not taken.
#[derive(Debug, Default)]
pub struct Pictures {
    /// New ones.
    pub fresh: VecDeque<Arrival>,
    /// Those that belong to no part.
    pub aside: VecDeque<Arrival>,
}

/// The world. It outlives the station.
#[derive(Debug)]
pub struct World {
    /// The output lines.
    pub wires: Rc<Wires>,
    /// The trigger line.
    pub line: TriggerLine,
    /// The watched directory.
    pub pictures: Rc<RefCell<Pictures>>,
    /// The parts that are not judged yet, in the order of their edges.
    pub parts: VecDeque<Physical>,
    /// A station watches the trigger line.
    pub watched: bool,
    /// The way to the gate, and the belt.
    pub way: Way,
    /// The levels of the input lines of the recipe's code.
    pub code: [bool; CODES.len()],
    /// What goes wrong with the golden pictures of the next challenge.
    pub golden: Golden,
    events: BinaryHeap<Reverse<(u64, u64, Event)>>,
    /// Number of the next part.
    next: u64,
    /// Number of the next event.
    sequence: u64,
}

impl World {
    /// An empty belt in front of this station.
    pub fn new(station: &Station) -> Self {
        Self {
            wires: Rc::default(),
            line: TriggerLine::new(),
            pictures: Rc::default(),
            parts: VecDeque::new(),
            watched: false,
            way: Way::new(station, SPEEDS[1]),
            code: [true, false],
            golden: Golden::Right,
            events: BinaryHeap::new(),
            next: 0,
            sequence: 0,
        }
    }

    /// A part comes to the trigger at this time. It does not come if the belt is not as far as it
    /// ever was: then the belt brings back those that have come before. Returns whether it comes.
    pub fn part(&mut self, edge_ns: u64, kind: Kind, random: &mut Random) -> bool {
        let belt = self.way.belt.as_ref();
        if belt.is_some_and(|belt| !belt.with(|motion| motion.is_furthest(edge_ns))) {
            return false;
        }
        let index = self.next;
        self.next += 1;
        self.parts.push_back(Physical {
            index,
            edge_ns,
            edge_at: self.way.position(edge_ns),
            doubts: self.way.doubts - self.way.belt.as_ref().map_or(0, |belt| belt.slips(edge_ns)),
            kind,
            unseen: !self.watched,
            is_back: false,
            sensed: false,
            pass_ns: None,
            records: 0,
            late: false,
        });
        self.change_line(edge_ns, index, true);
        if kind == Kind::Bounces {
            for bounce in 0..4 {
                self.at(
                    edge_ns + 50 * US * (bounce + 1),
                    Event::Line(index, bounce % 2 == 1),
                );
            }
        }
        self.at(edge_ns + COVERS, Event::Line(index, false));
        let picture_ns = edge_ns + random.between(2 * MS, 7 * MS);
        if kind != Kind::NoPicture {
            self.at(picture_ns, Event::Picture(index));
        }
        if kind == Kind::TwoPictures {
            self.at(picture_ns + random.below(MS), Event::Picture(index));
        }
        self.expect_at_sensor(index);
        self.at(edge_ns + JUDGED_AFTER, Event::Judge(index));
        true
    }

    /// The part comes to the sensor behind the gate, as far as the belt's speed tells now.
    fn expect_at_sensor(&mut self, index: u64) {
        let part = self.parts.get(place_of(&self.parts, index));
        let Some(part) = part.filter(|part| !part.sensed) else {
            return;
        };
        let due_ns = self.way.place(part).due_ns;
        if due_ns != NEVER && due_ns + TO_SENSOR >= now_ns() {
            self.at(due_ns + TO_SENSOR, Event::Sensor(index));
        }
    }

    /// A station begins to watch the trigger line.
    pub fn watch(&mut self) {
        self.watched = true;
        let at = self.way.position(now_ns());
        for part in &mut self.parts {
            part.is_back |= part.edge_at > at;
        }
    }

    /// The belt moves at this speed from this time on. Driving a slow line may have taken longer.
    pub fn set_speed(&mut self, at_ns: u64, ticks_per_s: i32) {
        let Some(belt) = &self.way.belt else { return };
        let turns = belt.set_speed(at_ns, ticks_per_s.into());
        if turns && self.way.turns_are_doubtful {
            self.way.doubts += 1;
        }
        let waiting = self.parts.iter().filter(|part| !part.sensed);
        let waiting: Vec<_> = waiting.map(|part| part.index).collect();
        for index in waiting {
            self.expect_at_sensor(index);
        }
    }

    /// The lines of the recipe's code change to this one, and bounce.
    pub fn set_code(&mut self, at_ns: u64, code: u8, random: &mut Random) {
        for bit in 0..CODES.len() {
            let active = code >> bit & 1 == 1;
            let mut changes_ns = at_ns + random.below(20 * MS);
            for bounce in 0..2 * random.below(4) + 1 {
                self.at(changes_ns, Event::Code(bit, active == (bounce % 2 == 0)));
                changes_ns += random.between(20 * US, 12 * MS);
            }
        }
    }

    /// Judges the first part again later: the belt has not brought it through the gate.
    pub fn judge_later(&mut self) {
        if let Some(part) = self.parts.front() {
            let index = part.index;
            self.at(now_ns() + JUDGED_AGAIN, Event::Judge(index));
        }
    }

    /// When the next event is due.
    pub fn next_ns(&self) -> u64 {
        self.events.peek().map_or(u64::MAX, |Reverse((at, ..))| *at)
    }

    /// The next event, and its time. Driving a slow line may have taken longer.
    pub fn take(&mut self) -> Option<(u64, Event)> {
        self.events.pop().map(|Reverse((at, _, event))| (at, event))
    }

    /// The trigger line changes.
    pub fn change_line(&mut self, at_ns: u64, index: u64, active: bool) {
        let level = PinState::from(active);
        let Some(part) = self.find(index) else { return };
        let loses = part.kind == Kind::LostEdges;
        let kept = self.line.set(Timestamp::from_ns(at_ns), level, loses);
        if let Some(part) = self.find(index)
            && active
            && !kept
        {
            part.unseen = true;
        }
    }

    /// The picture of a part is finished.
    pub fn picture(&mut self, at_ns: u64, index: u64) {
        let at = Timestamp::from_ns(at_ns);
        self.sequence += 1;
        let name = format!("{index}-{}.png", self.sequence);
        let Some(name) = Name::new(name.as_bytes()) else {
            return;
        };
        let identity = Identity {
            size: 1,
            inode: self.sequence,
            content: self.sequence,
            ..Identity::default()
        };
        self.pictures.borrow_mut().fresh.push_back(Arrival {
            name,
            identity,
            seen_at: at,
            finished_at: at,
            finished_after: at,
            backlog: false,
        });
    }

    /// Whether the part is at the sensor behind the gate at this time. It is sent there as the
    /// reject line is.
    pub fn is_at_sensor(&mut self, at_ns: u64, index: u64) -> bool {
        let rejects = self.wires.rejected_at(at_ns);
        let place = place_of(&self.parts, index);
        let Some(part) = self.parts.get_mut(place).filter(|part| !part.sensed) else {
            return false;
        };
        if self.way.place(part).due_ns.saturating_add(TO_SENSOR) > at_ns {
            // The belt has become slower.
            return false;
        }
        part.sensed = true;
        rejects != (part.kind == Kind::WrongWay)
    }

    /// The part with this number, if it is not judged.
    pub fn find(&mut self, index: u64) -> Option<&mut Physical> {
        let place = place_of(&self.parts, index);
        self.parts.get_mut(place)
    }

    /// When the part with this number is at the gate.
    pub fn place(&self, index: u64) -> Option<Place> {
        let part = self.parts.get(place_of(&self.parts, index))?;
        Some(self.way.place(part))
    }

    /// The part whose edge was at this time. If the edge was lost, the station may have begun the
    /// part later, while it covered the sensor.
    pub fn find_edge(&mut self, edge: Timestamp) -> Option<&mut Physical> {
        let edge_ns = edge.as_ns();
        let place = self.parts.partition_point(|part| part.edge_ns <= edge_ns);
        let part = self.parts.get_mut(place.checked_sub(1)?)?;
        let covers = part.unseen && edge_ns < part.edge_ns + COVERS;
        (part.edge_ns == edge_ns || covers).then_some(part)
    }

    /// Whether a part with this edge was judged already.
    pub fn is_judged(&self, edge: Timestamp) -> bool {
        edge.as_ns() + JUDGED_AFTER <= now_ns()
    }

    /// The part that a picture shows.
    pub fn shown_by(name: &Name) -> Option<u64> {
        let text = core::str::from_utf8(name.as_bytes()).ok()?;
        text.split('-').next()?.parse().ok()
    }

    fn at(&mut self, ns: u64, event: Event) {
        self.sequence += 1;
        self.events.push(Reverse((ns, self.sequence, event)));
    }
}

/// The place of a part among those that are not judged.
fn place_of(parts: &VecDeque<Physical>, index: u64) -> usize {
    let first = parts.front().map_or(0, |part| part.index);
    let place = index.checked_sub(first);
    place
        .and_then(|place| usize::try_from(place).ok())
        .unwrap_or(usize::MAX)
}
