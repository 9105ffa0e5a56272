//! What a page of Markdown has: headings, links and code, each with its line.

/// A text and the line that it is in, from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Line number, from 1.
    pub line: usize,
    /// The text.
    pub text: String,
}

/// A page of Markdown, as far as this project uses it.
///
/// A code block is fenced, or its lines begin with four spaces. Links are written in place, not by
/// reference.
#[derive(Debug, Default)]
pub struct Page {
    /// The anchors of its headings.
    pub anchors: Vec<String>,
    /// The targets of its links and pictures.
    pub links: Vec<Piece>,
    /// The code within its sentences.
    pub spans: Vec<Piece>,
    /// The lines of its code blocks.
    pub blocks: Vec<Piece>,
}

impl Page {
    /// Reads a page.
    pub fn read(text: &str) -> Self {
        let mut page = Self::default();
        let mut fence = None;
        // A code span may go on in the next line.
        let mut open = false;
        for (index, content) in text.lines().enumerate() {
            let line = index + 1;
            let mark = fence_of(content);
            if let Some(begin) = fence {
                if mark == Some(begin) {
                    fence = None;
                } else {
                    page.blocks.push(piece(line, content));
                }
                continue;
            }
            if mark.is_some() {
                fence = mark;
                open = false;
            } else if let Some(code) = content.strip_prefix("    ") {
                page.blocks.push(piece(line, code));
            } else if content.trim().is_empty() {
                open = false;
            } else {
                if let Some(heading) = heading(content) {
                    page.add_anchor(heading);
                }
                open = page.add_line(line, content, open);
            }
        }
        page
    }

    fn add_anchor(&mut self, heading: &str) {
        let name = anchor(heading);
        let same = |known: &&String| {
            let rest = known.strip_prefix(&name);
            rest.is_some_and(|rest| {
                rest.is_empty() || rest.starts_with('-') && rest[1..].parse::<u32>().is_ok()
            })
        };
        let count = self.anchors.iter().filter(same).count();
        let name = match count {
            0 => name,
            count => format!("{name}-{count}"),
        };
        self.anchors.push(name);
    }

    /// Takes the code and the links of a line. Returns whether it ends within code.
    fn add_line(&mut self, line: usize, content: &str, open: bool) -> bool {
        let mut is_code = open;
        let mut prose = String::new();
        for part in content.split('`') {
            if !is_code {
                prose.push_str(part);
            } else if !part.is_empty() {
                self.spans.push(piece(line, part));
            }
            is_code = !is_code;
        }
        let mut rest = prose.as_str();
        while let Some((_, behind)) = rest.split_once("](") {
            let Some((target, behind)) = behind.split_once(')') else {
                break;
            };
            let target = target.split_whitespace().next().unwrap_or_default();
            self.links.push(piece(line, target));
            rest = behind;
        }
        !is_code
    }
}

fn piece(line: usize, text: &str) -> Piece {
    Piece {
        line,
        text: text.to_owned(),
    }
}

/// The mark of a fence, if the line is one.
fn fence_of(line: &str) -> Option<&'static str> {
    let line = line.trim_start();
    ["```", "~~~"]
        .into_iter()
        .find(|mark| line.starts_with(mark))
}

fn heading(line: &str) -> Option<&str> {
    let text = line.trim_start_matches('#');
    let level = line.len() - text.len();
    (1..=6)
        .contains(&level)
        .then(|| text.strip_prefix(' '))
        .flatten()
}

/// The anchor of a heading, as GitHub and mdBook make it.
fn anchor(heading: &str) -> String {
    let kept = heading.trim().chars().filter_map(|c| match c {
        ' ' => Some('-'),
        '-' | '_' => Some(c),
        c if c.is_alphanumeric() => Some(c),
        _ => None,
    });
    kept.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::{Page, Piece, piece};

    fn texts(pieces: &[Piece]) -> Vec<(usize, &str)> {
        pieces
            .iter()
            .map(|piece| (piece.line, piece.text.as_str()))
            .collect()
    }

    #[test]
    fn headings_give_the_anchors_of_github() {
        let page =
            Page::read("# The gate, `divert`\n\n## One part\n\n## One part\n\n#no\n\n## 中文 页\n");
        assert_eq!(
            page.anchors,
            ["the-gate-divert", "one-part", "one-part-1", "中文-页"]
        );
    }

    #[test]
    fn links_and_pictures_are_found_outside_code() {
        let page = Page::read(
            "a [b](c.md) ![d](e.svg \"f\"), `[g](h.md)`\n\n    [i](j.md)\n\n```\n[k](l.md)\n```\n| [m](#n) |\n",
        );
        assert_eq!(texts(&page.links), [(1, "c.md"), (1, "e.svg"), (8, "#n")]);
    }

    #[test]
    fn code_is_found_in_sentences_and_in_blocks() {
        let page = Page::read("see `one` and `two\nhalf`\n\n    three\n\n~~~sh\nfour\n~~~\n");
        assert_eq!(texts(&page.spans), [(1, "one"), (1, "two"), (2, "half")]);
        assert_eq!(page.blocks, [piece(4, "three"), piece(7, "four")]);
    }
}
