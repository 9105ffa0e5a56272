//! What the station gives up before its first thread starts. The guard, which it starts, inherits
//! that.

use board::sandbox::{Allowed, Sandbox, SandboxError, enter};
use sluice::places::written;
use sluice::station::Station;
use std::env;
use std::path::{Path, PathBuf};

/// A program needs the C library's loader, which is a program for the kernel too.
const LOADERS: [&str; 3] = ["/lib", "/lib64", "/usr/lib"];
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
    let places: Vec<&Path> = places.iter().map(PathBuf::as_path).collect();
    let program = env::current_exe().unwrap_or_default();
    let mut executed: Vec<&Path> = LOADERS.map(Path::new).to_vec();
    executed.push(&program);
    enter(Allowed {
        written: &places,
        devices: &[Path::new("/dev")],
        executed: &executed,
    })
    .map(Some)
}
