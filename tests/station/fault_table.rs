//! The table in `ffi/cpu/faults.md`.

use std::fs;

/// A row of the table.
#[derive(Debug)]
pub struct Row {
    pub line: usize,
    /// Whether the table has the row under the heading of the self-check.
    pub self_checked: bool,
    /// `device` or `host`.
    pub mode: &'static str,
    fault: String,
    /// For each station, the functions with the numbers of their calls.
    pub functions: Vec<String>,
    /// The expected verdicts.
    pub parts: Vec<String>,
    pub exit: i32,
    says: String,
    gives_back: bool,
}

impl Row {
    fn read(line: usize, self_checked: bool, text: &str) -> Self {
        let cells: Vec<&str> = text.trim_matches('|').split('|').map(str::trim).collect();
        let [mode, fault, functions, parts, exit, says, gives_back] = cells[..] else {
            panic!("line {line} of the table has {} cells", cells.len());
        };
        let words = |cell: &str| {
            let words = cell.split_whitespace().filter(|word| *word != "-");
            words.map(str::to_owned).collect()
        };
        let without = |cell: &str| cell.replace('`', "");
        Self {
            line,
            self_checked,
            mode: match mode {
                "device" => "device",
                "host" => "host",
                other => panic!("line {line}: {other}"),
            },
            fault: without(fault),
            functions: words(&without(functions)),
            parts: words(parts),
            exit: exit.parse().unwrap(),
            says: if says == "-" { "" } else { says }.to_owned(),
            gives_back: match gives_back {
                "yes" => true,
                "no" => false,
                other => panic!("line {line}: {other}"),
            },
        }
    }

    /// The rules of `ASCENDCL_CPU_FAULT` for one station.
    pub fn rules(&self, functions: &str) -> String {
        let rule = |function: &str| match function.matches(':').count() {
            0 => format!("{function}:1:{}", self.fault),
            1 => format!("{function}:{}", self.fault),
            _ => function.to_owned(),
        };
        functions.split('+').map(rule).collect::<Vec<_>>().join(",")
    }

    /// The names of all functions in the row.
    pub fn named(&self) -> impl Iterator<Item = String> {
        self.functions
            .iter()
            .flat_map(|functions| functions.split('+'))
            .map(|function| function.split(':').next().unwrap_or_default().to_owned())
            .collect::<Vec<_>>()
            .into_iter()
    }

    /// The text expected on standard error. `F` in the table is the last function.
    pub fn says(&self, functions: &str) -> String {
        let last = functions.rsplit('+').next().unwrap_or_default();
        let name = last.split(':').next().unwrap_or_default();
        let words = self.says.split(' ');
        let word = |word| if word == "F" { name } else { word };
        words.map(word).collect::<Vec<_>>().join(" ")
    }

    /// The observed result in the form of [`Self::expected`].
    pub fn describe(
        &self,
        parts: &[String],
        exit: Option<i32>,
        says: &str,
        gives_back: bool,
    ) -> String {
        format!("{parts:?}, exit {exit:?}, gives back {gives_back}, says \"{says}\"")
    }

    pub fn expected(&self, functions: &str) -> String {
        let says = self.says(functions);
        self.describe(&self.parts, Some(self.exit), &says, self.gives_back)
    }
}

/// All rows of the table.
pub fn rows() -> Vec<Row> {
    let text = fs::read_to_string("ffi/cpu/faults.md").unwrap();
    let mut rows = Vec::new();
    let mut self_checked = false;
    for (index, line) in text.lines().enumerate() {
        if let Some(heading) = line.strip_prefix("## ") {
            self_checked = heading.contains("self-check");
        }
        let is_row = ["| device |", "| host |"]
            .iter()
            .any(|start| line.starts_with(start));
        if is_row {
            rows.push(Row::read(index + 1, self_checked, line));
        }
    }
    rows
}
