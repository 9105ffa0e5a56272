//! Parts as comma-separated values, as RFC 4180 describes them: one line for each part.

use core::fmt::{Display, Write as _};
use sluice::journal::Part;

/// The names of the columns.
pub const HEAD: &str = "part,time,station,recipe,verdict,code,detail,blobs,largest_px,total_px,wait_us,decode_us,engine_us,\
verdict_us,total_us,gate,gate_reason,late,due_us,acted_us,picture,sha256,golden\r\n";

/// The line of a part.
pub fn line(part: &Part) -> String {
    let mut row = Row::default();
    let Part {
        verdict,
        blobs,
        times_us,
        gate,
        picture,
        ..
    } = part;
    row.add(part.part.number());
    row.add(part.time);
    row.add(&part.station);
    row.add_some(part.recipe.as_ref());
    for text in [&*verdict.kind, &*verdict.code, &*verdict.detail] {
        row.add(text);
    }
    for number in [blobs.count, blobs.largest_px, blobs.total_px] {
        row.add(number);
    }
    let times = times_us;
    for time in [
        times.wait,
        times.decode,
        times.engine,
        times.verdict,
        times.total,
    ] {
        row.add(time);
    }
    row.add(&gate.outcome);
    row.add(&gate.reason);
    row.add(gate.late);
    row.add(gate.due_us);
    row.add_some(gate.acted_us);
    row.add_some(picture.as_ref().map(|picture| &picture.name));
    row.add_some(picture.as_ref().and_then(|picture| picture.sha256.as_ref()));
    row.add_some(part.golden);
    row.0.pop();
    row.0 + "\r\n"
}

#[derive(Default)]
struct Row(String);

impl Row {
    fn add(&mut self, value: impl Display) {
        let text = value.to_string();
        if text.contains([',', '"', '\r', '\n']) {
            // Writing to a string cannot fail.
            let _ = write!(self.0, "\"{}\"", text.replace('"', "\"\""));
        } else {
            self.0.push_str(&text);
        }
        self.0.push(',');
    }

    /// Nothing becomes an empty field.
    fn add_some(&mut self, value: Option<impl Display>) {
        match value {
            Some(value) => self.add(value),
            None => self.0.push(','),
        }
    }
}
