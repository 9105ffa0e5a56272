//! Which AscendCL answers, and whether the program and the chip fit it.

use super::Finding;
use crate::engine::EngineDevice;
use crate::station::Station;
use ascendcl::AclError;

/// Major, minor and patch of the header of a CANN.
type Version = (i32, i32, i32);

/// The header that the program's declarations are of.
const OLDEST: Version = (1, 3, 0);
/// The newest header of a CANN whose documents have the Ascend 310 (docs/boards.md).
const NEWEST_MINOR_310: i32 = 10;

/// The version that the library of the section `engine` reports.
pub(super) fn finding(station: &Station, device: &EngineDevice) -> Finding {
    judged(&station.engine.library, device.version(), device.chip())
}

fn judged(library: &str, version: Result<Version, AclError>, chip: Option<&str>) -> Finding {
    let version = match version {
        Ok(version) => version,
        Err(error) => {
            return Finding::warn(format!(
                "engine.library {library}: its AscendCL version cannot be read ({error}); use CANN 6 to 9"
            ));
        }
    };
    let (major, minor, patch) = version;
    let name = format!("engine.library {library}: AscendCL {major}.{minor}.{patch}");
    if version < OLDEST || major > OLDEST.0 {
        return Finding::warn(format!(
            "{name} does not fit this program (1.3.0 and later ones that begin with 1 do); use CANN 6 to 9"
        ));
    }
    if chip == Some("Ascend310") && minor > NEWEST_MINOR_310 {
        return Finding::warn(format!(
            "{name} is newer than any whose documents have the Ascend310; use CANN 6 or 7, and convert the model with its ATC"
        ));
    }
    Finding::ok(format!("{name} (the version of its header)"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Grade;

    #[test]
    fn versions_that_do_not_fit_are_warnings() {
        for (version, chip, grade, words) in [
            ((1, 3, 0), None, Grade::Ok, "1.3.0 (the version of its"),
            ((1, 10, 2), Some("Ascend310"), Grade::Ok, "1.10.2 (the"),
            ((1, 12, 0), Some("Ascend310B1"), Grade::Ok, "1.12.0 (the"),
            ((1, 11, 0), Some("Ascend310"), Grade::Warn, "newer than any"),
            (
                (1, 2, 9),
                Some("Ascend310"),
                Grade::Warn,
                "1.2.9 does not fit",
            ),
            (
                (2, 0, 0),
                Some("Ascend310B1"),
                Grade::Warn,
                "2.0.0 does not fit",
            ),
            ((0, 9, 0), None, Grade::Warn, "0.9.0 does not fit"),
        ] {
            let found = judged("l.so", Ok(version), chip);
            assert_eq!(found.grade, grade, "{found}");
            assert!(found.text.starts_with("engine.library l.so: AscendCL "));
            assert!(found.text.contains(words), "{found}");
        }
    }
}
