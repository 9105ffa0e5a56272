//! The scenes of the diagrams: the gate's keys, and the parts.

/// One diagram.
#[derive(Debug)]
pub struct Scene {
    /// Its file, without the extension.
    pub name: &'static str,
    /// Its title.
    pub title: &'static str,
    /// The members of the section `gate` of its station file.
    pub gate: &'static str,
    /// The keys of the section `encoder` that matter, and how the belt moves; empty without one.
    pub encoder: &'static str,
    /// The runs of the belt, one after the other.
    pub belt: &'static [Run],
    /// The parts, in the order of their triggers.
    pub parts: &'static [Part],
    /// The end of its time axis.
    pub end_ms: u64,
}

/// The belt moves by `step` ticks every `every_ms`, until `until_ms`. It stands if `step` is 0.
#[derive(Debug)]
pub struct Run {
    /// The end.
    pub until_ms: u64,
    /// The time of a tick.
    pub every_ms: u64,
    /// 1, -1 or 0.
    pub step: i64,
}

impl Scene {
    /// The ticks of the belt: time and step.
    pub fn ticks(&self) -> Vec<(u64, i64)> {
        let mut ticks = Vec::new();
        let mut from_ms = 0;
        for run in self.belt {
            let times = (from_ms + run.every_ms..=run.until_ms)
                .step_by(usize::try_from(run.every_ms).unwrap_or(1));
            ticks.extend(
                times
                    .filter(|_| run.step != 0)
                    .map(|time_ms| (time_ms, run.step)),
            );
            from_ms = run.until_ms;
        }
        ticks
    }
}

/// One part.
#[derive(Debug)]
pub struct Part {
    /// The time of its trigger.
    pub trigger_ms: u64,
    /// What its inspection finds.
    pub finding: Finding,
    /// How long the inspection takes.
    pub inspection_ms: u64,
}

/// What an inspection finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finding {
    /// The part is good.
    Good,
    /// It is not.
    Bad,
    /// The inspection does not end.
    None,
}

use Finding::{Bad, Good};

const fn part(trigger_ms: u64, finding: Finding) -> Part {
    after(trigger_ms, finding, 15)
}

const fn after(trigger_ms: u64, finding: Finding, inspection_ms: u64) -> Part {
    Part {
        trigger_ms,
        finding,
        inspection_ms,
    }
}

const fn run(until_ms: u64, every_ms: u64, step: i64) -> Run {
    Run {
        until_ms,
        every_ms,
        step,
    }
}

