//! Rules over several keys.

use super::{changed, problems, read};

#[test]
fn every_rule_over_several_keys_is_checked() {
    for (from, to, expected) in [
        (
            "\"deadline_ms\": 7500",
            "\"deadline_ms\": 8001",
            "gate.deadline_ms: is 8001; allowed: up to gate.delay_ms",
        ),
        (
            "\"timeout_ms\": 30000",
            "\"timeout_ms\": 100",
            "engine.timeout_ms: is 100; allowed: gate.deadline_ms",
        ),
        (
            "\"part_interval_ms\": 500",
            "\"part_interval_ms\": 100",
            "up to 81 parts are under way, and the reject queue holds 64",
        ),
        (
            "\"active\": \"low\", \"safe\": \"low\"",
            "\"active\": \"high\", \"safe\": \"low\"",
            "lines.reject.safe: differs",
        ),
        (
            "\"offset\": 1",
            "\"offset\": 0",
            "lines.pass.offset: is 0, the line of lines.reject",
        ),
        (
            "\"offset\": 1, \"active\": \"high\"",
            "\"offset\": 1, \"active\": \"low\"",
            "lines.pass.safe: equals",
        ),
        (
            "\"offset\": 2, \"active\": \"high\"",
            "\"offset\": 2, \"active\": \"low\"",
            "lines.ready.safe: equals",
        ),
        (
            "\"x\": 240",
            "\"x\": 500",
            "recipe.part_present: reaches outside",
        ),
        (
            "\"brightness_max\": 255",
            "\"brightness_max\": 3",
            "recipe.part_present.brightness_min: is 40, above",
        ),
        (
            "\"recipe\": {",
            "\"recipe\": { \"drift\": { \"parts\": 10, \"baselines\": [
                { \"measure\": \"contrast\", \"normal\": 9, \"warning\": 2, \"fault\": 1 }] },",
            "recipe.drift.baselines[0].fault: is 1; allowed: 2 (its warning) or more",
        ),
        (
            "\"recipe\": {",
            "\"recipe\": { \"drift\": { \"parts\": 10, \"baselines\": [
                { \"measure\": \"contrast\", \"normal\": 9, \"warning\": 0, \"fault\": 1 }] },",
            "recipe.drift.baselines[0].warning: is 0, so every average",
        ),
        (
            "\"recipe\": {",
            "\"recipe\": { \"drift\": { \"parts\": 10, \"baselines\": [
                { \"measure\": \"contrast\", \"normal\": 9, \"warning\": 1, \"fault\": 2 },
                { \"measure\": \"contrast\", \"normal\": 8, \"warning\": 1, \"fault\": 2 }] },",
            "recipe.drift.baselines[1].measure: is \"contrast\" a second time",
        ),
        (
            "\"recipe\": {",
            "\"recipe\": { \"drift\": { \"parts\": 10, \"baselines\": [
                { \"measure\": \"contrast\", \"normal\": 128, \"warning\": 1, \"fault\": 2 }] },",
            "recipe.drift.baselines[0].normal: is 128; allowed: 0 to 127.5, which contrast can be",
        ),
        (
            "\"recipe\": {",
            "\"recipe\": { \"drift\": { \"parts\": 10, \"baselines\": [
                { \"measure\": \"brightness\", \"normal\": 100, \"warning\": 9, \"fault\": 156 }] },",
            "recipe.drift.baselines[0].fault: is 156, which no average can be away from 100; allowed: up to 155",
        ),
        (
            "\"blob_area_max_px\": 40",
            "\"blob_area_max_px\": 5",
            "blob_area_max_px: is 5; allowed: blob_area_min_px - 1 (11)",
        ),
        (
            "\"after\": \"keep\"",
            "\"after\": \"move\"",
            "source.directory.move_to: is empty",
        ),
        (
            "\"workers\": 1",
            "\"workers\": 3",
            "engine.slots: is 2; allowed: source.directory.workers (3)",
        ),
        (
            "\"files_max\":",
            "\"shifts\": [{\"name\": \"early\", \"start\": \"6:000\"}], \"files_max\":",
            "journal.shifts[0].start: is \"6:000\"; allowed: a time of the day",
        ),
        (
            "\"files_max\":",
            "\"shifts\": [{\"name\": \"a\", \"start\": \"24:00\"}], \"files_max\":",
            "journal.shifts[0].start: is \"24:00\"; allowed: a time of the day",
        ),
        (
            "\"files_max\":",
            "\"shifts\": [{\"name\": \"a\", \"start\": \"06:00\"}, {\"name\": \"b\", \"start\": \"06:00\"}], \"files_max\":",
            "journal.shifts[1].start: is \"06:00\" a second time",
        ),
        (
            "\"files_max\":",
            "\"shifts\": [{\"name\": \"a\", \"start\": \"06:00\"}, {\"name\": \"a\", \"start\": \"14:00\"}], \"files_max\":",
            "journal.shifts[1].name: is \"a\" a second time",
        ),
        (
            "\"file\": \"screen.png\"",
            "\"file\": \"\"",
            "display.file: is empty",
        ),
        (
            r#""display": { "kind": "png_colour", "file": "screen.png" }"#,
            r#""display": { "kind": "sh1106", "device": "/dev/i2c-2", "rotation_degrees": 90 }"#,
            "display.rotation_degrees: is 90; this screen is 128 x 64 pixels",
        ),
        (
            "\"mask\": \"argmax\",\n    \"scores\": \"softmax\"",
            "\"mask\": \"\",\n    \"scores\": \"\"",
            "engine.mask: is empty",
        ),
    ] {
        let found = problems(&changed(from, to));
        assert_eq!(found.len(), 1, "{to}: {found:#?}");
        assert!(found[0].contains(expected), "{to}: {found:#?}");
    }
}

#[test]
fn a_name_belongs_to_one_class() {
    let second = |name: &str| {
        let class = format!(
            "\"classes\": [{{\"class\": 2, \"name\": \"{name}\", \"score_min\": 0.5, \"blob_area_min_px\": 1, \"blob_area_max_px\": 1, \"total_area_max_px\": 1}},"
        );
        problems(&changed("\"classes\": [", &class))
    };
    assert_eq!(second("pit"), [""; 0]);
    let found = second("defect");
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(
        found[0].contains("recipe.classes[1].name: is \"defect\" a second time"),
        "{found:#?}"
    );
}

/// A picture's timestamp is wrong by at most one kernel tick. A part whose picture is missing must
/// not get the next part's picture.
#[test]
fn the_pairing_window_is_shorter_than_the_part_interval() {
    let trigger = "\"trigger\": {\"chip\": \"simulated\", \"offset\": 9, \"active\": \"low\", \"bias\": \"pull_up\", \"debounce_us\": 500, \"undecided_max\": 1}, \"recipe\":";
    for (most, expected) in [
        (550, None),
        (
            551,
            Some(
                "so pictures may come within 491 ms; allowed: 10 ms less than gate.part_interval_ms (500)",
            ),
        ),
        (60, Some("allowed with a trigger: above pair_min_ms (60)")),
    ] {
        let workers = format!("\"workers\": 1, \"pair_min_ms\": 60, \"pair_max_ms\": {most} }}");
        let text = changed("\"workers\": 1 }", &workers).replacen("\"recipe\":", trigger, 1);
        let found = problems(&text);
        let expected: Vec<_> = expected.into_iter().collect();
        assert_eq!(found.len(), expected.len(), "{most}: {found:#?}");
        for (found, expected) in found.iter().zip(expected) {
            assert!(found.contains(expected), "{found}");
        }
    }
}

/// A scan finds a picture late, and the gate must allow for that.
#[test]
fn the_interval_of_scans_fits_the_gate_or_the_window_of_a_trigger() {
    let trigger = "\"trigger\": {\"chip\": \"simulated\", \"offset\": 9, \"active\": \"low\", \"bias\": \"pull_up\", \"debounce_us\": 500, \"undecided_max\": 1}, \"recipe\":";
    let window = "\"pair_min_ms\": 60, \"pair_max_ms\": 360, ";
    let third = "less than a third of pair_max_ms less pair_min_ms (300)";
    for (has_trigger, poll_ms, deadline_ms, expected) in [
        (false, 99, 7500, None),
        (
            false,
            100,
            7500,
            Some("less than two thirds of gate.pulse_ms (150)"),
        ),
        (false, 99, 298, None),
        (
            false,
            99,
            297,
            Some("less than a third of gate.deadline_ms (297)"),
        ),
        (true, 99, 7500, None),
        (true, 100, 7500, Some(third)),
        (true, 9, 7500, Some("allowed: 0, or 10 and more")),
    ] {
        let pairing = if has_trigger { window } else { "" };
        let workers = format!("\"workers\": 1, {pairing}\"poll_ms\": {poll_ms} }}");
        let deadline = format!("\"deadline_ms\": {deadline_ms}");
        let text =
            changed("\"workers\": 1 }", &workers).replacen("\"deadline_ms\": 7500", &deadline, 1);
        let text = if has_trigger {
            text.replacen("\"recipe\":", trigger, 1)
        } else {
            text
        };
        let found = problems(&text);
        let expected: Vec<_> = expected.into_iter().collect();
        assert_eq!(found.len(), expected.len(), "{poll_ms}: {found:#?}");
        for (found, expected) in found.iter().zip(expected) {
            assert!(found.contains(expected), "{found}");
        }
    }
}

/// The gate must know of each part before it arrives, however long the debounce takes.
#[test]
fn the_debounce_must_fit_the_gates_times() {
    const EMULATED: &str = include_str!("../../../board/stations/emulated.json");
    let pulse = ("\"style\": \"divert\"", "\"style\": \"pulse\"");
    let interval = ("\"part_interval_ms\": 400", "\"part_interval_ms\": 500");
    let (delay, deadline) = (
        ("\"delay_ms\": 2000", "\"delay_ms\": 330"),
        ("\"deadline_ms\": 1900", "\"deadline_ms\": 300"),
    );
    let short = "shorter than gate.part_interval_ms";
    let known = "with \"pulse\", 0, or so short";
    for (debounce_us, changes, expected) in [
        (399_999, &[][..], None),
        (400_000, &[], Some(short)),
        // The trigger is known 400 ms after its edge, but due at 330 ms.
        (400_000, &[pulse, interval, delay, deadline], Some(short)),
        (300_000, &[interval, delay, deadline], Some(short)),
        (299_999, &[interval, delay, deadline], None),
        (30_000, &[pulse, interval, delay, deadline], None),
        (30_001, &[pulse, interval, delay, deadline], Some(known)),
        (0, &[pulse, interval, delay, deadline], None),
    ] {
        let to = format!("\"debounce_us\": {debounce_us}");
        let text = [("\"debounce_us\": 2000", to.as_str())]
            .iter()
            .chain(changes)
            .fold(EMULATED.to_owned(), |text, (from, to)| {
                assert!(text.contains(from), "{from}");
                text.replacen(from, to, 1)
            });
        let found = problems(&text);
        let expected: Vec<_> = expected.into_iter().collect();
        assert_eq!(found.len(), expected.len(), "{debounce_us}: {found:#?}");
        for (found, expected) in found.iter().zip(expected) {
            let start = format!("trigger.debounce_us: is {debounce_us}; allowed: {expected}");
            assert!(found.contains(&start), "{found}");
        }
    }
}

#[test]
fn a_missing_delay_is_one_problem() {
    const EMULATED: &str = include_str!("../../../board/stations/emulated.json");
    for style in ["divert", "pulse"] {
        let text = EMULATED
            .replacen("\"delay_ms\": 2000,", "\"gap_min_ms\": 20,", 1)
            .replacen("\"divert\"", &format!("\"{style}\""), 1);
        let found = problems(&text);
        assert_eq!(found.len(), 1, "{style}: {found:#?}");
        assert!(found[0].contains("gate.delay_ms: missing"), "{found:#?}");
    }
}

#[test]
fn the_late_limit_is_at_most_the_pulse() {
    let late_max_ms = |text: &str| read(text.as_bytes()).unwrap().gate.late_max_ms();
    for (given_ms, expected_ms) in [(1, 1), (150, 150), (151, 150), (60_000, 150)] {
        let to = format!("\"late_max_ms\": {given_ms}");
        let text = changed("\"late_max_ms\": 75", &to);
        assert_eq!(late_max_ms(&text), expected_ms);
    }
    let default = |pulse_ms: u32| {
        let text = changed(",\n    \"late_max_ms\": 75", "");
        let pulse = format!("\"pulse_ms\": {pulse_ms}");
        late_max_ms(&text.replacen("\"pulse_ms\": 150", &pulse, 1))
    };
    assert_eq!([1, 2, 9, 20, 400].map(default), [1, 1, 4, 10, 10]);
}
