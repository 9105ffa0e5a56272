//! Which pictures are judged after a change of the recipe.

use super::*;
use crate::gate::Channels;
use crate::part::PartId;
use crate::run::readiness::{ChallengeState, Requirement};
use crate::station::file::{After, DirectorySettings};
use crate::watch::{Identity, Ledger, Name};
use std::{env, fs, process, thread};

const SECOND: Duration = Duration::from_secs(1);

/// What becomes of a picture that was finished at `begin` of these times, and after `after`: before
/// the recipe changed, and now.
fn taken(begin: usize, after: usize) -> Message {
    let path = env::temp_dir().join(format!("sluice-intake-{begin}-{after}-{}", process::id()));
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
        deadline: 60 * SECOND,
        waiting: Waiting::new(),
    };
    let before = Timestamp::now();
    shared.ready.begin_recipe_change();
    shared.ready.recipes.set_current(1);
    shared.ready.set_challenge(ChallengeState::Proven);
    let times = [before, Timestamp::now()];
    intake.take(Arrival {
        name: Name::new(b"a.png").unwrap(),
        identity: Identity::default(),
        seen_at: Timestamp::now(),
        finished_at: times[begin],
        finished_after: times[after],
        backlog: false,
    });
    shared.messages.receive_next().unwrap()
}

#[test]
fn a_picture_from_before_a_change_of_the_recipe_is_a_fault_and_a_later_one_is_judged() {
    let taken = |begin, after| {
        // An unoptimised build copies the queues on the stack while it makes them.
        let thread = thread::Builder::new().stack_size(64 << 20);
        let taken = thread.spawn(move || taken(begin, after)).unwrap();
        taken.join().unwrap()
    };
    for (begin, after) in [(0, 0), (1, 0)] {
        let message = taken(begin, after);
        let Message::Refused(job, Cause::Late, why) = &message else {
            panic!("{message:?}");
        };
        assert!(job.on_line && why.contains("recipe changed"), "{why}");
    }
    let message = taken(1, 1);
    assert!(
        matches!(&message, Message::Begun(job) if job.recipe == 1),
        "{message:?}"
    );
}
