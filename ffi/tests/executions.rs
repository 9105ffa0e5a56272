//! Executions: what is copied, how the wait ends, and that memory in use by the device is left
//! alone.

mod fake;

use std::error::Error;
use std::rc::Rc;
use std::time::{Duration, Instant};

use ascendcl::bindings as acl;
use ascendcl::{Coherence, InputBuffer, Slot, Stream, WaitError};
use fake::{calls, soon, state, station};

fn slots(count: usize) -> (Rc<Stream>, Vec<(InputBuffer, Slot)>) {
    let station = station();
    let slots = station.slots(count, &[0]).unwrap();
    calls();
    (station.stream, slots)
}

fn one_slot() -> (Rc<Stream>, InputBuffer, Slot) {
    let (stream, mut slots) = slots(1);
    let (input, slot) = slots.pop().unwrap();
    (stream, input, slot)
}

#[test]
fn on_a_board_nothing_is_copied() {
    let (stream, mut input, slot) = one_slot();
    input.copy_from_slice(b"hello, world");
    let finished = slot.execute(input, &stream).unwrap().wait(soon()).unwrap();
    assert_eq!(
        calls(),
        [
            "aclmdlExecuteAsync",
            "aclrtRecordEvent",
            "aclrtQueryEventStatus"
        ]
    );
    assert_eq!(finished.output(0), Some(&b"ifmm"[..]));
    assert_eq!(finished.input(), b"hello, world");
    // The first is not fetched, the second does not exist.
    assert_eq!((finished.output(1), finished.output(2)), (None, None));
}

#[test]
fn on_a_card_the_input_and_the_outputs_to_fetch_are_copied() {
    state(|state| state.run_mode = acl::ACL_HOST);
    let (stream, mut input, slot) = one_slot();
    input.copy_from_slice(b"hello, world");
    let finished = slot.execute(input, &stream).unwrap().wait(soon()).unwrap();
    assert_eq!(
        calls(),
        [
            "aclrtMemcpyAsync",
            "aclrtMemcpyAsync",
            "aclmdlExecuteAsync",
            "aclrtMemcpyAsync",
            "aclrtRecordEvent",
            "aclrtQueryEventStatus"
        ]
    );
    assert_eq!(finished.output(0), Some(&b"ifmm"[..]));
    drop((finished.into_parts(), stream));
    let end = calls();
    assert!(end.contains(&"aclrtFreeHost"));
    assert_eq!(end.last(), Some(&"aclFinalize"));
}

#[test]
fn buffers_are_zeroed_and_aligned_inside_their_block() {
    for run_mode in [acl::ACL_DEVICE, acl::ACL_HOST] {
        state(|state| state.run_mode = run_mode);
        let (_stream, slots) = slots(3);
        let (start, len) = state(|state| *state.allocated.last().unwrap());
        let mut end_before = start;
        for (input, _) in &slots {
            assert!(input.iter().all(|byte| *byte == 0));
            let address = input.as_ptr() as usize;
            assert_eq!(address % 64, 0);
            assert!(address >= end_before);
            end_before = address + 32 + 32;
        }
        assert!(end_before <= start + len);
    }
}

#[test]
fn another_thread_can_fill_an_input_and_the_slot_is_used_again() {
    let (stream, mut input, mut slot) = one_slot();
    for round in 0..3 {
        let filled = std::thread::spawn(move || {
            input.fill(round);
            input
        });
        let finished = slot
            .execute(filled.join().unwrap(), &stream)
            .unwrap()
            .wait(soon())
            .unwrap();
        assert_eq!(finished.output(0), Some(&[round + 1; 4][..]));
        (input, slot) = finished.into_parts();
    }
    assert!(
        !calls()
            .iter()
            .any(|call| call.contains("Create") || call.contains("Malloc"))
    );
}

