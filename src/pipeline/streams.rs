//! The streams of a pipeline file and their elements, with types checked.

use super::PipelineError;
use crate::draft::{Content, Node};
use crate::station::Problem;

/// Most elements of a stream. Real ones have a dozen.
const ELEMENTS_MAX: usize = 256;

/// One stream.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Stream {
    pub name: String,
    /// `deviceId` of its `stream_config`, as written.
    pub device: Option<String>,
    pub elements: Vec<Element>,
}

/// One element: a plugin with its properties.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Element {
    pub name: String,
    pub line: u32,
    /// The plugin.
    pub factory: String,
    /// Its properties, in the order of the file.
    pub props: Vec<(String, String)>,
    /// The names of the elements that follow, without their ports.
    pub next: Vec<String>,
}

/// Reads all streams.
pub(super) fn read(text: &str) -> Result<Vec<Stream>, PipelineError> {
    let root = Node::read(text).map_err(|problem| PipelineError::Problems(vec![problem]))?;
    let mut found = Vec::new();
    let mut reader = Reader(&mut found);
    if !matches!(root.content, Content::Object(_)) || root.members().is_empty() {
        let text = "a pipeline file is one JSON object with a stream: { \"NAME\": { ... } }";
        reader.add(&root, "", text);
    }
    let streams = root
        .members()
        .iter()
        .map(|(name, node)| reader.stream(name, node))
        .collect();
    if found.is_empty() {
        Ok(streams)
    } else {
        Err(PipelineError::Problems(found))
    }
}

/// The stream with this name, or the only one.
pub(super) fn choose(streams: Vec<Stream>, asked: Option<&str>) -> Result<Stream, PipelineError> {
    let names = streams.iter().map(|stream| stream.name.clone()).collect();
    let is_only = streams.len() == 1;
    let mut fitting = streams.into_iter().filter(|stream| match asked {
        Some(asked) => stream.name == asked,
        None => is_only,
    });
    match (fitting.next(), fitting.next()) {
        (Some(stream), None) => Ok(stream),
        _ => Err(PipelineError::Stream {
            asked: asked.map(str::to_owned),
            names,
        }),
    }
}

/// Collects the problems.
struct Reader<'a>(&'a mut Vec<Problem>);

impl Reader<'_> {
    fn add(&mut self, node: &Node, key: &str, text: impl Into<String>) {
        self.0.push(Problem::new(node.line, key, text));
    }

    fn stream(&mut self, name: &str, node: &Node) -> Stream {
        let mut stream = Stream {
            name: name.to_owned(),
            device: None,
            elements: Vec::new(),
        };
        if !matches!(node.content, Content::Object(_)) {
            self.add(node, name, "a stream is an object of elements { ... }");
        }
        if node.members().len() > ELEMENTS_MAX {
            let text = format!(
                "has {} elements; allowed: up to {ELEMENTS_MAX}",
                node.members().len()
            );
            self.add(node, name, text);
            return stream;
        }
        for (key, member) in node.members() {
            let path = format!("{name}.{key}");
            if key == "stream_config" {
                let device = member.member("deviceId");
                stream.device =
                    device.and_then(|node| self.scalar(&format!("{path}.deviceId"), node));
                continue;
            }
            if stream.elements.iter().any(|element| element.name == *key) {
                self.add(
                    member,
                    &path,
                    "appears again; keep only one element of a name",
                );
            }
            stream.elements.extend(self.element(key, &path, member));
        }
        stream
    }

    fn element(&mut self, name: &str, path: &str, node: &Node) -> Option<Element> {
        let Some(factory) = node.member("factory").and_then(Node::text) else {
            self.add(
                node,
                path,
                "an element is an object with its plugin: { \"factory\": \"...\" }",
            );
            return None;
        };
        let mut props = Vec::new();
        if let Some(section) = node.member("props") {
            if !matches!(section.content, Content::Object(_) | Content::Null) {
                self.add(
                    section,
                    &format!("{path}.props"),
                    "must be an object { ... }",
                );
            }
            for (key, value) in section.members() {
                let value = self.scalar(&format!("{path}.props.{key}"), value);
                props.extend(value.map(|value| (key.clone(), value)));
            }
        }
        Some(Element {
            name: name.to_owned(),
            line: node.line,
            factory: factory.to_owned(),
            props,
            next: self.next(path, node),
        })
    }

    fn next(&mut self, path: &str, element: &Node) -> Vec<String> {
        let path = format!("{path}.next");
        let Some(next) = element.member("next") else {
            return Vec::new();
        };
        let names: Vec<&Node> = match &next.content {
            Content::Null => Vec::new(),
            Content::List(names) => names.iter().collect(),
            _ => vec![next],
        };
        let texts: Vec<_> = names.iter().filter_map(|name| name.text()).collect();
        if texts.len() < names.len() {
            self.add(
                next,
                &path,
                "must be the name of an element, or a list of names",
            );
        }
        texts.into_iter().map(without_port).collect()
    }

    /// A property as text. mxVision has all of them as strings.
    fn scalar(&mut self, path: &str, node: &Node) -> Option<String> {
        match &node.content {
            Content::Text(text) | Content::Number(text) => Some(text.clone()),
            Content::Boolean(value) => Some(value.to_string()),
            _ => {
                self.add(node, path, "must be a string, such as \"0\"");
                None
            }
        }
    }
}

/// `NAME:2` is an input of the element NAME.
fn without_port(name: &str) -> String {
    match name.rsplit_once(':') {
        Some((element, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => element,
        _ => name,
    }
    .to_owned()
}
