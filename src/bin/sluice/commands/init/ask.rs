//! The questions in a terminal.

use crate::cli::new_station::{InitOptions, four, size};
use sluice::draft::{Draft, TEMPLATES, Template};
use std::io::{self, BufRead, Write};

/// Asks for a station. An empty answer keeps what is in brackets. `None` if the answers end early.
///
/// # Errors
/// The terminal cannot be read or written.
pub fn ask(from: &mut impl BufRead, to: &mut impl Write) -> io::Result<Option<InitOptions>> {
    let mut talk = Talk { from, to };
    writeln!(talk.to, "The template, a board with its devices:")?;
    for (index, template) in TEMPLATES.iter().enumerate() {
        writeln!(
            talk.to,
            "  {}  {:<22}  {}",
            index + 1,
            template.name,
            template.about
        )?;
    }
    let Some(template) = talk.question("template", "1", choose)? else {
        return Ok(None);
    };
    let Some(template) = template.or_else(|| TEMPLATES.first()) else {
        return Ok(None);
    };
    let mut answers = InitOptions {
        board: Some(template.name.to_owned()),
        ..InitOptions::default()
    };
    let Ok(draft) = Draft::of(template) else {
        return Ok(None);
    };
    let of_template = |key: &str| draft.text_at(key).unwrap_or_default().to_owned();
    let sides = |key: &str| {
        let side = |name: &str| draft.number(&format!("{key}.{name}")).unwrap_or_default();
        (side("width"), side("height"))
    };
    macro_rules! answer {
        ($question:expr, $default:expr, $parse:expr) => {
            match talk.question($question, $default, $parse)? {
                Some(answer) => answer,
                None => return Ok(None),
            }
        };
    }
    answers.name = answer!("name of the station", &of_template("station.name"), text);
    if draft.get("source.camera").is_some() {
        let device = of_template("source.camera.device");
        answers.camera = answer!("the camera's device", &device, text);
    } else {
        let path = of_template("source.directory.path");
        answers.directory = answer!("directory of the pictures", &path, text);
    }
    let (width, height) = sides("image.frame");
    let default = format!("{width}x{height}");
    answers.frame = answer!("size of the pictures", &default, size);
    let default = match answers.frame {
        Some(_) => "the whole picture".to_owned(),
        None => {
            let of = |side: &str| {
                draft
                    .number(&format!("image.roi.{side}"))
                    .unwrap_or_default()
            };
            format!("{},{},{},{}", of("x"), of("y"), of("width"), of("height"))
        }
    };
    answers.roi = answer!("inspected region, as X,Y,WIDTH,HEIGHT", &default, four);
    answers.model = answer!("the model's file", &of_template("engine.model"), text);
    Ok(Some(answers))
}

struct Talk<'a, R, W> {
    from: &'a mut R,
    to: &'a mut W,
}

impl<R: BufRead, W: Write> Talk<'_, R, W> {
    /// Asks until the answer can be used. The inner `None` is an empty answer, the outer one the
    /// end of the answers.
    fn question<T>(
        &mut self,
        question: &str,
        default: &str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> io::Result<Option<Option<T>>> {
        loop {
            write!(self.to, "{question} [{default}]: ")?;
            self.to.flush()?;
            let mut answer = String::new();
            if self.from.read_line(&mut answer)? == 0 {
                writeln!(self.to)?;
                return Ok(None);
            }
            match answer.trim() {
                "" => return Ok(Some(None)),
                answer => match parse(answer) {
                    Ok(parsed) => return Ok(Some(Some(parsed))),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(answers: &str) -> (Option<InitOptions>, String) {
        let mut shown = Vec::new();
        let options = ask(&mut answers.as_bytes(), &mut shown).unwrap();
        (options, String::from_utf8(shown).unwrap())
    }

    #[test]
    fn empty_answers_keep_the_first_template() {
        let (options, shown) = answered("\n\n\n\n\n\n\n");
        let expected = InitOptions {
            board: Some("host".to_owned()),
            ..InitOptions::default()
        };
        assert_eq!(options, Some(expected));
        assert!(
            shown.contains("inspected region, as X,Y,WIDTH,HEIGHT [2200,1000,1800,1800]"),
            "{shown}"
        );
    }

    #[test]
    fn answers_are_taken_and_wrong_ones_asked_again() {
        let (options, shown) = answered(
            "9\natlas200-carrier\npress\n/dev/video2\n640\n640x480\n1,2,3\n1,2,3,4\nm.om\n",
        );
        let options = options.unwrap();
        assert_eq!(options.board.as_deref(), Some("atlas200-carrier"));
        assert_eq!(options.camera.as_deref(), Some("/dev/video2"));
        assert_eq!(
            (options.frame, options.roi),
            (Some([640, 480]), Some([1, 2, 3, 4]))
        );
        assert_eq!(options.model.as_deref(), Some("m.om"));
        for text in [
            "9: not one of 1 to",
            "640: not a width",
            "1,2,3: not four",
            "[the whole picture]",
        ] {
            assert!(shown.contains(text), "{text} in {shown}");
        }
    }

    #[test]
    fn answers_that_end_early_give_nothing() {
        assert_eq!(answered("").0, None);
        assert_eq!(answered("1\npress\n").0, None);
    }
}
