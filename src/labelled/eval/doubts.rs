//! Suspicious entries of a data set that can still be used, part by part. `eval` and `tune` print
//! them at the end.

use super::label::Doubt;
use crate::image::Size;
use core::fmt;

/// Longest list of parts in a line.
const NAMED_MAX: usize = 20;

/// The suspicious parts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Doubts {
    masks: Vec<(Doubt, Vec<u32>)>,
    /// Each size of a picture, with the parts that have it.
    sizes: Vec<(Size, Vec<u32>)>,
    /// The parts that an existing `kinds.csv` does not name.
    without_kind: Vec<u32>,
}

impl Doubts {
    /// Adds a part: the size of its picture, and what looks wrong about its mask.
    pub(crate) fn add(&mut self, number: u32, frame: Size, doubt: Option<Doubt>) {
        note(&mut self.sizes, frame, number);
        if let Some(doubt) = doubt {
            note(&mut self.masks, doubt, number);
        }
    }

    /// Adds a part without a kind.
    pub(crate) fn add_without_kind(&mut self, number: u32) {
        self.without_kind.push(number);
    }
}

fn note<K: PartialEq>(lists: &mut Vec<(K, Vec<u32>)>, key: K, number: u32) {
    match lists.iter_mut().find(|(known, _)| *known == key) {
        Some((_, numbers)) => numbers.push(number),
        None => lists.push((key, vec![number])),
    }
}

/// `part 7`, or `parts 1, 2, 3 and 12 more`.
fn named(numbers: &[u32]) -> String {
    let shown: Vec<_> = numbers.iter().take(NAMED_MAX).map(u32::to_string).collect();
    let more = match numbers.len() - shown.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let s = if numbers.len() == 1 { "" } else { "s" };
    format!("part{s} {}{more}", shown.join(", "))
}

/// One line `warning: ...` for each doubt, each ended by a newline; empty without doubts.
impl fmt::Display for Doubts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (doubt, numbers) in &self.masks {
            writeln!(f, "warning: {}: {doubt}", named(numbers))?;
        }
        if self.sizes.len() > 1 {
            let sizes = self.sizes.iter();
            let sizes: Vec<_> = sizes
                .map(|(size, numbers)| format!("{size} ({})", named(numbers)))
                .collect();
            writeln!(
                f,
                "warning: the pictures have different sizes: {}; image.roi is at the same place in all: set the camera's size as \
                 image.frame, so that others are refused",
                sizes.join(", ")
            )?;
        }
        if !self.without_kind.is_empty() {
            writeln!(
                f,
                "warning: {}: not in {}, so not in the figures of any kind",
                named(&self.without_kind),
                super::KINDS_FILE
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_doubt_is_printed_once_with_its_parts() {
        let size = |width| Size { width, height: 9 };
        let mut doubts = Doubts::default();
        doubts.add(1, size(8), None);
        assert_eq!(doubts.to_string(), "");
        doubts.add(2, size(8), Some(Doubt::Inverted));
        doubts.add(3, size(7), Some(Doubt::Outside));
        doubts.add(4, size(8), Some(Doubt::Inverted));
        doubts.add_without_kind(4);
        let said = doubts.to_string();
        let lines: Vec<_> = said.lines().collect();
        let [inverted, outside, sizes, kinds] = lines[..] else {
            panic!("{said}");
        };
        assert!(inverted.starts_with("warning: parts 2, 4: more than half"));
        assert!(outside.contains("part 3: its defects are outside image.roi"));
        assert!(
            sizes.contains("8x9 (parts 1, 2, 4), 7x9 (part 3)"),
            "{sizes}"
        );
        assert!(kinds.contains("part 4: not in kinds.csv"), "{kinds}");
        assert_eq!(
            named(&(0..22).collect::<Vec<_>>()).split(' ').next_back(),
            Some("more")
        );
    }
}
