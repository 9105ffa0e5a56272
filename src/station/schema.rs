//! The station file as a JSON Schema, for editors and other programs, made from the list of keys.
//!
//! The schema knows each key by itself. Rules over several keys are left to `sluice check`.

use super::keys::{self, Key, KeyDefault, KeyKind};
use core::fmt::Write as _;

/// The dialect of the schema.
const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// The JSON Schema (draft 2020-12) of a station file. Allocates; for tools.
///
/// A file that the schema refuses is refused by [`super::read`] too. The reverse does not hold:
/// lengths of text count characters here and bytes there, and a schema has no rules over several
/// keys.
pub fn json_schema() -> String {
    let mut text = String::from("{\n");
    // Writing to a string cannot fail, here and below.
    let _ = writeln!(text, "  \"$schema\": \"{DIALECT}\",");
    let _ = writeln!(text, "  \"title\": \"Station file of sluice\",");
    members(&mut text, "", 2);
    text.push_str("\n}\n");
    text
}

/// The keys of the section at this path. `[0]` means each element of a list.
fn keys_in(section: &str) -> impl Iterator<Item = &'static Key> {
    keys::all().filter(move |key| key.is_in(section))
}

/// What makes a JSON object the section at this path.
fn members(text: &mut String, section: &str, indent: usize) {
    let pad = " ".repeat(indent);
    let _ = write!(text, "{pad}\"type\": \"object\",\n{pad}\"properties\": {{");
    for (index, key) in keys_in(section).enumerate() {
        let name = key.name();
        let comma = if index == 0 { "" } else { "," };
        let _ = writeln!(text, "{comma}\n{pad}  \"{name}\": {{");
        let path = if section.is_empty() {
            name.to_owned()
        } else {
            format!("{section}.{name}")
        };
        value(text, key, &path, indent + 4);
        let _ = write!(text, "\n{pad}  }}");
    }
    let _ = write!(text, "\n{pad}}},\n{pad}\"required\": [");
    let required = keys_in(section).filter(|key| !key.optional);
    for (index, key) in required.enumerate() {
        let comma = if index == 0 { "" } else { ", " };
        let _ = write!(text, "{comma}\"{}\"", key.name());
    }
    let _ = write!(text, "],\n{pad}\"additionalProperties\": false");
}

/// What a key allows.
fn value(text: &mut String, key: &Key, path: &str, indent: usize) {
    let pad = " ".repeat(indent);
    let _ = write!(text, "{pad}\"description\": \"");
    for letter in key.meaning.chars() {
        if matches!(letter, '"' | '\\') {
            text.push('\\');
        }
        text.push(letter);
    }
    if let Some(unit) = key.unit() {
        let _ = write!(text, " [{unit}]");
    }
    // A schema has no default in words.
    if let Some(default @ (KeyDefault::OfKey(_) | KeyDefault::Words(_))) = key.default() {
        let _ = write!(text, "; left out: {default}");
    }
    text.push_str("\",\n");
    let _ = match key.kind {
        KeyKind::Section => {
            members(text, path, indent);
            Ok(())
        }
        KeyKind::List(least, most) => {
            let _ = write!(
                text,
                "{pad}\"type\": \"array\",\n{pad}\"minItems\": {least},\n{pad}\"maxItems\": {most},\n{pad}\"items\": {{\n"
            );
            members(text, &format!("{path}[0]"), indent + 2);
            write!(text, "\n{pad}}}")
        }
        KeyKind::Integer(least, most) => write!(
            text,
            "{pad}\"type\": \"integer\",\n{pad}\"minimum\": {least},\n{pad}\"maximum\": {most}"
        ),
        KeyKind::Real(least, most) => write!(
            text,
            "{pad}\"type\": \"number\",\n{pad}\"minimum\": {least},\n{pad}\"maximum\": {most}"
        ),
        // A character has at least one byte, so no text of the right length is refused.
        KeyKind::Text(least, most) => write!(
            text,
            "{pad}\"type\": \"string\",\n{pad}\"minLength\": {},\n{pad}\"maxLength\": {most}",
            least.min(1)
        ),
        KeyKind::Choice(words) => write!(text, "{pad}\"enum\": {words:?}"),
        KeyKind::Boolean => write!(text, "{pad}\"type\": \"boolean\""),
    };
    if let Some(KeyDefault::Value(default)) = key.default() {
        let _ = write!(text, ",\n{pad}\"default\": {default}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_in_the_schema_once_for_each_place_that_it_describes() {
        let schema = json_schema();
        for key in keys::all() {
            let meaning = key.meaning.replace('"', "\\\"");
            assert!(schema.contains(&meaning), "{}", key.path);
        }
        // One of each line's keys for each of the six lines.
        assert_eq!(schema.matches("level that the wiring gives it").count(), 6);
        assert!(
            schema.contains(
                "\"enum\": [\"english\", \"chinese\"],\n          \"default\": \"english\""
            )
        );
    }
}
