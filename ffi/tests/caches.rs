//! The probe detects caches that are not coherent with the device. The slots then flush and
//! invalidate them.

mod fake;

use std::time::{Duration, Instant};

use ascendcl::bindings as acl;
use ascendcl::{AclError, Coherence, Device};
use fake::{Caches, calls, runtime, soon, state, station};

/// Opens the device, probes it and closes it again.
fn probe() -> Result<Coherence, AclError> {
    Coherence::probe(&Device::open(&runtime(), 0).unwrap())
}

fn count(calls: &[&str], call: &str) -> usize {
    calls.iter().filter(|found| **found == call).count()
}

#[test]
fn a_coherent_device_is_never_flushed() {
    let station = station();
    assert!(!station.coherence.needs_flush());
    let start = calls();
    assert_eq!(count(&start, "aclrtMemcpyAsync"), 3);
    let (input, slot) = station.slot(&[0]);
    drop(
        slot.execute(input, &station.stream)
            .unwrap()
            .wait(soon())
            .unwrap(),
    );
    let all = [start, calls()].concat();
    assert_eq!(count(&all, "aclrtMemFlush"), 0);
    assert_eq!(count(&all, "aclrtMemInvalidate"), 0);
}

#[test]
fn caches_that_are_not_coherent_are_flushed_and_invalidated_for_each_execution() {
    state(|state| state.caches = Caches::NeedFlush);
    let station = station();
    let stream = &station.stream;
    assert!(station.coherence.needs_flush());
    let start = calls();
    assert_eq!(count(&start, "aclrtMemcpyAsync"), 6);
    assert_eq!(count(&start, "aclrtMemFlush"), 3);
    assert_eq!(count(&start, "aclrtMemInvalidate"), 3);
    let (mut input, mut slot) = station.slot(&[0]);
    // A cache line with the new buffers' zeros must not be written over later outputs.
    assert_eq!(count(&calls(), "aclrtMemFlush"), 1);
    for round in 0..3 {
        input.fill(round);
        let finished = slot.execute(input, stream).unwrap().wait(soon()).unwrap();
        assert_eq!(finished.output(0), Some(&[round + 1; 4][..]));
        (input, slot) = finished.into_parts();
        assert_eq!(
            calls(),
            [
                // The spoiled output, then the input.
                "aclrtMemFlush",
                "aclrtMemFlush",
                "aclmdlExecuteAsync",
                "aclrtRecordEvent",
                "aclrtQueryEventStatus",
                "aclrtMemInvalidate",
            ]
        );
    }
    // If an output cannot be made readable, the execution fails.
    state(|state| state.fails = Some(("aclrtMemInvalidate", acl::ACL_ERROR_RT_PARAM_INVALID)));
    let failed = slot.execute(input, stream).unwrap().wait(soon());
    let failed = failed.unwrap_err();
    assert!(failed.to_string().contains("107000"), "{failed}");
    drop(failed.recover(soon()).unwrap());
}

#[test]
fn a_device_is_refused_if_flushes_do_not_help() {
    state(|state| state.caches = Caches::Broken);
    let error = probe().unwrap_err();
    assert_eq!(error.code, acl::ACL_ERROR_RT_INVALID_MEMORY_TYPE);
    assert!(error.to_string().contains("even with flushes"), "{error}");
    let calls = calls();
    assert_eq!(
        calls[calls.len() - 6..],
        [
            "aclrtDestroyStream",
            "aclrtDestroyEvent",
            "aclrtFree",
            "aclrtDestroyContext",
            "aclrtResetDevice",
            "aclFinalize"
        ]
    );
}

/// Its memory is leaked, because the device may still write there.
#[test]
fn the_probe_gives_up_on_a_copy_that_does_not_finish() {
    state(|state| state.completes = false);
    let start = Instant::now();
    let error = probe().unwrap_err();
    assert_eq!(error.code, acl::ACL_ERROR_RT_STREAM_SYNC_TIMEOUT);
    assert!(start.elapsed() < Duration::from_secs(10));
    let calls = calls();
    for call in ["aclrtFree", "aclrtResetDevice", "aclFinalize"] {
        assert_eq!(count(&calls, call), 0, "{call}");
    }
}

#[test]
fn a_device_with_separate_memory_is_not_probed() {
    state(|state| {
        state.run_mode = acl::ACL_HOST;
        state.caches = Caches::Broken;
    });
    assert!(!probe().unwrap().needs_flush());
    assert_eq!(count(&calls(), "aclrtMemcpyAsync"), 0);
}
