//! Plugins that get what the model gives.

use super::{Props, Reading, subject};
use crate::pipeline::streams::Element;
use crate::pipeline::{Note, cut};
use crate::recipe::{CLASSES_MAX, NAME_MAX};

impl Reading {
    pub(super) fn after(
        &mut self,
        element: &Element,
        read: &dyn Fn(&str) -> Result<String, String>,
    ) {
        match element.factory.as_str() {
            "mxpi_semanticsegpostprocessor" => self.segmentation(element, read),
            "mxpi_objectpostprocessor"
            | "mxpi_classpostprocessor"
            | "mxpi_textobjectpostprocessor"
            | "mxpi_textgenerationpostprocessor"
            | "mxpi_keypointpostprocessor" => self.refuse(
                element,
                "the model does not segment; the station judges a class or a score of each pixel",
            ),
            "mxpi_dumpdata" | "mxpi_dataserialize" => self.left(
                element,
                "the station judges the outputs itself; `sluice eval --npy` writes them as arrays",
            ),
            "appsink" | "fakesink" | "filesink" => {
                self.left(element, "the journal and the lines take its place");
            }
            "queue" | "identity" | "tee" => self.left(element, "passes data on"),
            _ => self.left(
                element,
                "comes after the model and is not run; the recipe judges the model's output",
            ),
        }
    }

    fn segmentation(&mut self, element: &Element, read: &dyn Fn(&str) -> Result<String, String>) {
        self.left(
            element,
            "the station finds blobs in the mask and judges them by the recipe",
        );
        let mut props = Props::of(element);
        let Some(path) = props.take("labelPath").filter(|path| !path.is_empty()) else {
            return;
        };
        match read(path) {
            Ok(text) => self.labels(element, path, &text),
            Err(error) => {
                let text = format!(
                    "{}.labelPath = {path} cannot be read ({error})",
                    element.name
                );
                self.notes.push(Note::open("recipe.classes", text));
            }
        }
    }

    /// The names of the classes, one a line, the background first.
    fn labels(&mut self, element: &Element, path: &str, text: &str) {
        let lines = text.lines().map(|line| line.trim_end_matches(['\t', '\r']));
        // Comments are before the first label only.
        let mut names: Vec<_> = lines.skip_while(|line| line.starts_with('#')).collect();
        while names.last().is_some_and(|name| name.trim().is_empty()) {
            names.pop();
        }
        let defects = names.len().saturating_sub(1);
        if defects > CLASSES_MAX {
            let reason = format!(
                "{path} names {defects} classes beside the background; a recipe lists {CLASSES_MAX}, and a defect of another class would pass"
            );
            self.refuse(element, reason);
            return;
        }
        let named = (1_u8..).zip(names.into_iter().skip(1));
        self.classes = named
            .map(|(class, name)| {
                let name = cut(name.trim(), NAME_MAX);
                let is_plain = !name.is_empty() && !name.contains(char::is_control);
                (
                    class,
                    if is_plain {
                        name
                    } else {
                        format!("class {class}")
                    },
                )
            })
            .collect();
        if !self.classes.is_empty() {
            let names: Vec<_> = self.classes.iter().map(|(_, name)| name.as_str()).collect();
            let text = format!("recipe.classes = {}", names.join(", "));
            self.notes
                .push(Note::taken(format!("{}, {path}", subject(element)), text));
        }
    }
}
