use super::*;
use crate::station::{Directory, Station};

fn take(outbox: &mut Outbox) -> Vec<String> {
    let mut lines = Vec::new();
    while let Some(line) = outbox.next().unwrap() {
        lines.push(String::from_utf8(line).unwrap());
    }
    lines
}

#[test]
fn the_position_moves_behind_what_is_acknowledged_without_a_gap() {
    let place = Directory::new("outbox-order");
    let mut station = Station::open(place.0.clone(), 64, 5);
    station.parts(40);
    let mut outbox = Outbox::new(&place.0, None, 0);
    assert_eq!(take(&mut outbox), station.lines()[..WINDOW_MAX]);
    (1..=3).for_each(|number| outbox.sent(number));
    outbox.acknowledge(2);
    assert_eq!(outbox.acknowledged(), None);
    outbox.acknowledge(1);
    assert_eq!(outbox.acknowledged().unwrap().line, 2);
    outbox.acknowledge(7);
    assert_eq!(outbox.acknowledged().unwrap().line, 2);
    // The window has space for two more.
    assert_eq!(
        take(&mut outbox),
        station.lines()[WINDOW_MAX..WINDOW_MAX + 2]
    );
    // A broken connection: from the first line that is not acknowledged.
    outbox.rewind();
    assert_eq!(take(&mut outbox), station.lines()[2..2 + WINDOW_MAX]);
}

#[test]
fn acknowledged_lines_are_repeated_after_a_broken_connection_as_many_as_asked_for() {
    let place = Directory::new("outbox-repeat");
    let mut station = Station::open(place.0.clone(), 64, 5);
    station.parts(15);
    let mut outbox = Outbox::new(&place.0, None, 5);
    outbox.add_retained();
    let lines = take(&mut outbox);
    assert_eq!(lines.len(), 16);
    (1..=17).for_each(|number| outbox.sent(number));
    (1..=17).for_each(|number| outbox.acknowledge(number));
    assert!(outbox.is_empty());
    assert_eq!(outbox.acknowledged().unwrap().line, 16);
    outbox.rewind();
    assert_eq!(take(&mut outbox), lines[11..]);
    // Nothing was acknowledged on that connection, so no more is repeated.
    outbox.rewind();
    assert_eq!(take(&mut outbox), lines[11..]);
    assert_eq!(outbox.sums.sent, 26);
}

#[test]
fn a_damaged_line_is_left_out_and_the_position_moves_on() {
    let place = Directory::new("outbox-damage");
    let mut station = Station::open(place.0.clone(), 64, 5);
    station.parts(3);
    let file = place.0.join(sluice::journal::file_name(1).as_str());
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replacen("\"part\":2,", "\"part\":9,", 1)).unwrap();
    let mut outbox = Outbox::new(&place.0, None, 0);
    assert_eq!(take(&mut outbox).len(), 3);
    (1..=3).for_each(|number| outbox.sent(number));
    (1..=3).for_each(|number| outbox.acknowledge(number));
    assert_eq!(outbox.acknowledged().unwrap().line, 4);
    // A damaged line is no missing one.
    assert_eq!((outbox.sums.damaged, outbox.sums.gaps), (1, 0));
}

#[test]
fn a_line_is_new_once_even_if_a_connection_ends_within_the_repeated_ones() {
    let place = Directory::new("outbox-new");
    let mut station = Station::open(place.0.clone(), 64, 5);
    station.parts(15);
    let mut outbox = Outbox::new(&place.0, None, 5);
    let acknowledge = |outbox: &mut Outbox, lines: u16| {
        take(outbox);
        (1..=lines).for_each(|number| outbox.sent(number));
        (1..=lines).for_each(|number| outbox.acknowledge(number));
        let has_new = outbox.has_new();
        outbox.rewind();
        has_new
    };
    assert!(!acknowledge(&mut outbox, 0));
    assert!(acknowledge(&mut outbox, 8));
    // Five are repeated: two, then all of them, then one more.
    assert!(!acknowledge(&mut outbox, 2));
    assert!(!acknowledge(&mut outbox, 5));
    assert!(acknowledge(&mut outbox, 6));
    // The first of them is not repeated any more.
    assert!(!acknowledge(&mut outbox, 5));
    assert!(acknowledge(&mut outbox, 6));
}
