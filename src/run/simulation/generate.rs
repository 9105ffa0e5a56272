//! The steps of a seed.

use super::encoder::Lines;
use super::file::{Chosen, Features, SPEEDS, features};
use super::random::Random;
use super::steps::{Golden, Kind, Step, Switch, Thread, What};

/// The shortest time between two parts. The file matcher needs it to tell their pictures apart.
const INTERVAL_MIN_US: u64 = 10_000;

/// How often a kind of part comes, of a thousand.
const KINDS: [(Kind, u64); 13] = [
    (Kind::Bad, 120),
    (Kind::Marked, 40),
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
    (Kind::Good, 721),
];

/// The steps with this many parts.
pub fn steps(seed: u64, parts: u64) -> Vec<Step> {
    let mut random = Random::new(seed, u32::MAX);
    let features = features(seed);
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
            if random.one_in_thousand(25) {
                event(&mut random, at, &features, &mut timed);
            }
            if random.one_in_thousand(10) {
                product(&mut random, at, &features, &mut timed);
            }
            if features.lines.is_some() && random.one_in_thousand(8) {
                belt(&mut random, at, 250_000, &features, &mut timed);
            }
        }
        left -= count.min(left);
        at += random.between(20_000, 700_000);
        if features.lines.is_some() && random.one_in_thousand(400) {
            at = belt(&mut random, at, 2_000_000, &features, &mut timed);
        }
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
fn event(random: &mut Random, at: u64, features: &Features, timed: &mut Vec<(u64, What)>) {
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
            let threads = if features.challenge.is_some() { 10 } else { 9 };
            let thread = Thread::ALL[usize::try_from(random.below(threads)).unwrap_or(0)];
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

/// Another recipe, or a challenge, at about this time.
fn product(random: &mut Random, at: u64, features: &Features, timed: &mut Vec<(u64, What)>) {
    let at = at + random.below(12_000);
    if features.chosen != Chosen::Never && random.below(3) != 0 {
        let second = random.below(2) == 0;
        if features.chosen == Chosen::ByCommand {
            timed.push((at, What::Recipe(u8::from(second))));
            return;
        }
        let valid = What::Code(1 + u8::from(second));
        if random.below(3) == 0 {
            let none = What::Code(if second { 3 } else { 0 });
            timed.push((at, none));
            timed.push((at + random.between(30_000, 600_000), valid));
        } else {
            timed.push((at, valid));
        }
        return;
    }
    if features.challenge.is_some() {
        if random.below(3) == 0 {
            let place = usize::try_from(random.below(5)).unwrap_or(0);
            timed.push((at, What::Golden(Golden::ALL[place])));
        }
        timed.push((at + 10, What::Challenge(random.below(2) == 0)));
    }
}

/// Something about the belt or its encoder, from about this time on and for at most so long.
/// Returns when it is over.
fn belt(
    random: &mut Random,
    at: u64,
    most_us: u64,
    features: &Features,
    timed: &mut Vec<(u64, What)>,
) -> u64 {
    let at = at + random.below(12_000);
    let [max, _, min] = SPEEDS.map(|speed| u64::try_from(speed).unwrap_or(0));
    let usual = speed(random.between(min + 50, max - 50));
    let end = at + random.between(1_000, most_us);
    let mut for_a_while = |ticks_per_s| {
        timed.push((at, What::Belt(ticks_per_s)));
        timed.push((end, What::Belt(usual)));
        end
    };
    match random.below(100) {
        0..=24 => {
            timed.push((at, What::Belt(usual)));
            at
        }
        25..=44 => for_a_while(0),
        45..=52 => for_a_while(speed(random.below(min * 8 / 10))),
        53..=58 => for_a_while(speed(random.between(max * 12 / 10, max * 15 / 10))),
        59..=73 if features.lines != Some(Lines::One) => {
            timed.push((at, What::Belt(-speed(random.between(20, 700)))));
            let end = at + random.between(1_000, 90_000);
            timed.push((end, What::Belt(usual)));
            end
        }
        59..=73 => for_a_while(0),
        74..=79 => {
            timed.push((
                at,
                What::LostTicks(speed(random.between(1, 40)).unsigned_abs()),
            ));
            at
        }
        80..=84 => {
            timed.push((at, What::HiddenTick));
            at
        }
        85..=89 => {
            timed.push((at, What::Slip(speed(random.between(1, 6)).unsigned_abs())));
            at
        }
        _ if features.driven_by_line => {
            timed.push((at, What::Set(Switch::Drive, false)));
            timed.push((end, What::Set(Switch::Drive, true)));
            let stops = at + random.below(30_000);
            let starts = (end + random.below(60_000)).max(stops + 1_000);
            timed.push((stops, What::Belt(0)));
            timed.push((starts, What::Belt(usual)));
            starts
        }
        _ => for_a_while(0),
    }
}

fn speed(ticks_per_s: u64) -> i32 {
    i32::try_from(ticks_per_s).unwrap_or(0)
}
