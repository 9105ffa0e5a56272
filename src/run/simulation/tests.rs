//! The simulation as a test.

use super::steps::{Golden, Kind, Switch, Thread};
use super::{Step, Tally, What, run, steps};
use std::path::PathBuf;

fn directory(name: &str) -> PathBuf {
    let memory = PathBuf::from("/dev/shm");
    let base = if memory.is_dir() {
        memory
    } else {
        std::env::temp_dir()
    };
    base.join(format!("sluice-simulation-{}-{name}", std::process::id()))
}

/// Runs on a stack with space for the queues, which an unoptimised build copies there.
fn on_large_stack<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let thread = std::thread::Builder::new().stack_size(64 << 20);
    thread.spawn(work).unwrap().join().unwrap()
}

fn simulate(seed: u64, parts: u64) -> Tally {
    let directory = directory(&format!("{seed}"));
    let result = run(seed, &steps(seed, parts), &directory);
    let _ = std::fs::remove_dir_all(&directory);
    result.unwrap_or_else(|failure| panic!("seed {seed}, {parts} parts: {failure}"))
}

#[test]
fn the_station_keeps_its_promises_in_a_simulated_life() {
    let tally = on_large_stack(|| simulate(1, 3_000));
    println!("{tally:?}");
}

#[test]
fn a_step_is_a_line_of_text() {
    let mut all = vec![
        What::Stalled(7),
        What::SlowLine(8),
        What::ClockStep(-9),
        What::Reset,
        What::Command(true),
        What::SelfCheck(false),
        What::Kill(10),
        What::Belt(-11),
        What::Slip(12),
        What::LostTicks(13),
        What::HiddenTick,
        What::Code(3),
        What::Recipe(1),
        What::Challenge(true),
    ];
    all.extend(Golden::ALL.iter().map(|golden| What::Golden(*golden)));
    all.extend(Kind::ALL.iter().map(|kind| What::Part(*kind)));
    all.extend(Thread::ALL.iter().map(|thread| What::Held(*thread, 5)));
    all.extend(Switch::ALL.iter().map(|switch| What::Set(*switch, true)));
    for (number, what) in (0..).zip(all) {
        let step = Step {
            number,
            after_us: 11,
            what,
        };
        assert_eq!(step.to_string().parse(), Ok(step));
    }
    assert!("3 4 part nothing".parse::<Step>().is_err());
}
