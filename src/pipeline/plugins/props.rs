//! The properties of one element, taken one by one.

use crate::pipeline::streams::Element;

/// Those that were not taken yet.
#[derive(Debug)]
pub(super) struct Props<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Props<'a> {
    pub(super) fn of(element: &'a Element) -> Self {
        let props = element.props.iter();
        Self(
            props
                .map(|(key, value)| (key.as_str(), value.as_str()))
                .collect(),
        )
    }

    /// Takes the property with this name. Of several, the last one counts.
    pub(super) fn take(&mut self, name: &str) -> Option<&'a str> {
        let found = self.0.iter().rev().find(|(key, _)| *key == name);
        let value = found.map(|(_, value)| *value);
        self.0.retain(|(key, _)| *key != name);
        value
    }

    /// Those that are left.
    pub(super) fn rest(self) -> Vec<(&'a str, &'a str)> {
        self.0
    }
}
