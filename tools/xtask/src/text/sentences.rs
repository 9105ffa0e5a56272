//! The length of sentences in a page of Markdown.

/// Sentences of the running text and of the tables, each with its line.
#[derive(Debug, Default)]
pub struct Page {
    /// Paragraphs and list items.
    pub prose: Vec<Sentence>,
    /// Cells of tables.
    pub tables: Vec<Sentence>,
}

/// One sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// Number of the line where its paragraph or table row begins, from 1.
    pub line: usize,
    /// Its words.
    pub words: Vec<String>,
}

/// Median, 90th percentile and greatest number of words.
pub fn figures(sentences: &[Sentence]) -> Option<[usize; 3]> {
    let mut lengths: Vec<_> = sentences
        .iter()
        .map(|sentence| sentence.words.len())
        .collect();
    lengths.sort_unstable();
    let last = lengths.len().checked_sub(1)?;
    Some([lengths[last / 2], lengths[last * 9 / 10], lengths[last]])
}

/// Splits a page. Headings, code blocks and the lines under table heads are left out.
pub fn page(text: &str) -> Page {
    let mut page = Page::default();
    let mut paragraph: Option<(usize, String)> = None;
    let mut is_code = false;
    let mut was_blank = true;
    let mut is_list = false;
    for (index, content) in text.lines().enumerate() {
        let line = index + 1;
        let start = content.trim_start();
        let is_fence = start.starts_with("```");
        is_code ^= is_fence;
        let is_indented = content.starts_with("    ") && was_blank && !is_list;
        was_blank = start.is_empty() || (is_indented && paragraph.is_none());
        if is_code || is_fence || is_indented || start.is_empty() || start.starts_with('#') {
            page.end(&mut paragraph);
            continue;
        }
        if start.starts_with('|') {
            page.end(&mut paragraph);
            page.row(line, start);
            continue;
        }
        let item = item(start);
        if item.is_some() || !content.starts_with(' ') && paragraph.is_none() {
            is_list = item.is_some();
        }
        if item.is_some() {
            page.end(&mut paragraph);
        }
        let text = item.unwrap_or(start).trim_start_matches("> ");
        let (_, so_far) = paragraph.get_or_insert_with(|| (line, String::new()));
        so_far.push_str(text);
        so_far.push(' ');
    }
    page.end(&mut paragraph);
    page
}

/// The text of a list item.
fn item(line: &str) -> Option<&str> {
    let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let rest = if digits > 0 {
        line[digits..].strip_prefix(". ")
    } else {
        None
    };
    rest.or_else(|| {
        ["- ", "* ", "+ "]
            .iter()
            .find_map(|mark| line.strip_prefix(mark))
    })
}

impl Page {
    fn end(&mut self, paragraph: &mut Option<(usize, String)>) {
        if let Some((line, text)) = paragraph.take() {
            self.prose.extend(split(line, &text));
        }
    }

    fn row(&mut self, line: usize, row: &str) {
        let cells = row.trim_end().trim_matches('|').split('|');
        for cell in cells.filter(|cell| cell.contains(char::is_alphanumeric)) {
            self.tables.extend(split(line, cell));
        }
    }
}

/// Splits at a full stop, question or exclamation mark that is followed by the start of a sentence.
fn split(line: usize, text: &str) -> Vec<Sentence> {
    let text = without_targets(text);
    let mut sentences = Vec::new();
    let mut words: Vec<String> = Vec::new();
    let all: Vec<_> = text.split_whitespace().collect();
    for (index, word) in all.iter().enumerate() {
        // A dash or a pipe alone is not a word.
        if word.contains(char::is_alphanumeric) {
            words.push((*word).to_owned());
        }
        let bare = word.trim_end_matches(['*', '_', ')', '"', '`']);
        let is_end = bare.ends_with(['.', '?', '!']) && !["e.g.", "i.e.", "..."].contains(&bare);
        let starts = |next: &&str| {
            next.trim_start_matches(['*', '_', '(', '"', '['])
                .starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit() || c == '`')
        };
        if is_end && all.get(index + 1).is_none_or(starts) && !words.is_empty() {
            sentences.push(Sentence {
                line,
                words: std::mem::take(&mut words),
            });
        }
    }
    if !words.is_empty() {
        sentences.push(Sentence { line, words });
    }
    sentences
}

/// `[text](target)` becomes `text`; pictures go.
fn without_targets(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("](") {
        let (before, after) = rest.split_at(at);
        let open = before.rfind('[').unwrap_or(0);
        let is_picture = before[..open].ends_with('!');
        out.push_str(before[..open].trim_end_matches('!'));
        if !is_picture {
            out.push_str(before[open..].trim_start_matches('['));
        }
        rest = after.find(')').map_or("", |end| &after[end + 1..]);
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::{figures, page};

    fn lengths(text: &str) -> Vec<usize> {
        page(text)
            .prose
            .iter()
            .map(|sentence| sentence.words.len())
            .collect()
    }

    #[test]
    fn sentences_end_at_a_stop_before_a_capital() {
        assert_eq!(
            lengths("One two. Three 1.5 four, e.g. Five? Six"),
            [2, 5, 1]
        );
        assert_eq!(
            lengths("Of `a.rs`. `b` is next. (And this.) End"),
            [2, 3, 2, 1]
        );
        assert_eq!(lengths("A line\nthat goes on."), [5]);
    }

    #[test]
    fn only_running_text_counts() {
        let text = "# A long heading\n\nOne two.\n\n    code that is indented\n\n```\nfenced\n```\n\
                    - item one\n  goes on\n- item\n\n      code? no: text of the item\n\n\
                    1. numbered item\n\n![a picture](x.png)\n\nLast [link text](target).\n";
        assert_eq!(lengths(text), [2, 4, 1, 6, 2, 3]);
    }

    #[test]
    fn cells_of_tables_count_apart() {
        let page = page("| a b | c |\n|---|---|\n| One. Two three. | |\n");
        let lengths: Vec<_> = page.tables.iter().map(|one| one.words.len()).collect();
        assert_eq!(lengths, [2, 1, 1, 2]);
        assert!(page.prose.is_empty());
    }

    #[test]
    fn figures_are_of_the_sorted_lengths() {
        let text: String = (1..=10)
            .rev()
            .map(|n| format!("{}.\n\n", "W ".repeat(n).trim()))
            .collect();
        assert_eq!(figures(&page(&text).prose), Some([5, 9, 10]));
        assert_eq!(figures(&[]), None);
    }
}
