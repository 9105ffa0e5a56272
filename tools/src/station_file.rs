//! The reference page of the station file, made from the list of keys.

use core::fmt::Write as _;
use sluice::station::keys::{self, Key, KeyKind};

/// The page: a table for each section, in the order of the list.
pub fn page() -> String {
    let mut text = String::from(
        "# The station file\n\n\
         One JSON file describes a station. `sluice check` reads it and says what is wrong; `sluice explain KEY`\n\
         prints one of the rows below. Editors complete and check the file with\n\
         [station-file.schema.json](station-file.schema.json), which `sluice check --schema` prints too.\n\n\
         `[]` means each element of a list, `*` for each of the lines in a section. A path is relative to the\n\
         working directory. This page is made by `cargo run -p sluice-tools --bin station_file`.\n",
    );
    for section in keys::all().filter(|key| !key.path.contains('.')) {
        // Writing to a string cannot fail, here and below.
        let _ = writeln!(text, "\n## `{}`\n", section.path);
        let omitted = if section.optional {
            " May be left out."
        } else {
            ""
        };
        let list = if matches!(section.kind, KeyKind::List(..)) {
            format!(" It is {}.", section.kind)
        } else {
            String::new()
        };
        let default = section.default().map_or(String::new(), |default| {
            format!(" The default is: {default}.")
        });
        let _ = writeln!(text, "{}.{list}{omitted}{default}", sentence(section));
        let is_inside = |key: &&Key| {
            let top = key.path.split(['.', '[']).next();
            key.path.contains('.') && top == Some(section.path)
        };
        let mut rows = keys::all().filter(is_inside).peekable();
        if rows.peek().is_some() {
            text += "\n| key | meaning | allowed | unit | needed | default |\n|---|---|---|---|---|---|\n";
        }
        rows.for_each(|key| row(&mut text, key));
    }
    text
}

fn sentence(key: &Key) -> String {
    let mut letters = key.meaning.chars();
    letters.next().map_or(String::new(), |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

fn row(text: &mut String, key: &Key) {
    let needed = if key.optional { "no" } else { "yes" };
    let default = key.default().map(|default| default.to_string());
    let _ = writeln!(
        text,
        "| `{}` | {} | {} | {} | {needed} | {} |",
        key.path,
        key.meaning,
        key.kind,
        key.unit().unwrap_or_default(),
        default.unwrap_or_default()
    );
}

#[cfg(test)]
mod tests {
    use super::page;
    use sluice::station::{keys, schema};

    #[test]
    fn page_and_schema_are_those_of_the_keys() {
        let advice = "run `cargo run -p sluice-tools --bin station_file`";
        assert!(
            page() == include_str!("../../docs/station-file.md"),
            "{advice}"
        );
        let committed = include_str!("../../docs/station-file.schema.json");
        assert!(schema::json_schema() == committed, "{advice}");
        let rows = page()
            .lines()
            .filter(|line| line.starts_with("| `"))
            .count();
        let sections = page()
            .lines()
            .filter(|line| line.starts_with("## "))
            .count();
        assert_eq!(rows + sections, keys::all().count());
    }
}
