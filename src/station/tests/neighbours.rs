//! The keys for parts that come close together: what cannot work is refused, with its sum.

use super::{problems, read};
use crate::station::file::{AfterPass, OverlapRule};

/// A gate with these members beside the delay of 8000 ms and the deadline of 7500 ms.
fn gate(members: &str) -> String {
    let (before, rest) = super::HOST.split_once("\"gate\": {").unwrap();
    let (_, after) = rest.split_once('}').unwrap();
    format!("{before}\"gate\": {{ \"delay_ms\": 8000, \"deadline_ms\": 7500, {members} }}{after}")
}

#[test]
fn what_cannot_work_together_is_refused_with_the_sum() {
    let pulse = r#""style": "pulse", "pulse_ms": 150, "part_interval_ms": 500"#;
    let wide = r#""style": "pulse", "pulse_ms": 600, "part_interval_ms": 500"#;
    let divert = r#""style": "divert", "pulse_ms": 150, "part_interval_ms": 500"#;
    for (members, least, most, expected) in [
        (
            pulse,
            ("dead_time_ms", 500),
            501,
            "gate.dead_time_ms: is 501; allowed: up to gate.delay_ms (8000) - gate.deadline_ms (7500) = 500 ms",
        ),
        (
            pulse,
            ("gap_min_ms", 850),
            851,
            "gate.gap_min_ms: is 851; allowed: up to 2 x gate.part_interval_ms (500) - gate.pulse_ms (150) = 850 ms",
        ),
        (
            divert,
            ("gap_min_ms", 350),
            351,
            "gate.gap_min_ms: is 351; allowed: up to gate.part_interval_ms (500) - gate.pulse_ms (150) = 350 ms",
        ),
        (
            &format!("{divert}, \"after_pass\": \"hold\""),
            ("gap_min_ms", 500),
            501,
            "gate.gap_min_ms: is 501; allowed: up to gate.part_interval_ms (500), or the gate cannot change its side",
        ),
        (
            &format!("{wide}, \"overlap\": \"extend\""),
            ("extend_max_ms", 601),
            600,
            "gate.extend_max_ms: is 600; allowed: more than gate.pulse_ms (600)",
        ),
    ] {
        let (key, right) = least;
        let with = |value: u32| problems(&gate(&format!("{members}, \"{key}\": {value}")));
        assert_eq!(with(right), [""; 0], "{members}");
        let found = with(most);
        assert_eq!(found.len(), 1, "{members}: {found:#?}");
        assert!(found[0].contains(expected), "{found:#?}");
    }
}

#[test]
fn keys_without_an_effect_are_refused() {
    let pulse = r#""style": "pulse", "pulse_ms": 600, "part_interval_ms": 500"#;
    let divert = r#""style": "divert", "pulse_ms": 150, "part_interval_ms": 500"#;
    let rare = r#""style": "pulse", "pulse_ms": 500, "part_interval_ms": 500"#;
    for (members, expected) in [
        (
            format!("{pulse}, \"after_pass\": \"hold\""),
            "gate.after_pass: is \"hold\"; allowed with \"divert\"",
        ),
        (
            format!("{pulse}, \"extend_max_ms\": 900"),
            "gate.extend_max_ms: is 900, which only counts with gate.overlap \"extend\"",
        ),
        (
            format!("{divert}, \"overlap\": \"extend\""),
            "gate.overlap: is \"extend\"; allowed with \"pulse\"",
        ),
        (
            format!("{rare}, \"overlap\": \"extend\""),
            "pulses of gate.pulse_ms (500) never overlap if parts are gate.part_interval_ms (500) apart",
        ),
    ] {
        let found = problems(&gate(&members));
        assert_eq!(found.len(), 1, "{members}: {found:#?}");
        assert!(found[0].contains(expected), "{found:#?}");
    }
}

/// A trigger is known when its debounce is over. Then the gap has to be still ahead.
#[test]
fn a_gap_longer_than_a_part_is_known_is_refused() {
    let members =
        r#""style": "pulse", "pulse_ms": 100, "part_interval_ms": 5000, "dead_time_ms": 400"#;
    let with = |gap: u32| {
        let text = gate(&format!("{members}, \"gap_min_ms\": {gap}"));
        let trigger = "\"trigger\": {\"chip\": \"simulated\", \"offset\": 9, \"active\": \"low\", \"bias\": \"pull_up\", \"debounce_us\": 4001, \"undecided_max\": 1}, \"recipe\":";
        let workers = "\"workers\": 1, \"pair_min_ms\": 0, \"pair_max_ms\": 100";
        let text = text.replacen("\"recipe\":", trigger, 1);
        problems(&text.replacen("\"workers\": 1", workers, 1))
    };
    assert_eq!(with(7595), [""; 0]);
    let found = with(7596);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(
        found[0].contains(
            "gate.gap_min_ms: is 7596; allowed: up to gate.delay_ms (8000) - gate.dead_time_ms (400) - the debounce (5) = 7595 ms"
        ),
        "{found:#?}"
    );
}

#[test]
fn a_file_without_the_keys_means_what_it_did_before() {
    let gate = |members: &str| read(gate(members).as_bytes()).unwrap().gate;
    let plain = gate(r#""style": "pulse", "pulse_ms": 600, "part_interval_ms": 500"#);
    assert_eq!((plain.line_delay_ms(), plain.gap_min_ms), (8000, 0));
    assert_eq!(plain.overlap, OverlapRule::Merge);
    assert_eq!(plain.after_pass, AfterPass::Close);
    let full = gate(
        r#""style": "pulse", "pulse_ms": 600, "part_interval_ms": 500, "dead_time_ms": 20, "overlap": "extend""#,
    );
    assert_eq!((full.line_delay_ms(), full.extend_max_ms()), (7980, 1200));
    assert_eq!(full.overlap, OverlapRule::Extend);
}
