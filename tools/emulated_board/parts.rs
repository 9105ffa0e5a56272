//! Pictures for the emulated board's camera: `board_parts DIRECTORY COUNT`.
//!
//! Each picture is a window of 640x360 pixels of a rendered part, at the scale of the reference
//! job. An odd picture has a pit in its middle. The even picture before it shows the same place of
//! the same part without the pit. The files are those of a data set: `N/image.png` and
//! `N/mask.png`.
#![forbid(unsafe_code)]

use sluice_tools::parts::{self, DefectKind, FRAME_HEIGHT, FRAME_WIDTH, Kind, Window, write};
use std::env;
use std::error::Error;
use std::path::Path;

const WIDTH: usize = 640;
const HEIGHT: usize = 360;
/// Another seed gives other parts.
const DATA_SET_SEED: u64 = 5001;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [directory, count] = &arguments[..] else {
        return Err("usage: board_parts DIRECTORY COUNT".into());
    };
    let count: usize = count.parse()?;
    for number in (0..count).step_by(2) {
        let seed = parts::seed_of(DATA_SET_SEED, number);
        let bad = parts::render(seed, Kind::With(DefectKind::Pit));
        let pit = bad
            .defects()
            .first()
            .ok_or("a part without its pit")?
            .bounds;
        let start = |first: usize, length: usize, size: usize, most: usize| {
            (first + length / 2)
                .saturating_sub(size / 2)
                .min(most - size)
        };
        let window = Window {
            x: start(pit.x, pit.width, WIDTH, FRAME_WIDTH),
            y: start(pit.y, pit.height, HEIGHT, FRAME_HEIGHT),
            width: WIDTH,
            height: HEIGHT,
        };
        let good = parts::render(seed, Kind::Good);
        for (part, number) in [(good, number), (bad, number + 1)] {
            write::write_part(
                &Path::new(directory).join(number.to_string()),
                &part,
                window,
            )?;
        }
    }
    Ok(())
}
