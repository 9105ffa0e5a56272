//! Rules about the input lines, the limits and the confirmation.

use super::{HOST, changed, problems};
use crate::station::file::{ConfirmSettings, InputName, Sees};

/// The host file with these sections and this `gate.confirm`.
fn with(inputs: &str, limits: &str, confirm: &str) -> String {
    let sections = format!(r#""inputs": {{ {inputs} }}, "limits": {{ {limits} }}, "display""#);
    let confirm = format!(r#""late_max_ms": 75{confirm}"#);
    changed(r#""display""#, &sections).replacen(r#""late_max_ms": 75"#, &confirm, 1)
}

const CONFIRM: &str =
    r#""confirm": { "offset": 20, "active": "low", "bias": "pull_up", "debounce_us": 1000 }"#;

#[test]
fn every_input_and_limit_may_be_given() {
    let line = |name: &str, offset| {
        format!(
            r#""{name}": {{ "chip": "/dev/gpiochip4", "offset": {offset}, "active": "high", "bias": "as_is", "debounce_us": 5 }}"#
        )
    };
    let names = [
        "run",
        "test",
        "reset",
        "lamp_test",
        "bin_full",
        "confirm",
        "belt",
        "challenge",
        "recipe_0",
        "recipe_1",
        "recipe_2",
        "recipe_3",
    ];
    let golden = r#""challenge": { "by": "picture", "parts": [
        { "picture": "a.png", "expect": "pass" }, { "picture": "b.png", "expect": "reject" } ] },
        "recipes": [ { "name": "plate", "code": 2, "classes": [ { "class": 1, "name": "defect", "score_min": 0.5,
            "blob_area_min_px": 4, "blob_area_max_px": 20, "total_area_max_px": 40 } ] } ], "display""#;
    let inputs: Vec<_> = (0..)
        .zip(names)
        .map(|(offset, name)| line(name, offset))
        .collect();
    let limits = r#""latch_faults": true, "rejects_in_a_row": 3, "reject_rate": { "parts": 50, "max_percent": 20 }"#;
    let confirm = r#", "confirm": { "sees": "passed", "min_ms": 10, "max_ms": 300 }"#;
    let encoder = r#""encoder": { "offset": 30, "active": "high", "bias": "as_is", "ticks_per_s_max": 9, "ticks_per_s_min": 9 }, "inputs""#;
    let text = with(&inputs.join(", "), limits, confirm)
        .replacen("\"inputs\"", encoder, 1)
        .replacen(r#""display""#, golden, 1);
    let station = crate::station::read(text.as_bytes()).unwrap();
    let keys: Vec<_> = station.inputs.inputs().map(|(name, _)| name).collect();
    assert_eq!(keys, InputName::ALL);
    assert!(station.limits.latch_faults);
    let expected = ConfirmSettings {
        sees: Sees::Passed,
        min_ms: 10,
        max_ms: 300,
        faults_max: 1,
    };
    assert_eq!(station.gate.confirm, Some(expected));
    // Without them the file means what it meant before.
    let station = crate::station::read(HOST.as_bytes()).unwrap();
    assert_eq!(station.inputs.inputs().count(), 0);
    assert_eq!(station.limits, Default::default());
}

#[test]
fn a_confirmation_that_cannot_tell_two_parts_apart_is_refused() {
    let window = |min: u32, max: u32| {
        format!(r#", "confirm": {{ "sees": "rejected", "min_ms": {min}, "max_ms": {max} }}"#)
    };
    let bouncing = CONFIRM.replace("1000", "500000");
    for (inputs, confirm, expected) in [
        (CONFIRM, window(0, 499), ""),
        (
            CONFIRM,
            window(100, 600),
            "gate.confirm.max_ms: is 600: the window, max_ms - min_ms = 500 ms, reaches the next part; allowed: shorter than \
             gate.part_interval_ms (500)",
        ),
        (
            CONFIRM,
            window(100, 99),
            "gate.confirm.max_ms: is 99; allowed: gate.confirm.min_ms (100) or more",
        ),
        (
            CONFIRM,
            window(31_900, 32_000),
            "max_ms / part_interval_ms + 1 = 65 parts are between gate and sensor; allowed: 64",
        ),
        (
            &bouncing,
            window(0, 100),
            "inputs.confirm.debounce_us: is 500000; allowed: shorter than gate.part_interval_ms (500)",
        ),
        (
            "",
            window(0, 100),
            "gate.confirm: is given, but there is no sensor",
        ),
        (
            CONFIRM,
            String::new(),
            "inputs.confirm: is given, but gate.confirm",
        ),
    ] {
        let found = problems(&with(inputs, "", &confirm));
        if expected.is_empty() {
            assert_eq!(found, [""; 0]);
        } else {
            assert_eq!(found.len(), 1, "{found:#?}");
            assert!(found[0].contains(expected), "{found:#?}");
        }
    }
}

#[test]
fn input_lines_have_their_own_lines_on_chips_with_edges() {
    let twice = CONFIRM.replace("confirm", "run").replace("20", "4");
    let found = problems(&with(&twice, "", ""));
    assert!(
        found[0].contains("inputs.run.offset: is 4, the line of lines.fault"),
        "{found:#?}"
    );
    let expander = CONFIRM
        .replace("confirm", "reset")
        .replace("{ ", r#"{ "chip": "expander", "#);
    let found = problems(&with(&expander, "", ""));
    assert!(
        found
            .iter()
            .any(|text| text.contains("inputs.reset: is on the expander, which reports no edges")),
        "{found:#?}"
    );
    let none = problems(&with("", r#""rejects_in_a_row": 0"#, ""));
    assert!(
        none[0].contains("limits.rejects_in_a_row: is 0; allowed"),
        "{none:#?}"
    );
    let always = r#""reject_rate": { "parts": 1, "max_percent": 100 }"#;
    assert_eq!(problems(&with("", always, "")).len(), 2);
}
