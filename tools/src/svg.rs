//! Writes SVG: lines, boxes and text at whole pixels, in the order in which they are drawn.

use std::fmt::Write;

/// A point on the sheet.
pub type Point = (i32, i32);

/// Where a text is, relative to its point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// It begins at the point.
    Start,
    /// It is centred on the point.
    Middle,
    /// It ends at the point.
    End,
}

/// The style classes that a drawing may use.
const STYLE: &str = "\
text{font-family:'DejaVu Sans',Verdana,Arial,sans-serif;font-size:12px;fill:#222}\
.big{font-size:20px;font-weight:bold}.head{font-size:14px;font-weight:bold}.bold{font-weight:bold}.small{font-size:11px}\
.box{fill:#fff;stroke:#444;stroke-width:1.5}.tint{fill:#f5f6f8;stroke:#999}.part{fill:none;stroke:#222;stroke-width:1.5}\
.solid{fill:#222;stroke:none}.barrier{fill:none;stroke:#888;stroke-dasharray:5 3}.wire{fill:none;stroke-width:2}\
.warn{fill:#fff4e5;stroke:#c77700}";

/// An SVG file under construction.
#[derive(Debug, Default)]
pub struct Svg {
    body: String,
}

impl Svg {
    /// A rectangle by its upper left corner and size.
    pub fn rect(&mut self, class: &str, (x, y): Point, (width, height): Point) {
        self.add(&format!(
            "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"3\"/>"
        ));
    }

    /// A rectangle, filled and framed with a colour.
    pub fn coloured(&mut self, colour: &str, (x, y): Point, (width, height): Point) {
        self.add(&format!(
            "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"3\" fill=\"{colour}\" fill-opacity=\"0.16\" stroke=\"{colour}\" stroke-width=\"2\"/>"
        ));
    }

    /// A line through points, in the colour of its class.
    pub fn line(&mut self, class: &str, points: &[Point]) {
        self.add(&format!("<polyline class=\"{class}\" {}/>", list(points)));
    }

    /// A closed shape.
    pub fn shape(&mut self, class: &str, points: &[Point]) {
        self.add(&format!("<polygon class=\"{class}\" {}/>", list(points)));
    }

    /// A wire in its own colour.
    pub fn wire(&mut self, colour: &str, points: &[Point]) {
        self.add(&format!(
            "<polyline class=\"wire\" stroke=\"{colour}\" {}/>",
            list(points)
        ));
    }

    /// A joint of wires.
    pub fn dot(&mut self, (x, y): Point) {
        self.add(&format!(
            "<circle class=\"solid\" cx=\"{x}\" cy=\"{y}\" r=\"3\"/>"
        ));
    }

    /// A terminal.
    pub fn terminal(&mut self, (x, y): Point) {
        self.add(&format!(
            "<circle class=\"box\" cx=\"{x}\" cy=\"{y}\" r=\"3\"/>"
        ));
    }

    /// One line of text. The point is on its baseline.
    pub fn text(&mut self, class: &str, anchor: Anchor, (x, y): Point, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        self.add(&format!(
            "<text class=\"{class}\" text-anchor=\"{anchor}\" x=\"{x}\" y=\"{y}\">{}</text>",
            escaped(text)
        ));
    }

    /// Text, broken between words into lines of at most `columns` characters, 16 px apart. Returns
    /// the baseline of the line that would follow.
    pub fn lines(&mut self, class: &str, (x, mut y): Point, columns: usize, text: &str) -> i32 {
        for line in wrapped(text, columns) {
            self.text(class, Anchor::Start, (x, y), &line);
            y += 16;
        }
        y
    }

    /// The complete file.
    pub fn finish(self, (width, height): Point) -> String {
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">\n\
             <style>{STYLE}</style>\n\
             <rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>\n{}</svg>\n",
            self.body
        )
    }

    fn add(&mut self, element: &str) {
        self.body.push_str(element);
        self.body.push('\n');
    }
}

fn list(points: &[Point]) -> String {
    let mut text = String::from("points=\"");
    for (index, (x, y)) in points.iter().enumerate() {
        let space = if index == 0 { "" } else { " " };
        // Writing to a string cannot fail.
        let _ = write!(text, "{space}{x},{y}");
    }
    text.push('"');
    text
}

/// Escapes text for use between tags.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// Breaks text into lines of at most `columns` characters. A longer word gets its own line. Line
/// breaks in the text are kept.
fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let mut line = String::new();
        for word in paragraph.split(' ') {
            if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > columns {
                lines.push(core::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_broken_between_words_and_escaped() {
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(wrapped("one\ntwo", 9), ["one", "two"]);
        assert_eq!(wrapped("longestword a", 5), ["longestword", "a"]);
        assert_eq!(escaped("a<b & c"), "a&lt;b &amp; c");
    }
}
