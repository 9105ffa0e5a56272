//! Which pictures are judged after a change of the recipe.

use super::*;
use crate::gate::Channels;
use crate::part::PartId;
use crate::run::readiness::{ChallengeState, Requirement};
use crate::station::file::{After, DirectorySettings};
use crate::watch::{Identity, Ledger, Name};
use std::{env, fs, process, thread};

const DEADLINE: Duration = Duration::from_secs(60);
const DOUBT_MAX: Duration = Duration::from_secs(1);

/// What becomes of a picture that was finished at `begin` of these times, and not before `after`:
/// before the recipe changed, and now. Or the recipe did not change, and a scan was `stalled`.
fn taken(begin: usize, after: usize, stalled: Duration) -> Message {
    let thread = thread::current().id();
    let path = env::temp_dir().join(format!("sluice-intake-{thread:?}-{}", process::id()));
    fs::create_dir_all(&path).unwrap();
    let settings = DirectorySettings {
        path: path.to_str().unwrap().parse().unwrap(),
        after: After::Keep,
        move_to: Default::default(),
        workers: 1,
        pair_min_ms: 0,
        pair_max_ms: 0,
        poll_ms: 0,
        endings: Default::default(),
    };
    let directory = Directory::open(&settings, Ledger::new().unwrap());
    fs::remove_dir_all(&path).unwrap();
    let mut channels = Channels::new().unwrap();
    let handles = channels.split();
    let shared = Shared::new(PartId::FIRST, Duration::ZERO, handles.control).unwrap();
    shared.ready.set(Requirement::Started, true);
    let mut intake = Intake {
        directory: directory.unwrap(),
        arming: handles.arming,
        shared: &shared,
        deadline: DEADLINE,
        doubt_max: DOUBT_MAX,
        waiting: Waiting::new(),
    };
    let before = Timestamp::now();
    if stalled.is_zero() {
        shared.ready.begin_recipe_change();
        shared.ready.recipes.set_current(1);
        shared.ready.set_challenge(ChallengeState::Proven);
    }
    let times = [before, Timestamp::now()];
    intake.take(Arrival {
        name: Name::new(b"a.png").unwrap(),
        identity: Identity::default(),
        seen_at: Timestamp::now(),
        finished_at: times[begin],
        finished_after: times[after] - stalled,
        backlog: false,
    });
    shared.messages.receive_next().unwrap()
}

/// An unoptimised build copies the queues on the stack while it makes them.
fn taken_with_stack(begin: usize, after: usize, stalled: Duration) -> Message {
    let thread = thread::Builder::new().stack_size(64 << 20);
    let taken = thread.spawn(move || taken(begin, after, stalled)).unwrap();
    taken.join().unwrap()
}

/// Why a picture is a fault at once.
fn refused(message: &Message) -> &str {
    let Message::Refused(job, Cause::Late, why) = message else {
        panic!("{message:?}");
    };
    assert!(job.on_line);
    why
}

#[test]
fn a_picture_from_before_a_change_of_the_recipe_is_a_fault_and_a_later_one_is_judged() {
    for (begin, after) in [(0, 0), (1, 0)] {
        let message = taken_with_stack(begin, after, Duration::ZERO);
        let why = refused(&message);
        assert!(why.contains("recipe changed"), "{why}");
    }
    let message = taken_with_stack(1, 1, Duration::ZERO);
    assert!(
        matches!(&message, Message::Begun(job) if job.recipe == 1),
        "{message:?}"
    );
}

#[test]
fn a_picture_that_may_be_too_old_for_its_part_is_a_fault() {
    for (doubt, reason) in [
        (DEADLINE, "gate.deadline_ms is 60000"),
        (
            DOUBT_MAX + Duration::from_millis(1),
            "source.directory.poll_ms, 1000",
        ),
    ] {
        let message = taken_with_stack(1, 1, doubt);
        let why = refused(&message);
        assert!(why.contains(reason), "{why}");
    }
    let message = taken_with_stack(1, 1, DOUBT_MAX / 2);
    assert!(matches!(message, Message::Begun(_)), "{message:?}");
}

#[test]
fn the_station_is_ready_one_pulse_after_it_sees_what_comes() {
    let start = Timestamp::from_ns(1);
    let pulse = Duration::from_millis(80);
    let ready_at = start + 3 * pulse;
    let mut readiness = Readiness::Unseen;
    for (now, sees, expected) in [
        (start, false, Readiness::Unseen),
        // The first scan takes longer than a pulse.
        (start + 2 * pulse, true, Readiness::At(ready_at)),
        (start + 2 * pulse, true, Readiness::At(ready_at)),
        (ready_at, true, Readiness::Ready),
        (ready_at, true, Readiness::Ready),
    ] {
        readiness = readiness.at(now, sees, pulse);
        assert_eq!(readiness, expected);
    }
}
