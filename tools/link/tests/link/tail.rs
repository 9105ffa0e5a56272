//! Promise: a journal is read while a station writes, cuts, moves, replaces and rotates it.

use crate::station::{Directory, Station};
use sluice::journal::{Record, file_name, file_numbers};
use sluice::tail::{Place, Step, Tail, TailError};
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;

/// What is new: numbers of parts, other kinds, damage, and steps.
fn news(tail: &mut Tail) -> Vec<String> {
    let mut news = Vec::new();
    while let Some(step) = tail.step().unwrap() {
        news.push(match step {
            Step::Line(line) => {
                assert!(!line.has_gap, "{:?}", line.place);
                match &line.record {
                    Ok(Record::Part(part)) => part.part.number().to_string(),
                    Ok(Record::Start(_)) => "start".to_owned(),
                    Ok(_) => continue,
                    Err(damage) => damage.to_string(),
                }
            }
            Step::Anew => "anew".to_owned(),
            Step::LeftOut(error) => error.to_string(),
        });
    }
    news
}

fn numbers(range: core::ops::RangeInclusive<u64>) -> Vec<String> {
    range.map(|number| number.to_string()).collect()
}

fn path(station: &Station, number: u32) -> PathBuf {
    station.directory.join(file_name(number).as_str())
}

/// Reads all and returns the last place.
fn last_place(tail: &mut Tail) -> Place {
    let mut last = None;
    while let Some(step) = tail.step().unwrap() {
        if let Step::Line(line) = step {
            last = Some(line.place);
        }
    }
    last.unwrap()
}

#[test]
fn lines_come_once_across_files_and_across_restarts_of_the_reader() {
    let place = Directory::new("tail-files");
    let mut tail = Tail::new(&place.0, 0);
    assert!(news(&mut tail).is_empty());
    let mut station = Station::open(place.0.clone(), 4, 50);
    station.parts(3);
    assert_eq!(
        news(&mut tail),
        [vec!["start".to_owned()], numbers(1..=3)].concat()
    );
    assert!(news(&mut tail).is_empty());
    station.parts(60);
    assert!(file_numbers(place.0.to_str().unwrap()).unwrap().len() > 3);
    let mut seen = news(&mut tail);
    seen.retain(|word| word != "start");
    assert_eq!(seen, numbers(4..=63));
    // Another reader goes on behind every single line.
    let mut all = Tail::new(&place.0, 0);
    while let Some(Step::Line(line)) = all.step().unwrap() {
        let Ok(Record::Part(part)) = &line.record else {
            continue;
        };
        let mut seen = news(&mut Tail::behind(&place.0, line.place));
        seen.retain(|word| word != "start");
        assert_eq!(seen, numbers(part.part.number() + 1..=63));
    }
}

#[test]
fn a_line_that_is_being_written_is_read_once_it_is_whole() {
    let place = Directory::new("tail-torn");
    let mut station = Station::open(place.0.clone(), 64, 5);
    station.parts(2);
    let whole = fs::read(path(&station, 1)).unwrap();
    let mut tail = Tail::new(&place.0, 0);
    fs::write(path(&station, 1), &whole[..whole.len() - 30]).unwrap();
    assert_eq!(news(&mut tail), ["start", "1"]);
    assert!(news(&mut tail).is_empty());
    let mut file = OpenOptions::new()
        .append(true)
        .open(path(&station, 1))
        .unwrap();
    file.write_all(&whole[whole.len() - 30..]).unwrap();
    assert_eq!(news(&mut tail), ["2"]);
    // What never ends is damage once there is another file.
    file.write_all(b"{\"kind\"").unwrap();
    assert!(news(&mut tail).is_empty());
    fs::write(path(&station, 2), "").unwrap();
    assert_eq!(news(&mut tail), ["the line does not end"]);
}

#[test]
fn a_file_that_is_cut_goes_on_behind_the_last_line_that_is_left() {
    let place = Directory::new("tail-cut");
    let mut station = Station::open(place.0.clone(), 64, 5);
    station.parts(5);
    let five = fs::read(path(&station, 1)).unwrap();
    station.parts(5);
    let ten = fs::read(path(&station, 1)).unwrap();
    let mut tail = Tail::new(&place.0, 0);
    assert_eq!(news(&mut tail).len(), 11);
    // As the station does with what it failed to flush.
    fs::write(path(&station, 1), &five).unwrap();
    assert!(news(&mut tail).is_empty());
    fs::write(path(&station, 1), &ten).unwrap();
    assert_eq!(news(&mut tail), numbers(6..=10));
}