/// All diagrams of `docs/gate.md` and `docs/encoder.md`.
pub const SCENES: &[Scene] = &[
    Scene {
        name: "pulse",
        title: "Only a PASS that came in time cancels the reject",
        gate: r#""style": "pulse", "delay_ms": 80, "pulse_ms": 25, "deadline_ms": 80, "part_interval_ms": 40"#,
        encoder: "",
        belt: &[],
        parts: &[
            part(5, Good),
            part(50, Bad),
            after(95, Finding::None, 0),
            after(140, Good, 88),
        ],
        end_ms: 270,
    },
    Scene {
        name: "dead-time",
        title: "dead_time_ms. The line moves before the part is at the gate",
        gate: r#""style": "pulse", "delay_ms": 80, "pulse_ms": 25, "deadline_ms": 60, "part_interval_ms": 40, "dead_time_ms": 20"#,
        encoder: "",
        belt: &[],
        parts: &[part(5, Good), part(50, Bad), part(95, Good)],
        end_ms: 220,
    },
    Scene {
        name: "overlap-merge",
        title: "overlap: merge. Pulses that overlap become one movement",
        gate: r#""style": "pulse", "delay_ms": 60, "pulse_ms": 40, "deadline_ms": 60, "part_interval_ms": 25"#,
        encoder: "",
        belt: &[],
        parts: &[part(5, Bad), part(30, Bad), part(55, Good), part(90, Good)],
        end_ms: 210,
    },
    Scene {
        name: "overlap-extend",
        title: "overlap: extend. A whole pulse is added, up to extend_max_ms after the due time",
        gate: r#""style": "pulse", "delay_ms": 60, "pulse_ms": 40, "deadline_ms": 60, "part_interval_ms": 25, "overlap": "extend", "extend_max_ms": 50"#,
        encoder: "",
        belt: &[],
        parts: &[part(5, Bad), part(30, Bad), part(55, Good), part(90, Good)],
        end_ms: 210,
    },
    Scene {
        name: "gap-pulse",
        title: "gap_min_ms with pulse. Too little rest: the gate stays closed, and the good part goes too",
        gate: r#""style": "pulse", "delay_ms": 60, "pulse_ms": 20, "deadline_ms": 60, "part_interval_ms": 20, "gap_min_ms": 20"#,
        encoder: "",
        belt: &[],
        parts: &[
            part(5, Bad),
            part(26, Good),
            part(42, Bad),
            part(78, Good),
            part(100, Bad),
        ],
        end_ms: 210,
    },
    Scene {
        name: "gap-undecided",
        title: "gap_min_ms with pulse. A part without a verdict counts as rejected until its PASS",
        gate: r#""style": "pulse", "delay_ms": 60, "pulse_ms": 20, "deadline_ms": 60, "part_interval_ms": 20, "gap_min_ms": 20"#,
        encoder: "",
        belt: &[],
        parts: &[part(5, Bad), after(40, Good, 55)],
        end_ms: 150,
    },
    Scene {
        name: "divert-close",
        title: "after_pass: close. The gate opens for each good part and closes behind it",
        gate: r#""style": "divert", "delay_ms": 60, "pulse_ms": 25, "deadline_ms": 60, "part_interval_ms": 35"#,
        encoder: "",
        belt: &[],
        parts: &[
            part(5, Good),
            part(45, Good),
            part(85, Bad),
            part(125, Good),
        ],
        end_ms: 240,
    },
    Scene {
        name: "divert-hold",
        title: "after_pass: hold. The gate keeps its side until a part needs the other one",
        gate: r#""style": "divert", "delay_ms": 60, "pulse_ms": 25, "deadline_ms": 60, "part_interval_ms": 35, "after_pass": "hold""#,
        encoder: "",
        belt: &[],
        parts: &[
            part(5, Good),
            part(45, Good),
            part(85, Bad),
            part(125, Good),
        ],
        end_ms: 240,
    },
    Scene {
        name: "gap-divert",
        title: "gap_min_ms with divert. The gate opens only after its rest, or stays closed",
        gate: r#""style": "divert", "delay_ms": 60, "pulse_ms": 20, "deadline_ms": 60, "part_interval_ms": 40, "gap_min_ms": 20"#,
        encoder: "",
        belt: &[],
        parts: &[part(5, Good), part(35, Good), part(85, Good)],
        end_ms: 190,
    },
    Scene {
        name: "gap-hold",
        title: "gap_min_ms with hold. The gate opens only if it can close again in time",
        gate: r#""style": "divert", "delay_ms": 60, "pulse_ms": 15, "deadline_ms": 60, "part_interval_ms": 30, "after_pass": "hold", "gap_min_ms": 25"#,
        encoder: "",
        belt: &[],
        parts: &[
            part(5, Good),
            part(40, Bad),
            part(72, Good),
            part(90, Bad),
            part(125, Good),
        ],
        end_ms: 240,
    },
    Scene {
        name: "belt-stands",
        title: "A belt that stops. Delay and pulse in ticks",
        gate: r#""style": "pulse", "delay_ticks": 40, "pulse_ticks": 12, "deadline_ms": 40, "part_interval_ms": 20"#,
        encoder: r#""ticks_per_s_max": 1000, "ticks_per_s_min": 100"#,
        belt: &[run(60, 2, 1), run(110, 2, 0), run(240, 2, 1)],
        parts: &[part(5, Bad), part(45, Good)],
        end_ms: 240,
    },
    Scene {
        name: "belt-reverses",
        title: "A belt that reverses. Delay and pulse in ticks",
        gate: r#""style": "pulse", "delay_ticks": 40, "pulse_ticks": 12, "deadline_ms": 40, "part_interval_ms": 20"#,
        encoder: r#""ticks_per_s_max": 1000, "ticks_per_s_min": 100"#,
        belt: &[run(90, 2, 1), run(130, 2, -1), run(240, 2, 1)],
        parts: &[part(5, Bad), part(45, Good)],
        end_ms: 240,
    },
];
