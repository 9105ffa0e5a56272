//! `sluice focus`: sharpness and brightness of pictures, as they come.

use crate::cli::desk::FocusOptions;
use crate::exit::{FAILED, UNUSABLE, USAGE, fail};
use crate::json;
use crate::live::Live;
use crate::newest::newest;
use crate::output::say;
use crate::station_file::{of_recipe, with_station};
use board::Timestamp;
use serde::Serialize;
use sluice::bounded::file::open_regular;
use sluice::complain;
use sluice::frame::{PictureSource, Still};
use sluice::image::{ChannelOrder, Focus, Interpolation, Roi, Size};
use sluice::station::Station;
use std::path::Path;
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

/// How often the directory is looked at, and the shortest time between lines of a free-running
/// camera's frames.
const INTERVAL: Duration = Duration::from_millis(100);
/// Letters of the bar for the best sharpness.
const BAR: usize = 30;

/// Prints a line for each named picture, or for each new one of the source.
pub fn run(options: &FocusOptions) -> ExitCode {
    with_station(&options.station, |file| {
        let station = match of_recipe(&file.station, options.recipe.as_deref()) {
            Ok((_, station)) => station,
            Err(error) => return fail(USAGE, error),
        };
        let mut meter = match Meter::new(&station, options.json) {
            Ok(meter) => meter,
            Err(error) => return fail(UNUSABLE, error),
        };
        if options.pictures.is_empty() {
            let Err(error) = watch(&station, &mut meter, options.count) else {
                return ExitCode::SUCCESS;
            };
            return fail(UNUSABLE, error);
        }
        let mut is_complete = true;
        for picture in &options.pictures {
            is_complete &= meter.show_file(picture);
        }
        if is_complete {
            ExitCode::SUCCESS
        } else {
            ExitCode::from(FAILED)
        }
    })
}

/// Shows what the source gives, until Ctrl-C or for `count` pictures.
fn watch(station: &Station, meter: &mut Meter, count: Option<u64>) -> Result<(), String> {
    if let Some(camera) = &station.source.camera {
        return watch_camera(Live::open(station, camera)?, meter, count);
    }
    let Some(directory) = &station.source.directory else {
        return Err("source: has no directory and no camera; name a picture".to_owned());
    };
    let mut last = None;
    let mut shown = 0;
    while count.is_none_or(|count| shown < count) {
        let found = newest(directory)?;
        if let Some((_, path)) = &found
            && found != last
        {
            shown += u64::from(meter.show_file(path));
            last = found;
            // The last one is shown without a wait after it.
            continue;
        }
        thread::sleep(INTERVAL);
    }
    Ok(())
}

/// Shows the frames of the camera, each exposed after the one before was shown.
fn watch_camera(mut live: Live, meter: &mut Meter, count: Option<u64>) -> Result<(), String> {
    let mut since = Timestamp::now();
    let mut shown = 0;
    while count.is_none_or(|count| shown < count) {
        let still = live.frame(since)?;
        // A frame that a person triggered is never left out.
        if !live.is_triggered() {
            since = Timestamp::now() + INTERVAL;
        }
        shown += u64::from(meter.show_frame(&still));
    }
    Ok(())
}

/// Region, size, channel order and rule of what is measured.
type Input = (Roi, Size, ChannelOrder, Interpolation);

/// Measures the inspected region, in the pixels of the picture.
struct Meter {
    input: Input,
    /// Of files.
    source: PictureSource,
    pixels: Vec<u8>,
    /// The best sharpness so far.
    best: f64,
    is_json: bool,
}

/// The measures of a picture.
#[derive(Serialize)]
struct Report<'p> {
    picture: &'p str,
    /// Variance of the Laplacian.
    sharpness: f64,
    /// Of the best so far, 0 to 1.
    share_of_best: f64,
    brightness: f64,
    black_percent: f64,
    white_percent: f64,
}

impl Meter {
    fn new(station: &Station, is_json: bool) -> Result<Self, String> {
        let image = &station.image;
        let size = image.roi.size();
        let input = (image.roi, size, image.order, image.resize);
        let source = PictureSource::new(image.roi, size, image.order, image.resize)
            .map_err(|error| format!("image.roi: {error}"))?;
        Ok(Self {
            input,
            source: source.with_frame(image.frame),
            pixels: vec![0; size.bytes().unwrap_or_default()],
            best: 0.0,
            is_json,
        })
    }

    /// Prints the line of a file. False if it cannot be measured, which is said.
    fn show_file(&mut self, path: &Path) -> bool {
        let name = path.to_string_lossy();
        let read = open_regular(path)
            .map_err(|error| error.to_string())
            .and_then(|file| {
                let read = self.source.read_into(file, &mut self.pixels);
                read.map_err(|error| error.to_string())
            });
        self.measure(&name, read.map(drop))
    }

    /// Prints the line of a frame. False if it cannot be measured, which is said.
    fn show_frame(&mut self, still: &Still) -> bool {
        let read = still.read_into(self.input, &mut self.pixels);
        self.measure(&still.name(), read.map_err(|error| error.to_string()))
    }

    /// Prints the line of the pixels that were read.
    fn measure(&mut self, name: &str, read: Result<(), String>) -> bool {
        let (_, size, ..) = self.input;
        if let Err(error) = read {
            complain!("sluice: {name}: {error}");
            return false;
        }
        let Some(focus) = Focus::of(size, &self.pixels) else {
            complain!("sluice: {name}: image.roi is {size}; its sides must be 3 or more");
            return false;
        };
        self.best = self.best.max(focus.sharpness);
        let share = if self.best > 0.0 {
            focus.sharpness / self.best
        } else {
            0.0
        };
        if self.is_json {
            json::print(&Report {
                picture: name,
                sharpness: focus.sharpness,
                share_of_best: share,
                brightness: focus.brightness,
                black_percent: focus.black_percent,
                white_percent: focus.white_percent,
            });
            return true;
        }
        say!(
            "{:<BAR$}  {:>3.0} % of the best  sharpness {:>8.1}  brightness {:>5.1}  black {:>3.0} %  white {:>3.0} %  {name}",
            bar(share),
            100.0 * share,
            focus.sharpness,
            focus.brightness,
            focus.black_percent,
            focus.white_percent,
        );
        true
    }
}

/// A bar whose length shows a share, 0 to 1.
fn bar(share: f64) -> String {
    let letters = (0..BAR).filter(|at| (*at as f64 + 0.5) / (BAR as f64) < share);
    letters.map(|_| '#').collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_is_as_long_as_the_share() {
        for (share, length) in [(0.0, 0), (0.5, 15), (1.0, BAR), (0.01, 0), (0.02, 1)] {
            assert_eq!(bar(share).len(), length, "{share}");
        }
    }
}
