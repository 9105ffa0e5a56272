//! The encoder and the gate's ticks: what cannot work together is refused, with its sum.

use super::{problems, read};

/// A station with this gate and encoder. At 2000 ticks/s, 1000 ticks take 500 ms.
fn station(gate: &str, encoder: &str) -> String {
    let (before, rest) = super::HOST.split_once("\"gate\": {").unwrap();
    let (_, after) = rest.split_once('}').unwrap();
    let line = r#""offset": 30, "active": "high", "bias": "pull_down""#;
    let encoder = match encoder {
        "" => String::new(),
        keys => format!("\"encoder\": {{ {line}, {keys} }}, "),
    };
    format!(
        "{before}{encoder}\"gate\": {{ \"style\": \"divert\", \"deadline_ms\": 500, \"part_interval_ms\": 100, {gate} }}{after}"
    )
}

const ENCODER: &str = r#""ticks_per_s_max": 2000, "ticks_per_s_min": 100"#;
const TICKS: &str = r#""delay_ticks": 1000, "pulse_ticks": 100"#;

#[test]
fn times_and_ticks_can_be_mixed_and_ticks_count_at_the_highest_speed() {
    for (gate, delay_ms, pulse_ms) in [
        (TICKS, 500, 50),
        (r#""delay_ticks": 1000, "pulse_ms": 30"#, 500, 30),
        (r#""delay_ms": 600, "pulse_ticks": 100"#, 600, 50),
        (r#""delay_ms": 600, "pulse_ms": 30"#, 600, 30),
    ] {
        let station = read(station(gate, ENCODER).as_bytes()).unwrap();
        let times = (station.gate.delay_ms, station.gate.pulse_ms);
        assert_eq!(times, (delay_ms, pulse_ms), "{gate}");
    }
}

#[test]
fn what_cannot_work_together_is_refused_with_the_sum() {
    let slow = r#""ticks_per_s_max": 2000, "ticks_per_s_min": 3"#;
    let reversed = r#""ticks_per_s_max": 99, "ticks_per_s_min": 100"#;
    let fast = r#""ticks_per_s_max": 20000, "ticks_per_s_min": 100"#;
    let line_b = r#""line_b": { "offset": 30, "bias": "as_is", "means": "quadrature", "forward": "low" }, "ticks_per_s_max": 2000, "ticks_per_s_min": 100"#;
    for (gate, encoder, expected) in [
        (
            r#""delay_ticks": 999, "pulse_ticks": 100"#,
            ENCODER,
            "gate.deadline_ms: is 500; allowed: up to gate.delay_ticks (999), 999 x 1000 / encoder.ticks_per_s_max (2000) = 499 ms",
        ),
        (
            r#""delay_ticks": 13000, "pulse_ticks": 100"#,
            ENCODER,
            "gate.part_interval_ms: is 100: with gate.delay_ticks (13000), 13000 x 1000 / encoder.ticks_per_s_max (2000) = 6500 ms up to 66 parts are under way",
        ),
        (
            r#""delay_ticks": 1000, "pulse_ticks": 202"#,
            ENCODER,
            "gate.pulse_ticks: is 202, which takes 202 x 1000 / encoder.ticks_per_s_max (2000) = 101 ms; allowed with \"divert\": up to gate.part_interval_ms (100)",
        ),
        (
            r#""delay_ticks": 1000, "delay_ms": 600, "pulse_ticks": 100"#,
            ENCODER,
            "gate.delay_ticks: is 1000, and gate.delay_ms is given as well; keep only one",
        ),
        (
            r#""delay_ms": 600, "pulse_ticks": 100"#,
            "",
            "gate.pulse_ticks: is 100, and no section encoder counts them",
        ),
        (
            r#""delay_ms": 600"#,
            ENCODER,
            "gate.pulse_ms: missing; give it, or gate.pulse_ticks",
        ),
        (
            r#""pulse_ms": 30"#,
            ENCODER,
            "gate.delay_ms: missing; give it, or gate.delay_ticks",
        ),
        (
            r#""delay_ticks": 1000, "pulse_ms": 30"#,
            "",
            "gate.delay_ticks: is 1000, and no section encoder counts them",
        ),
        (
            TICKS,
            slow,
            "encoder.ticks_per_s_min: is 3, so encoder.watch_ms (500) may have less than two ticks of a belt that moves; allowed: 2000 / encoder.watch_ms = 4 or more",
        ),
        (
            r#""delay_ms": 600, "pulse_ms": 30"#,
            reversed,
            "encoder.ticks_per_s_min: is 100; allowed: up to encoder.ticks_per_s_max (99)",
        ),
        (
            r#""delay_ticks": 20000, "pulse_ticks": 100"#,
            fast,
            "encoder.ticks_per_s_max: is 20000, so the 8192 ticks that the station keeps are 409 ms; a part is known up to 500 ms after it came (gate.deadline_ms",
        ),
        (
            r#""delay_ticks": 1000, "pulse_ticks": 100, "gap_min_ms": 20"#,
            ENCODER,
            "gate.gap_min_ms: is 20; allowed with gate.delay_ticks (1000): 0",
        ),
        (
            TICKS,
            line_b,
            "encoder.line_b.offset: is 30, the line of encoder; give each its own",
        ),
    ] {
        let found = problems(&station(gate, encoder));
        assert_eq!(found.len(), 1, "{gate} {encoder}: {found:#?}");
        assert!(found[0].contains(expected), "{found:#?}");
    }
}

#[test]
fn a_belt_line_needs_an_encoder_and_an_extension_counts_in_time() {
    let belt = r#""inputs": { "belt": { "offset": 31, "active": "high", "bias": "as_is", "debounce_us": 0 } }, "gate""#;
    let with_belt = |encoder| {
        let text = station(r#""delay_ms": 600, "pulse_ms": 30"#, encoder);
        problems(&text.replacen("\"gate\"", belt, 1))
    };
    assert_eq!(with_belt(ENCODER), [""; 0]);
    let found = with_belt("");
    assert!(found[0].contains("inputs.belt: says when"), "{found:#?}");

    let extend = r#""delay_ticks": 1000, "pulse_ticks": 300, "overlap": "extend""#;
    let found = problems(&station(extend, ENCODER).replacen("divert", "pulse", 1));
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].contains("allowed with gate.pulse_ticks (300): \"merge\""));
}
