//! Puts one station file into the binary: the one that `SLUICE_STATION` names, as in
//! `SLUICE_STATION=board/stations/NAME.json cargo build`, otherwise `host.json`.

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
