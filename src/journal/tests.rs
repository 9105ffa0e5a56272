//! Records for the tests of this module.

use super::*;
use crate::part::{PartId, Verdict};
use crate::watch::{Identity, Name};

pub(super) fn start(next_part: u64) -> Start {
    Start {
        time: WallTime::from_unix_us(1_772_368_496_000_000),
        station: "station 1".parse().unwrap(),
        version: "0.1.0".parse().unwrap(),
        binary_sha256: Sha256::new([1; 32]),
        station_sha256: Sha256::new([2; 32]),
        model_sha256: Sha256::new([3; 32]),
        next_part: PartId::new(next_part),
        memory: None,
    }
}

pub(super) fn part(number: u64, name: &str) -> Part {
    Part {
        part: PartId::new(number),
        time: WallTime::from_unix_us(1_772_368_496_000_000),
        station: "station 1".parse().unwrap(),
        picture: Some(PictureRecord {
            name: Name::new(name.as_bytes()).unwrap(),
            identity: Identity {
                size: 10,
                mtime_ns: 20,
                inode: 30,
                ..Identity::default()
            },
            sha256: Some(Sha256::new([4; 32])),
        }),
        verdict: Decision::new(&Verdict::Pass, ""),
        blobs: BlobTotals::default(),
        times_us: StageTimes::default(),
        gate: GateOutcome {
            outcome: "passed".parse().unwrap(),
            reason: "".parse().unwrap(),
            late: false,
            due_us: 500,
            acted_us: None,
        },
    }
}
