//! What the decider sends to the recorder and to the gate.

use super::*;
use crate::gate::{Channels, Driver, Event, GateEnd, Handles, Outputs, Settings};
use crate::part::PARTS_MAX;
use crate::station::file::{GateStyle, Level, LineSettings, LinesSettings};
use board::simulated::Chip;
use std::thread;

mod shown;

const DEADLINE: Duration = Duration::from_millis(80);

/// The model of the first recipe, and that of another one.
const RECIPE: RecipeModel = RecipeModel {
    number: 0,
    size: Size {
        width: 8,
        height: 4,
    },
    order: ChannelOrder::Rgb,
    is_measured: false,
};
const OTHER: RecipeModel = RecipeModel {
    number: 1,
    size: Size {
        width: 4,
        height: 8,
    },
    order: ChannelOrder::Bgr,
    is_measured: false,
};

/// Runs `test` with a decider and the gate's end of its channels.
fn with_decider(test: fn(Decider<'_>, &Shared<'_>, GateEnd<'_>)) {
    let run = move || {
        let mut channels = Channels::new().unwrap();
        let Handles {
            resolving,
            control,
            gate,
            ..
        } = channels.split();
        let shared = Shared::new(PartId::new(100), Duration::ZERO, control).unwrap();
        let thumbnails = Thumbnails::default();
        let decider = Decider {
            meter: None,
            resolving,
            thumbnails: &thumbnails,
            keeper: None,
            shared: &shared,
            deadline: DEADLINE,
            recipes: [RECIPE, OTHER].into_iter().collect(),
            finished_at: [Timestamp::default(); RECIPES_MAX],
        };
        test(decider, &shared, gate);
    };
    // An unoptimised build copies the queues on the stack while it makes them.
    let thread = thread::Builder::new().stack_size(64 << 20);
    thread.spawn(run).unwrap().join().unwrap();
}

fn frame(sequence: u32) -> PictureRef {
    PictureRef::Frame { sequence }
}

/// A part whose trigger was just now.
fn job(part: u64, on_line: bool) -> Job {
    Job {
        part: PartId::new(part),
        trigger: Timestamp::now(),
        on_line,
        picture: PictureRef::None,
        golden: None,
        recipe: 0,
    }
}

fn begin(shared: &Shared<'_>, decider: &mut Decider<'_>, job: Job) {
    shared.ready.parts.begin(job.on_line);
    assert!(decider.handle(Message::Begun(job)).is_none());
}

/// The next decision that the recorder gets; nothing if none was sent.
fn sent(shared: &Shared<'_>) -> Option<Decided> {
    match shared.decided.receive(Duration::ZERO) {
        Received::Item(decided) => Some(decided),
        _ => None,
    }
}

fn detail(text: &str) -> Detail {
    cut(format_args!("{text}"))
}

#[test]
fn a_failed_part_is_decided_once() {
    with_decider(|mut decider, shared, _gate| {
        begin(shared, &mut decider, job(1, true));
        assert_eq!(shared.ready.parts.undecided(), 1);
        let fail = || Message::Failed(PartId::new(1), Cause::File, detail("why"));
        assert!(decider.handle(fail()).is_none());
        let decided = sent(shared).unwrap();
        assert_eq!(decided.job.part, PartId::new(1));
        assert_eq!(decided.verdict, Verdict::Fault(Cause::File));
        assert_eq!((decided.detail.as_str(), decided.armed), ("why", true));
        assert_eq!(shared.ready.parts.undecided(), 0);
        decider.handle(fail());
        assert!(sent(shared).is_none());
    });
}

#[test]
fn a_refused_part_on_the_line_is_not_armed() {
    with_decider(|mut decider, shared, _gate| {
        shared.ready.parts.begin(true);
        let refused = Message::Refused(job(1, true), Cause::QueueFull, detail("full"));
        assert!(decider.handle(refused).is_none());
        let decided = sent(shared).unwrap();
        assert_eq!(decided.verdict, Verdict::Fault(Cause::QueueFull));
        assert!(decided.job.on_line && !decided.armed);
        assert_eq!(shared.ready.parts.undecided(), 0);
    });
}

#[test]
fn parts_past_their_deadline_are_faults_and_younger_ones_stay_open() {
    with_decider(|mut decider, shared, _gate| {
        let old = Job {
            trigger: Timestamp::now() - DEADLINE,
            ..job(1, true)
        };
        let young = Job {
            trigger: Timestamp::now() + Duration::from_secs(3_600),
            ..job(2, true)
        };
        begin(shared, &mut decider, old);
        begin(shared, &mut decider, young);
        decider.expire();
        let decided = sent(shared).unwrap();
        assert_eq!(decided.job.part, PartId::new(1));
        assert_eq!(decided.verdict, Verdict::Fault(Cause::Deadline));
        assert_eq!(decided.detail, "no decision within 80 ms");
        assert!(decided.times.total >= DEADLINE);
        assert!(sent(shared).is_none() && !shared.open.is_empty());
    });
}

#[test]
fn the_file_of_a_decided_part_becomes_a_part_off_the_line() {
    with_decider(|mut decider, shared, _gate| {
        begin(shared, &mut decider, job(1, true));
        decider.handle(Message::Paired(PartId::new(1), frame(7), 0));
        let open = shared.open.take(PartId::new(1)).unwrap();
        assert_eq!(open.picture, frame(7));
        assert!(shared.open.is_empty());

        decider.handle(Message::Paired(PartId::new(1), frame(8), 1));
        let other = shared.open.take(PartId::new(100)).unwrap();
        assert_eq!((other.picture, other.on_line), (frame(8), false));
        assert_eq!(other.recipe, 1, "the one under which it began");
        assert_eq!(shared.ready.parts.under_way(), 2);
        assert_eq!(shared.ready.parts.undecided(), 1);
    });
}

#[test]
fn a_second_picture_makes_an_open_part_a_fault_and_takes_back_the_pass_of_a_decided_one() {
    with_decider(|mut decider, shared, _gate| {
        begin(shared, &mut decider, job(1, false));
        let doubted = || Message::Doubted(PartId::new(1), detail("two"));
        assert!(decider.handle(doubted()).is_none());
        let decided = sent(shared).unwrap();
        assert_eq!(decided.verdict, Verdict::Fault(Cause::TwoPictures));
        assert_eq!(decided.detail, "two");

        // Now the part is decided: each doubt is a verdict in the gate's queue, until it is full.
        for _ in 0..PARTS_MAX {
            decider.handle(doubted());
        }
        assert!(sent(shared).is_none());
        let full = decider.resolving.resolve(PartId::new(1), Verdict::Pass);
        assert!(full.is_err());
    });
}

#[test]
fn a_pass_that_the_gate_does_not_take_is_a_fault() {
    with_decider(|mut decider, shared, gate| {
        let pass = |decider: &mut Decider<'_>, on_line| {
            shared.ready.parts.begin(on_line);
            let undecided = Undecided::new(job(1, on_line));
            decider.decide(undecided, Verdict::Pass, Detail::new(), None);
            sent(shared).unwrap()
        };
        let decided = pass(&mut decider, true);
        assert_eq!((decided.verdict, decided.armed), (Verdict::Pass, true));
        drop(gate);
        let decided = pass(&mut decider, true);
        assert_eq!(decided.verdict, Verdict::Fault(Cause::QueueFull));
        assert_eq!(
            decided.detail,
            "gate: the gate has stopped; restart the station"
        );
        let decided = pass(&mut decider, false);
        assert_eq!((decided.verdict, decided.armed), (Verdict::Pass, false));
        // A fault keeps its cause.
        shared.ready.parts.begin(true);
        let undecided = Undecided::new(job(1, true));
        let fault = Verdict::Fault(Cause::Engine);
        decider.decide(undecided, fault, Detail::new(), None);
        assert_eq!(sent(shared).unwrap().verdict, fault);
    });
}