#[test]
fn outputs_can_be_read_from_copies() {
    for run_mode in [acl::ACL_DEVICE, acl::ACL_HOST] {
        state(|state| state.run_mode = run_mode);
        let (stream, input, slot) = one_slot();
        let mut finished = slot.execute(input, &stream).unwrap().wait(soon()).unwrap();
        let in_place = finished.output(0).unwrap().as_ptr();
        finished.copy_outputs();
        let copy = finished.output(0).unwrap();
        assert_eq!(copy, [1; 4]);
        let copy = copy.as_ptr();
        assert_ne!(copy, in_place);
        assert_eq!((finished.output(1), finished.output(2)), (None, None));
        let (mut input, slot) = finished.into_parts();
        input.fill(8);
        let finished = slot.execute(input, &stream).unwrap().wait(soon()).unwrap();
        assert_eq!(finished.output(0).unwrap(), [9; 4]);
        assert_eq!(finished.output(0).unwrap().as_ptr(), copy);
    }
}

#[test]
fn a_late_execution_can_be_recovered_but_shows_no_outputs() {
    let (stream, input, slot) = one_slot();
    state(|state| state.completes = false);
    let deadline = soon();
    let late = slot
        .execute(input, &stream)
        .unwrap()
        .wait(deadline)
        .unwrap_err();
    let over = Instant::now().saturating_duration_since(deadline);
    assert!(over < Duration::from_secs(1), "{over:?} after the deadline");
    assert!(Instant::now() >= deadline);
    assert_eq!(late.cause(), &WaitError::Timeout);
    let late = late.recover(soon()).unwrap_err();
    state(|state| state.completes = true);
    let (input, slot) = late.recover(Instant::now()).unwrap();
    let finished = slot.execute(input, &stream).unwrap().wait(soon()).unwrap();
    assert_eq!(finished.output(0), Some(&[1; 4][..]));
}

#[test]
fn a_dropped_execution_is_never_freed_nor_the_device_reset() {
    let (stream, input, slot) = one_slot();
    state(|state| state.completes = false);
    drop(
        slot.execute(input, &stream)
            .unwrap()
            .wait(soon())
            .unwrap_err(),
    );
    drop(stream);
    let calls = calls();
    assert_eq!(
        calls[..3],
        [
            "aclmdlExecuteAsync",
            "aclrtRecordEvent",
            "aclrtQueryEventStatus"
        ]
    );
    // How often the status is asked before the deadline depends on the machine.
    assert!(
        calls[3..]
            .iter()
            .all(|call| *call == "aclrtQueryEventStatus"),
        "{calls:?}"
    );
}

#[test]
fn an_input_that_outlives_its_slots_keeps_its_memory() {
    let (stream, mut input, slot) = one_slot();
    drop((slot, stream));
    let calls = calls();
    for call in ["aclrtResetDevice", "aclFinalize"] {
        assert!(!calls.contains(&call), "{calls:?}");
    }
    // The work and weight memory of the model is freed, but not the memory of the slots.
    assert_eq!(calls.iter().filter(|call| **call == "aclrtFree").count(), 2);
    input.fill(9);
    assert_eq!(input[11], 9);
}

#[test]
fn a_failure_of_the_work_appears_at_the_wait() {
    let (stream, input, slot) = one_slot();
    let running = slot.execute(input, &stream).unwrap();
    state(|state| {
        state.fails = Some((
            "aclrtQueryEventStatus",
            acl::ACL_ERROR_RT_AICORE_TRAP_EXCEPTION,
        ));
        state.message = Some(c"core 1 trapped");
    });
    let failed = running.wait(soon()).unwrap_err();
    let WaitError::Acl(error) = failed.cause() else {
        panic!("{failed:?}")
    };
    assert_eq!((error.call, error.code), ("aclrtQueryEventStatus", 507_016));
    assert_eq!(
        (error.message(), error.is_fatal()),
        ("core 1 trapped", true)
    );
    let source = failed.source().and_then(Error::source);
    assert_eq!(source.and_then(<dyn Error>::downcast_ref), Some(error));
    // The library may repeat the error at each query, so the event is recorded again.
    state(|state| state.fails = None);
    calls();
    drop(failed.recover(soon()).unwrap());
    assert_eq!(calls()[..2], ["aclrtRecordEvent", "aclrtQueryEventStatus"]);
}

