//! Places of lines in a draft.

use super::{Changes, Draft, Line, LinePlace, Node};

/// What the trigger's line is called.
const TRIGGER: &str = "trigger";
/// Where lines are besides `lines` and `inputs`.
const FURTHER_LINES: [&str; 6] = [
    TRIGGER,
    "encoder",
    "encoder.line_b",
    "display.data_command",
    "display.reset",
    "display.light",
];

impl Changes {
    /// The lines that another chip moves, although their places were not given.
    pub(super) fn note_of_kept_places(&self, draft: &Draft, chip: &str) -> Option<String> {
        let given: Vec<_> = self.lines.iter().map(|line| path_of(&line.name)).collect();
        let mut paths: Vec<_> = draft.lines().into_iter().map(path_of).collect();
        let inputs = draft.get("inputs").map_or(&[][..], Node::members).iter();
        paths.extend(FURTHER_LINES.map(str::to_owned));
        paths.extend(inputs.map(|(name, _)| format!("inputs.{name}")));
        paths.retain(|path| {
            let has = |key: &str| draft.get(&format!("{path}.{key}")).is_some();
            !given.contains(path) && !has("chip") && (has("offset") || has("name"))
        });
        (!paths.is_empty()).then(|| {
            format!(
                "the places of {} stay as they are, on {chip} now: correct those that are elsewhere",
                paths.join(", ")
            )
        })
    }
}

/// Gives a line another place. The levels of a line that the template lacks depend on the wiring.
pub(super) fn put_line(draft: &mut Draft, line: &Line, is_on_new_chip: bool) -> Option<String> {
    let path = path_of(&line.name);
    if draft.get(&path).is_none() {
        return Some(format!(
            "{path} is left out: the template has no such line, and its levels depend on the wiring; add it by hand"
        ));
    }
    draft.remove(&format!("{path}.name"));
    if is_on_new_chip {
        draft.remove(&format!("{path}.chip"));
    }
    match &line.place {
        LinePlace::Offset(offset) => draft.set(&format!("{path}.offset"), *offset),
        LinePlace::Name(name) => {
            draft.remove(&format!("{path}.offset"));
            draft.set(&format!("{path}.name"), name.as_str());
        }
    }
    None
}

/// The section of a line: the trigger has its own.
fn path_of(line: &str) -> String {
    match line {
        TRIGGER => TRIGGER.to_owned(),
        output => format!("lines.{output}"),
    }
}

impl Draft {
    /// The lines that have a place in the draft, with their place as text: those of the gate, and
    /// the trigger.
    pub fn line_places(&self) -> Vec<(&str, String)> {
        let mut names = self.lines();
        if self.get(TRIGGER).is_some() {
            names.push(TRIGGER);
        }
        let place = |name: &str| {
            let path = path_of(name);
            let offset = self.number(&format!("{path}.offset"));
            let named = || self.text_at(&format!("{path}.name")).map(str::to_owned);
            offset.map_or_else(named, |offset| Some(offset.to_string()))
        };
        let places = names.into_iter();
        places
            .filter_map(|name| Some((name, place(name)?)))
            .collect()
    }
}
