//! Lines by their global numbers, as board manuals and `/sys/class/gpio` have them: which chip, and which line of it.
//!
//! The character device knows chips and offsets only, and in which order chips become `/dev/gpiochip0`, `1`, ... differs from
//! kernel to kernel. A manual that says "GPIO1 is 444" is right on all of them, so a station file may say that. Needs a
//! kernel with `CONFIG_GPIO_SYSFS`; on one without, name chip and offset.

use core::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A number that belongs to no chip here.
#[derive(Debug)]
pub enum NumberError {
    /// A directory or a file of sysfs could not be read.
    Read {
        /// Which.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// No chip has the number.
    NoChip {
        /// The number.
        number: u32,
        /// The numbers that there are, as `first-last` of each chip.
        present: String,
    },
    /// The chip has no character device.
    NoDevice {
        /// The chip's label.
        label: String,
    },
}

impl fmt::Display for NumberError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read { path, error } => write!(
                f,
                "{}: {error}; a kernel without GPIO numbers needs chip and offset",
                path.display()
            ),
            Self::NoChip { number, present } => {
                write!(f, "no chip has line {number}; there are {present}")
            }
            Self::NoDevice { label } => write!(
                f,
                "the chip {label} has no character device; its driver is too old"
            ),
        }
    }
}

impl core::error::Error for NumberError {}

/// The device name (`gpiochip1`) and the offset of the line with this global number. `sys` is `/sys`.
///
/// Allocates; start only.
///
/// # Errors
/// No chip has the number, or sysfs does not say.
pub fn find(number: u32, sys: &Path) -> Result<(String, u32), NumberError> {
    let class = sys.join("class/gpio");
    let mut present = Vec::new();
    for chip in entries(&class)? {
        let Some(base) = read_number(&chip.join("base")) else {
            // A line that is exported, or a link of the class itself.
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

/// The character device that has the same parent as the chip's entry in the class.
fn device_of(chip: &Path, sys: &Path) -> Result<String, NumberError> {
    let parent = fs::canonicalize(chip.join("device")).ok();
    for device in entries(&sys.join("bus/gpio/devices"))? {
        let place = fs::canonicalize(&device).ok();
        // A chip without a device of its own, as a simulated one, is its own parent in the class.
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

    /// Two chips as a kernel lays them out: the class's entries and the character devices hang below their parents.
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
    fn a_number_that_is_not_there_is_an_error_that_says_what_is() {
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
