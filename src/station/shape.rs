//! Compares each key of a file with the list of keys: unknown, duplicate, missing, wrong type, out
//! of range.

use super::json::{Entry, Value};
use super::keys::{self, KeyKind};
use super::problem::Problem;

/// All problems of shape, in the order of the file. Missing keys come last.
pub(super) fn check(entries: &[Entry]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        check_entry(entry, &mut problems);
        let earlier = entries.iter().take(index);
        if let Some(first) = earlier.clone().find(|other| other.path == entry.path) {
            let text = format!("appears again, first on line {}; keep only one", first.line);
            problems.push(Problem::new(entry.line, &entry.path, text));
        }
    }
    check_missing(entries, &mut problems);
    problems
}

fn check_entry(entry: &Entry, problems: &mut Vec<Problem>) {
    if entry.path.is_empty() {
        if entry.value != Value::Object {
            problems.push(Problem::new(
                entry.line,
                "",
                "a station file is one JSON object { ... }",
            ));
        }
        return;
    }
    if entry.path.ends_with('"') {
        let text = "unknown key; a key is not empty and holds no '.', '[' or ']': write \"section\": { \"key\": ... }";
        problems.push(Problem::new(entry.line, &entry.path, text));
        return;
    }
    if entry.path.ends_with(']') {
        // A list contains objects only. Their members are separate entries.
        if entry.value != Value::Object {
            let text = format!("is {}; allowed: a section {{ ... }}", entry.value);
            problems.push(Problem::new(entry.line, &entry.path, text));
        }
        return;
    }
    let Some(key) = keys::all().find(|key| key.describes(&entry.path)) else {
        // Members of an unknown section get no separate message.
        let parent = entry.path.rsplit_once('.').map_or("", |(parent, _)| parent);
        if parent.is_empty()
            || parent.ends_with(']')
            || keys::all().any(|key| key.describes(parent))
        {
            let text = match keys::nearest(&entry.path) {
                Some(near) => format!("unknown key; did you mean \"{}\"?", near.name()),
                None => "unknown key; `sluice check --keys` lists all".to_owned(),
            };
            problems.push(Problem::new(entry.line, &entry.path, text));
        }
        return;
    };
    if !allows(key.kind, &entry.value) {
        let text = format!(
            "is {}; allowed: {} ({})",
            entry.value, key.kind, key.meaning
        );
        problems.push(Problem::new(entry.line, &entry.path, text));
    }
}

fn allows(kind: KeyKind, value: &Value) -> bool {
    match (kind, value) {
        (KeyKind::Section, Value::Object) | (KeyKind::Boolean, Value::Boolean(_)) => true,
        (KeyKind::List(least, most), Value::Array(length)) => (least..=most).contains(length),
        (KeyKind::Integer(least, most), Value::Number(text)) => text
            .parse::<u32>()
            .is_ok_and(|number| (least..=most).contains(&number)),
        (KeyKind::Real(least, most), Value::Number(text)) => text
            .parse::<f32>()
            .is_ok_and(|number| (least..=most).contains(&number)),
        (KeyKind::Text(least, most), Value::Text(text)) => (least..=most).contains(&text.len()),
        (KeyKind::Choice(words), Value::Text(text)) => words.contains(&text.as_str()),
        _ => false,
    }
}

/// A required key is missing when the file has its section but not the key.
fn check_missing(entries: &[Entry], problems: &mut Vec<Problem>) {
    let sections = entries.iter().filter(|entry| entry.value == Value::Object);
    let missing = sections.flat_map(|section| {
        let needed = keys::all().filter(|key| !key.optional && key.is_in(&section.path));
        needed.filter_map(move |key| {
            let path = if section.path.is_empty() {
                key.name().to_owned()
            } else {
                format!("{}.{}", section.path, key.name())
            };
            (!entries.iter().any(|entry| entry.path == path)).then(|| {
                let text = format!("missing; it is {} ({})", key.kind, key.meaning);
                Problem::new(0, path, text)
            })
        })
    });
    problems.extend(missing);
}
