//! Writes `docs/station-file.md` and `docs/station-file.schema.json` from the list of keys.
#![forbid(unsafe_code)]

use sluice::station::schema;
use sluice_tools::error::{Error, at};
use sluice_tools::station_file::page;
use std::fs;
use std::path::Path;

fn main() -> Result<(), Error> {
    let documents = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs"));
    for (name, text) in [
        ("station-file.md", page()),
        ("station-file.schema.json", schema::json_schema()),
    ] {
        let path = documents.join(name);
        fs::write(&path, text).map_err(at(&path))?;
    }
    Ok(())
}
