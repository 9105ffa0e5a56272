//! The region, chosen on a picture: the picture in the terminal, and a drawing of it with a grid.

use crate::drawing;
use board::display::{Display, PngFile};
use board::terminal::{self, TerminalSize};
use embedded_graphics::geometry::Size as Extent;
use sluice::image::{Roi, Size};
use sluice::snap::{Overview, SnapError, WIDTH_PX};
use std::env;
use std::path::{Path, PathBuf};

/// What a drawing says about its program, right behind the PNG header.
pub const SOFTWARE: &str = "sluice init";
/// The terminal, if it does not say its size.
const USUAL: (u16, u16) = (80, 24);
/// Rows that stay free for the question.
const QUESTION_ROWS: u16 = 4;

/// The drawing that belongs to a station file: `x.json` has `x.region.png`.
pub fn drawing_of(station_file: &Path) -> PathBuf {
    station_file.with_extension("region.png")
}

/// Reads a picture of the station.
///
/// # Errors
/// It is no picture, or a drawing of this command; the text does not name it.
pub fn picture(path: &Path) -> Result<Overview, String> {
    if drawing::is_own(path, SOFTWARE).unwrap_or(false) {
        let why = "is a drawing of sluice init; name the picture that it was made of";
        return Err(why.to_owned());
    }
    Overview::of(path).map_err(|error| match error {
        SnapError::File { error, .. } => format!("{error}; name a picture that is here"),
        SnapError::Picture { error, .. } => error.to_string(),
        other => other.to_string(),
    })
}

/// Why no drawing may be written at `path`; `watched` is the directory that the station watches.
pub fn refused(path: &Path, watched: Option<&str>) -> Option<String> {
    let why = drawing::refused_beside(watched, path, SOFTWARE)?;
    Some(format!("its drawing {}: {why}", path.display()))
}

/// Writes the drawing, which replaces an earlier one.
///
/// # Errors
/// It may not be there, or cannot be written; the text names it.
pub fn draw(
    overview: &Overview,
    roi: Roi,
    path: &Path,
    watched: Option<&str>,
) -> Result<(), String> {
    if let Some(why) = refused(path, watched) {
        return Err(why);
    }
    let size = Extent::new(WIDTH_PX, overview.height_px());
    let (place, name) = (path.to_owned(), path.display().to_string());
    let mut display = Display::new(&name, move || {
        Ok(PngFile::new(&place, size).with_software(SOFTWARE))
    });
    let shown = display.show(|canvas| {
        let Ok(()) = overview.draw(Some(roi), canvas);
    });
    shown.map_err(|error| {
        format!(
            "its drawing {}: {}; free space for it, or leave out the picture",
            path.display(),
            error.fault
        )
    })
}

/// The picture as the terminal shows it.
pub fn in_terminal(overview: &Overview, roi: Option<Roi>) -> String {
    let (columns, rows) = terminal::size()
        .ok()
        .filter(|size| size.width > 0 && size.height > 0)
        .map_or(USUAL, |TerminalSize { width, height }| (width, height));
    let has_greys = env::var_os("NO_COLOR").is_none()
        && env::var("TERM").is_ok_and(|name| name.contains("256color"));
    let rows = rows.saturating_sub(QUESTION_ROWS);
    overview.letters((columns, rows), roi, has_greys)
}

/// The region between two corners; the second one is the first pixel that is outside.
///
/// # Errors
/// It is empty, or not inside the picture.
pub fn between([x0, y0, x1, y1]: [u32; 4], frame: Size) -> Result<Roi, String> {
    if x1 <= x0 || y1 <= y0 {
        return Err("the second corner must be right of and below the first one".to_owned());
    }
    let roi = Roi {
        x: x0,
        y: y0,
        width: x1 - x0,
        height: y1 - y0,
    };
    if roi.is_inside(frame) {
        Ok(roi)
    } else {
        Err(format!("is not inside the picture, which is {frame}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_corners_are_a_region_inside_the_picture() {
        let frame = Size {
            width: 640,
            height: 480,
        };
        let roi = between([10, 20, 640, 480], frame).unwrap();
        assert_eq!((roi.x, roi.y, roi.width, roi.height), (10, 20, 630, 460));
        for corners in [[10, 20, 641, 480], [10, 20, 10, 30], [10, 20, 11, 20]] {
            assert!(between(corners, frame).is_err(), "{corners:?}");
        }
    }

    #[test]
    fn a_drawing_lies_beside_its_station_file() {
        assert_eq!(
            drawing_of(Path::new("a/x.json")),
            Path::new("a/x.region.png")
        );
        assert_eq!(drawing_of(Path::new("x")), Path::new("x.region.png"));
    }
}
