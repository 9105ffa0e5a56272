//! What the station gives up before its first thread starts. The guard, which it starts, inherits
//! that.

use crate::devices;
use board::sandbox::{Allowed, Sandbox, SandboxError, enter};
use sluice::places::written;
use sluice::station::Station;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// Beginning of the name of the C library's loader, which is a program for the kernel too.
const LOADER: &str = "ld-";
/// With this variable the CPU engine writes a report when the program ends.
const REPORT: &str = "ASCENDCL_CPU_VALIDATE";

/// Gives up everything but what this station needs. Returns nothing with a vendor's AscendCL
/// library: it is not known which files, programs and sockets that needs.
///
/// # Errors
/// As [`enter`].
pub fn confine(station: &Station) -> Result<Option<Sandbox>, SandboxError> {
    if station.engine.library.as_str() != "builtin" {
        return Ok(None);
    }
    let mut places = written(station);
    places.extend(env::var_os(REPORT).map(|report| {
        let report = PathBuf::from(report);
        let above = report.parent().filter(|above| *above != Path::new(""));
        above.unwrap_or(Path::new(".")).to_path_buf()
    }));
    places.extend(devices::runtime_directory().filter(|place| place != Path::new("/")));
    let places: Vec<&Path> = places.iter().map(PathBuf::as_path).collect();
    let program = env::current_exe().unwrap_or_default();
    let loader = loader();
    let executed: Vec<&Path> = loader
        .iter()
        .chain([&program])
        .map(PathBuf::as_path)
        .collect();
    enter(Allowed {
        written: &places,
        devices: &[Path::new("/dev")],
        executed: &executed,
    })
    .map(Some)
}

/// The loader of this program, from the list of what is mapped into it; none if it is linked
/// statically.
fn loader() -> Option<PathBuf> {
    let maps = fs::read_to_string("/proc/self/maps").ok()?;
    let mut paths = maps
        .lines()
        .filter_map(|line| line.find('/').map(|at| Path::new(&line[at..])));
    let is_loader = |path: &&Path| {
        let name = path.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| name.starts_with(LOADER))
    };
    paths.find(is_loader).map(Path::to_path_buf)
}
