//! Triggers and lost edges of one line.

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
    let mut filter = EdgeFilter::new(active, Duration::from_micros(period_us));
    let mut signals = Vec::new();
    let mut out = |signal| signals.push(signal);
    for &(at_us, level, lost) in edges {
        let at = us(at_us);
        filter.edge(Edge { at, level, lost }, &mut out);
    }
    filter.advance(us(1_000_000), &mut out);
    assert!(!filter.is_settling());
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
fn lost_edges_count_as_the_most_parts_that_they_can_have_been() {
    for (before, count, after, parts) in [
        // Each row: the previous level, the number of lost edges, the level that fits, the number
        // of parts.
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
fn two_edges_to_the_same_level_reveal_a_loss_that_the_kernel_did_not_count() {
    assert_eq!(
        signals(High, 0, &[(10, High, 0), (20, High, 0)]),
        [trigger(10), lost(0, 20), trigger(20)]
    );
    assert_eq!(
        signals(High, 0, &[(10, Low, 0), (20, Low, 0), (30, High, 0)]),
        [lost(1, 20), trigger(30)]
    );
    // Three lost edges after Low end at Low, not at High: a fourth was lost.
    assert_eq!(
        signals(High, 0, &[(10, Low, 0), (20, High, 3)]),
        [lost(2, 20), trigger(20)]
    );
}

#[test]
fn a_loss_between_two_edges_to_the_active_level_does_not_hide_the_second_part() {
    // High settled, then the edge to Low was lost. The next High may be another part.
    let edges = [(10, High, 0), (5_000, High, 1)];
    assert_eq!(
        signals(High, 1_000, &edges),
        [trigger(10), lost(0, 5_000), trigger(5_000)]
    );
}

/// The line left the active level at 20 ms and was back when the kernel read it.
#[test]
fn an_edge_whose_level_was_read_late_counts_as_one_more_part_and_not_as_one_less() {
    let edges = [
        (10_000, High, 0),
        (20_000, High, 0),
        (30_000, High, 0),
        (40_000, Low, 0),
    ];
    let expected = [
        trigger(10_000),
        lost(0, 20_000),
        trigger(20_000),
        lost(0, 30_000),
        trigger(30_000),
    ];
    assert_eq!(signals(High, 1_000, &edges), expected);
    // The part from 10 to 20 ms: each of its edges may have hidden one.
    let edges = [(1_000, Low, 0), (20_000, Low, 0), (30_000, Low, 0)];
    let expected = [lost(1, 20_000), lost(1, 30_000)];
    assert_eq!(signals(High, 1_000, &edges), expected);
}

#[test]
fn lost_bounces_do_not_count_as_parts() {
    // The contact bounces faster than the kernel reads edges, when a part arrives and when it
    // leaves.
    let edges = [
        (10, High, 0),
        (40, High, 40),
        (60, High, 0),
        (90, Low, 299),
        (110, High, 0),
        (9_000, Low, 0),
        (9_100, Low, 0),
        (9_999, Low, 1_000),
    ];
    assert_eq!(signals(High, 1_000, &edges), [trigger(10)]);
}

#[test]
fn the_time_between_two_edges_bounds_the_parts_lost_in_it() {
    for (apart_us, parts) in [
        (1_000, 1),
        (1_999, 1),
        (2_999, 1),
        (3_000, 2),
        (5_000, 3),
        (900_000, 20),
    ] {
        // Forty lost edges are at most twenty parts.
        let edges = [(10, Low, 0), (10 + apart_us, High, 40)];
        let at_us = 10 + apart_us;
        assert_eq!(
            signals(High, 1_000, &edges),
            [lost(parts, at_us), trigger(at_us)],
            "{apart_us}"
        );
    }
}

/// Alternating edges, the first to `level`, every 400 us from `from_us` until before `end_us`.
fn chatter(from_us: u64, level: PinState, end_us: u64) -> Vec<(u64, PinState, u32)> {
    let times = (from_us..end_us).step_by(400);
    let levels = [level, !level].into_iter().cycle();
    times
        .zip(levels)
        .map(|(at, level)| (at, level, 0))
        .collect()
}

#[test]
fn the_end_of_chattering_counts_as_one_more_part() {
    // The line settles without a part: the last edge, at 89.2 ms, is to Low.
    let edges = chatter(0, High, 89_600);
    let found = signals(High, 1_000, &edges);
    assert_eq!(found, [lost(1, 50_000), lost(1, 89_200)]);
    // The line settles at the level that it had before. The part arrived at the last edge or
    // earlier.
    let mut edges = vec![(0, High, 0)];
    edges.extend(chatter(10_000, Low, 70_800));
    let found = signals(High, 1_000, &edges);
    let end = [lost(1, 60_000), lost(1, 70_400), trigger(70_400)];
    assert_eq!(found, [&[trigger(0)], &end[..]].concat());
}

#[test]
fn an_edge_gives_at_most_three_signals_and_an_advance_at_most_two() {
    // Marsaglia's xorshift with the shifts 13, 7 and 17.
    let mut state = 0x51_u64;
    let mut below = |end: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % end
    };
    let mut most = [0, 0];
    for period_us in [0, 100, 1_000] {
        let mut filter = EdgeFilter::new(High, Duration::from_micros(period_us));
        let mut at_us = 0;
        let mut level = Low;
        for _ in 0..100_000 {
            // Edges mostly alternate and come close together, so that the line sometimes chatters.
            let apart_us = if below(64) == 0 { 60_000 } else { 800 };
            at_us += below(apart_us);
            level = if below(16) == 0 { level } else { !level };
            let lost = if below(64) == 0 { 2 } else { 0 };
            let at = us(at_us);
            let mut given = [0, 0];
            if below(2) == 0 {
                filter.advance(at, &mut |_| given[1] += 1);
            }
            filter.edge(Edge { at, level, lost }, &mut |_| given[0] += 1);
            most = [most[0].max(given[0]), most[1].max(given[1])];
        }
    }
    assert_eq!(most, [3, 2]);
}

#[test]
fn a_chattering_line_counts_as_a_part_at_each_report() {
    let ends = |end_us| signals(High, 1_000, &chatter(0, High, end_us));
    // Below 50 ms it is one change. Its last edge is to Low, so there was no part.
    assert_eq!(ends(49_600), []);
    assert_eq!(
        ends(110_000),
        [
            lost(1, 50_000),
            lost(1, 100_000),
            lost(1, 109_600),
            trigger(109_600)
        ]
    );
    // A longer period raises the limit.
    let edges = [(0, High, 0), (60_000, Low, 0), (90_000, High, 0)];
    assert_eq!(signals(High, 100_000, &edges), [trigger(0)]);
}

#[test]
fn with_a_long_period_chattering_is_reported_after_ten_periods() {
    let ends = |end_us| signals(High, 10_000, &chatter(0, High, end_us));
    // The last edge is at 99.6 ms, to Low.
    assert_eq!(ends(100_000), []);
    // The last edge is at 100 ms, to High.
    let expected = [lost(1, 100_000), lost(1, 100_000), trigger(100_000)];
    assert_eq!(ends(100_400), expected);
}

#[test]
fn a_signal_is_delayed_by_at_most_the_chatter_limit_and_one_period() {
    let delay_max_ms = |period_ms| {
        let period = Duration::from_millis(period_ms);
        EdgeFilter::signal_delay_max(period).as_millis()
    };
    assert_eq!([0, 1, 5, 6].map(delay_max_ms), [50, 51, 55, 66]);
    // The signal of a chattering line is not later than that.
    let edges = chatter(0, High, 200_000);
    let mut filter = EdgeFilter::new(High, Duration::from_millis(1));
    let mut first = None;
    for &(at_us, level, lost) in &edges {
        let edge = Edge {
            at: us(at_us),
            level,
            lost,
        };
        filter.edge(edge, &mut |_| {
            first.get_or_insert(at_us);
        });
    }
    assert!(first.is_some_and(|at_us| at_us <= 51_000), "{first:?}");
}

/// Takes `edges` and then finds the line at `level` at the time `asked_us`: the kernel's queue was
/// full, and the edge to it was lost.
fn resynced(
    edges: &[(u64, PinState)],
    asked_us: u64,
    level: PinState,
) -> (EdgeFilter, Vec<Signal>) {
    let mut filter = EdgeFilter::new(High, Duration::from_millis(1));
    let mut signals = Vec::new();
    let mut out = |signal| signals.push(signal);
    for &(at_us, level) in edges {
        let at = us(at_us);
        filter.edge(Edge { at, level, lost: 0 }, &mut out);
    }
    let now = us(asked_us);
    assert!(filter.next_wake().is_some_and(|wake| wake <= now));
    assert_ne!(filter.level(), Some(level));
    filter.resync(now, level, &mut out);
    filter.advance(now, &mut out);
    (filter, signals)
}

#[test]
fn a_level_whose_edge_was_lost_settles_like_any_other() {
    let (mut filter, mut signals) = resynced(&[(10, High), (40, Low)], 1_040, High);
    // A part may have arrived and left between Low and High.
    assert_eq!(signals, [lost(1, 1_040)]);
    assert_eq!(filter.next_wake(), Some(us(2_040)));
    let mut out = |signal| signals.push(signal);
    filter.advance(us(2_040), &mut out);
    // The line's next edge is not lost.
    let low = Edge {
        at: us(9_000),
        level: Low,
        lost: 0,
    };
    filter.edge(low, &mut out);
    filter.advance(us(20_000), &mut out);
    assert_eq!(signals, [lost(1, 1_040), trigger(1_040)]);
}

#[test]
fn a_part_whose_last_edge_was_lost_is_a_trigger() {
    // The last edge in the queue is to High, at 60 us. The part leaves before the thread runs at 30
    // ms.
    let edges = [(10, High), (30, Low), (60, High)];
    let (mut filter, mut signals) = resynced(&edges, 30_000, Low);
    assert_eq!(signals, [trigger(10), lost(1, 30_000)]);
    filter.advance(us(40_000), &mut |signal| signals.push(signal));
    assert_eq!((signals.len(), filter.is_settling()), (2, false));
}

#[test]
fn a_part_whose_first_edge_was_lost_is_a_trigger() {
    // The first part settles, and bounces as it leaves. The next one is present when the thread
    // runs.
    let edges = [(10, High), (9_000, Low), (9_020, High), (9_050, Low)];
    let (mut filter, mut signals) = resynced(&edges, 50_000, High);
    assert_eq!(signals, [trigger(10), lost(1, 50_000)]);
    filter.advance(us(51_000), &mut |signal| signals.push(signal));
    assert_eq!(signals, [trigger(10), lost(1, 50_000), trigger(50_000)]);
}

#[test]
fn any_number_of_lost_edges_is_counted_without_overflow() {
    let found = signals(High, 0, &[(10, Low, 0), (20, High, u32::MAX)]);
    assert_eq!(found, [lost(u32::MAX / 2, 20), trigger(20)]);
}

#[test]
fn the_level_and_the_settling_follow_the_last_edge() {
    let mut filter = EdgeFilter::new(High, Duration::from_millis(1));
    assert_eq!((filter.level(), filter.is_settling()), (None, false));
    let edge = |at_us, level| Edge {
        at: us(at_us),
        level,
        lost: 0,
    };
    filter.edge(edge(10, High), &mut |_| {});
    assert_eq!((filter.level(), filter.is_settling()), (Some(High), true));
    filter.edge(edge(500, Low), &mut |_| {});
    assert_eq!((filter.level(), filter.is_settling()), (Some(Low), true));
    filter.advance(us(1_500), &mut |_| {});
    assert_eq!((filter.level(), filter.is_settling()), (Some(Low), false));
}