#[test]
fn an_unwritten_output_does_not_show_the_picture_before() {
    for run_mode in [acl::ACL_DEVICE, acl::ACL_HOST] {
        state(|state| state.run_mode = run_mode);
        let station = station();
        // This device never writes its second output.
        let (input, slot) = station.slot(&[1]);
        let finished = slot
            .execute(input, &station.stream)
            .unwrap()
            .wait(soon())
            .unwrap();
        assert_eq!(finished.output(1), Some(&[0xFF; 16][..]));
    }
}

#[test]
fn a_failed_start_gives_the_slot_back_after_a_new_event() {
    let (stream, input, slot) = one_slot();
    state(|state| state.fails = Some(("aclmdlExecuteAsync", acl::ACL_ERROR_GE_PARAM_INVALID)));
    let failed = slot.execute(input, &stream).unwrap_err();
    assert!(
        failed
            .to_string()
            .starts_with("aclmdlExecuteAsync failed with 145000"),
        "{failed}"
    );
    state(|state| state.fails = None);
    calls();
    let (input, slot) = failed.recover(soon()).unwrap();
    assert_eq!(calls(), ["aclrtRecordEvent", "aclrtQueryEventStatus"]);
    slot.execute(input, &stream).unwrap().wait(soon()).unwrap();
}

#[test]
fn another_slots_input_is_refused_before_anything_starts() {
    let (stream, mut slots) = slots(2);
    let (second_input, second) = slots.pop().unwrap();
    let (first_input, first) = slots.pop().unwrap();
    let refused = first.execute(second_input, &stream).unwrap_err();
    assert_eq!(refused.cause(), &WaitError::WrongInput);
    let (second_input, first) = refused.recover(Instant::now()).unwrap();
    assert_eq!(calls(), [""; 0]);
    drop(
        second
            .execute(second_input, &stream)
            .unwrap()
            .wait(soon())
            .unwrap(),
    );
    // A refused execution that is dropped leaks nothing, because nothing was started.
    drop(first_input);
    let coherence = Coherence::probe(first.model().device()).unwrap();
    let (other_input, other) = Slot::make(first.model(), &coherence, 1, &[])
        .unwrap()
        .pop()
        .unwrap();
    drop(first.execute(other_input, &stream).unwrap_err());
    drop((other, stream, coherence));
    assert_eq!(calls().last(), Some(&"aclFinalize"));
}

#[test]
fn the_wait_of_the_library_is_used_for_the_last_execution_in_the_stream() {
    state(|state| state.with_timeout = true);
    let (stream, mut slots) = slots(2);
    let (second_input, second) = slots.pop().unwrap();
    let (first_input, first) = slots.pop().unwrap();
    let first = first.execute(first_input, &stream).unwrap();
    let second = second.execute(second_input, &stream).unwrap();
    calls();
    drop(first.wait(soon()).unwrap());
    assert_eq!(calls()[0], "aclrtQueryEventStatus");
    state(|state| state.completes = false);
    let late = second
        .wait(Instant::now() + Duration::from_millis(250))
        .unwrap_err();
    assert_eq!(late.cause(), &WaitError::Timeout);
    // The fake does not wait, but records the limit: the time left until the deadline.
    assert!(state(|state| state.limit_ms).is_some_and(|limit_ms| (100..=250).contains(&limit_ms)));
    assert_eq!(calls().last(), Some(&"aclrtSynchronizeStreamWithTimeout"));
    state(|state| {
        state.completes = true;
        state.fails = Some(("aclrtSynchronizeStreamWithTimeout", 507_014));
    });
    let failed = late.recover(soon()).unwrap_err();
    let WaitError::Acl(error) = failed.cause() else {
        panic!("{failed:?}")
    };
    assert_eq!(
        (error.call, error.code),
        ("aclrtSynchronizeStreamWithTimeout", 507_014)
    );
    state(|state| state.fails = None);
    failed.recover(soon()).unwrap();
}
