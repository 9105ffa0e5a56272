//! The output lines.

use board::simulated::{Chip, Line, TimelineFile};
use sluice::gate::Outputs;
use sluice::station::file;
use std::path::Path;

/// Changes of the simulated lines between two looks of the recorder.
const TIMELINE_CAPACITY: usize = 4096;

/// The lines, and what they want done now and then.
pub struct Lines {
    /// The output lines, at their safe levels.
    pub outputs: Outputs<Line>,
    /// To be called off the gate's thread.
    pub housekeeping: Box<dyn FnMut() + Send>,
}

/// Opens the lines that the station file names.
///
/// # Errors
/// A line cannot be opened or driven, or the timeline not be written.
pub fn open(lines: &file::Lines) -> Result<Lines, String> {
    let (mut chip, timeline) = Chip::new(TIMELINE_CAPACITY);
    let outputs = Outputs::open(lines, |line| {
        chip.line(line.offset.unwrap_or_default(), line.safe.into())
    })
    .map_err(|error| error.to_string())?;
    let mut timeline = match lines.timeline.as_str() {
        "" => None,
        path => Some(
            TimelineFile::create(Path::new(path), timeline)
                .map_err(|error| format!("lines.timeline {path}: {error}"))?,
        ),
    };
    Ok(Lines {
        outputs,
        housekeeping: Box::new(move || {
            if let Some(Err(error)) = timeline.as_mut().map(TimelineFile::append) {
                eprintln!("sluice: lines.timeline: {error}");
            }
        }),
    })
}
