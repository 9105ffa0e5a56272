//! The options of the commands that look at a station which does not run.

use super::StationOption;
use clap::Args;
use std::path::PathBuf;

pub(super) const FOCUS_HELP: &str = "\
Without named pictures, a station with a camera shows its frames, at most ten a second; the station must not run.

Measures image.roi in the pixels of the picture. Sharpness is the variance of the Laplacian of the brightness; only
pictures of the same scene can be compared. Turn the lens until the bar is longest. Black and white are shares of pixels
whose shades are lost.";

/// `sluice check`.
#[derive(Debug, PartialEq, Args)]
pub struct CheckOptions {
    #[command(flatten)]
    pub station: StationOption,
    /// Only list every key of a station file, with its meaning and range
    #[arg(long)]
    pub keys: bool,
    /// Only print the JSON Schema of a station file, for editors
    #[arg(long, conflicts_with = "keys")]
    pub schema: bool,
    /// Print a line of JSON for each finding, and one with the counts
    #[arg(long, conflicts_with_all = ["keys", "schema"])]
    pub json: bool,
    /// Check the file on another computer than the station's: list its devices, directories and
    /// disks as not checked
    #[arg(long, conflicts_with_all = ["keys", "schema"])]
    pub desk: bool,
}

/// `sluice focus`.
#[derive(Debug, PartialEq, Args)]
pub struct FocusOptions {
    #[command(flatten)]
    pub station: StationOption,
    /// The pictures; without them, each new one of the watched directory or the camera until Ctrl-C
    pub pictures: Vec<PathBuf>,
    /// The recipe whose region is measured; without it, the first one
    #[arg(long, value_name = "NAME")]
    pub recipe: Option<String>,
    /// Print a line of JSON for each picture
    #[arg(long)]
    pub json: bool,
    /// End after N pictures of the directory or the camera
    #[arg(long, value_name = "N", conflicts_with = "pictures")]
    pub count: Option<u64>,
}

/// `sluice snap`.
#[derive(Debug, PartialEq, Args)]
pub struct SnapOptions {
    #[command(flatten)]
    pub station: StationOption,
    /// The picture; without it, a frame of the camera, or the newest in the watched directory
    pub picture: Option<PathBuf>,
    /// The recipe; without it, the first one
    #[arg(long, value_name = "NAME")]
    pub recipe: Option<String>,
    /// Print the verdict as a line of JSON
    #[arg(long)]
    pub json: bool,
    /// The drawing; an earlier one is replaced
    #[arg(long, value_name = "FILE.png", default_value = "snap.png")]
    pub write: PathBuf,
    /// Also keep the camera's whole frame as a picture for a data set; no file is replaced
    #[arg(long, value_name = "FILE.png", conflicts_with = "picture")]
    pub save: Option<PathBuf>,
}
