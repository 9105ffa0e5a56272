//! A new station file, made from one that is built in or from an old one. `sluice init`, `sluice
//! import` and `sluice migrate` write it.
//!
//! Runs before any station does, and may allocate.

mod changes;
mod migration;
mod template;
mod tree;

pub use changes::{Changes, Line, LinePlace, Source};
pub use migration::{Migration, migrate};
pub use template::{TEMPLATES, Template};
pub use tree::{Content, Node};

use crate::station::{self, Problem};

/// A station file that is being written.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    tree: Node,
}

impl Draft {
    /// The file of a template.
    ///
    /// # Errors
    /// It is not JSON.
    pub fn of(template: &Template) -> Result<Self, Problem> {
        let tree = Node::read(template.text)?;
        Ok(Self { tree })
    }

    /// The value at a path of keys, such as `image.roi.x`.
    pub fn get(&self, path: &str) -> Option<&Node> {
        path.split('.')
            .try_fold(&self.tree, |node, key| node.member(key))
    }

    /// The whole number at a path.
    pub fn number(&self, path: &str) -> Option<u32> {
        self.get(path)?.number()?.parse().ok()
    }

    /// The text at a path.
    pub fn text_at(&self, path: &str) -> Option<&str> {
        self.get(path)?.text()
    }

    /// Gives the value at a path. Sections that are missing are added.
    pub fn set(&mut self, path: &str, value: impl Into<Node>) {
        self.tree.put(path, value.into());
    }

    /// Removes the value at a path, if it is there.
    pub fn remove(&mut self, path: &str) {
        let (parent, name) = path.rsplit_once('.').unwrap_or(("", path));
        let mut node = &mut self.tree;
        for key in parent.split('.').filter(|key| !key.is_empty()) {
            let Some(next) = node.member_mut(key) else {
                return;
            };
            node = next;
        }
        node.remove(name);
    }

    /// Changes each recipe, the one at the start and the further ones.
    fn each_recipe(&mut self, mut change: impl FnMut(&mut Node)) {
        if let Some(recipe) = self.tree.member_mut("recipe") {
            change(recipe);
        }
        if let Some(Node {
            content: Content::List(recipes),
            ..
        }) = self.tree.member_mut("recipes")
        {
            recipes.iter_mut().for_each(change);
        }
    }

    /// The names of the sections, in the order of the file.
    pub fn sections(&self) -> Vec<&str> {
        let is_section =
            |node: &Node| matches!(node.content, Content::Object(_) | Content::List(_));
        let members = self.tree.members().iter();
        let sections = members.filter(|(_, node)| is_section(node));
        sections.map(|(name, _)| name.as_str()).collect()
    }

    /// The names of the output lines.
    pub fn lines(&self) -> Vec<&str> {
        let lines = self.get("lines").map_or(&[][..], Node::members).iter();
        lines
            .filter(|(_, node)| matches!(node.content, Content::Object(_)))
            .map(|(name, _)| name.as_str())
            .collect()
    }

    /// Removes the further recipes and what chooses between recipes: they are parts of another
    /// job. Returns what the integrator should know about it.
    pub fn drop_further_recipes(&mut self) -> Option<String> {
        self.get("recipes")?;
        self.remove("recipes");
        self.remove("recipe.code");
        let inputs = self.get("inputs").map_or(&[][..], Node::members).iter();
        let names = inputs.map(|(name, _)| name.clone());
        let choosing: Vec<_> = names.filter(|name| name.starts_with("recipe")).collect();
        for name in choosing {
            self.remove(&format!("inputs.{name}"));
        }
        Some("recipes is left out, with the input lines that choose one: the template's recipes are those of another job".to_owned())
    }

    /// The text of the file.
    ///
    /// # Errors
    /// What a station would refuse about it, without lines, since the file is not written yet.
    pub fn finish(&self) -> Result<String, Vec<Problem>> {
        let text = format!("{}\n", self.tree);
        let read = station::read(text.as_bytes());
        read.map_err(|problems| {
            let without_line = |problem| Problem { line: 0, ..problem };
            problems.into_iter().map(without_line).collect::<Vec<_>>()
        })?;
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_is_a_station_file_and_stays_one() {
        for template in TEMPLATES {
            let before = station::read(template.text.as_bytes()).unwrap();
            let text = Draft::of(template).unwrap().finish().unwrap();
            let after = station::read(text.as_bytes()).unwrap();
            assert_eq!(after, before, "{}", template.name);
            assert!(text.lines().all(|line| line.len() <= 100), "{text}");
        }
    }

    #[test]
    fn values_are_changed_added_and_removed() {
        let mut draft = Draft::of(&TEMPLATES[0]).unwrap();
        draft.set("station.name", "press 7");
        draft.set("source.directory.poll_ms", 50_u32);
        draft.remove("image.frame");
        draft.remove("nothing.there");
        let station = station::read(draft.finish().unwrap().as_bytes()).unwrap();
        assert_eq!(station.station.name, "press 7");
        assert_eq!(station.source.directory.unwrap().poll_ms, 50);
        assert_eq!(station.image.frame, None);
    }

    #[test]
    fn what_a_station_refuses_is_not_finished() {
        let mut draft = Draft::of(&TEMPLATES[0]).unwrap();
        draft.set("image.size.width", 0_u32);
        let problems = draft.finish().unwrap_err();
        assert_eq!(problems[0].key, "image.size.width");
    }
}
