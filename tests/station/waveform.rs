//! Promise: in a terminal, `sluice watch-lines` shows each input line as a waveform with its edges.

use crate::site::Site;
use crate::site::inputs::BIN_FULL;
use crate::site::terminal::Terminal;
use std::fs::OpenOptions;
use std::io::Write as _;

#[test]
fn each_input_line_is_a_row_with_its_edges() {
    let site = Site::new("waveform");
    site.add_trigger(4);
    site.add_inputs(&[("bin_full", BIN_FULL)]);
    site.change(&[(r#""workers": 1"#, r#""workers": 1, "pair_max_ms": 90"#)]);
    let program = env!("CARGO_BIN_EXE_sluice");
    let line = format!("{program} watch-lines --station station.json");
    let terminal = Terminal::run(&site, (80, 12), &line);
    let low = "▁▁▁▁▁▁▁▁";
    terminal.wait(&[
        "trigger             low          0    0 ",
        "inputs.bin_full     low ",
        low,
    ]);
    let mut fifo = OpenOptions::new()
        .write(true)
        .open(site.path.join("inputs"))
        .unwrap();
    fifo.write_all(b"9 1\n").unwrap();
    terminal.wait(&["trigger             high         1    0 ", "/▔▔", low]);
    fifo.write_all(b"9 0\n").unwrap();
    terminal.wait(&["trigger             low          2    0 ", "\\▁▁"]);
    terminal.press("q");
    terminal.wait_end(0);
    terminal.wait(&[
        "trigger: 2 edges, 0 lost",
        "inputs.bin_full: 0 edges, 0 lost",
    ]);
}
