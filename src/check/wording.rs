//! The messages of `sluice check` in the station's language.
//!
//! A message is made in English, where something is found. `chinese.txt` has its clauses with their
//! Chinese, so that a translator needs no other file. A clause that it lacks stays English.

use crate::language::Language;

const CHINESE: &str = include_str!("chinese.txt");

/// Words a message in a language; by default in English.
#[derive(Debug, Default)]
pub struct Wording {
    /// Those with more text of their own first: they say more.
    patterns: Vec<Pattern>,
}

/// A clause and its translation.
#[derive(Debug)]
struct Pattern {
    /// The English text between the values.
    pieces: Vec<&'static str>,
    /// The translation; `{1}` is the first value, and `{1+}` is translated as well.
    translation: &'static str,
}

impl Wording {
    /// The messages in this language. Allocates.
    pub fn new(language: Language) -> Self {
        let mut patterns: Vec<_> = match language {
            Language::English => Vec::new(),
            Language::Chinese => table(CHINESE).map(Pattern::from).collect(),
        };
        let own_bytes = |pattern: &Pattern| pattern.pieces.iter().map(|piece| piece.len()).sum();
        patterns.sort_by_key(|pattern| core::cmp::Reverse::<usize>(own_bytes(pattern)));
        Self { patterns }
    }

    /// The message in the language, as far as the table has its clauses. Allocates.
    pub fn of(&self, text: &str) -> String {
        self.translated(text).unwrap_or_else(|| text.to_owned())
    }

    /// None if the table has no part of the text.
    fn translated(&self, text: &str) -> Option<String> {
        if let Some(end) = clause_end(text) {
            return self.in_parts(text.split_at(end), "; ", "；");
        }
        let of_key = || {
            let end = text.find(": ")?;
            self.in_parts(text.split_at(end), ": ", "：")
        };
        self.looked_up(text).or_else(of_key)
    }

    fn looked_up(&self, text: &str) -> Option<String> {
        self.patterns.iter().find_map(|pattern| {
            let values = pattern.values(text)?;
            Some(pattern.filled(&values, |value| self.of(value)))
        })
    }

    fn in_parts(
        &self,
        (left, right): (&str, &str),
        separator: &str,
        translated: &str,
    ) -> Option<String> {
        let right = right.strip_prefix(separator)?;
        match (self.translated(left), self.translated(right)) {
            (None, None) => None,
            (first, second) => Some(format!(
                "{}{translated}{}",
                first.as_deref().unwrap_or(left),
                second.as_deref().unwrap_or(right)
            )),
        }
    }
}

/// Where the first of several clauses ends: at a semicolon that neither brackets nor quotes
/// enclose. Brackets that do not match are part of a name.
fn clause_end(text: &str) -> Option<usize> {
    let count = |letter| text.matches(letter).count();
    let has_brackets = count('(') == count(')');
    let (mut depth, mut is_quoted) = (0_u32, false);
    let ends = text.char_indices().filter(|(_, letter)| {
        match letter {
            '(' if has_brackets => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            '"' => is_quoted = !is_quoted,
            _ => {}
        }
        *letter == ';' && depth == 0 && !is_quoted
    });
    ends.map(|(place, _)| place).find(|place| {
        text.get(*place..)
            .is_some_and(|rest| rest.starts_with("; "))
    })
}

impl From<(&'static str, &'static str)> for Pattern {
    fn from((english, translation): (&'static str, &'static str)) -> Self {
        Self {
            pieces: english.split("{}").collect(),
            translation,
        }
    }
}

impl Pattern {
    /// The values in a clause, if it has this pattern.
    fn values<'t>(&self, clause: &'t str) -> Option<Vec<&'t str>> {
        let (first, others) = self.pieces.split_first()?;
        let Some((last, middle)) = others.split_last() else {
            return (clause == *first).then(Vec::new);
        };
        let mut rest = clause.strip_prefix(first)?.strip_suffix(last)?;
        let mut values = Vec::new();
        for piece in middle {
            let (value, after) = rest.split_once(piece)?;
            values.push(value);
            rest = after;
        }
        values.push(rest);
        let is_complete = values.iter().all(|value| !value.is_empty());
        is_complete.then_some(values)
    }

    /// The translation with these values. What a person named stays as it is; `{1+}` is a value
    /// that is a message itself.
    fn filled(&self, values: &[&str], translate: impl Fn(&str) -> String) -> String {
        let mut text = String::new();
        let mut rest = self.translation;
        while let Some((before, after)) = rest.split_once('{') {
            text += before;
            let place = after.split_once('}').and_then(|(place, next)| {
                let number: usize = place.trim_end_matches('+').parse().ok()?;
                let value = values.get(number.checked_sub(1)?)?;
                Some((*value, place.ends_with('+'), next))
            });
            match place {
                Some((value, is_message, next)) => {
                    if is_message {
                        text += &translate(value);
                    } else {
                        text += value;
                    }
                    rest = next;
                }
                None => {
                    text.push('{');
                    rest = after;
                }
            }
        }
        text + rest
    }
}

