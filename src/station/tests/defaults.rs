//! What the list of keys says of a key that is left out is what the reader does without it.

use super::with_every_key;
use crate::draft::{Content, Node};
use crate::station::Station;
use crate::station::keys::{self, KeyDefault, KeyKind};

/// A value as JSON.
fn json(text: &str) -> Node {
    let object = Node::read(&format!("{{\"x\": {text}}}")).unwrap();
    object.member("x").unwrap().clone()
}

/// Sets each member that the path describes, or removes it. Returns how many there were.
fn set(node: &mut Node, path: &str, value: Option<&Node>) -> usize {
    let (name, rest) = path.split_once('.').unwrap_or((path, ""));
    let Content::Object(members) = &mut node.content else {
        return 0;
    };
    if rest.is_empty() {
        let before = members.len();
        members.retain(|(member, _)| member != name);
        let found = before - members.len();
        if let (Some(value), 1..) = (value, found) {
            members.push((name.to_owned(), value.clone()));
        }
        return found;
    }
    let inside = members
        .iter_mut()
        .filter(|(member, _)| name == "*" || member == name.trim_end_matches("[]"));
    let inside = inside.map(|(_, inner)| match &mut inner.content {
        Content::List(elements) => elements
            .iter_mut()
            .map(|element| set(element, rest, value))
            .sum(),
        _ => set(inner, rest, value),
    });
    inside.sum()
}

/// The station of a file, with the defaults that only its methods apply.
fn read(file: &Node) -> Station {
    let mut station: Station = serde_json_core::from_str(&file.on_one_line()).unwrap().0;
    station.version = station.version.or(Some(crate::station::LAYOUT));
    station.display.address = Some(station.display.address());
    station.display.clock_hz = Some(station.display.clock_hz());
    if let Some(encoder) = &mut station.encoder {
        encoder.watch_ms = Some(encoder.watch_ms());
    }
    station
}

#[test]
fn a_file_without_a_key_is_read_as_with_its_default() {
    let full = Node::read(&with_every_key()).unwrap();
    let mut compared = 0;
    for key in keys::all() {
        let Some(KeyDefault::Value(default)) = key.default() else {
            continue;
        };
        let (mut without, mut with) = (full.clone(), full.clone());
        assert_ne!(set(&mut without, key.path, None), 0, "{}", key.path);
        set(&mut with, key.path, Some(&json(default)));
        assert_eq!(read(&without), read(&with), "{}: {default}", key.path);
        compared += 1;
    }
    assert!(compared > 25, "{compared}");
}

/// A recipe takes from the other sections what it leaves out.
#[test]
fn a_recipe_without_a_key_has_the_value_of_the_key_that_is_named() {
    let full = Node::read(&with_every_key()).unwrap();
    let value = |path: &str| {
        let mut names = path.split('.');
        names
            .try_fold(&full, |node, name| node.member(name))
            .unwrap()
    };
    for key in keys::all().filter(|key| key.path.starts_with("recipes[].")) {
        let Some(KeyDefault::OfKey(other)) = key.default() else {
            continue;
        };
        let (mut without, mut with) = (full.clone(), full.clone());
        assert_ne!(set(&mut without, key.path, None), 0, "{}", key.path);
        set(&mut with, key.path, Some(value(other)));
        let of = |file| read(file).of_recipe(1).unwrap();
        // Of both stations the recipe itself is left out: it says what it had.
        let judged = |mut station: Station| {
            station.recipe = read(&full).recipe;
            station
        };
        assert_eq!(judged(of(&without)), judged(of(&with)), "{}", key.path);
    }
}

#[test]
fn every_value_that_may_be_left_out_has_a_default() {
    for key in keys::all() {
        let is_value = key.optional && key.kind != KeyKind::Section;
        assert_eq!(key.default().is_some(), is_value, "{}", key.path);
        if let Some(KeyDefault::OfKey(other)) = key.default() {
            assert!(keys::all().any(|key| key.path == other), "{other}");
        }
    }
}
