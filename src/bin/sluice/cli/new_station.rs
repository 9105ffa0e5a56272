//! The options of the commands that write a new station file.

use clap::{Args, ValueEnum};
use std::path::PathBuf;

pub(super) const INIT_HELP: &str = "\
Without options it asks, if it runs in a terminal. What is not given stays as the template has it: see --list. The file is
complete; sluice check says whether it fits the devices and the model, and sluice explain KEY what a key means.";

pub(super) const IMPORT_HELP: &str = "\
Prints the station file, or writes it to a new one. On standard error it lists what was taken from the pipeline, what was
left out and why, and what is still open. What would give the model another picture is refused. docs/import.md has the
rules.";

pub(super) const MIGRATE_HELP: &str = "\
Prints the station file in the layout that this program reads, or writes it to a new one. On standard error it lists each
key that is gone (-) or new (+). The values stay.";

/// `sluice init`.
#[derive(Debug, Default, Clone, PartialEq, Args)]
pub struct InitOptions {
    /// The new station file; an existing one is never overwritten
    #[arg(value_name = "FILE", required_unless_present = "list")]
    pub file: Option<PathBuf>,
    /// List the templates
    #[arg(long, exclusive = true)]
    pub list: bool,
    /// The template: a board with its devices
    #[arg(long, value_name = "NAME")]
    pub board: Option<String>,
    /// The station's name
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Pictures arrive as files in DIRECTORY
    #[arg(long, value_name = "DIRECTORY", conflicts_with = "camera")]
    pub directory: Option<String>,
    /// Pictures come from a camera, such as /dev/video0
    #[arg(long, value_name = "DEVICE")]
    pub camera: Option<String>,
    /// A picture of the station, whose size all have; it is drawn with a grid and the region, in
    /// FILE.region.png beside the station file
    #[arg(long, value_name = "PICTURE", conflicts_with = "frame")]
    pub picture: Option<PathBuf>,
    /// The size of every picture; without it, that of the pictures in DIRECTORY, if there are some
    #[arg(long, value_name = "WIDTHxHEIGHT", value_parser = size)]
    pub frame: Option<[u32; 2]>,
    /// The region that is inspected
    #[arg(long, value_name = "X,Y,WIDTH,HEIGHT", value_parser = four)]
    pub roi: Option<[u32; 4]>,
    /// The model's file: .onnx for the CPU engine, .om for a device
    #[arg(long, value_name = "FILE")]
    pub model: Option<String>,
    /// The size of the model's input; without it, as the model says, if it can be loaded here
    #[arg(long, value_name = "WIDTHxHEIGHT", value_parser = size)]
    pub size: Option<[u32; 2]>,
    /// The order of the channels that the model was trained with
    #[arg(long, value_enum)]
    pub order: Option<OrderWord>,
    /// The chip of the lines, such as /dev/gpiochip0
    #[arg(long, value_name = "CHIP")]
    pub chip: Option<String>,
    /// The number of a line on its chip, or the kernel's name for it, such as reject=12 or
    /// trigger=GPIO17; may be given for each
    #[arg(long = "line", value_name = "LINE=PLACE", value_parser = line)]
    pub lines: Vec<(String, Place)>,
    /// How the gate rejects: what is wired to the line reject must fit
    #[arg(long = "gate", value_enum)]
    pub style: Option<StyleWord>,
}

/// Where a line is on its chip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Its number.
    Offset(u32),
    /// The kernel's name for it.
    Name(String),
}

/// What the gate does at rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum StyleWord {
    /// Closed at rest; it opens for each part that passed
    Divert,
    /// Open at rest; it moves for each part that did not pass
    Pulse,
}

impl InitOptions {
    /// Whether only the file is given.
    pub fn is_bare(&self) -> bool {
        let bare = Self {
            file: self.file.clone(),
            ..Self::default()
        };
        *self == bare
    }
}

/// The order of a pixel's channels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OrderWord {
    /// Blue first, as OpenCV reads pictures
    Bgr,
    /// Red first
    Rgb,
}

/// `sluice import`.
#[derive(Debug, PartialEq, Args)]
pub struct ImportOptions {
    /// The pipeline file of mxVision
    pub pipeline: PathBuf,
    /// The stream; needed if the file has several
    #[arg(long, value_name = "NAME")]
    pub stream: Option<String>,
    /// The corners of the box that the program passes with each picture (roiBoxs), such as
    /// 2200,1000,4000,2800
    #[arg(long = "box", value_name = "X0,Y0,X1,Y1", value_parser = corners)]
    pub corners: Option<[u32; 4]>,
    /// The size of every picture
    #[arg(long, value_name = "WIDTHxHEIGHT", value_parser = size)]
    pub frame: Option<[u32; 2]>,
    /// The model's file, if it is another than the pipeline's
    #[arg(long, value_name = "FILE")]
    pub model: Option<String>,
    /// The template that gives what a pipeline does not have; sluice init --list lists them
    #[arg(long, value_name = "NAME", default_value = "host")]
    pub board: String,
    /// Write the station file to FILE; an existing one is never overwritten
    #[arg(long, value_name = "FILE")]
    pub write: Option<PathBuf>,
    /// Print the list as a line of JSON on standard output
    #[arg(long, requires = "write")]
    pub json: bool,
}

/// `sluice migrate`.
#[derive(Debug, PartialEq, Args)]
pub struct MigrateOptions {
    /// The old station file
    pub file: PathBuf,
    /// Write the new station file to FILE; an existing one is never overwritten
    #[arg(long, value_name = "FILE")]
    pub write: Option<PathBuf>,
    /// Print what changes as a line of JSON on standard output
    #[arg(long, requires = "write")]
    pub json: bool,
}

/// `WIDTHxHEIGHT` in pixels.
pub fn size(text: &str) -> Result<[u32; 2], String> {
    let sides = text.split_once('x').and_then(|(width, height)| {
        let sides = [width.trim().parse().ok()?, height.trim().parse().ok()?];
        sides.iter().all(|side| *side > 0).then_some(sides)
    });
    sides.ok_or_else(|| "not a width and a height, such as 4096x3072".to_owned())
}

/// `X,Y,WIDTH,HEIGHT` in pixels.
pub fn four(text: &str) -> Result<[u32; 4], String> {
    numbers(text).ok_or_else(|| "not four numbers, such as 2200,1000,1800,1800".to_owned())
}

/// `X0,Y0,X1,Y1` in pixels.
pub fn corners(text: &str) -> Result<[u32; 4], String> {
    numbers(text).ok_or_else(|| "not four numbers, such as 2200,1000,4000,2800".to_owned())
}

fn numbers(text: &str) -> Option<[u32; 4]> {
    let numbers = text.split(',').map(|number| number.trim().parse().ok());
    numbers.collect::<Option<Vec<u32>>>()?.try_into().ok()
}

/// `LINE=PLACE`.
fn line(text: &str) -> Result<(String, Place), String> {
    let parts = text.split_once('=').and_then(|(name, at)| {
        let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase());
        is_name.then(|| Some((name.to_owned(), place(at).ok()?)))?
    });
    parts.ok_or_else(|| "not a line and its place, such as reject=12 or reject=GPIO5".to_owned())
}

/// A number, or a name that begins with another letter.
pub fn place(text: &str) -> Result<Place, String> {
    if let Ok(offset) = text.parse() {
        return Ok(Place::Offset(offset));
    }
    let begins_well = text.starts_with(|letter: char| letter.is_ascii_alphabetic());
    begins_well
        .then(|| Place::Name(text.to_owned()))
        .ok_or_else(|| "not a line's number or name, such as 12 or GPIO5".to_owned())
}
