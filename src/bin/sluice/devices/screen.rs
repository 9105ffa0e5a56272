//! The operator's screen.

use super::lines::{Chips, Pin};
use board::display::{
    Controller, Delay, Display, Fault, Framebuffer, LineRole, Lit, Oled, Panel, PngFile, Tft, Turn,
    open_i2c, open_spi, probe_oled, probe_spi, reset,
};
use board::line::LineError;
use board::spi::SpiMode;
use embedded_graphics::geometry::Size;
use embedded_graphics::pixelcolor::{BinaryColor, Rgb888};
use embedded_hal::digital::{ErrorType, OutputPin, PinState};
use sluice::check::Finding;
use sluice::screen::{Colour, Dark, Mono, Prompt, Screen, colour_fits};
use sluice::station::file::{DisplayKind, DisplayLine, DisplaySettings};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::{fs, io};

/// A display line that is kept while its panel is reopened.
#[derive(Clone)]
struct Kept(Arc<Mutex<Pin>>);

impl ErrorType for Kept {
    type Error = LineError;
}

impl OutputPin for Kept {
    fn set_low(&mut self) -> Result<(), LineError> {
        self.set_state(PinState::Low)
    }

    fn set_high(&mut self) -> Result<(), LineError> {
        self.set_state(PinState::High)
    }

    fn set_state(&mut self, level: PinState) -> Result<(), LineError> {
        let mut pin = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pin.set_state(level)
    }
}

/// What the function that opens a panel captures.
struct Settings {
    path: PathBuf,
    address: u8,
    clock_hz: u32,
    turn: Turn,
    data_command: Option<Kept>,
    reset: Option<Kept>,
    light: Option<Kept>,
}

impl Settings {
    fn of(display: &DisplaySettings, chips: &mut Chips<'_>) -> Result<Self, String> {
        let mut take = |role: LineRole, wire: &Option<DisplayLine>, level| {
            let key = format!("display.{}", role.key());
            let taken = wire.as_ref().map(|wire| chips.wire(&key, wire, level));
            match taken.transpose() {
                Ok(pin) => Ok(pin.map(|pin| Kept(Arc::new(Mutex::new(pin))))),
                Err(error) => Err(format!("{key}: {error}")),
            }
        };
        Ok(Self {
            path: PathBuf::from(display.device.as_str()),
            address: display.address(),
            clock_hz: display.clock_hz(),
            turn: turn(display),
            data_command: take(LineRole::DataCommand, &display.data_command, PinState::Low)?,
            reset: take(LineRole::Reset, &display.reset, PinState::High)?,
            light: take(LineRole::Light, &display.light, PinState::Low)?,
        })
    }

    fn data_command(&self) -> Result<Kept, Fault> {
        // The rules of the station file have checked this already.
        let missing = || Fault::line(LineRole::DataCommand, format_args!("is missing; add it"));
        self.data_command.clone().ok_or_else(missing)
    }

    /// Resets the panel, if it has a reset line.
    fn reset(&self) -> Result<(), Fault> {
        let line = self.reset.clone();
        line.map_or(Ok(()), |mut line| reset(&mut line, &mut Delay))
    }

    fn oled_on_i2c(
        &self,
        controller: Controller,
    ) -> Result<impl Panel<Color = BinaryColor> + use<>, Fault> {
        let bus = open_i2c(&self.path, self.address)?;
        self.reset()?;
        Oled::open(bus, controller, self.turn == Turn::Half)
    }

    fn oled_on_spi(&self) -> Result<impl Panel<Color = BinaryColor> + use<>, Fault> {
        let line = self.data_command()?;
        let bus = open_spi(&self.path, SpiMode::Mode0, self.clock_hz, line)?;
        self.reset()?;
        Oled::open(bus, Controller::Ssd1306, self.turn == Turn::Half)
    }

    fn tft(&self) -> Result<impl Panel<Color = Rgb888> + use<>, Fault> {
        let line = self.data_command()?;
        let bus = open_spi(&self.path, SpiMode::Mode3, self.clock_hz, line)?;
        self.reset()?;
        Tft::open(bus, self.turn, &mut Delay)
    }

    fn framebuffer(&self) -> Result<impl Panel<Color = Rgb888> + use<>, Fault> {
        framebuffer(&self.path, self.turn)
    }

    fn display<P: Panel + 'static>(
        self,
        open: impl Fn(&Self) -> Result<P, Fault> + Send + 'static,
    ) -> Display<Lit<P, Kept>> {
        let name = self.path.display().to_string();
        Display::new(&name, move || {
            Ok(Lit::new(open(&self)?, self.light.clone()))
        })
    }
}

