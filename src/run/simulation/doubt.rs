//! When the belt must be in doubt, and when it must not: the rules of `docs/encoder.md` once more,
//! from the belt's true speed.

use super::checks::Checks;
use super::file::{SPEEDS, WATCH_MS};
use super::world::World;

const MS: u64 = 1_000_000;
/// The gate knows within two measurements.
const KNOWN_NS: u64 = (2 * WATCH_MS + 5) * MS;
/// The recorder knows that the belt moves well after so many measurements and a turn.
const FINE_NS: u64 = (5 * WATCH_MS + 200) * MS;

/// What is known of the belt in one life of the station.
#[derive(Debug, Default)]
pub struct Doubt {
    /// The belt should move, as far as the station knows.
    pub is_driven: bool,
    /// Since when it should move, and is too slow or too fast. Together they may look well.
    slow_since: Option<u64>,
    fast_since: Option<u64>,
    /// Since when nothing is wrong with it.
    fine_since: Option<u64>,
    /// Since when edges may be missing that the gate has not missed.
    lost_since: Option<u64>,
    last_turn: u64,
}

impl Doubt {
    /// A station starts.
    pub fn new(is_driven: bool, now: u64, world: &World) -> Self {
        let mut doubt = Self {
            is_driven,
            last_turn: now,
            ..Self::default()
        };
        doubt.change(now, world);
        doubt
    }

    /// The belt's speed, its drive or its encoder have changed.
    pub fn change(&mut self, now: u64, world: &World) {
        let Some(belt) = &world.way.belt else { return };
        let [max, _, min] = SPEEDS;
        let speed = belt.with(|motion| motion.ticks_per_s());
        let is_slow = self.is_driven && speed < min * 9 / 10;
        let is_fast = self.is_driven && speed > max * 11 / 10;
        self.slow_since = is_slow.then_some(self.slow_since.unwrap_or(now));
        self.fast_since = is_fast.then_some(self.fast_since.unwrap_or(now));
        self.fine_since = None;
        if belt.loses() {
            self.lost_since.get_or_insert(now);
        }
    }

    /// The gate has taken a turn. Returns whether the belt must be in doubt.
    pub fn turn(
        &mut self,
        now: u64,
        is_in_doubt: bool,
        world: &World,
        checks: &mut Checks,
    ) -> bool {
        let Some(belt) = &world.way.belt else {
            return false;
        };
        let [max, _, min] = SPEEDS;
        let (speed, is_furthest) =
            belt.with(|motion| (motion.ticks_per_s(), motion.is_furthest(now)));
        let is_fine = self.is_driven
            && speed > min * 11 / 10
            && speed < max
            && is_furthest
            && !belt.loses()
            && self.lost_since.is_none();
        self.fine_since = is_fine.then_some(self.fine_since.unwrap_or(now));
        if let Some(since) = self.lost_since {
            checks.belt_wrong.add(since, now);
            if is_in_doubt && !belt.loses() {
                self.lost_since = None;
            }
        }
        if speed > max {
            // The gate reads the edges as seldom as the highest speed allows.
            checks.belt_wrong.add(self.last_turn, now);
        }
        self.last_turn = now;
        let bad_since = self.slow_since.or(self.fast_since);
        bad_since.is_some_and(|from| from + KNOWN_NS < now && !checks.gate_behind.touch(from, now))
    }

    /// Whether the belt has moved well for so long that the station must know it.
    pub fn is_over(&self, now: u64, checks: &Checks) -> bool {
        self.fine_since
            .is_some_and(|from| from + FINE_NS < now && !checks.gate_behind.touch(from, now))
    }
}
