//! The debounce, compared with a plain model that sees all edges at once.

use super::*;
use PinState::{High, Low};

const PERIOD_US: u64 = 1_000;

fn us(time_us: u64) -> Timestamp {
    Timestamp::from_ns(time_us * 1_000)
}

/// The settled changes. `settle` is called at each edge and, before some edges, at `next_wake`.
fn debounced(period_us: u64, edges: &[(u64, PinState)], end_us: u64) -> Vec<(u64, PinState)> {
    let mut debounce = Debounce::new(Duration::from_micros(period_us));
    let mut found = Vec::new();
    let mut known = |settled: Option<Settled>| {
        if let Some(Settled {
            at,
            level,
            chattered,
        }) = settled
        {
            assert!(!chattered);
            found.push((at.as_ns() / 1_000, level));
        }
    };
    for &(at_us, level) in edges {
        // The thread may or may not wake in time.
        if at_us % 2 == 0
            && let Some(wake) = debounce.next_wake().filter(|wake| *wake < us(at_us))
        {
            known(debounce.settle(wake));
        }
        known(debounce.settle(us(at_us)));
        debounce.edge(us(at_us), level);
        known(debounce.settle(us(at_us)));
    }
    known(debounce.settle(us(end_us)));
    assert_eq!(debounce.next_wake(), None);
    found
}

/// The expected changes. Cuts the time into stretches of one level. Those at least as long as the
/// period count. If two successive ones differ, the line changed at the end of the first.
fn model(period_us: u64, edges: &[(u64, PinState)], end_us: u64) -> Vec<(u64, PinState)> {
    let ends = edges.iter().skip(1).map(|edge| edge.0).chain([end_us]);
    let mut changes = Vec::new();
    let Some(&(first_us, first)) = edges.first() else {
        return changes;
    };
    let (mut settled, mut settled_until) = (!first, first_us);
    for (&(from, level), until) in edges.iter().zip(ends) {
        if until - from < period_us {
            continue;
        }
        if level != settled {
            changes.push((settled_until, level));
        }
        (settled, settled_until) = (level, until);
    }
    changes
}

#[test]
fn a_bouncing_contact_is_one_change_at_its_first_edge() {
    let edges = [
        (5_000, High),
        (5_040, Low),
        (5_100, High),
        (5_130, Low),
        (5_200, High),
        (90_000, Low),
        (90_010, High),
        (90_500, Low),
    ];
    let changes = debounced(PERIOD_US, &edges, 1_000_000);
    assert_eq!(changes, [(5_000, High), (90_000, Low)]);
}

#[test]
fn what_is_shorter_than_the_period_is_noise_and_what_is_as_long_counts() {
    let edges = [(1_000, High), (9_000, Low), (20_000, High), (20_999, Low)];
    let changes = debounced(PERIOD_US, &edges, 1_000_000);
    assert_eq!(changes, [(1_000, High), (9_000, Low)]);
    let edges = [(1_000, Low), (20_000, High), (21_000, Low)];
    let changes = debounced(PERIOD_US, &edges, 1_000_000);
    assert_eq!(changes, [(1_000, Low), (20_000, High), (21_000, Low)]);
}

#[test]
fn without_a_period_every_edge_counts_as_it_comes() {
    let edges = [(1, High), (2, Low), (2, High), (3, Low)];
    assert_eq!(debounced(0, &edges, 3), edges);
}

#[test]
fn an_edge_to_the_current_level_restarts_the_period_only_during_a_change() {
    let mut debounce = Debounce::new(Duration::from_micros(PERIOD_US));
    debounce.edge(us(0), High);
    debounce.edge(us(900), High);
    assert_eq!(debounce.next_wake(), Some(us(1_900)));
    let settled = Settled {
        at: us(0),
        level: High,
        chattered: false,
    };
    assert_eq!(debounce.settle(us(1_900)), Some(settled));
    debounce.edge(us(2_000), High);
    assert_eq!(debounce.next_wake(), None);
}

#[test]
fn after_lost_edges_the_next_level_is_a_change() {
    let mut debounce = Debounce::new(Duration::from_micros(PERIOD_US));
    debounce.edge(us(0), High);
    assert!(debounce.settle(us(5_000)).is_some());
    // The line was low in between, and those edges were lost.
    debounce.edge_after_lost(us(9_000), High);
    let settled = Settled {
        at: us(9_000),
        level: High,
        chattered: false,
    };
    assert_eq!(debounce.settle(us(10_000)), Some(settled));
}

#[test]
fn chatter_ends_at_its_last_edge_whichever_level_was_settled_before() {
    for end in [High, Low] {
        let mut debounce = Debounce::new(Duration::from_micros(PERIOD_US));
        debounce.edge(us(0), High);
        assert!(debounce.settle(us(1_000)).is_some());
        debounce.edge(us(2_000), Low);
        debounce.edge(us(2_600), end);
        assert!(debounce.report_chatter(us(2_700), Duration::from_micros(700)));
        debounce.edge(us(3_200), end);
        let settled = Settled {
            at: us(3_200),
            level: end,
            chattered: true,
        };
        assert_eq!(debounce.settle(us(4_200)), Some(settled));
        // The next change does not chatter.
        debounce.edge(us(5_000), !end);
        let settled = debounce.settle(us(6_000)).unwrap();
        assert_eq!((settled.at, settled.chattered), (us(5_000), false));
    }
}

#[test]
fn random_edges_settle_as_in_the_model() {
    // Marsaglia's xorshift with the shifts 13, 7 and 17.
    let mut state = 0xDEB0_u64;
    let mut below = |end: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % end
    };
    let mut changes = 0;
    for _ in 0..20_000 {
        let mut level = if below(2) == 0 { Low } else { High };
        let mut at_us = 0;
        let edges: Vec<_> = (0..below(12))
            .map(|_| {
                // Shorter, just below, equal to, just above or longer than the period.
                at_us += match below(4) {
                    0 => below(50),
                    1 => PERIOD_US - 1 + below(3),
                    _ => below(2 * PERIOD_US),
                };
                level = !level;
                (at_us, level)
            })
            .collect();
        let end_us = at_us + PERIOD_US + below(5);
        let expected = model(PERIOD_US, &edges, end_us);
        assert_eq!(debounced(PERIOD_US, &edges, end_us), expected, "{edges:?}");
        changes += expected.len();
    }
    assert!(changes > 20_000, "{changes}");
}
