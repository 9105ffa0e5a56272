//! Puts one station file into the binary: that of `SLUICE_STATION=FILE cargo build`, else
//! `board/stations/host.json`.

use std::path::PathBuf;
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-env-changed=SLUICE_STATION");
    let chosen =
        env::var("SLUICE_STATION").unwrap_or_else(|_| "board/stations/host.json".to_owned());
    println!("cargo::rerun-if-changed={chosen}");
    let text = fs::read(&chosen).unwrap_or_else(|error| panic!("SLUICE_STATION {chosen}: {error}"));
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("station.json");
    fs::write(&out, text).unwrap_or_else(|error| panic!("{}: {error}", out.display()));
}
