//! The questions in a terminal.

use super::region::{between, in_terminal};
use crate::cli::new_station::{InitOptions, Place, StyleWord, corners, four, place, size};
use sluice::draft::{Draft, TEMPLATES, Template};
use sluice::image::Roi;
use sluice::snap::Overview;
use std::io::{self, BufRead, Write};
use std::path::Path;

/// What answers the questions cannot say by themselves.
pub struct Advice<'a> {
    /// What is wrong with a model for a template.
    pub doubt: &'a dyn Fn(&Template, &str) -> Option<String>,
    /// Draws a picture with a grid and the region into a file. Returns what to tell about it.
    pub draw: &'a dyn Fn(&Overview, Option<Roi>) -> String,
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
    let mut talk = Talk { from, to };
    let asked = talk.station(advice);
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
}

impl<R: BufRead, W: Write> Talk<'_, R, W> {
    fn station(&mut self, advice: &Advice<'_>) -> Result<InitOptions, End> {
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
        answers.name = self.question("name of the station", &of_template("station.name"), text)?;
        answers.model = self.model(template, &of_template("engine.model"), advice)?;
        if draft.get("source.camera").is_some() {
            let device = of_template("source.camera.device");
            answers.camera = self.question("the camera's device", &device, text)?;
        } else {
            let path = of_template("source.directory.path");
            answers.directory = self.question("directory of the pictures", &path, text)?;
        }
        let question = "a picture of the station, to choose the region on";
        let picture = self.question(question, "none", picture)?;
        if let Some((path, overview)) = picture {
            answers.roi = self.region(&overview, advice)?;
            answers.picture = Some(path.into());
        } else {
            self.region_in_numbers(&draft, &mut answers)?;
        }
        self.lines(&draft, &mut answers)?;
        let style = of_template("gate.style");
        answers.style = self.question(
            "gate, divert (closed at rest) or pulse (open at rest)",
            &style,
            style_word,
        )?;
        Ok(answers)
    }

    /// The model's file. What is wrong with it is said at once, and an empty answer keeps it.
    fn model(
        &mut self,
        template: &Template,
        default: &str,
        advice: &Advice<'_>,
    ) -> Result<Option<String>, End> {
        let mut path = default.to_owned();
        let mut given = None;
        let mut is_doubted = false;
        loop {
            let answer = self.question("the model's file", &path, text)?;
            if answer.is_none() && is_doubted {
                return Ok(given);
            }
            if let Some(answer) = answer {
                path.clone_from(&answer);
                given = Some(answer);
            }
            match (advice.doubt)(template, &path) {
                None => return Ok(given),
                Some(why) => writeln!(self.to, "  {why}")?,
            }
            is_doubted = true;
        }
    }

    /// The region, chosen on a picture; nothing is the whole picture.
    fn region(
        &mut self,
        overview: &Overview,
        advice: &Advice<'_>,
    ) -> Result<Option<[u32; 4]>, End> {
        let mut chosen: Option<Roi> = None;
        loop {
            write!(self.to, "{}", in_terminal(overview, chosen))?;
            writeln!(self.to, "{}", (advice.draw)(overview, chosen))?;
            let inside = |answer: &str| between(corners(answer)?, overview.size);
            let (question, default) = match chosen {
                None => (
                    "region, from corner X0,Y0 to corner X1,Y1, as X0,Y0,X1,Y1",
                    "the whole picture".to_owned(),
                ),
                Some(roi) => ("this region, or other corners X0,Y0,X1,Y1", roi.to_string()),
            };
            match self.question(question, &default, inside)? {
                Some(roi) => chosen = Some(roi),
                None => return Ok(chosen.map(|roi| [roi.x, roi.y, roi.width, roi.height])),
            }
        }
    }

    fn region_in_numbers(&mut self, draft: &Draft, answers: &mut InitOptions) -> Result<(), End> {
        let of = |key: &str| draft.number(key).unwrap_or_default();
        let (width, height) = (of("image.frame.width"), of("image.frame.height"));
        answers.frame =
            self.question("size of the pictures", &format!("{width}x{height}"), size)?;
        let default = match answers.frame {
            Some(_) => "the whole picture".to_owned(),
            None => {
                let sides =
                    ["x", "y", "width", "height"].map(|side| of(&format!("image.roi.{side}")));
                sides.map(|side| side.to_string()).join(",")
            }
        };
        answers.roi = self.question("inspected region, as X,Y,WIDTH,HEIGHT", &default, four)?;
        Ok(())
    }

    /// The chip and the places of the lines.
    fn lines(&mut self, draft: &Draft, answers: &mut InitOptions) -> Result<(), End> {
        let places = draft.line_places();
        let listed: Vec<_> = places
            .iter()
            .map(|(name, place)| format!("{name} {place}"))
            .collect();
        writeln!(self.to, "The lines of the template: {}", listed.join(", "))?;
        let chip = draft.text_at("lines.chip").unwrap_or_default().to_owned();
        answers.chip = self.question("chip of the lines", &chip, text)?;
        let are_other = self.question(
            "are there lines at other places, yes or no",
            "no",
            yes_or_no,
        )?;
        if are_other != Some(true) && answers.chip.is_none() {
            return Ok(());
        }
        for (name, default) in places {
            let question = format!("number or name of the line {name}");
            let answer = self.question(&question, &default, place)?;
            let chosen = answer.or_else(|| place(&default).ok());
            answers
                .lines
                .extend(chosen.map(|place: Place| (name.to_owned(), place)));
        }
        Ok(())
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
            let mut answer = String::new();
            if self.from.read_line(&mut answer)? == 0 {
                writeln!(self.to)?;
                return Err(End::Early);
            }
            match answer.trim() {
                "" => return Ok(None),
                answer => match parse(answer) {
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

fn text(answer: &str) -> Result<String, String> {
    Ok(answer.to_owned())
}

fn picture(answer: &str) -> Result<(String, Overview), String> {
    let overview = Overview::of(Path::new(answer)).map_err(|error| error.to_string())?;
    Ok((answer.to_owned(), overview))
}

fn yes_or_no(answer: &str) -> Result<bool, String> {
    match answer {
        "y" | "yes" => Ok(true),
        "n" | "no" => Ok(false),
        _ => Err("not yes or no".to_owned()),
    }
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
