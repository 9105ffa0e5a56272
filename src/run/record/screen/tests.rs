use super::*;
use crate::language::Language;
use crate::part::{PartId, Verdict};
use board::display::{DisplayError, Fault};
use std::sync::mpsc::{Receiver, Sender, channel};

/// What a screen was told to show: part, count of passes, and width of the picture.
type Shown = (Option<u64>, u64, Option<u32>);

/// A display that reports when it begins. The test says when it ends, and whether it succeeds.
struct Puppet {
    begun: Sender<Shown>,
    results: Receiver<bool>,
    line_delay_max: Duration,
}

impl Screen for Puppet {
    fn show(&mut self, view: &View<'_>) -> Result<(), DisplayError> {
        let part = view.last.map(|last| last.part.number());
        let picture = view.picture.map(Thumbnail::width_px);
        let _ = self.begun.send((part, view.counters.pass, picture));
        if self.results.recv().unwrap_or(true) {
            return Ok(());
        }
        Err(DisplayError {
            device: "puppet".into(),
            fault: Fault::Open(io::ErrorKind::NotFound.into()),
        })
    }

    fn line_delay_max(&self) -> Duration {
        self.line_delay_max
    }
}

struct Stage {
    thread: ScreenThread,
    begun: Receiver<Shown>,
    results: Sender<bool>,
    thumbnails: Thumbnails,
}

fn stage(line_delay_max: Duration) -> Stage {
    let (begun_sender, begun) = channel();
    let (results, results_receiver) = channel();
    let puppet = Puppet {
        begun: begun_sender,
        results: results_receiver,
        line_delay_max,
    };
    let station = IdentitySettings {
        name: "test".parse().unwrap(),
        language: Language::English,
    };
    let (thread, thumbnails) = ScreenThread::start(Box::new(puppet), station).unwrap();
    Stage {
        thread,
        begun,
        results,
        thumbnails,
    }
}

fn scene(part: u64, picture: PartPicture) -> Scene {
    Scene {
        recipe: Default::default(),
        state: StationState::Ready,
        notice: None,
        last: Some(LastPart {
            part: PartId::new(part),
            verdict: Verdict::Pass,
        }),
        counters: Counters {
            pass: part,
            ..Counters::default()
        },
        cycle: CycleTimes::default(),
        shift: NameText::new(),
        belt: None,
        drift: None,
        picture,
    }
}

/// Later than the end of every wait in these tests.
fn later() -> Timestamp {
    Timestamp::now() + LAST_SCENE * 10
}

impl Stage {
    fn thumbnail(&self) -> Option<Thumbnail> {
        match self.thumbnails.receive(Duration::ZERO) {
            crate::bounded::channel::Received::Item(thumbnail) => Some(thumbnail),
            _ => None,
        }
    }

    fn next(&self) -> Shown {
        self.begun.recv_timeout(Duration::from_secs(20)).unwrap()
    }
}

#[test]
fn a_hanging_display_holds_up_no_other_thread_and_shows_the_latest_scene_in_the_end() {
    let stage = stage(Duration::ZERO);
    let start = Instant::now();
    stage.thread.show(scene(1, PartPicture::Next(None)));
    assert_eq!(stage.next(), (Some(1), 1, None));
    // It hangs now.
    for part in 2..=1000 {
        let thumbnail = stage.thumbnail();
        assert!(thumbnail.is_some(), "part {part}: no thumbnail is free");
        stage.thread.show(scene(part, PartPicture::Next(thumbnail)));
    }
    // The picture of a waiting scene is kept.
    stage.thread.show(scene(1001, PartPicture::Same));
    assert!(start.elapsed() < Duration::from_secs(1));
    stage.results.send(true).unwrap();
    assert_eq!(stage.next(), (Some(1001), 1001, Some(160)));
    stage.results.send(true).unwrap();
    // The picture stays as long as its verdict, and disappears with it.
    stage.thread.show(scene(1002, PartPicture::Same));
    assert_eq!(stage.next(), (Some(1002), 1002, Some(160)));
    stage.results.send(true).unwrap();
    stage.thread.show(scene(1003, PartPicture::Next(None)));
    assert_eq!(stage.next(), (Some(1003), 1003, None));
    stage.results.send(true).unwrap();
    let thumbnails = core::iter::from_fn(|| stage.thumbnail());
    assert_eq!(thumbnails.count(), THUMBNAILS);
    stage.thread.end(later());
}

#[test]
fn a_display_that_failed_is_tried_again_with_the_latest_scene() {
    let stage = stage(Duration::ZERO);
    stage.thread.show(scene(1, PartPicture::Next(None)));
    assert_eq!(stage.next().1, 1);
    let failed = Instant::now();
    stage.results.send(false).unwrap();
    for part in 2..=5 {
        stage.thread.show(scene(part, PartPicture::Same));
    }
    assert_eq!(stage.next().1, 5);
    assert!(failed.elapsed() >= RETRY, "not before the pause is over");
    // It is tried again without a new scene.
    stage.results.send(false).unwrap();
    assert_eq!(stage.next().1, 5);
    stage.results.send(true).unwrap();
    // It works, so the next scene is shown at once.
    let works = Instant::now();
    stage.thread.show(scene(6, PartPicture::Same));
    assert_eq!(stage.next().1, 6);
    assert!(works.elapsed() < RETRY);
    stage.results.send(true).unwrap();
    stage.thread.end(later());
}

#[test]
fn a_scene_is_done_when_it_or_a_later_one_was_shown() {
    let stage = stage(Duration::from_millis(300));
    assert_eq!(stage.thread.line_delay_max(), Duration::from_millis(300));
    let first = stage.thread.show(scene(1, PartPicture::Next(None)));
    assert_eq!(stage.next().1, 1);
    // It hangs now, and no caller waits for it.
    let second = stage.thread.show(scene(2, PartPicture::Next(None)));
    let third = stage.thread.show(scene(3, PartPicture::Same));
    assert!(first < second && second < third);
    assert!(!stage.thread.is_done_with(first));
    stage.results.send(true).unwrap();
    assert_eq!(stage.next().1, 3);
    assert!(stage.thread.is_done_with(first) && !stage.thread.is_done_with(second));
    stage.results.send(true).unwrap();
    let shown = |inner: &Inner| inner.done == inner.left;
    drop(stage.thread.handover.wait(Some(LAST_SCENE * 20), shown));
    assert!(stage.thread.is_done_with(third));
}

#[test]
fn the_end_waits_for_the_last_scene_for_a_limited_time() {
    let quick = stage(Duration::ZERO);
    quick.thread.show(scene(7, PartPicture::Same));
    quick.results.send(true).unwrap();
    quick.thread.end(later());
    assert_eq!(quick.begun.try_recv().map(|shown| shown.1), Ok(7));

    let hanging = stage(Duration::ZERO);
    hanging.thread.show(scene(8, PartPicture::Same));
    hanging.next();
    let start = Instant::now();
    hanging.thread.end(later());
    let waited = start.elapsed();
    assert!(
        waited >= LAST_SCENE && waited < 3 * LAST_SCENE,
        "{waited:?}"
    );

    let ending = stage(Duration::ZERO);
    ending.thread.show(scene(9, PartPicture::Same));
    ending.next();
    let start = Instant::now();
    ending.thread.end(Timestamp::now());
    assert!(start.elapsed() < LAST_SCENE, "the stop is already over");
}
