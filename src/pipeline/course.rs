//! The way of a picture through a stream.

use super::streams::{Element, Stream};
use crate::station::Problem;

/// Plugins that run a model.
const INFERENCES: [&str; 2] = ["mxpi_tensorinfer", "mxpi_modelinfer"];

/// The elements of a stream, by their place.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Course<'a> {
    /// From the source to the model, in this order.
    pub before: Vec<&'a Element>,
    /// The model.
    pub inference: &'a Element,
    /// Those that get what the model gives, in the order of the file.
    pub after: Vec<&'a Element>,
    /// All others.
    pub aside: Vec<&'a Element>,
}

impl<'a> Course<'a> {
    /// Finds the way.
    ///
    /// # Errors
    /// `next` names no element or goes round, or there is not one model with one way to it.
    pub(super) fn of(stream: &'a Stream) -> Result<Self, Vec<Problem>> {
        let mut problems = missing(stream);
        problems.extend(cycle(stream));
        if !problems.is_empty() {
            return Err(problems);
        }
        let inference = inference(stream).map_err(|problem| vec![problem])?;
        let before = before(stream, inference).map_err(|problem| vec![problem])?;
        let reached = reached(stream, inference);
        let is_among = |list: &[&Element], element: &Element| {
            list.iter().any(|other| other.name == element.name)
        };
        let is_aside = |element: &&Element| {
            element.name != inference.name
                && !is_among(&before, element)
                && !is_among(&reached, element)
        };
        Ok(Self {
            aside: stream.elements.iter().filter(is_aside).collect(),
            after: reached,
            inference,
            before,
        })
    }
}

fn problem(stream: &Stream, element: &Element, text: impl Into<String>) -> Problem {
    let key = format!("{}.{}", stream.name, element.name);
    Problem::new(element.line, key, text)
}

fn find<'a>(stream: &'a Stream, name: &str) -> Option<&'a Element> {
    stream.elements.iter().find(|element| element.name == name)
}

/// Names in `next` that are no element.
fn missing(stream: &Stream) -> Vec<Problem> {
    let mut problems = Vec::new();
    for element in &stream.elements {
        for next in &element.next {
            if find(stream, next).is_none() {
                let text = format!("next is \"{next}\", but the stream has no such element");
                problems.push(problem(stream, element, text));
            }
        }
    }
    problems
}

/// The elements of a cycle of `next`, and those behind it: what remains when elements without a
/// predecessor are removed again and again.
fn cycle(stream: &Stream) -> Option<Problem> {
    let mut left: Vec<&Element> = stream.elements.iter().collect();
    loop {
        let has_predecessor = |element: &&Element| {
            let mut before = left.iter();
            before.any(|other| other.next.contains(&element.name))
        };
        let remaining: Vec<_> = left.iter().copied().filter(has_predecessor).collect();
        if remaining.len() == left.len() {
            break;
        }
        left = remaining;
    }
    let first = left.first()?;
    let names: Vec<_> = left
        .iter()
        .take(8)
        .map(|element| element.name.as_str())
        .collect();
    let text = format!("next goes round in a circle, among: {}", names.join(", "));
    Some(problem(stream, first, text))
}

fn inference(stream: &Stream) -> Result<&Element, Problem> {
    let is_inference = |element: &&Element| INFERENCES.contains(&element.factory.as_str());
    let found: Vec<_> = stream.elements.iter().filter(is_inference).collect();
    match found.as_slice() {
        [one] => Ok(*one),
        [] => Err(Problem::new(
            0,
            &stream.name,
            format!(
                "has no model: one element must be {}",
                INFERENCES.join(" or ")
            ),
        )),
        [first, ..] => {
            let names: Vec<_> = found.iter().map(|element| element.name.as_str()).collect();
            let text = format!(
                "the stream runs {} models ({}); a part of the station is judged by one",
                names.len(),
                names.join(", ")
            );
            Err(problem(stream, first, text))
        }
    }
}

/// The elements before `last`, from the source on. There is no cycle, so this ends.
fn before<'a>(stream: &'a Stream, last: &'a Element) -> Result<Vec<&'a Element>, Problem> {
    let mut way = Vec::new();
    let mut current = last;
    loop {
        let leads_here = |element: &&Element| element.next.contains(&current.name);
        let found: Vec<_> = stream.elements.iter().filter(leads_here).collect();
        match found.as_slice() {
            [] => break,
            [one] => {
                way.push(*one);
                current = *one;
            }
            several => {
                let names: Vec<_> = several
                    .iter()
                    .map(|element| element.name.as_str())
                    .collect();
                let text = format!(
                    "has {} inputs ({}); the station takes one picture of a part",
                    names.len(),
                    names.join(", ")
                );
                return Err(problem(stream, current, text));
            }
        }
    }
    way.reverse();
    Ok(way)
}

/// The elements after `first`, in the order of the file.
fn reached<'a>(stream: &'a Stream, first: &'a Element) -> Vec<&'a Element> {
    let mut names = first.next.clone();
    let mut index = 0;
    while let Some(element) = names.get(index).and_then(|name| find(stream, name)) {
        for next in &element.next {
            if !names.contains(next) {
                names.push(next.clone());
            }
        }
        index += 1;
    }
    let is_reached = |element: &&Element| names.contains(&element.name);
    stream.elements.iter().filter(is_reached).collect()
}
