//! The whole station, simulated: no seed breaks a promise, and everything simulated happens.

use sluice_tools::simulate::{Order, simulate};

/// `docs/simulation.md` says why not more.
const PARTS: u64 = 1_000_000;

#[test]
fn many_random_parts_and_faults_break_no_promise() {
    let order = Order {
        parts: PARTS,
        ..Order::default()
    };
    let tally = simulate(&order).unwrap_or_else(|(seed, failure)| panic!("seed {seed}: {failure}"));
    println!("{tally:?}");
    assert_eq!(tally.parts + tally.kept_back, PARTS);
    // A simulation in which something never happens proves nothing of it.
    for often in [
        tally.passed,
        tally.others,
        tally.missed,
        tally.lost,
        tally.late,
        tally.unconfirmed,
        tally.changes,
        tally.ready,
        tally.fault,
        tally.starts,
        tally.failed_writes,
        tally.golden,
        tally.proofs,
        tally.failed_proofs,
        tally.recipes,
        tally.belt_faults,
        tally.rejected_surely,
    ] {
        assert!(often > PARTS / 1_000, "{tally:?}");
    }
    assert!(tally.no_recipe > PARTS / 10_000, "{tally:?}");
}