#[test]
fn a_file_that_is_cut_and_written_on_between_two_looks_loses_nothing() {
    let place = Directory::new("tail-cut-on");
    let elsewhere = Directory::new("tail-cut-on-from");
    let mut station = Station::open(place.0.clone(), 64, 5);
    station.parts(5);
    let copy = elsewhere.0.join(file_name(1).as_str());
    fs::copy(path(&station, 1), &copy).unwrap();
    station.parts(5);
    let mut tail = Tail::new(&place.0, 0);
    assert_eq!(news(&mut tail).len(), 11);
    // The same first lines, then others, and longer than before.
    let mut other = Station::open(elsewhere.0.clone(), 64, 5);
    other.parts(20);
    fs::write(path(&station, 1), fs::read(&copy).unwrap()).unwrap();
    let expected = [vec!["start".to_owned()], numbers(6..=25)].concat();
    assert_eq!(news(&mut tail), expected);
}

#[test]
fn a_file_that_was_replaced_by_the_same_lines_goes_on_and_by_others_begins_anew() {
    let place = Directory::new("tail-replaced");
    let mut station = Station::open(place.0.clone(), 64, 5);
    station.parts(4);
    let mut tail = Tail::new(&place.0, 0);
    let end = last_place(&mut tail);
    let copy = place.0.join("copy");
    fs::copy(path(&station, 1), &copy).unwrap();
    fs::rename(&copy, path(&station, 1)).unwrap();
    assert!(news(&mut tail).is_empty());
    assert!(news(&mut Tail::behind(&place.0, end)).is_empty());
    drop(station);
    fs::remove_file(place.0.join(file_name(1).as_str())).unwrap();
    let mut other = Station::open(place.0.clone(), 64, 5);
    other.parts(2);
    let expected = ["anew", "start", "1", "2"];
    assert_eq!(news(&mut tail), expected);
    assert_eq!(news(&mut Tail::behind(&place.0, end)), expected);
    // Also if the numbers of its files are lower.
    let later = Place { file: 7, ..end };
    assert_eq!(news(&mut Tail::behind(&place.0, later)), expected);
}

#[test]
fn a_file_that_is_moved_away_is_read_to_its_end_and_the_next_one_follows() {
    let place = Directory::new("tail-moved");
    let elsewhere = Directory::new("tail-moved-to");
    let mut station = Station::open(place.0.clone(), 64, 5);
    station.parts(2);
    let mut tail = Tail::new(&place.0, 0);
    assert_eq!(news(&mut tail), ["start", "1", "2"]);
    station.parts(1);
    fs::rename(path(&station, 1), elsewhere.0.join("1")).unwrap();
    assert_eq!(news(&mut tail), ["3"]);
    assert!(news(&mut tail).is_empty());
    station.parts(1);
    assert_eq!(news(&mut tail), ["start", "4"]);
}

#[test]
fn lines_that_were_deleted_before_they_were_read_are_a_gap() {
    let place = Directory::new("tail-gap");
    let mut station = Station::open(place.0.clone(), 4, 2);
    station.parts(1);
    let mut tail = Tail::new(&place.0, 0);
    let end = last_place(&mut tail);
    drop(tail);
    station.parts(100);
    let mut tail = Tail::behind(&place.0, end);
    let Some(Step::Line(line)) = tail.step().unwrap() else {
        panic!("no line");
    };
    assert!(line.has_gap && line.place.file > 1);
}

#[test]
fn a_file_that_cannot_be_read_is_tried_for_a_while_and_is_then_a_gap() {
    let place = Directory::new("tail-unreadable");
    let mut station = Station::open(place.0.clone(), 64, 50);
    station.parts(2);
    let mut tail = Tail::new(&place.0, 0);
    news(&mut tail);
    // What can be opened and not be read, and behind it a line.
    let bad = path(&station, 7);
    fs::create_dir(&bad).unwrap();
    assert!(tail.step().is_err());
    fs::copy(path(&station, 1), path(&station, 8)).unwrap();
    for _ in 0..3 {
        assert!(matches!(tail.step(), Err(TailError::File { file: 7, .. })));
    }
    tail.set_patience(Duration::ZERO);
    let left = tail.step().unwrap();
    assert!(matches!(left, Some(Step::LeftOut(_))), "{left:?}");
    assert_eq!(
        news(&mut tail),
        [vec!["start".to_owned()], numbers(1..=2)].concat()
    );
    // A file that can be read again in time loses nothing.
    let mut tail = Tail::new(&place.0, 7);
    assert!(tail.step().is_err());
    fs::remove_dir(&bad).unwrap();
    fs::rename(path(&station, 8), &bad).unwrap();
    let once = [vec!["start".to_owned()], numbers(1..=2)].concat();
    assert_eq!(news(&mut tail), once);
}
