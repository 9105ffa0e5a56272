//! The options of the commands that use labelled pictures.

use super::StationOption;
use clap::Args;
use std::path::PathBuf;

pub(super) const DATASET_HELP: &str = "\
The data set has DATASET/N/image.png and DATASET/N/mask.png for each part N. In a mask, white is defect. If the model
has more than two classes, the grey value is the class. DATASET/kinds.csv (\"part,kind\") may name the kind of each
part; then the results are also given by kind.";

/// `sluice eval`.
#[derive(Debug, PartialEq, Args)]
pub struct EvalOptions {
    #[command(flatten)]
    pub station: StationOption,
    /// The directory of the data set
    pub dataset: PathBuf,
    /// The recipe whose model and region are used; without it, the first one
    #[arg(long, value_name = "NAME")]
    pub recipe: Option<String>,
    /// Print a line of JSON for each part, and one with the figures of all
    #[arg(long)]
    pub json: bool,
    /// Also write the model's outputs to DIRECTORY, as NumPy arrays
    #[arg(long, value_name = "DIRECTORY")]
    pub npy: Option<PathBuf>,
    /// With --npy: N/softmax_result.npy and N/argmax_result.npy, both float32, as the program of
    /// the mxVision job wrote
    #[arg(long, requires = "npy")]
    pub reference_arrays: bool,
    /// Draw the worst misses and false rejects to FILE.png; an earlier sheet is replaced
    #[arg(long, value_name = "FILE.png")]
    pub sheet: Option<PathBuf>,
    /// With --sheet: at most N parts of each, 1 to 24
    #[arg(long, value_name = "N", default_value_t = 8, requires = "sheet", value_parser = clap::value_parser!(u8).range(1..=24))]
    pub sheet_parts: u8,
}

/// `sluice tune`.
#[derive(Debug, PartialEq, Args)]
pub struct TuneOptions {
    #[command(flatten)]
    pub station: StationOption,
    /// The directory of the data set
    pub dataset: PathBuf,
    /// The recipe to tune; without it, the first one
    #[arg(long, value_name = "NAME")]
    pub recipe: Option<String>,
    /// Print a line of JSON for each part, and one with the proposal
    #[arg(long)]
    pub json: bool,
    /// The share of the defective parts that may pass, 0 to 1
    #[arg(long = "miss", value_name = "SHARE", default_value = "0", value_parser = share)]
    pub miss_share: f64,
    /// The class to tune; needed if the recipe has several
    #[arg(long, value_name = "NAME")]
    pub class: Option<String>,
    /// Draw the possible limits to FILE.png
    #[arg(long, value_name = "FILE.png")]
    pub plot: Option<PathBuf>,
    /// Write the possible limits to FILE.csv
    #[arg(long, value_name = "FILE.csv")]
    pub table: Option<PathBuf>,
    /// Write a new station file with the proposed limits
    #[arg(long, value_name = "FILE")]
    pub write: Option<PathBuf>,
}

/// A share, 0 to 1.
fn share(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
        _ => Err("not a number from 0 to 1".to_owned()),
    }
}
