//! Finds the chip and the offset of a line from its global number, as used in board manuals and in
//! `/sys/class/gpio`.
//!
//! The character device only knows chips and offsets, and kernels differ in the order in which
//! chips become `/dev/gpiochip0`, `1`, and so on. A manual that says "GPIO1 is 444" is right on all
//! of them, so a station file may use the number. This needs a kernel with `CONFIG_GPIO_SYSFS`;
//! without it, give chip and offset.
//!
//! ```no_run
//! use board::gpio_number;
//! use std::path::Path;
//!
//! let (chip, offset) = gpio_number::find(444, Path::new("/sys"))?;
//! println!("/dev/{chip} line {offset}");
//! # Ok::<(), gpio_number::NumberError>(())
//! ```

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Why a global number does not lead to a line.
#[derive(Debug, Error)]
pub enum NumberError {
    /// A directory of sysfs could not be read.
    #[error("{}: {error}; a kernel without GPIO numbers needs chip and offset", .path.display())]
    Read {
        /// The directory.
        path: PathBuf,
        /// The cause.
        #[source]
        error: io::Error,
    },
    /// No chip has the number.
    #[error("no chip has line {number}; there are {present}")]
    NoChip {
        /// The number.
        number: u32,
        /// The numbers of the chips that exist, `first-last` for each.
        present: String,
    },
    /// The chip has no character device.
    #[error("the chip {label} has no character device; its driver is too old")]
    NoDevice {
        /// The chip's label.
        label: String,
    },
}

/// Returns the name of the character device (`gpiochip1`) and the offset of the line with this
/// global number. `sys` is the root of sysfs, `/sys`.
///
/// Allocates; call it only at the start.
///
/// # Errors
/// No chip has the number, its chip has no character device, or sysfs cannot be read.
pub fn find(number: u32, sys: &Path) -> Result<(String, u32), NumberError> {
    let class = sys.join("class/gpio");
    let mut present = Vec::new();
    for chip in entries(&class)? {
        let Some(base) = read_number(&chip.join("base")) else {
            // The class also lists exported lines and its own links.
            continue;
        };
        let count = read_number(&chip.join("ngpio")).unwrap_or_default();
        if (base..base.saturating_add(count)).contains(&number) {
            return device_of(&chip, sys).map(|device| (device, number - base));
        }
        present.push(format!(
            "{base}-{}",
            base.saturating_add(count.saturating_sub(1))
        ));
    }
    let present = if present.is_empty() {
        "none".to_owned()
    } else {
        present.join(", ")
    };
    Err(NumberError::NoChip { number, present })
}

/// The character device with the same parent as the chip's entry in the class.
fn device_of(chip: &Path, sys: &Path) -> Result<String, NumberError> {
    let parent = fs::canonicalize(chip.join("device")).ok();
    for device in entries(&sys.join("bus/gpio/devices"))? {
        let place = fs::canonicalize(&device).ok();
        // A chip without a parent device, such as a simulated one, is its own parent in the class.
        let same = place.as_deref().and_then(Path::parent) == parent.as_deref() || place == parent;
        if let (true, Some(name)) = (same && parent.is_some(), device.file_name()) {
            return Ok(name.to_string_lossy().into_owned());
        }
    }
    let label = fs::read_to_string(chip.join("label")).unwrap_or_default();
    Err(NumberError::NoDevice {
        label: label.trim().to_owned(),
    })
}

fn entries(directory: &Path) -> Result<Vec<PathBuf>, NumberError> {
    let failed = |error| NumberError::Read {
        path: directory.to_owned(),
        error,
    };
    let mut entries = Vec::new();
    for entry in fs::read_dir(directory).map_err(failed)? {
        entries.push(entry.map_err(failed)?.path());
    }
    entries.sort();
    Ok(entries)
}

fn read_number(path: &Path) -> Option<u32> {
    fs::read_to_string(path).ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    /// A sysfs as the kernel lays it out: class entries and character devices below their parents.
    struct Sys(PathBuf);

    impl Sys {
        fn new(test: &str) -> Self {
            let path =
                std::env::temp_dir().join(format!("gpio-number-{test}-{}", std::process::id()));
            fs::create_dir_all(path.join("class/gpio")).unwrap();
            fs::create_dir_all(path.join("bus/gpio/devices")).unwrap();
            Self(path)
        }

        fn chip(&self, parent: &str, base: u32, count: u32, device: Option<&str>) {
            let parent = self.0.join("devices").join(parent);
            let entry = parent.join(format!("gpio/gpiochip{base}"));
            fs::create_dir_all(&entry).unwrap();
            fs::write(entry.join("base"), format!("{base}\n")).unwrap();
            fs::write(entry.join("ngpio"), format!("{count}\n")).unwrap();
            fs::write(entry.join("label"), "a chip\n").unwrap();
            symlink(&parent, entry.join("device")).unwrap();
            symlink(&entry, self.0.join(format!("class/gpio/gpiochip{base}"))).unwrap();
            if let Some(name) = device {
                fs::create_dir_all(parent.join(name)).unwrap();
                symlink(
                    parent.join(name),
                    self.0.join("bus/gpio/devices").join(name),
                )
                .unwrap();
            }
        }
    }

    impl Drop for Sys {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn a_number_is_found_on_the_chip_that_has_it() {
        let sys = Sys::new("found");
        sys.chip("soc/110000.gpio", 480, 32, Some("gpiochip0"));
        sys.chip("soc/i2c/1-0020", 417, 16, Some("gpiochip2"));
        fs::write(sys.0.join("class/gpio/export"), "").unwrap();
        for (number, device, offset) in [
            (480, "gpiochip0", 0),
            (504, "gpiochip0", 24),
            (511, "gpiochip0", 31),
            (417, "gpiochip2", 0),
            (432, "gpiochip2", 15),
        ] {
            assert_eq!(find(number, &sys.0).unwrap(), (device.to_owned(), offset));
        }
    }

    #[test]
    fn an_absent_number_is_an_error_that_lists_the_existing_ones() {
        let sys = Sys::new("absent");
        sys.chip("soc/110000.gpio", 480, 32, Some("gpiochip0"));
        sys.chip("soc/old", 400, 8, None);
        let text = |number| find(number, &sys.0).unwrap_err().to_string();
        assert_eq!(
            text(512),
            "no chip has line 512; there are 400-407, 480-511"
        );
        assert!(text(401).contains("a chip has no character device"));
        let nowhere = find(1, Path::new("no such place")).unwrap_err();
        assert!(nowhere.to_string().contains("needs chip and offset"));
    }
}
