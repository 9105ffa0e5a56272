//! JSON as a tree that keeps the order of its members.

use crate::station::Problem;
use crate::station::json::{self, Entry, Value};
use core::fmt;
use std::iter::Peekable;
use std::vec::IntoIter;

/// Widest line of a section that is written on one line.
const WIDTH: usize = 92;

/// One value.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Its line in the file that it was read from, from 1; 0 if it was not read.
    pub line: u32,
    /// The value.
    pub content: Content,
}

/// A value, without its place.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// `{...}` with its members.
    Object(Vec<(String, Node)>),
    /// `[...]` with its elements.
    List(Vec<Node>),
    /// A string.
    Text(String),
    /// A number as written.
    Number(String),
    /// `true` or `false`.
    Boolean(bool),
    /// `null`.
    Null,
}

impl Node {
    /// Reads JSON of bounded depth.
    ///
    /// # Errors
    /// The first place that is not JSON, or that is nested too deeply.
    pub fn read(text: &str) -> Result<Self, Problem> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let entries = json::flatten(text).map_err(|error| {
            let text = format!("not JSON: expected {} here", error.expected);
            Problem::new(error.line, "", text)
        })?;
        Ok(node(&mut entries.into_iter().peekable()).unwrap_or_else(|| Content::Null.into()))
    }

    /// The members, if it is an object.
    pub fn members(&self) -> &[(String, Node)] {
        match &self.content {
            Content::Object(members) => members,
            _ => &[],
        }
    }

    /// The member with this name. Of several, the last one, as most readers of JSON have it.
    pub fn member(&self, name: &str) -> Option<&Node> {
        let mut members = self.members().iter().rev();
        members
            .find(|(key, _)| key == name)
            .map(|(_, member)| member)
    }

    /// The text, if it is one.
    pub fn text(&self) -> Option<&str> {
        match &self.content {
            Content::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number as written, if it is one.
    pub fn number(&self) -> Option<&str> {
        match &self.content {
            Content::Number(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn member_mut(&mut self, name: &str) -> Option<&mut Node> {
        let Content::Object(members) = &mut self.content else {
            return None;
        };
        let mut members = members.iter_mut().rev();
        members
            .find(|(key, _)| key == name)
            .map(|(_, member)| member)
    }

    /// Puts the value at a path of keys. What is missing is added. A value on the way that is not
    /// an object becomes one.
    pub(super) fn put(&mut self, path: &str, value: Node) {
        let (key, rest) = match path.split_once('.') {
            Some((key, rest)) => (key, Some(rest)),
            None => (path, None),
        };
        if !matches!(self.content, Content::Object(_)) {
            self.content = Content::Object(Vec::new());
        }
        let Content::Object(members) = &mut self.content else {
            return;
        };
        if members.iter().all(|(name, _)| name != key) {
            members.push((key.to_owned(), Content::Null.into()));
        }
        if let Some((_, member)) = members.iter_mut().rev().find(|(name, _)| name == key) {
            match rest {
                Some(rest) => member.put(rest, value),
                None => *member = value,
            }
        }
    }

    /// Puts a member in front of the others, if this is an object.
    pub(super) fn put_first(&mut self, name: &str, value: Node) {
        self.remove(name);
        if let Content::Object(members) = &mut self.content {
            members.insert(0, (name.to_owned(), value));
        }
    }

    pub(super) fn remove(&mut self, name: &str) {
        if let Content::Object(members) = &mut self.content {
            members.retain(|(key, _)| key != name);
        }
    }

    /// Writes it at `indent`, in a line that already has `used` columns.
    fn write(&self, f: &mut fmt::Formatter<'_>, indent: usize, used: usize) -> fmt::Result {
        let whole = self.on_one_line();
        let is_file = indent == 0;
        if !is_file && used + whole.len() <= WIDTH {
            return f.write_str(&whole);
        }
        let inside = indent + 2;
        match &self.content {
            Content::Object(members) => {
                f.write_str("{")?;
                for (index, (key, member)) in members.iter().enumerate() {
                    let comma = if index == 0 { "" } else { "," };
                    let key = Quoted(key).to_string();
                    write!(f, "{comma}\n{:inside$}{key}: ", "")?;
                    member.write(f, inside, inside + key.len() + 2)?;
                }
                write!(f, "\n{:indent$}}}", "")
            }
            Content::List(elements) => {
                f.write_str("[")?;
                for (index, element) in elements.iter().enumerate() {
                    let comma = if index == 0 { "" } else { "," };
                    write!(f, "{comma}\n{:inside$}", "")?;
                    element.write(f, inside, inside)?;
                }
                write!(f, "\n{:indent$}]", "")
            }
            _ => f.write_str(&whole),
        }
    }

    /// JSON on one line.
    pub fn on_one_line(&self) -> String {
        match &self.content {
            Content::Object(members) if members.is_empty() => "{}".to_owned(),
            Content::Object(members) => {
                let member = |(key, member): &(String, Node)| {
                    format!("{}: {}", Quoted(key), member.on_one_line())
                };
                let members: Vec<_> = members.iter().map(member).collect();
                format!("{{ {} }}", members.join(", "))
            }
            Content::List(elements) => {
                let elements: Vec<_> = elements.iter().map(Node::on_one_line).collect();
                format!("[{}]", elements.join(", "))
            }
            Content::Text(text) => Quoted(text).to_string(),
            Content::Number(text) => text.clone(),
            Content::Boolean(value) => value.to_string(),
            Content::Null => "null".to_owned(),
        }
    }
}

/// JSON, as people write a station file: short sections on one line.
impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, 0, 0)
    }
}

impl From<Content> for Node {
    fn from(content: Content) -> Self {
        Self { line: 0, content }
    }
}

impl From<&str> for Node {
    fn from(text: &str) -> Self {
        Content::Text(text.to_owned()).into()
    }
}

impl From<u32> for Node {
    fn from(number: u32) -> Self {
        Content::Number(number.to_string()).into()
    }
}

impl<const N: usize> From<[(&str, Node); N]> for Node {
    fn from(members: [(&str, Node); N]) -> Self {
        let members = members.into_iter();
        let owned = members.map(|(key, member)| (key.to_owned(), member));
        Content::Object(owned.collect()).into()
    }
}

/// A string as JSON has it.
struct Quoted<'a>(&'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"")?;
        for letter in self.0.chars() {
            match letter {
                '"' | '\\' => write!(f, "\\{letter}")?,
                letter if letter.is_control() => write!(f, "\\u{:04x}", u32::from(letter))?,
                letter => write!(f, "{letter}")?,
            }
        }
        f.write_str("\"")
    }
}

