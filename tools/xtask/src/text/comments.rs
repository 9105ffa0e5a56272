//! Comments of Rust, Python, shell and TOML files.

use super::Source;
use std::path::Path;

/// Consecutive lines of one kind of comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Number of the first line, from 1.
    pub line: usize,
    /// The lines without their markers.
    pub lines: Vec<String>,
    /// The width of the widest line with its code and marker, in characters.
    pub width: usize,
}

impl Comment {
    /// The text in one line.
    pub fn text(&self) -> String {
        self.lines.join(" ").trim().to_owned()
    }
}

/// The comments of a file, none for a kind of file without known comments.
///
/// `ffi/src/bindings.rs` is left out: a tool writes it.
pub fn comments(source: &Source) -> Vec<Comment> {
    if source.file == Path::new("ffi/src/bindings.rs") {
        return Vec::new();
    }
    let extension = source
        .file
        .extension()
        .and_then(|extension| extension.to_str());
    let marked = match extension {
        Some("rs" | "h") => rust(&source.text),
        Some("py") => python(&source.text),
        Some("sh" | "toml" | "cfg" | "rules" | "conf" | "service") => hash(&source.text),
        None if source.text.starts_with("#!") => hash(&source.text),
        _ => return Vec::new(),
    };
    blocks(&source.text, marked)
}

/// One line of a comment.
struct Marked<'a> {
    /// From 0.
    line: usize,
    marker: &'static str,
    text: &'a str,
}

fn blocks(text: &str, marked: Vec<Marked>) -> Vec<Comment> {
    let lines: Vec<_> = text.lines().collect();
    let mut comments: Vec<(Comment, &str)> = Vec::new();
    for Marked { line, marker, text } in marked {
        let width = lines[line].chars().count();
        let text = text.trim().to_owned();
        let follows = |(comment, before): &(Comment, &str)| {
            // A comment after code does not continue the comment on the previous line.
            let is_alone = lines[line].trim_start().starts_with(marker) || marker == DOCSTRING;
            *before == marker && is_alone && comment.line + comment.lines.len() == line + 1
        };
        match comments.last_mut() {
            Some(last) if follows(last) => {
                last.0.lines.push(text);
                last.0.width = last.0.width.max(width);
            }
            _ => comments.push((
                Comment {
                    line: line + 1,
                    lines: vec![text],
                    width,
                },
                marker,
            )),
        }
    }
    comments.into_iter().map(|(comment, _)| comment).collect()
}

/// Comments of Rust and C, which are `//` to the end of the line and outside of strings.
fn rust(text: &str) -> Vec<Marked<'_>> {
    let mut marked = Vec::new();
    // What ends the string that a line begins in.
    let mut string: Option<String> = None;
    for (line, content) in text.lines().enumerate() {
        let mut rest = content;
        loop {
            if let Some(end) = &string {
                let Some(at) = end_of_string(rest, end) else {
                    break;
                };
                rest = &rest[at..];
                string = None;
            }
            let Some(at) = rest.find(['"', '/', '\'']) else {
                break;
            };
            let (before, found) = rest.split_at(at);
            if found.starts_with("//") {
                let marker = ["///", "//!", "//"]
                    .into_iter()
                    .find(|marker| found.starts_with(marker));
                let marker = marker.unwrap_or("//");
                marked.push(Marked {
                    line,
                    marker,
                    text: &found[marker.len()..],
                });
                break;
            }
            rest = &found[1..];
            if found.starts_with('"') {
                let hashes = before.len() - before.trim_end_matches('#').len();
                let is_raw = before.trim_end_matches('#').ends_with('r');
                let hashes = if is_raw { hashes } else { 0 };
                string = Some(format!(
                    "\"{}{}",
                    "#".repeat(hashes),
                    if is_raw { "r" } else { "" }
                ));
            } else if found.starts_with("'\"'") || found.starts_with("'/'") {
                rest = &found[3..];
            } else if found.starts_with("'\\") {
                rest = found.get(4..).unwrap_or("");
            }
        }
    }
    marked
}

