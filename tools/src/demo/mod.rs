//! The demonstration: renders parts and has the real program inspect them through a watched
//! directory. One sheet shows what a person would have seen at the line.
//!
//! All files are in `target/demo`, which is emptied first.

mod sheet;
mod waveform;

use crate::error::{Error, at};
use crate::line::Line;
use crate::parts::{self, FRAME, Kind, write};
use crate::station::{self, Station};
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Instant;

/// The demonstration's parts in order, each with its seed.
const PARTS: [(u64, Kind); 6] = [
    (301, Kind::Good),
    (302, Kind::With(parts::DefectKind::Scratch)),
    (303, Kind::With(parts::DefectKind::Pit)),
    (308, Kind::Good),
    (305, Kind::With(parts::DefectKind::Chip)),
    (306, Kind::With(parts::DefectKind::Stain)),
];

/// One picture and its result.
pub(crate) struct Shown {
    /// The picture's file.
    pub picture: PathBuf,
    /// What was rendered.
    pub truth: String,
    /// The verdict that the station printed.
    pub verdict: Line,
    /// The operator's screen after this part.
    pub screen: PathBuf,
    /// The model's classes, if the picture could be evaluated.
    pub classes: Option<PathBuf>,
}

/// Runs the demonstration and prints where the pictures are.
///
/// # Errors
///
/// What failed, and where.
pub fn run() -> Result<(), Error> {
    let start = Instant::now();
    let directory = PathBuf::from("target/demo");
    if directory.exists() {
        fs::remove_dir_all(&directory).map_err(at(&directory))?;
    }
    let step = |text: &str| println!("[{:5.1} s] {text}", start.elapsed().as_secs_f64());

    step("rendering six parts of 4096 x 3072 pixels");
    render(&directory.join("set"))?;
    step("building the station");
    let program = station::build()?;
    let mut station = Station::prepare(&directory, program)?;
    step("checking it");
    let (engine_ms, _) = station.check()?;
    station.write_file(engine_ms)?;
    step("starting it; parts arrive one by one, and one picture is cut short");
    let mut shown = inspect(&mut station, &directory)?;
    step("waiting for the last part to reach the gate");
    station.finish()?;
    step("the same parts against the truth");
    let evaluation = station.evaluate(&directory)?;
    for (index, part) in shown.iter_mut().enumerate().take(PARTS.len()) {
        part.classes = Some(directory.join(format!("npy/{index}_argmax.npy")));
    }
    let sheet = directory.join("sheet.png");
    sheet::draw(&sheet, &shown, &station, &evaluation)?;
    step("done");
    println!("\ncontact sheet      {}", sheet.display());
    println!(
        "operator's screen  {}",
        directory.join("screen.png").display()
    );
    println!(
        "journal            {}",
        directory.join("journal/journal-000001.jsonl").display()
    );
    println!(
        "relay timeline     {}",
        directory.join("lines.csv").display()
    );
    Ok(())
}

/// Renders the parts, two at a time, into `N/image.png` and `N/mask.png`.
fn render(set: &Path) -> Result<(), Error> {
    let one = |index: usize| -> Result<(), Error> {
        let Some((seed, kind)) = PARTS.get(index) else {
            return Ok(());
        };
        let part = parts::render(*seed, *kind);
        write::write_part(&set.join(index.to_string()), &part, FRAME)
            .map_err(|error| Error::Render(error.to_string()))
    };
    thread::scope(|scope| {
        let halves = [0, 1]
            .map(|first| scope.spawn(move || (first..PARTS.len()).step_by(2).try_for_each(one)));
        halves.into_iter().try_for_each(|half| {
            half.join()
                .unwrap_or(Err(Error::Render("a thread panicked".to_owned())))
        })
    })
}

/// Delivers the parts and then half a picture. Keeps the verdict and the screen of each.
fn inspect(station: &mut Station, directory: &Path) -> Result<Vec<Shown>, Error> {
    station.start(u64::try_from(PARTS.len() + 1).unwrap_or_default())?;
    let mut shown = Vec::new();
    for (index, (_, kind)) in PARTS.iter().enumerate() {
        let picture = directory.join(format!("set/{index}/image.png"));
        let bytes = fs::read(&picture).map_err(at(&picture))?;
        shown.push(arrive(station, directory, &picture, &bytes, truth(*kind))?);
    }
    let picture = directory.join("set/0/image.png");
    let bytes = fs::read(&picture).map_err(at(&picture))?;
    let half = bytes.get(..bytes.len() / 2).unwrap_or_default();
    shown.push(arrive(
        station,
        directory,
        &picture,
        half,
        "file cut short",
    )?);
    Ok(shown)
}

/// One word for what was rendered.
const fn truth(kind: Kind) -> &'static str {
    match kind {
        Kind::With(defect) => defect.name(),
        Kind::Good | Kind::Defective => kind.name(),
    }
}

fn arrive(
    station: &mut Station,
    directory: &Path,
    picture: &Path,
    bytes: &[u8],
    truth: &str,
) -> Result<Shown, Error> {
    let number = station.deliver(bytes)?;
    let verdict = station.next_line()?;
    println!("          {verdict}   ({truth})");
    let screen = directory.join(format!("screens/{number}.png"));
    fs::copy(directory.join("screen.png"), &screen).map_err(at(&screen))?;
    Ok(Shown {
        picture: picture.to_owned(),
        truth: truth.to_owned(),
        verdict,
        screen,
        classes: None,
    })
}