#[test]
fn only_an_inspected_part_changes_when_its_model_finished() {
    with_decider(|mut decider, _shared, _gate| {
        let never = Timestamp::default();
        let decide = |decider: &mut Decider<'_>, verdict, recipe| {
            let undecided = Undecided::new(Job {
                recipe,
                ..job(1, false)
            });
            decider.decide(undecided, verdict, Detail::new(), None);
            [0, 1].map(|model| decider.finished_at(model))
        };
        let faulty = decide(&mut decider, Verdict::Fault(Cause::File), 0);
        assert_eq!(faulty, [never; 2]);
        let before = Timestamp::now();
        let [first, other] = decide(&mut decider, Verdict::Pass, 1);
        assert!(first == never && other >= before);
        let [first, _] = decide(&mut decider, Verdict::Pass, 0);
        assert!(first >= before);
    });
}

#[test]
fn a_picture_that_was_decoded_for_another_recipe_is_not_inspected() {
    with_decider(|mut decider, shared, _gate| {
        for (recipe, admitted) in [(0, true), (1, false)] {
            let open = Job {
                picture: frame(7),
                ..job(1, false)
            };
            begin(shared, &mut decider, open);
            let decoded = Decoded {
                part: PartId::new(1),
                golden: None,
                recipe,
                picture: frame(7),
                input: (),
                result: Ok(()),
                sha256: None,
                wait: Duration::ZERO,
                decode: Duration::ZERO,
            };
            assert_eq!(decider.admit(&decoded).is_some(), admitted);
            let fault = sent(shared).map(|decided| decided.verdict);
            let expected = (!admitted).then_some(Verdict::Fault(Cause::Picture));
            assert_eq!(fault, expected);
            shared.open.take(PartId::new(1));
        }
    });
}