fn turn(display: &DisplaySettings) -> Turn {
    // The rules of the station file allow only these angles.
    Turn::from_degrees(display.rotation_degrees).unwrap_or_default()
}

fn framebuffer(path: &Path, turn: Turn) -> Result<Framebuffer<fs::File>, Fault> {
    let framebuffer = Framebuffer::open(path, turn)?;
    let size = framebuffer.size();
    if colour_fits(size) {
        Ok(framebuffer)
    } else {
        Err(Fault::Small {
            width: size.width,
            height: size.height,
        })
    }
}

/// The size of the picture as the operator sees it: width and height are swapped on a panel that is
/// mounted on its side.
fn png<C>(display: &DisplaySettings, size: Size) -> Display<PngFile<C>>
where
    PngFile<C>: Panel,
{
    let path = PathBuf::from(display.file.as_str());
    Display::new(&display.file, move || Ok(PngFile::new(&path, size)))
}

/// The screen that `display` describes. Does not open the display yet: a missing one is retried
/// while the station runs. Its lines are opened from `chips` now; if that fails the screen stays
/// dark, and the error is printed.
pub fn open(display: &DisplaySettings, chips: &mut Chips<'_>) -> Box<dyn Screen> {
    let settings = match Settings::of(display, chips) {
        Ok(settings) => settings,
        Err(error) => {
            sluice::complain!("sluice: {error}; the screen stays dark until the next start");
            return Box::new(Dark);
        }
    };
    match display.kind {
        DisplayKind::None => Box::new(Dark),
        DisplayKind::PngMono => Box::new(Prompt(Mono(png(display, Size::new(128, 64))))),
        DisplayKind::PngColour => {
            let size = turn(display).size(Size::new(240, 320));
            Box::new(Prompt(Colour(png(display, size))))
        }
        DisplayKind::Ssd1306 => Box::new(Mono(
            settings.display(|settings| settings.oled_on_i2c(Controller::Ssd1306)),
        )),
        DisplayKind::Sh1106 => Box::new(Mono(
            settings.display(|settings| settings.oled_on_i2c(Controller::Sh1106)),
        )),
        DisplayKind::Ssd1306Spi => Box::new(Mono(settings.display(Settings::oled_on_spi))),
        DisplayKind::St7789 => Box::new(Colour(settings.display(Settings::tft))),
        DisplayKind::Framebuffer => Box::new(Colour(settings.display(Settings::framebuffer))),
    }
}

/// Checks the display without drawing on it or moving a line. `None` without a display.
pub fn check(display: &DisplaySettings) -> Option<Finding> {
    let device = Path::new(display.device.as_str());
    let found = match display.kind {
        DisplayKind::None => return None,
        DisplayKind::PngMono | DisplayKind::PngColour => file(Path::new(display.file.as_str())),
        DisplayKind::Ssd1306 | DisplayKind::Sh1106 => {
            let address = display.address();
            probe_oled(device, address)
                .map(|()| format!("acknowledges at address {address} ({address:#04x})"))
                .map_err(|fault| fault.to_string())
        }
        DisplayKind::Ssd1306Spi | DisplayKind::St7789 => probe_spi(device, display.clock_hz())
            .map(|()| "can be opened; what is on SPI does not answer".to_owned())
            .map_err(|fault| fault.to_string()),
        DisplayKind::Framebuffer => framebuffer(device, turn(display))
            .map(|framebuffer| {
                let format = framebuffer.format();
                let (width, height) = (format.width, format.height);
                let bits = 8 * format.bytes_per_pixel;
                format!("{width} x {height} pixels of {bits} bits")
            })
            .map_err(|fault| fault.to_string()),
    };
    let key = match display.kind {
        DisplayKind::PngMono | DisplayKind::PngColour => format!("display.file {}", display.file),
        _ => format!("display.device {}", display.device),
    };
    let made = if found.is_ok() {
        Finding::ok
    } else {
        Finding::wrong
    };
    let (Ok(text) | Err(text)) = found;
    let text = if text.is_empty() {
        key
    } else {
        format!("{key}: {text}")
    };
    Some(made(text))
}

fn file(path: &Path) -> Result<String, String> {
    let directory = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let found: io::Result<_> = fs::metadata(directory);
    found
        .map(|_| String::new())
        .map_err(|error| format!("its directory: {error}"))
}
