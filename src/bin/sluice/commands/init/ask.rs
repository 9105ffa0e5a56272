//! The questions in a terminal.

mod lines;
mod region;

use super::composed::accept;
use super::model::Doubt;
use super::region::{picture, refused};
use crate::cli::new_station::{InitOptions, StyleWord};
use sluice::draft::{Draft, TEMPLATES, Template};
use std::io::{self, BufRead, Write};
use std::path::Path;

/// What answers the questions cannot say by themselves.
pub struct Advice<'a> {
    /// What is wrong with a model for a template.
    pub doubt: &'a dyn Fn(&Template, &str) -> Option<Doubt>,
    /// Where a picture will be drawn with its region.
    pub drawing: &'a Path,
}

/// Asks for a station. An empty answer keeps what is in brackets. `None` if the answers end early.
///
/// # Errors
/// The terminal cannot be read or written.
pub fn ask(
    from: &mut impl BufRead,
    to: &mut impl Write,
    advice: &Advice<'_>,
) -> io::Result<Option<InitOptions>> {
    let mut talk = Talk { from, to, advice };
    let asked = talk.station();
    match asked {
        Ok(answers) => Ok(Some(answers)),
        Err(End::Early) => Ok(None),
        Err(End::Terminal(error)) => Err(error),
    }
}

/// Why the questions end before the last one.
enum End {
    /// The answers ended.
    Early,
    /// The terminal cannot be read or written.
    Terminal(io::Error),
}

impl From<io::Error> for End {
    fn from(error: io::Error) -> Self {
        Self::Terminal(error)
    }
}

struct Talk<'a, R, W> {
    from: &'a mut R,
    to: &'a mut W,
    advice: &'a Advice<'a>,
}

impl<R: BufRead, W: Write> Talk<'_, R, W> {
    fn station(&mut self) -> Result<InitOptions, End> {
        writeln!(self.to, "The template, a board with its devices:")?;
        for (index, template) in TEMPLATES.iter().enumerate() {
            let (number, name) = (index + 1, template.name);
            writeln!(self.to, "  {number}  {name:<22}  {}", template.about)?;
        }
        let template = self.question("template", "1", choose)?;
        let template = template.or_else(|| TEMPLATES.first()).ok_or(End::Early)?;
        let draft = Draft::of(template).map_err(|_| End::Early)?;
        let mut answers = InitOptions {
            board: Some(template.name.to_owned()),
            ..InitOptions::default()
        };
        let of_template = |key: &str| draft.text_at(key).unwrap_or_default().to_owned();
        let default = of_template("station.name");
        self.set(
            &mut answers,
            "name of the station",
            &default,
            |next, name| {
                next.name = Some(name.to_owned());
            },
        )?;
        self.model(template, &of_template("engine.model"), &mut answers)?;
        let mut watched = None;
        if draft.get("source.camera").is_some() {
            let default = of_template("source.camera.device");
            self.set(
                &mut answers,
                "the camera's device",
                &default,
                |next, device| {
                    next.camera = Some(device.to_owned());
                },
            )?;
        } else {
            let default = of_template("source.directory.path");
            let question = "directory of the pictures";
            self.set(&mut answers, question, &default, |next, path| {
                next.directory = Some(path.to_owned());
            })?;
            watched = Some(answers.directory.clone().unwrap_or(default));
        }
        let drawing = self.advice.drawing;
        let chosen = self.question(
            "a picture of the station, to choose the region on",
            "none",
            |path| {
                let overview = picture(Path::new(path))?;
                match refused(drawing, watched.as_deref()) {
                    Some(why) => Err(why),
                    None => Ok((path.to_owned(), overview)),
                }
            },
        )?;
        if let Some((path, overview)) = chosen {
            answers.roi = self.region(&overview, &answers)?;
            answers.picture = Some(path.into());
        } else {
            self.region_in_numbers(&draft, watched.as_deref(), &mut answers)?;
        }
        self.lines(&draft, &mut answers)?;
        let question = "gate, divert (closed at rest) or pulse (open at rest)";
        let answered = answers.clone();
        let style = self.question(question, &of_template("gate.style"), |word| {
            let style = Some(style_word(word)?);
            accepted(InitOptions {
                style,
                ..answered.clone()
            })
        })?;
        Ok(style.unwrap_or(answers))
    }

    /// Asks for a text, until a station file may have it.
    fn set(
        &mut self,
        answers: &mut InitOptions,
        question: &str,
        default: &str,
        put: impl Fn(&mut InitOptions, &str),
    ) -> Result<(), End> {
        let answered = self.question(question, default, |answer| {
            let mut next = answers.clone();
            put(&mut next, answer);
            accepted(next)
        })?;
        if let Some(next) = answered {
            *answers = next;
        }
        Ok(())
    }

    /// The model's file. What is wrong with it is said at once. An empty answer keeps one that is
    /// not here, but none that does not fit.
    fn model(
        &mut self,
        template: &Template,
        default: &str,
        answers: &mut InitOptions,
    ) -> Result<(), End> {
        let mut path = default.to_owned();
        let mut may_keep = false;
        loop {
            let answered = self.question("the model's file", &path, |model| {
                let model = Some(model.to_owned());
                accepted(InitOptions {
                    model,
                    ..answers.clone()
                })
            })?;
            match answered {
                None if may_keep => return Ok(()),
                None => {}
                Some(next) => *answers = next,
            }
            path = answers.model.clone().unwrap_or(path);
            let Some(doubt) = (self.advice.doubt)(template, &path) else {
                return Ok(());
            };
            may_keep = matches!(doubt, Doubt::Unknown(_));
            let keep = if may_keep { "; Enter keeps it" } else { "" };
            writeln!(self.to, "  {doubt}{keep}")?;
        }
    }

    /// Asks until the answer can be used. `None` is an empty answer.
    fn question<T>(
        &mut self,
        question: &str,
        default: &str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Result<Option<T>, End> {
        loop {
            write!(self.to, "{question} [{default}]: ")?;
            self.to.flush()?;
            let mut answer = Vec::new();
            if self.from.read_until(b'\n', &mut answer)? == 0 {
                writeln!(self.to)?;
                return Err(End::Early);
            }
            match str::from_utf8(&answer).map(str::trim) {
                Err(_) => writeln!(self.to, "  not text in UTF-8; write it again")?,
                Ok("") => return Ok(None),
                Ok(answer) => match parse(answer) {
                    Ok(parsed) => return Ok(Some(parsed)),
                    Err(why) => writeln!(self.to, "  {answer}: {why}")?,
                },
            }
        }
    }
}

/// A template by its number or its name.
fn choose(answer: &str) -> Result<&'static Template, String> {
    let number = answer.parse::<usize>().ok();
    let by_number = number.and_then(|number| TEMPLATES.get(number.checked_sub(1)?));
    by_number
        .or_else(|| Template::find(answer))
        .ok_or_else(|| format!("not one of 1 to {}", TEMPLATES.len()))
}

/// The answers, if a station file may have them.
fn accepted(answers: InitOptions) -> Result<InitOptions, String> {
    let template = answers.board.as_deref().and_then(Template::find);
    if let Some(template) = template {
        accept(template, &answers)?;
    }
    Ok(answers)
}

fn style_word(answer: &str) -> Result<StyleWord, String> {
    match answer {
        "divert" => Ok(StyleWord::Divert),
        "pulse" => Ok(StyleWord::Pulse),
        _ => Err("not divert or pulse".to_owned()),
    }
}

#[cfg(test)]
#[path = "ask/tests.rs"]
mod tests;
