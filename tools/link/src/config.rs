//! The configuration file: JSON, read whole before anything is opened. Every problem is named.

mod http;
mod mqtt;
mod pem;
mod section;
mod tls;

pub use http::HttpConfig;
pub use mqtt::{MqttConfig, Version};

use section::{Problems, Section};
use serde_json::Value;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// What the link publishes, and where.
#[derive(Debug)]
pub struct Config {
    /// `journal.directory` of the station.
    pub journal: PathBuf,
    /// `history.directory` of the station, if its pictures are to be shown.
    pub history: Option<PathBuf>,
    /// The broker, if records are to be published to one.
    pub mqtt: Option<MqttConfig>,
    /// The page and the metrics.
    pub http: Option<HttpConfig>,
    /// The registers.
    pub modbus: Option<SocketAddr>,
    /// What may be wrong and does not keep the link from starting, a line each.
    pub warnings: Vec<String>,
}

impl Config {
    /// Looks whether the kept parts can be there. The station may make the directory later, and
    /// the disk may hang, so only a check asks for this.
    ///
    /// # Errors
    /// Something else than a directory is there.
    pub fn check_history(&mut self) -> Result<(), String> {
        let Some(path) = &self.history else {
            return Ok(());
        };
        let shown = path.display();
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => {}
            Ok(_) => {
                return Err(format!(
                    "history: {shown} is no directory; give history.directory of the station"
                ));
            }
            Err(error) => self
                .warnings
                .push(format!("history: {shown} cannot be seen yet: {error}")),
        }
        Ok(())
    }

    /// Reads the file at `path`, and the files with secrets that it names.
    ///
    /// # Errors
    /// A line of text for each problem, with its key and what is allowed.
    pub fn read(path: &Path) -> Result<Self, Vec<String>> {
        let text = fs::read_to_string(path)
            .map_err(|error| vec![format!("{} cannot be read: {error}", path.display())])?;
        Self::parse(&text)
    }

    fn parse(text: &str) -> Result<Self, Vec<String>> {
        let value: Value =
            serde_json::from_str(text).map_err(|error| vec![format!("no JSON: {error}")])?;
        let problems = Problems::default();
        let config = Self::of(&value, &problems);
        let (errors, warnings) = problems.into_lines();
        match config {
            Some(config) if errors.is_empty() => Ok(Self { warnings, ..config }),
            _ => Err(errors),
        }
    }

    fn of(value: &Value, problems: &Problems) -> Option<Self> {
        let mut file = Section::root(value, problems)?;
        let journal = file.text("journal", 1..=1000).map(PathBuf::from);
        let history = file.optional_text("history", 1..=1000).map(PathBuf::from);
        let mqtt = file.section("mqtt").map(mqtt::read);
        let http = file.section("http").map(http::read);
        let modbus = file.section("modbus").map(modbus);
        if mqtt.is_none() && http.is_none() && modbus.is_none() {
            problems.add("no section mqtt, http or modbus: nothing would be published");
        }
        file.end();
        // A section that is there and gives nothing has a problem.
        Some(Self {
            journal: journal?,
            history,
            mqtt: mqtt.flatten(),
            http: http.flatten(),
            modbus: modbus.flatten(),
            warnings: Vec::new(),
        })
    }
}

fn modbus(mut section: Section<'_>) -> Option<SocketAddr> {
    let address = section.address("address");
    section.end();
    address
}

#[cfg(test)]
mod tests;
