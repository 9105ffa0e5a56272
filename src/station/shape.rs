//! Compares each key of a file with the list of keys: unknown, duplicate, missing, wrong type, out
//! of range.

use super::json::{Entry, Value};
use super::keys::{self, Key, KeyKind};
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
            let text = match nearest(&entry.path) {
                Some(near) => format!("unknown key; did you mean \"{near}\"?"),
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
    let mut sections = entries.iter().filter(|entry| entry.value == Value::Object);
    let missing = sections.by_ref().flat_map(|section| {
        keys::all()
            .filter(|key| !key.optional)
            .filter_map(move |key| {
                let (parent, name) = key.path.rsplit_once('.').unwrap_or(("", key.path));
                let inside = if parent.is_empty() {
                    section.path.is_empty()
                } else {
                    let parent_key = Key {
                        path: parent,
                        ..*key
                    };
                    !section.path.is_empty() && parent_key.describes(&section.path)
                };
                let path = if section.path.is_empty() {
                    name.to_owned()
                } else {
                    format!("{}.{name}", section.path)
                };
                (inside && !entries.iter().any(|entry| entry.path == path)).then(|| {
                    let text = format!("missing; it is {} ({})", key.kind, key.meaning);
                    Problem::new(0, path, text)
                })
            })
    });
    problems.extend(missing);
}

/// The known key of the same section with the most similar name, if it is similar enough.
fn nearest(path: &str) -> Option<&'static str> {
    let (parent, name) = path.rsplit_once('.').unwrap_or(("", path));
    keys::all()
        .filter_map(|key| {
            let (key_parent, key_name) = key.path.rsplit_once('.').unwrap_or(("", key.path));
            let same_section = key_parent == parent
                || (!key_parent.is_empty()
                    && Key {
                        path: key_parent,
                        ..*key
                    }
                    .describes(parent));
            same_section.then(|| (distance(name, key_name), key_name))
        })
        .filter(|(distance, key_name)| *distance <= key_name.len().div_ceil(3))
        .min()
        .map(|(_, key_name)| key_name)
}

/// Levenshtein distance: the number of insertions, deletions and substitutions between two words.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (index, from) in left.chars().enumerate() {
        let mut diagonal = index;
        let mut before = index + 1;
        if let Some(first) = row.first_mut() {
            *first = before;
        }
        for (to, cell) in right.iter().zip(row.iter_mut().skip(1)) {
            let substituted = diagonal + usize::from(from != *to);
            diagonal = *cell;
            before = substituted.min(diagonal + 1).min(before + 1);
            *cell = before;
        }
    }
    row.last().copied().unwrap_or_default()
}
