//! Triggers and losses of one line.

use super::*;
use PinState::{High, Low};

fn us(time_us: u64) -> Timestamp {
    Timestamp::from_ns(time_us * 1_000)
}

const fn trigger(at_us: u64) -> Signal {
    Signal::Trigger {
        at: Timestamp::from_ns(at_us * 1_000),
    }
}

const fn lost(triggers: u32, until_us: u64) -> Signal {
    Signal::Lost {
        triggers,
        until: Timestamp::from_ns(until_us * 1_000),
    }
}

fn signals(active: PinState, period_us: u64, edges: &[(u64, PinState, u32)]) -> Vec<Signal> {
    let mut input = Input::new(active, Duration::from_micros(period_us));
    let mut signals = Vec::new();
    let mut out = |signal| signals.push(signal);
    for &(at_us, level, lost) in edges {
        let at = us(at_us);
        input.edge(Edge { at, level, lost }, &mut out);
    }
    input.advance(us(1_000_000), &mut out);
    assert!(!input.is_settling());
    signals
}

#[test]
fn the_edge_to_the_active_level_is_the_trigger_in_both_polarities() {
    let edges = [(10, High, 0), (20, Low, 0), (30, High, 0)];
    assert_eq!(signals(High, 0, &edges), [trigger(10), trigger(30)]);
    assert_eq!(signals(Low, 0, &edges), [trigger(20)]);
}

#[test]
fn a_trigger_of_a_slow_line_has_the_time_of_its_first_edge() {
    let edges = [
        (10, Low, 0),
        (5_000, High, 0),
        (5_010, Low, 0),
        (5_020, High, 0),
        (9_000, Low, 0),
    ];
    assert_eq!(signals(High, 1_000, &edges), [trigger(5_000)]);
}

#[test]
fn lost_edges_count_each_part_that_they_can_have_brought() {
    for (before, count, after, parts) in [
        // Low, then n lost, then the level that fits.
        (Low, 1, Low, 1),
        (Low, 2, High, 1),
        (Low, 3, Low, 2),
        (Low, 30, High, 15),
        (High, 1, High, 0),
        (High, 2, Low, 1),
        (High, 3, High, 1),
        (High, 4, Low, 2),
    ] {
        let found = signals(High, 0, &[(10, before, 0), (20, after, count)]);
        let mut expected = Vec::new();
        expected.extend((before == High).then_some(trigger(10)));
        expected.push(lost(parts, 20));
        expected.extend((after == High).then_some(trigger(20)));
        assert_eq!(found, expected, "{before:?}, {count} lost, {after:?}");
    }
}

#[test]
fn two_edges_to_the_same_level_show_a_loss_that_nobody_counted() {
    assert_eq!(
        signals(High, 0, &[(10, High, 0), (20, High, 0)]),
        [trigger(10), lost(0, 20), trigger(20)]
    );
    assert_eq!(
        signals(High, 0, &[(10, Low, 0), (20, Low, 0), (30, High, 0)]),
        [lost(1, 20), trigger(30)]
    );
    // Low and three lost is Low again, not High: there was a fourth.
    assert_eq!(
        signals(High, 0, &[(10, Low, 0), (20, High, 3)]),
        [lost(2, 20), trigger(20)]
    );
}

#[test]
fn a_loss_within_a_bouncing_line_never_swallows_the_part_that_stays() {
    // High settled, then Low and more unseen: the High that comes may be another part.
    let edges = [(10, High, 0), (5_000, High, 1)];
    assert_eq!(
        signals(High, 1_000, &edges),
        [trigger(10), lost(0, 5_000), trigger(5_000)]
    );
}

#[test]
fn no_number_of_lost_edges_overflows() {
    let found = signals(High, 0, &[(10, Low, 0), (20, High, u32::MAX)]);
    assert_eq!(found, [lost(u32::MAX / 2, 20), trigger(20)]);
}
