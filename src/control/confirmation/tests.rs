use super::*;

fn at(ms: u64) -> Timestamp {
    Timestamp::default() + Duration::from_millis(ms)
}

/// A sensor that sees a part 20 to 40 ms after it was at the gate.
fn sensor(sees_rejected: bool) -> Confirmation {
    Confirmation::new(Window {
        min: Duration::from_millis(20),
        max: Duration::from_millis(40),
        sees_rejected,
    })
}

const ONE: PartId = PartId::FIRST;

/// What is wrong at this time, with all edges known.
fn wrong(confirmation: &mut Confirmation, ms: u64) -> Vec<Unconfirmed, 8> {
    let mut wrong = Vec::new();
    while let Some(found) = confirmation.next(at(ms), at(ms)) {
        wrong.push(found).unwrap();
    }
    wrong
}

#[test]
fn the_sensor_must_see_exactly_the_parts_that_are_sent_its_way() {
    for (sees_rejected, rejected, seen, expected) in [
        (true, true, true, None),
        (true, true, false, Some(Unconfirmed::NotLeft(ONE))),
        (true, false, true, Some(Unconfirmed::Left(ONE))),
        (true, false, false, None),
        (false, true, true, Some(Unconfirmed::NotLeft(ONE))),
        (false, true, false, None),
        (false, false, true, None),
        (false, false, false, Some(Unconfirmed::Left(ONE))),
    ] {
        let mut confirmation = sensor(sees_rejected);
        assert_eq!(confirmation.part(ONE, at(1000), rejected), None);
        if seen {
            confirmation.edge(at(1030));
        }
        assert_eq!(wrong(&mut confirmation, 1040), [], "not before the end");
        let found: Vec<_, 8> = expected.into_iter().collect();
        assert_eq!(wrong(&mut confirmation, 1041), found);
        // Nothing is left of the part or of its edge.
        assert_eq!(wrong(&mut confirmation, 9000), []);
    }
}

#[test]
fn the_window_includes_its_ends() {
    for (edge, seen) in [(1019, false), (1020, true), (1040, true), (1041, false)] {
        let mut confirmation = sensor(true);
        confirmation.part(ONE, at(1000), true);
        confirmation.edge(at(edge));
        assert_eq!(wrong(&mut confirmation, 1050).is_empty(), seen, "{edge}");
    }
}

#[test]
fn an_edge_that_comes_before_its_parts_report_counts_and_counts_once() {
    let mut confirmation = sensor(true);
    confirmation.edge(at(1030));
    confirmation.part(PartId::new(2), at(1005), true);
    confirmation.part(ONE, at(1000), true);
    // Both windows hold the edge. The part that was at the gate first gets it.
    let missing = [Unconfirmed::NotLeft(PartId::new(2))];
    assert_eq!(wrong(&mut confirmation, 1046), missing);
}

#[test]
fn a_part_waits_for_edges_that_are_not_read_yet_but_not_for_ever() {
    let mut confirmation = sensor(true);
    confirmation.part(ONE, at(1000), true);
    assert_eq!(confirmation.next(at(1030), at(2040)), None);
    confirmation.edge(at(1035));
    assert_eq!(confirmation.next(at(1041), at(2040)), None);
    confirmation.part(ONE, at(3000), true);
    assert_eq!(confirmation.next(at(3000), at(4040)), None);
    let missing = Some(Unconfirmed::NotLeft(ONE));
    assert_eq!(confirmation.next(at(3000), at(4041)), missing);
}

#[test]
fn an_edge_of_no_part_is_wrong_where_only_passed_parts_are_seen() {
    for sees_rejected in [true, false] {
        let mut confirmation = sensor(sees_rejected);
        confirmation.edge(at(1000));
        assert_eq!(wrong(&mut confirmation, 2040), []);
        let found = wrong(&mut confirmation, 2041);
        assert_eq!(found.is_empty(), sees_rejected);
        assert_eq!(wrong(&mut confirmation, 5000), []);
    }
}

#[test]
fn a_part_too_many_makes_the_oldest_count_as_not_seen() {
    let mut confirmation = sensor(true);
    for number in 1..=CONFIRMING_MAX {
        let part = PartId::new(number.try_into().unwrap());
        assert_eq!(confirmation.part(part, at(1000), true), None);
    }
    let refused = confirmation.part(PartId::new(99), at(1000), true);
    assert_eq!(refused, Some(Unconfirmed::NotLeft(ONE)));
}
