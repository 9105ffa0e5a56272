//! A camera's frame as a picture file, for a data set.

use sluice::frame::Still;
use std::fs::{self, File};
use std::io::{self, BufWriter, ErrorKind, Write as _};
use std::path::Path;

/// Writes the whole frame as a PNG file, three bytes a pixel, and syncs it. No file is replaced.
///
/// # Errors
/// The frame is damaged, or the file exists or cannot be written; the message says what to do.
pub fn save(still: &Still, path: &Path) -> Result<(), String> {
    let rgb = still
        .rgb(still.size())
        .map_err(|error| format!("{}: {error}", still.name()))?;
    let file = File::create_new(path).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => {
            "the file exists, and a picture of a data set is not replaced; name another".to_owned()
        }
        ErrorKind::NotFound => format!("{error}; create its directory"),
        _ => error.to_string(),
    })?;
    let written = write(&file, still, &rgb).and_then(|()| file.sync_all());
    written.map_err(|error| {
        // Half a picture would be in the way of the next try.
        let _ = fs::remove_file(path);
        error.to_string()
    })
}

fn write(file: &File, still: &Still, rgb: &[u8]) -> io::Result<()> {
    let mut file = BufWriter::new(file);
    let size = still.size();
    let mut encoder = png::Encoder::new(&mut file, size.width, size.height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(rgb)?;
    writer.finish()?;
    file.flush()
}