/// Behind the end of a string: `"` and hashes, and an `r` if escapes do not count.
fn end_of_string(rest: &str, end: &str) -> Option<usize> {
    if let Some(end) = end.strip_suffix('r') {
        return rest.find(end).map(|at| at + end.len());
    }
    let mut is_escaped = false;
    for (at, character) in rest.char_indices() {
        match character {
            '"' if !is_escaped => return Some(at + 1),
            '\\' => is_escaped = !is_escaped,
            _ => is_escaped = false,
        }
    }
    None
}

const DOCSTRING: &str = "\"\"\"";

/// Comments and docstrings of Python.
fn python(text: &str) -> Vec<Marked<'_>> {
    let mut marked = Vec::new();
    // The quotes that end a string of several lines, and whether it is a docstring.
    let mut string: Option<(&str, bool)> = None;
    for (line, content) in text.lines().enumerate() {
        let mut rest = content;
        loop {
            if let Some((quotes, is_doc)) = string {
                let end = rest.find(quotes);
                if is_doc {
                    let text = &rest[..end.unwrap_or(rest.len())];
                    marked.push(Marked {
                        line,
                        marker: DOCSTRING,
                        text,
                    });
                }
                let Some(end) = end else { break };
                rest = &rest[end + quotes.len()..];
                string = None;
            }
            let Some(at) = rest.find(['"', '\'', '#']) else {
                break;
            };
            let found = &rest[at..];
            if let Some(text) = found.strip_prefix('#') {
                marked.push(Marked {
                    line,
                    marker: "#",
                    text,
                });
                break;
            }
            if let Some(quotes) = [DOCSTRING, "'''"]
                .into_iter()
                .find(|quotes| found.starts_with(quotes))
            {
                string = Some((quotes, content.trim_start().starts_with(quotes)));
                rest = &found[3..];
            } else {
                let quote = &found[..1];
                let inner = &found[1..];
                let mut is_escaped = false;
                let end = inner.char_indices().find(|(_, character)| {
                    let is_end = !is_escaped && quote.starts_with(*character);
                    is_escaped = !is_escaped && *character == '\\';
                    is_end
                });
                let Some((end, _)) = end else { break };
                rest = &inner[end + 1..];
            }
        }
    }
    marked
}

/// Comments from `#` at the start of a line or behind a space, the first line's `#!` left out.
fn hash(text: &str) -> Vec<Marked<'_>> {
    let lines = text
        .lines()
        .enumerate()
        .filter(|(_, content)| !content.starts_with("#!"));
    let marked = lines.filter_map(|(line, content)| {
        let start = content.trim_start();
        let text = match start.strip_prefix('#') {
            Some(text) => text,
            None => {
                let (code, text) = content.split_once(" # ")?;
                // A quote that is still open: the mark is part of a string.
                let is_open = |quote| code.matches(quote).count() % 2 == 1;
                if is_open('"') || is_open('\'') {
                    return None;
                }
                text
            }
        };
        Some(Marked {
            line,
            marker: "#",
            text,
        })
    });
    marked.collect()
}

/// Draws `count` comments of more than 50 characters, each at most once, the same for a seed.
pub fn draw(sources: &[Source], seed: u64, count: usize) -> Vec<(&Path, Comment)> {
    let mut all: Vec<_> = sources
        .iter()
        .flat_map(|source| {
            comments(source)
                .into_iter()
                .map(|one| (source.file.as_path(), one))
        })
        .filter(|(_, comment)| comment.text().chars().count() > 50)
        .collect();
    let mut state = seed;
    let count = count.min(all.len());
    for index in 0..count {
        let left = all.len() - index;
        let other = usize::try_from(random(&mut state) % left as u64).unwrap_or(0);
        all.swap(index, index + other);
    }
    all.truncate(count);
    all
}

/// `SplitMix64` (Steele, Lea, Flood 2014).
fn random(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests;