#[test]
fn the_alive_line_toggles_for_an_inspected_part_off_the_line() {
    let line = |offset, safe| LineSettings::numbered(offset, Level::High, safe);
    let lines = LinesSettings {
        alive: Some(line(1, Level::Low)),
        ..LinesSettings::with_reject(line(0, Level::High))
    };
    let settings = Settings {
        style: GateStyle::Pulse,
        delay_ms: 30,
        pulse_ms: 10,
        late_max_ms: 2_000,
        undecided_max: None,
        neighbours: Default::default(),
    };
    let (mut chip, _timeline) = Chip::new(1_000);
    let outputs = Outputs::open(&lines, |line| {
        chip.line(line.offset.unwrap(), line.safe.into())
    });
    let outputs = outputs.unwrap();
    let run = move || {
        let mut channels = Channels::new().unwrap();
        let Handles {
            resolving,
            control,
            mut events,
            gate,
            ..
        } = channels.split();
        let driver = Driver::new(settings, outputs, gate).unwrap();
        let shared = Shared::new(PartId::FIRST, Duration::ZERO, control).unwrap();
        let thumbnails = Thumbnails::default();
        thread::scope(|scope| {
            scope.spawn(|| driver.run().unwrap());
            // Dropped at the end of the scope, which stops the gate.
            let mut decider = Decider {
                meter: None,
                resolving,
                thumbnails: &thumbnails,
                keeper: None,
                shared: &shared,
                deadline: DEADLINE,
                recipes: [RECIPE].into_iter().collect(),
                finished_at: [Timestamp::default(); RECIPES_MAX],
            };
            let undecided = Undecided::new(job(1, false));
            decider.decide(undecided, Verdict::Pass, Detail::new(), None);
            let end = Timestamp::now() + Duration::from_secs(20);
            while !events.by_ref().any(|event| matches!(event, Event::Alive)) {
                assert!(Timestamp::now() < end, "the inspection is not reported");
                thread::sleep(Duration::from_millis(1));
            }
        });
    };
    let thread = thread::Builder::new().stack_size(64 << 20);
    thread.spawn(run).unwrap().join().unwrap();
}

#[test]
fn a_pass_of_which_the_gate_was_not_woken_still_counts_and_is_none_in_a_full_queue() {
    let part = PartId::new(1);
    let not_woken = SendError::Wake(board::wake::WakeError {
        call: "write(eventfd)",
        errno: nix::errno::Errno::ENOSPC,
    });
    assert_eq!(not_taken(Verdict::Pass, &not_woken), Verdict::Pass);
    let fault = Verdict::Fault(Cause::QueueFull);
    assert_eq!(not_taken(Verdict::Pass, &SendError::Full { part }), fault);
    assert_eq!(not_taken(Verdict::Pass, &SendError::Stopped), fault);
    let engine = Verdict::Fault(Cause::Engine);
    assert_eq!(not_taken(engine, &SendError::Stopped), engine);
}
