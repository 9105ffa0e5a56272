//! Promise: long commands show parts done, rate and time left on a terminal's standard error. They
//! do not show it elsewhere, and not with JSON.

use crate::site::terminal::Terminal;
use crate::site::{Site, pictures, said};
use std::fs;

#[test]
fn progress_is_shown_on_a_terminal_only() {
    let site = Site::quick("progress");
    for number in 1..=3 {
        let part = site.path.join(format!("set/{number}"));
        fs::create_dir_all(&part).unwrap();
        fs::write(part.join("image.png"), pictures::good()).unwrap();
        fs::write(part.join("mask.png"), pictures::png(160, 144, |_, _| 0)).unwrap();
    }
    let program = env!("CARGO_BIN_EXE_sluice");
    // What goes to the terminal, with what is removed again.
    for (command, file) in [("eval", "eval.txt"), ("tune", "tune.txt")] {
        let line = format!(
            "script -qec '{program} {command} --station station.json set >/dev/null' {file}"
        );
        let terminal = Terminal::run(&site, (80, 24), &line);
        terminal.wait(&["ended:"]);
        let text = fs::read_to_string(site.path.join(file)).unwrap();
        assert!(text.contains("1 of 3 parts, "), "{command}: {text}");
        assert!(text.contains(" a second, "), "{command}: {text}");
        assert!(text.contains(" left"), "{command}: {text}");
    }
    let output = site.output(&["eval", "--station", "station.json", "set"]);
    assert!(!said(&output).contains("of 3 parts"), "{}", said(&output));

    let mut station = site.start();
    site.feed_good("good.png");
    assert_eq!(station.stop(), Some(0));
    for (json, is_shown) in [("", true), ("--json", false)] {
        let line = format!(
            "script -qec '{program} replay --station station.json {json} >/dev/null' replay.txt"
        );
        let terminal = Terminal::run(&site, (80, 24), &line);
        terminal.wait(&["ended:0"]);
        let text = fs::read_to_string(site.path.join("replay.txt")).unwrap();
        assert_eq!(text.contains("1 of 1 parts"), is_shown, "{json}: {text}");
    }
}
