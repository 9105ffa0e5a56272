//! The station files of the simulation. A seed has one of them.

use crate::station::{Station, read};

/// Gate, limits and journal differ; the rest is the same.
const VARIANTS: [(&str, &str); 6] = [
    (r#""style": "pulse", "pulse_ms": 12"#, ""),
    (r#""style": "divert", "pulse_ms": 12"#, ""),
    (
        r#""style": "pulse", "pulse_ms": 24, "overlap": "extend", "extend_max_ms": 60, "gap_min_ms": 5"#,
        "",
    ),
    (
        r#""style": "divert", "pulse_ms": 12, "gap_min_ms": 15, "after_pass": "hold""#,
        "",
    ),
    (
        r#""style": "pulse", "pulse_ms": 12"#,
        r#""latch_faults": true, "#,
    ),
    (
        r#""style": "divert", "pulse_ms": 12, "dead_time_ms": 5"#,
        r#""latch_faults": true, "#,
    ),
];

/// The station of this seed, with its journal in this directory.
pub fn station(seed: u64, journal: &str) -> Result<Station, String> {
    let variant = usize::try_from(seed % 6).unwrap_or(0);
    let (gate, limits) = VARIANTS.get(variant).copied().unwrap_or_default();
    let line = |offset: u8| {
        format!(
            r#"{{ "offset": {offset}, "active": "high", "bias": "pull_down", "debounce_us": 0 }}"#
        )
    };
    let [run, test, reset] = [20, 21, 22].map(line);
    let [lamp, bin, confirm] = [23, 24, 25].map(line);
    let output = |offset: u8| {
        let safe = if offset == 0 { "high" } else { "low" };
        format!(r#"{{ "offset": {offset}, "active": "high", "safe": "{safe}" }}"#)
    };
    let outputs: Vec<_> = (0..6).map(output).collect();
    let [reject, pass, ready, busy, fault, alive] = outputs.as_slice() else {
        return Err("six output lines".to_owned());
    };
    let text = format!(
        r#"{{
  "station": {{ "name": "simulation" }},
  "engine": {{ "library": "builtin", "device": 0, "model": "none.onnx", "timeout_ms": 2000, "slots": 2,
    "mask": "mask", "scores": "", "self_check_ms": 4000 }},
  "source": {{ "directory": {{ "path": "parts", "after": "keep", "workers": 2, "pair_min_ms": 1, "pair_max_ms": 9 }} }},
  "image": {{ "roi": {{ "x": 0, "y": 0, "width": 32, "height": 16 }}, "size": {{ "width": 32, "height": 16 }},
    "order": "bgr" }},
  "trigger": {{ "offset": 9, "active": "high", "bias": "pull_down", "debounce_us": 300, "undecided_max": 12 }},
  "recipe": {{ "name": "part", "classes": [ {{ "class": 1, "name": "defect", "score_min": 0.5, "blob_area_min_px": 2,
    "blob_area_max_px": 3, "total_area_max_px": 6 }} ] }},
  "gate": {{ {gate}, "delay_ms": 800, "deadline_ms": 500, "part_interval_ms": 20, "late_max_ms": 3,
    "confirm": {{ "sees": "rejected", "min_ms": 2, "max_ms": 10, "faults_max": 3 }} }},
  "lines": {{ "chip": "simulated", "timeline": "lines.csv", "reject": {reject}, "pass": {pass}, "ready": {ready},
    "busy": {busy}, "fault": {fault}, "alive": {alive} }},
  "inputs": {{ "run": {run}, "test": {test}, "reset": {reset}, "lamp_test": {lamp}, "bin_full": {bin},
    "confirm": {confirm} }},
  "limits": {{ {limits}"rejects_in_a_row": 14, "reject_rate": {{ "parts": 60, "max_percent": 60 }} }},
  "display": {{ "kind": "png_colour", "file": "screen.png" }},
  "journal": {{ "directory": "{journal}", "file_size_max_kib": 64, "files_max": 3, "sync": false, "stall_ms": 300 }}
}}"#
    );
    read(text.as_bytes()).map_err(|problems| {
        let all: Vec<_> = problems.iter().map(ToString::to_string).collect();
        format!("the station file: {}", all.join("; "))
    })
}
