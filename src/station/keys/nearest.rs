//! The key that a wrong word may mean.

use super::{Key, all};

/// The key in the same section whose name is the most similar, if it is similar enough.
pub fn nearest(path: &str) -> Option<&'static Key> {
    let (parent, name) = path.rsplit_once('.').unwrap_or(("", path));
    all()
        .filter(|key| key.is_in(parent))
        .map(|key| (distance(name, key.name()), key))
        .filter(|(distance, key)| *distance <= key.name().len().div_ceil(3))
        .min_by_key(|(distance, key)| (*distance, key.name()))
        .map(|(_, key)| key)
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
