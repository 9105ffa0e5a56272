//! What the screens are to show.

use core::time::Duration;
use sluice::control::{Expected, Latch, Latches, Progress};
use sluice::drift::{Baseline, Drifted, Level, Measure};
use sluice::language::Language;
use sluice::part::{Cause, PartId, Reason, Verdict};
use sluice::screen::{
    BeltSpeed, Counters, CycleTimes, GateCounters, LastPart, Notice, StationState, View,
};

pub fn cycle() -> CycleTimes {
    let [last, p99, max] = [1020, 1015, 1020].map(Duration::from_millis);
    CycleTimes { last, p99, max }
}

pub fn view(state: StationState, verdict: Option<Verdict>) -> View<'static> {
    View {
        station: "line 3, cell B",
        language: Language::English,
        recipe: "",
        state,
        notice: None,
        last: verdict.map(|verdict| LastPart {
            part: PartId::new(1234),
            verdict,
        }),
        counters: Counters {
            triggers: 1240,
            pass: 1200,
            reject: 33,
            fault: 6,
            missed: 0,
            late: 2,
            unconfirmed: 0,
            gate: GateCounters {
                passed: 1178,
                rejected: 61,
                good_rejected: 22,
                overlap: 22,
                not_on_line: 0,
            },
        },
        belt: None,
        drift: None,
        cycle: cycle(),
        shift: "",
        picture: None,
    }
}

pub const BLOB: Verdict = Verdict::Reject(Reason::BlobArea {
    class: 1,
    area_px: 812,
    limit_px: 40,
    x: 310,
    y: 455,
});

/// The longest possible texts, with missed triggers.
pub fn crowded() -> View<'static> {
    let mut view = view(
        StationState::Starting,
        Some(Verdict::Reject(Reason::BlobArea {
            class: 1,
            area_px: 921_600,
            limit_px: 921_599,
            x: 1234,
            y: 1234,
        })),
    );
    view.station = "a name that is far longer than any screen is wide, with \u{fc}mlauts";
    view.counters = Counters {
        triggers: 0,
        pass: 999_999,
        reject: 12_345_678,
        fault: 123_456,
        missed: 4_321,
        late: u64::MAX,
        unconfirmed: 0,
        gate: GateCounters {
            passed: 987_654,
            rejected: u64::MAX,
            ..GateCounters::default()
        },
    };
    view.cycle.last = Duration::from_secs(100);
    view.cycle.max = view.cycle.last;
    view.shift = "a shift with a name of 32 letters";
    view
}

pub fn missed() -> View<'static> {
    let mut view = view(StationState::Busy, Some(Verdict::Fault(Cause::Missed)));
    view.shift = "early";
    view.counters.missed = 17;
    view
}

/// The screens of a station with several recipes.
pub fn recipes() -> [(&'static str, View<'static>); 3] {
    let of = |state, notice| View {
        recipe: "flange",
        notice,
        ..view(state, Some(BLOB))
    };
    [
        ("recipe", of(StationState::Ready, None)),
        (
            "recipe_changes",
            of(StationState::Busy, Some(Notice::RecipeChanges)),
        ),
        ("no_recipe", of(StationState::Fault, Some(Notice::NoRecipe))),
    ]
}

/// The screens of the modes, of challenges, and of what waits for a reset.
pub fn by_hand() -> [(&'static str, View<'static>); 10] {
    let of = |state, notice| View {
        notice,
        ..view(state, Some(BLOB))
    };
    let stopped = |by_command| Some(Notice::Stopped { by_command });
    let latched = |causes: &[Latch]| {
        let all = causes.iter().fold(Latches::default(), |all, cause| {
            all.with(Latches::of(*cause))
        });
        Some(Notice::ResetNeeded(all))
    };
    let challenge = |progress| of(StationState::Challenge, Some(Notice::Challenge(progress)));
    let part = |number, expected| {
        challenge(Progress::NextPart {
            number,
            of: 8,
            expected,
        })
    };
    let (halted, waits) = (StationState::Halted, StationState::Latched);
    [
        ("test", of(StationState::Test, None)),
        ("stopped", of(halted, stopped(false))),
        ("stopped_by_command", of(halted, stopped(true))),
        ("reset", of(waits, latched(&[Latch::RejectsInARow]))),
        ("challenge_waits", challenge(Progress::Waiting)),
        (
            "challenge_picture",
            challenge(Progress::Picture { number: 2, of: 4 }),
        ),
        ("challenge_good", part(1, Expected::Pass)),
        ("challenge_bad", part(8, Expected::Reject)),
        ("challenge_failed", of(waits, latched(&[Latch::Challenge]))),
        (
            "reset_more",
            of(
                waits,
                latched(&[Latch::BinFull, Latch::Unconfirmed, Latch::Disk]),
            ),
        ),
    ]
}

/// The screens of a station whose pictures drift.
pub fn drifting() -> [(&'static str, View<'static>); 3] {
    let drifted = |measure, normal, average| {
        Some(Drifted {
            baseline: Baseline {
                measure,
                normal,
                warning: 10.0,
                fault: 20.0,
            },
            average,
            level: Level::Warning,
        })
    };
    let of = |verdict, drift| View {
        drift,
        ..view(StationState::Ready, Some(verdict))
    };
    let brightness = drifted(Measure::Brightness, 93.1, 81.24);
    let saturated = drifted(Measure::SaturatedPercent, 0.2, 12.0);
    [
        ("drift", of(Verdict::Pass, brightness)),
        ("drift_long", of(Verdict::Pass, saturated)),
        // The reason of a reject comes first.
        ("drift_reason", of(BLOB, brightness)),
    ]
}

/// The screens of a station with an encoder.
pub fn with_belt() -> [(&'static str, View<'static>); 4] {
    let of = |state, verdict, ticks_per_s, notice| View {
        belt: Some(BeltSpeed::rounded(ticks_per_s)),
        notice,
        ..view(state, Some(verdict))
    };
    let stands = Some(Notice::Belt);
    [
        ("belt", of(StationState::Ready, Verdict::Pass, 1999, None)),
        ("belt_stop", of(StationState::Ready, Verdict::Pass, 0, None)),
        // Only if there is space beside the reason.
        ("belt_reason", of(StationState::Busy, BLOB, 99, None)),
        ("belt_fault", of(StationState::Fault, BLOB, 0, stands)),
    ]
}

/// Screens in Chinese, with Chinese names.
pub fn in_chinese() -> Vec<(String, View<'static>)> {
    let named = by_hand().into_iter().chain(recipes()).chain(drifting());
    let mut all: Vec<_> = named
        .chain(with_belt())
        .map(|(name, view)| (format!("chinese_{name}"), view))
        .collect();
    for (name, state, verdict) in [
        ("pass", StationState::Busy, Some(Verdict::Pass)),
        ("reject", StationState::Ready, Some(BLOB)),
        ("starting", StationState::Starting, None),
    ] {
        all.push((format!("chinese_{name}"), view(state, verdict)));
    }
    all.push(("chinese_missed".to_owned(), missed()));
    for (_, view) in &mut all {
        view.language = Language::Chinese;
        view.station = "三号线B工位";
        if !view.recipe.is_empty() {
            view.recipe = "法兰";
        }
        if !view.shift.is_empty() {
            view.shift = "早班";
        }
    }
    all
}
