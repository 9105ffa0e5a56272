//! The questions about the lines.

use super::{End, Talk, accepted};
use crate::cli::new_station::{InitOptions, Place, place};
use sluice::draft::Draft;
use std::io::{BufRead, Write};

/// What a chip may be besides a path (`src/station/rules/lines.rs`).
const CHIP_WORDS: [&str; 3] = ["simulated", "expander", "sysfs"];

impl<R: BufRead, W: Write> Talk<'_, R, W> {
    /// The chip and the places of the lines, until they fit together.
    pub(super) fn lines(&mut self, draft: &Draft, answers: &mut InitOptions) -> Result<(), End> {
        let places = draft.line_places().into_iter();
        let mut places: Vec<_> = places
            .map(|(name, place)| (name.to_owned(), place))
            .collect();
        let listed: Vec<_> = places
            .iter()
            .map(|(name, place)| format!("{name} {place}"))
            .collect();
        writeln!(self.to, "The lines of the template: {}", listed.join(", "))?;
        let mut chip = draft.text_at("lines.chip").unwrap_or_default().to_owned();
        let mut next = answers.clone();
        let mut are_other = false;
        loop {
            if let Some(answer) = self.question("chip of the lines", &chip, chip_word)? {
                chip.clone_from(&answer);
                next.chip = Some(answer);
            }
            // After a refusal an empty answer asks for the same places again: none is dropped.
            let question = "are there lines at other places, yes or no";
            let default = if are_other { "yes" } else { "no" };
            let answer = self.question(question, default, yes_or_no)?;
            are_other = answer.unwrap_or(are_other) || next.chip.is_some();
            next.lines.clear();
            if are_other {
                self.places(&mut places, &mut next)?;
            }
            match accepted(next.clone()) {
                Ok(accepted) => {
                    *answers = accepted;
                    return Ok(());
                }
                Err(why) => writeln!(self.to, "  {why}")?,
            }
        }
    }

    /// The place of each line. An answer is what is in brackets if they are asked again.
    fn places(
        &mut self,
        places: &mut [(String, String)],
        answers: &mut InitOptions,
    ) -> Result<(), End> {
        for (name, default) in places {
            let question = format!("number or name of the line {name}");
            let answer = self.question(&question, default, |answer| {
                Ok((answer.to_owned(), place(answer)?))
            })?;
            let chosen = match answer {
                Some((text, chosen)) => {
                    *default = text;
                    Some(chosen)
                }
                None => place(default).ok(),
            };
            answers
                .lines
                .extend(chosen.map(|place: Place| (name.clone(), place)));
        }
        Ok(())
    }
}

fn chip_word(answer: &str) -> Result<String, String> {
    if answer.starts_with('/') || CHIP_WORDS.contains(&answer) {
        return Ok(answer.to_owned());
    }
    let words = CHIP_WORDS.join(", ");
    Err(format!(
        "not a path that begins with /, and none of {words}"
    ))
}

fn yes_or_no(answer: &str) -> Result<bool, String> {
    match answer {
        "y" | "yes" => Ok(true),
        "n" | "no" => Ok(false),
        _ => Err("not yes or no".to_owned()),
    }
}
