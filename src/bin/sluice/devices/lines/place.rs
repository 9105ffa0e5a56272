//! The place of a line: its chip, and its number or name there.

use board::gpio::{self, Abi, Which};
use board::gpio_number;
use board::line::LineError;
use core::fmt;
use sluice::station::Station;
use std::env;
use std::path::{Path, PathBuf};

/// The environment variable that selects the version of the kernel's GPIO interface, `v1` or `v2`,
/// for tests and commissioning. Without it the newest available version is used.
const ABI_VARIABLE: &str = "SLUICE_GPIO_ABI";

/// A chip and one of its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place<'s> {
    /// On the simulated chip.
    Simulated(u32),
    /// On the expander.
    Expander(u32),
    /// On a GPIO chip.
    Gpio {
        /// The character device.
        chip: PathBuf,
        /// Which of its lines.
        which: Which<'s>,
    },
}

impl<'s> Place<'s> {
    /// The place of a line, from the keys `chip`, `offset` and `name` of the station file. An empty
    /// chip means `lines.chip`.
    ///
    /// # Errors
    /// No chip has the global number.
    pub fn of(
        station: &'s Station,
        chip: &'s str,
        offset: Option<u32>,
        name: &'s str,
    ) -> Result<Self, LineError> {
        let chip = match chip {
            "" => station.lines.chip.as_str(),
            chip => chip,
        };
        // The rules of the station file guarantee one of the two, and an offset on chips without
        // names.
        let number = offset.unwrap_or_default();
        Ok(match chip {
            "simulated" => Self::Simulated(number),
            "expander" => Self::Expander(number),
            "sysfs" => {
                let (device, offset) = gpio_number::find(number, Path::new("/sys"))
                    .map_err(|error| LineError::new(format_args!("{error}")))?;
                Self::Gpio {
                    chip: Path::new("/dev").join(device),
                    which: Which::Offset(offset),
                }
            }
            path => Self::Gpio {
                chip: path.into(),
                which: offset.map_or(Which::Name(name), Which::Offset),
            },
        })
    }

    /// The line on a GPIO chip.
    ///
    /// # Errors
    /// The line is missing, or [`ABI_VARIABLE`] is neither `v1` nor `v2`.
    pub fn find(&self) -> Result<gpio::GpioLine, LineError> {
        match self {
            Self::Gpio { chip, which } => {
                let abi = abi(env::var(ABI_VARIABLE).ok().as_deref())?;
                gpio::GpioLine::find(chip, *which, abi)
            }
            other => Err(LineError::new(format_args!(
                "{other} is not a line of a GPIO chip"
            ))),
        }
    }
}

fn abi(value: Option<&str>) -> Result<Option<Abi>, LineError> {
    match value {
        None | Some("") => Ok(None),
        Some("v1") => Ok(Some(Abi::V1)),
        Some("v2") => Ok(Some(Abi::V2)),
        Some(other) => Err(LineError::new(format_args!(
            "{ABI_VARIABLE} is \"{other}\"; allowed: v1 or v2"
        ))),
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Simulated(offset) => write!(f, "simulated line {offset}"),
            Self::Expander(offset) => write!(f, "expander line {offset}"),
            Self::Gpio { chip, which } => match which {
                Which::Offset(offset) => write!(f, "{} line {offset}", chip.display()),
                Which::Name(name) => write!(f, "{} line \"{name}\"", chip.display()),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_of_the_interface_is_one_of_two() {
        assert_eq!(abi(None), Ok(None));
        assert_eq!(abi(Some("")), Ok(None));
        assert_eq!(abi(Some("v1")), Ok(Some(Abi::V1)));
        assert_eq!(abi(Some("v2")), Ok(Some(Abi::V2)));
        let error = abi(Some("1")).unwrap_err().to_string();
        assert!(error.contains("SLUICE_GPIO_ABI is \"1\""), "{error}");
    }

    #[test]
    fn each_line_is_on_its_own_chip_or_on_that_of_all() {
        let file = include_str!("../../../../../board/stations/host.json");
        let text = file.replace(r#""chip": "simulated""#, r#""chip": "/dev/gpiochip4""#);
        let station = sluice::station::read(text.as_bytes()).unwrap();
        let place = |chip: &'static str, offset, name: &'static str| {
            Place::of(&station, chip, offset, name).unwrap().to_string()
        };
        assert_eq!(place("", Some(3), ""), "/dev/gpiochip4 line 3");
        assert_eq!(place("", None, "GATE"), "/dev/gpiochip4 line \"GATE\"");
        assert_eq!(
            place("/dev/gpiochip1", Some(0), ""),
            "/dev/gpiochip1 line 0"
        );
        assert_eq!(place("simulated", Some(9), ""), "simulated line 9");
        assert_eq!(place("expander", Some(15), ""), "expander line 15");
    }
}