/// The value that begins with the next entry.
fn node(entries: &mut Peekable<IntoIter<Entry>>) -> Option<Node> {
    let entry = entries.next()?;
    let content = match entry.value {
        Value::Object => {
            let mut members = Vec::new();
            while let Some(key) = entries
                .peek()
                .and_then(|next| key_below(&entry.path, &next.path))
            {
                let Some(member) = node(entries) else { break };
                members.push((key, member));
            }
            Content::Object(members)
        }
        Value::Array(length) => Content::List((0..length).map_while(|_| node(entries)).collect()),
        Value::Text(text) => Content::Text(text),
        Value::Number(text) => Content::Number(text),
        Value::Boolean(value) => Content::Boolean(value),
        Value::Null => Content::Null,
    };
    Some(Node {
        line: entry.line,
        content,
    })
}

/// The key of the member at `path` in the object at `parent`. `None` if it is not a member of it.
fn key_below(parent: &str, path: &str) -> Option<String> {
    let key = if parent.is_empty() {
        path
    } else {
        path.strip_prefix(parent)?.strip_prefix('.')?
    };
    // A key that could be taken for a path has its quotes.
    let inside = key.strip_prefix('"').and_then(|key| key.strip_suffix('"'));
    let quoted = inside.filter(|key| key.is_empty() || key.contains(['.', '[', ']']));
    Some(quoted.unwrap_or(key).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_written_again() {
        let text = r#"{ "": 1, "a.b": { "c[0]": [{ "d": -2.5e3 }, true, null, []] }, "e": {}, "f": "\"\\" }"#;
        let read = Node::read(text).unwrap();
        assert_eq!(read.on_one_line(), text);
        assert_eq!(read.member("f").unwrap().text(), Some("\"\\"));
        let again = Node::read(&read.to_string()).unwrap();
        assert_eq!(again.on_one_line(), text);
    }

    #[test]
    fn members_have_their_lines_and_of_two_the_last_counts() {
        let read = Node::read("{\"a\": {},\n\"a\": {\n\"b\": 1}, \"ab\": {}}").unwrap();
        assert_eq!(read.members().len(), 3);
        let member = read.member("a").unwrap();
        assert_eq!((member.line, member.members().len()), (2, 1));
    }

    #[test]
    fn text_that_is_not_json_or_too_deep_is_refused() {
        for text in ["", "{", "{\"a\": 1,}", &"[".repeat(100_000)] {
            assert!(Node::read(text).is_err());
        }
    }
}
