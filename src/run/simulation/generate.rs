//! The steps of a seed.

use super::random::Random;
use super::steps::{Kind, Step, Switch, Thread, What};

/// The shortest time between two parts. The file matcher needs it to tell their pictures apart.
const INTERVAL_MIN_US: u64 = 10_000;

/// How often a kind of part comes, of a thousand.
const KINDS: [(Kind, u64); 12] = [
    (Kind::Bad, 150),
    (Kind::NoPicture, 8),
    (Kind::TwoPictures, 8),
    (Kind::Damaged, 8),
    (Kind::SlowPicture, 8),
    (Kind::DeviceFault, 8),
    (Kind::SlowDevice, 4),
    (Kind::BadOutput, 6),
    (Kind::LostEdges, 6),
    (Kind::Bounces, 60),
    (Kind::WrongWay, 3),
    (Kind::Good, 731),
];

/// The steps with this many parts.
pub fn steps(seed: u64, parts: u64) -> Vec<Step> {
    let mut random = Random::new(seed, u32::MAX);
    let mut timed: Vec<(u64, What)> = Vec::new();
    let mut at = 400_000;
    let mut left = parts;
    while left > 0 {
        // A time of calm, of parts close together, or a burst.
        let (count, from, until) = match random.below(8) {
            0 => (
                random.between(20, 110),
                INTERVAL_MIN_US,
                INTERVAL_MIN_US + 1,
            ),
            1..=2 => (random.between(20, 80), INTERVAL_MIN_US, 16_000),
            _ => (random.between(20, 150), 18_000, 60_000),
        };
        for _ in 0..count.min(left) {
            at += random.between(from, until);
            timed.push((at, What::Part(kind(&mut random))));
            if random.one_in_thousand(40) {
                event(&mut random, at, &mut timed);
            }
        }
        left -= count.min(left);
        at += random.between(20_000, 700_000);
        timed.push((at, What::Reset));
        at += 20_000;
    }
    timed.sort_by_key(|(at, _)| *at);
    let mut before = 0;
    let numbered = (0..).zip(timed).map(|(number, (at, what))| {
        let after_us = u32::try_from(at - before).unwrap_or(u32::MAX);
        before = at;
        Step {
            number,
            after_us,
            what,
        }
    });
    numbered.collect()
}

fn kind(random: &mut Random) -> Kind {
    let mut drawn = random.below(1_000);
    for (kind, share) in KINDS {
        if drawn < share {
            return kind;
        }
        drawn -= share;
    }
    Kind::Good
}

/// Something besides the parts, at about this time. What is turned off is turned on again.
fn event(random: &mut Random, at: u64, timed: &mut Vec<(u64, What)>) {
    let at = at + random.below(12_000);
    let mut turn = |switch, first, random: &mut Random, most_us| {
        timed.push((at, What::Set(switch, first)));
        let end = at + random.between(500, most_us);
        timed.push((end, What::Set(switch, !first)));
    };
    match random.below(100) {
        0..=9 => turn(Switch::Journal, false, random, 3_000_000),
        10..=15 => turn(Switch::Guard, false, random, 400_000),
        16..=18 => turn(Switch::RejectLine, false, random, 100_000),
        19..=23 => turn(Switch::Run, false, random, 500_000),
        24..=28 => turn(Switch::Test, true, random, 500_000),
        29..=32 => turn(Switch::BinFull, true, random, 500_000),
        33..=36 => turn(Switch::LampTest, true, random, 300_000),
        37..=40 => {
            timed.push((at, What::Command(false)));
            timed.push((at + random.between(500, 500_000), What::Command(true)));
        }
        41..=66 => {
            let thread = Thread::ALL[usize::try_from(random.below(9)).unwrap_or(0)];
            let us =
                [4_000, 30_000, 250_000, 1_500_000][usize::try_from(random.below(4)).unwrap_or(0)];
            let us = u32::try_from(random.between(500, us)).unwrap_or(0);
            timed.push((at, What::Held(thread, us)));
        }
        67..=72 => {
            let us = u32::try_from(random.between(500, 600_000)).unwrap_or(0);
            timed.push((at, What::Stalled(us)));
        }
        73..=77 => {
            let us = u32::try_from(random.between(100, 40_000)).unwrap_or(0);
            timed.push((at, What::SlowLine(us)));
        }
        78..=84 => {
            let seconds = i32::try_from(random.below(7_200)).unwrap_or(0) - 3_600;
            timed.push((at, What::ClockStep(seconds)));
        }
        85..=90 => timed.push((at, What::SelfCheck(random.below(2) == 0))),
        91..=95 => timed.push((at, What::Reset)),
        _ => {
            let us = u32::try_from(random.between(30_000, 600_000)).unwrap_or(0);
            timed.push((at, What::Kill(us)));
        }
    }
}