/// The clauses and their translations, line by line.
fn table(text: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let mut lines = text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    core::iter::from_fn(move || Some((lines.next()?, lines.next()?)))
}

/// The clauses of a Chinese message that stayed English: they have words and no Chinese letter.
#[cfg(test)]
pub(crate) fn left_in_english(message: &str) -> impl Iterator<Item = &str> {
    message.split('；').filter(|clause| {
        let is_word =
            |word: &str| word.len() > 1 && word.bytes().all(|letter| letter.is_ascii_lowercase());
        clause.is_ascii() && clause.split(' ').filter(|word| is_word(word)).count() > 1
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::path::Path;

    #[test]
    fn a_message_is_translated_clause_by_clause_with_its_values() {
        let wording = Wording::new(Language::Chinese);
        for (english, chinese) in [
            (
                "line 12: gate.pulse_ms: is 70000; allowed: a whole number from 1 to 60000 (how long)",
                "第 12 行：gate.pulse_ms：当前为 70000；允许：1 到 60000 的整数",
            ),
            (
                "journal.directory j: not there yet; `sluice run` makes it",
                "journal.directory j：尚不存在；`sluice run` 会创建它",
            ),
            (
                "lines.pass: what no table has; add it",
                "lines.pass: what no table has；请补上",
            ),
            ("what no table has: at all", "what no table has: at all"),
            ("is {1}", "当前为 {1}"),
            ("is missing", "缺少"),
            (
                "recipe.classes[0] \"missing\": no picture is rejected for its area: the picture has 9 px; add it",
                "recipe.classes[0] \"missing\"：没有图片会因它的面积被剔除：图片有 9 px；请补上",
            ),
            ("is \"a; (add it\"", "当前为 \"a; (add it\""),
            ("", ""),
        ] {
            assert_eq!(wording.of(english), chinese);
        }
        assert_eq!(Wording::new(Language::English).of("add it"), "add it");
    }

    /// A clause that the sources do not say any more is dead. They may say it in parts, so of its
    /// pairs of words a third may be unknown.
    #[test]
    fn each_clause_of_the_table_is_said_somewhere() {
        let mut said = String::new();
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        for folder in ["src", "board/src", "ffi/src"] {
            read(&root.join(folder), &mut said);
        }
        let is_dead = |english: &&str| {
            let mut pairs = Vec::new();
            for piece in english.split("{}") {
                let words: Vec<_> = piece.split_whitespace().collect();
                pairs.extend(words.windows(2).map(|pair| pair.join(" ")));
            }
            let unsaid = pairs.iter().filter(|pair| !said.contains(pair.as_str()));
            unsaid.count() * 3 > pairs.len()
        };
        let clauses = table(CHINESE).map(|(english, _)| english);
        let dead: Vec<_> = clauses.filter(is_dead).collect();
        assert!(dead.is_empty(), "{dead:#?}");
    }

    /// Adds the sources in a folder, without what Rust escapes.
    fn read(folder: &Path, said: &mut String) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                read(&path, said);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let source = fs::read_to_string(&path).unwrap();
                // A text can go on in the next line.
                let lines = source.split("\\\n").map(str::trim_start);
                *said += &lines.collect::<String>().replace("\\\"", "\"");
            }
        }
    }

    #[test]
    fn a_translation_names_no_value_that_its_clause_lacks() {
        for (english, chinese) in table(CHINESE) {
            assert!(!chinese.is_ascii(), "{chinese}");
            let values = english.matches("{}").count();
            let named = (1..10).filter(|number| {
                chinese.contains(&format!("{{{number}}}"))
                    || chinese.contains(&format!("{{{number}+}}"))
            });
            assert!(named.max().unwrap_or_default() <= values, "{english}");
        }
    }
}
