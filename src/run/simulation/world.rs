//! The world around the station: the parts on the belt, their pictures, and the sensor behind the
//! gate.

use super::clock::now_ns;
use super::lines::{TriggerLine, Wires};
use super::random::Random;
use super::steps::Kind;
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
/// How long a part covers the trigger's sensor.
const COVERS: u64 = 2 * MS;

/// A part on the belt, and what the checks know of it.
#[derive(Debug)]
pub struct Physical {
    /// Its number in the world, which the station does not know.
    pub index: u64,
    /// When it came to the trigger.
    pub edge_ns: u64,
    /// When the lines move for it.
    pub due_ns: u64,
    /// When it is gone.
    pub end_ns: u64,
    /// What goes wrong with it.
    pub kind: Kind,
    /// The kernel lost its edge, or no station watched the line.
    pub unseen: bool,
    /// When an inspection of its own picture found it good.
    pub pass_ns: Option<u64>,
    /// How many records it has.
    pub records: u32,
    /// Its record says that its movement was late.
    pub late: bool,
    /// Its record says that the gate was open for it.
    pub passed: bool,
}

/// What happens in the world by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Event {
    /// The trigger line changes. Its part, and whether it becomes active.
    Line(u64, bool),
    /// The picture of a part is finished.
    Picture(u64),
    /// The part is at the sensor behind the gate, if it was sent there.
    Sensor(u64),
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
    events: BinaryHeap<Reverse<(u64, u64, Event)>>,
    /// Number of the next part.
    next: u64,
    /// Number of the next event.
    sequence: u64,
    delay_ns: u64,
    pulse_ns: u64,
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
            events: BinaryHeap::new(),
            next: 0,
            sequence: 0,
            delay_ns: u64::from(station.gate.line_delay_ms()) * MS,
            pulse_ns: u64::from(station.gate.pulse_ms) * MS,
        }
    }

    /// A part comes to the trigger at this time.
    pub fn part(&mut self, edge_ns: u64, kind: Kind, random: &mut Random) {
        let index = self.next;
        self.next += 1;
        let due_ns = edge_ns + self.delay_ns;
        let end_ns = due_ns + self.pulse_ns;
        self.parts.push_back(Physical {
            index,
            edge_ns,
            due_ns,
            end_ns,
            kind,
            unseen: !self.watched,
            pass_ns: None,
            records: 0,
            late: false,
            passed: false,
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
        self.at(due_ns + 6 * MS, Event::Sensor(index));
        self.at(edge_ns + JUDGED_AFTER, Event::Judge(index));
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
            backlog: false,
        });
    }

    /// Whether the part goes to the sensor behind the gate, as the reject line is at this time.
    pub fn is_sent_to_sensor(&mut self, at_ns: u64, index: u64) -> bool {
        let rejects = self.wires.rejected_at(at_ns);
        let wrong = self
            .find(index)
            .is_some_and(|part| part.kind == Kind::WrongWay);
        rejects != wrong
    }

    /// The part with this number, if it is not judged.
    pub fn find(&mut self, index: u64) -> Option<&mut Physical> {
        let first = self.parts.front()?.index;
        let place = usize::try_from(index.checked_sub(first)?).ok()?;
        self.parts.get_mut(place)
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
