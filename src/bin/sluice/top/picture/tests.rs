use super::*;
use crate::station_file::BUILT_IN;
use crate::top::condition::condition;
use board::Timestamp;
use core::fmt::Write as _;
use core::time::Duration;
use ratatui_core::backend::TestBackend;
use ratatui_core::buffer::{Buffer, Cell};
use ratatui_core::terminal::Terminal;
use sluice::control::{Latch, Latches};
use sluice::drift::Measure;
use sluice::journal::{
    BlobTotals, Control, Decision, GateOutcome, Journal, Line as Record, Part, Sha256, Shift,
    StageTimes, Start,
};
use sluice::part::{Cause, PartId, Reason, Verdict};
use sluice::station::Station;
use sluice::station::file::JournalSettings;
use sluice::status::{Following, Inode, Live, follow};
use std::path::{Path, PathBuf};
use std::time::Instant;
use std::{env, fs, process, thread};

/// 2026-11-30 02:40:12 UTC.
const BEGIN_US: u64 = 1_796_006_412_000_000;
const PATIENCE: Duration = Duration::from_secs(60);
const GIB: u64 = 1 << 30;

/// A journal that this process writes as a station does, and a program that follows it.
struct Place {
    directory: PathBuf,
    journal: Option<Journal>,
    following: Following,
    station: Station,
    parts: u64,
}

impl Place {
    fn new(test: &str) -> Self {
        let directory = env::temp_dir().join(format!("sluice-top-{test}-{}", process::id()));
        fs::create_dir(&directory).unwrap();
        Self {
            following: follow(&directory, |_| {}).unwrap(),
            journal: Some(open(&directory)),
            directory,
            station: sluice::station::read(BUILT_IN).unwrap(),
            parts: 0,
        }
    }

    fn part(&mut self, verdict: &Verdict, detail: &str) {
        self.parts += 1;
        let number = self.parts;
        let passes = *verdict == Verdict::Pass;
        let engine = 300_000 + 100 * u32::try_from(number % 7).unwrap();
        let part = Part {
            part: PartId::new(number),
            time: WallTime::from_unix_us(BEGIN_US + number * 500_000),
            station: "line 3".parse().unwrap(),
            picture: None,
            verdict: Decision::new(verdict, detail),
            blobs: BlobTotals::default(),
            times_us: StageTimes {
                wait: 120,
                decode: 21_000,
                engine,
                verdict: 310,
                total: engine + 21_430,
            },
            gate: GateOutcome {
                outcome: if passes { "passed" } else { "rejected" }.parse().unwrap(),
                reason: "".parse().unwrap(),
                late: false,
                due_us: 2_000_000,
                due_ticks: None,
                acted_us: Some(2_000_017),
            },
            recipe: Some("plate".parse().unwrap()),
            golden: None,
            input_sha256: None,
            mask_sha256: None,
            measures: None,
        };
        self.journal.as_mut().unwrap().append(&part).unwrap();
    }

    fn control(&mut self, change: &str, detail: &str, latches: Option<Latches>) {
        let control = Control {
            time: WallTime::from_unix_us(BEGIN_US),
            station: "line 3".parse().unwrap(),
            change: change.parse().unwrap(),
            by: "station".parse().unwrap(),
            detail: detail.parse().unwrap(),
            latches,
        };
        let journal = self.journal.as_mut().unwrap();
        journal.append_all(&[Record::Control(control)]).unwrap();
    }

    fn drift(&mut self) {
        let detail = format!("drift of {}: 3 on average", Measure::Sharpness);
        self.control("drift", &detail, None);
    }

    /// Waits until all parts were read.
    fn wait(&self) {
        let end = Instant::now() + PATIENCE;
        let is_read = || {
            let status = self.following.status();
            let last = status.parts().next().map_or(0, |part| part.part);
            last == self.parts && status.is_locked() == Some(self.journal.is_some())
        };
        while !is_read() {
            assert!(Instant::now() < end, "{:?}", self.following.status());
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// What the terminal shows at this moment.
    fn with<T>(&self, live: Result<Live, String>, see: impl FnOnce(&Facts<'_>) -> T) -> T {
        let status = self.following.status();
        let disk = |key, free| Disk {
            key,
            space: Some((free, 100 * GIB)),
        };
        see(&Facts {
            station: &self.station,
            status: &status,
            live,
            disks: &[disk("journal", 24 * GIB), disk("pictures", 3 * GIB)],
            now: Timestamp::from_ns(60_000_000_000),
            wall: WallTime::from_unix_us(BEGIN_US + self.parts * 500_000 + 3_000_000),
        })
    }

    fn picture(&self, live: Result<Live, String>, size: (u16, u16)) -> Buffer {
        let mut terminal = Terminal::new(TestBackend::new(size.0, size.1)).unwrap();
        self.with(live, |facts| {
            terminal.draw(|frame| draw(facts, frame)).unwrap();
        });
        terminal.backend().buffer().clone()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.directory);
    }
}

fn open(directory: &Path) -> Journal {
    let settings = JournalSettings {
        directory: directory.to_str().unwrap().try_into().unwrap(),
        file_size_max_kib: 4096,
        files_max: 5,
        sync: false,
        stall_ms: 1000,
        shifts: Default::default(),
    };
    let start = Start {
        time: WallTime::from_unix_us(BEGIN_US),
        station: "line 3".parse().unwrap(),
        version: "0.1.0".parse().unwrap(),
        binary_sha256: Sha256::new([1; 32]),
        station_sha256: Sha256::new([2; 32]),
        model_sha256: Sha256::new([3; 32]),
        next_part: PartId::new(1),
        memory: None,
        engine: None,
        realtime: None,
        models: heapless::Vec::new(),
    };
    let mut journal = Journal::open(&settings, start).unwrap();
    let shift = Shift {
        name: "early".parse().unwrap(),
        from: WallTime::from_unix_us(BEGIN_US),
    };
    journal.end_shift(Some(shift)).unwrap();
    journal
}

/// What the station says of itself: 1 s ago, and a self-check 2 s ago.
fn live(state: &str, refusal: &str) -> Live {
    Live {
        station: "line 3".parse().unwrap(),
        journal: Inode::default(),
        state: state.parse().unwrap(),
        refusal: refusal.parse().unwrap(),
        advice: heapless::String::new(),
        recipe: "plate".parse().unwrap(),
        turn_ns: 59_000_000_000,
        finished_ns: 58_000_000_000,
    }
}

fn rows(buffer: &Buffer) -> Vec<String> {
    let width = usize::from(buffer.area.width);
    let text = |row: &[Cell]| row.iter().map(Cell::symbol).collect::<String>();
    let rows = buffer.content.chunks(width);
    rows.map(|row| text(row).trim_end().to_owned()).collect()
}

fn assert_has(rows: &[String], words: &[&str]) {
    for word in words {
        assert!(
            rows.iter().any(|row| row.contains(word)),
            "\"{word}\" in\n{}",
            rows.join("\n")
        );
    }
}

/// A station with parts of each kind, some latches and a drift.
fn busy(test: &str) -> Place {
    let mut place = Place::new(test);
    for number in 1..=60 {
        match number {
            20 | 40 | 58 => place.part(&Verdict::Reject(Reason::TooManyBlobs), ""),
            57 => place.part(
                &Verdict::Fault(Cause::NoPicture),
                "no picture within 500 ms",
            ),
            _ => place.part(&Verdict::Pass, ""),
        }
    }
    place
}

#[test]
fn a_small_terminal_shows_all_that_matters_and_a_larger_one_more_parts() {
    let mut place = busy("small");
    place.drift();
    let latches = Latches::of(Latch::BinFull);
    place.control("latched", "the bin is full", Some(latches));
    place.part(&Verdict::Pass, "");
    place.wait();
    let latched = || Ok(live("LATCHED", "a reset is needed: the bin is full"));
    let small = rows(&place.picture(latched(), (80, 24)));
    let all = [
        "2026-11-30 02:40:45 UTC",
        " LATCHED   triggers are missed: a reset is needed: the bin is full",
        "recipe plate   mode run   sign of life 2.0 s ago   last record 3 s ago",
        "parts from directory parts, without a trigger",
        "PARTS                all      early   MS, LAST 61 PARTS      p50     p99     max",
        "triggers              61         61   wait for decoding      0.1     0.1     0.1",
        "pass                  57         57   decode                21.0    21.0    21.0",
        "reject                 3          3   engine               300.3   300.6   300.6",
        "fault                  1          1   verdict                0.3     0.3     0.3",
        "late                   0          0   due to movement        0.0     0.0     0.0",
        "at the gate: passed 57   rejected 4   of them good 0   wrong way 0",
        "! waits for a reset: the bin is full",
        "  it ends with a reset (inputs.reset or `sluice reset`)",
        "! 2 more: make the terminal higher",
        "02:40:42      61 PASS   passed    321 ms",
        "disks journal 24 GiB free, pictures 3072 MiB free   version 0.1.0",
        "q quits",
    ];
    assert_has(&small, &all);
    let large = rows(&place.picture(latched(), (110, 40)));
    let more = [
        "! 1 of the last 20 parts: FAULT no_picture: no picture within 500 ms",
        "  Look whether the camera gets the trigger, and whether its pictures reach the watched directory.",
        "! drift of sharpness: 3 on average",
        "  clean the lens, check the focus",
        "02:40:40      57 FAULT  rejected  321 ms no_picture: no picture within 500 ms",
    ];
    assert_has(&large, &more);
    let is_part = |row: &&String| row.starts_with("02:4");
    let parts = |rows: &[String]| rows.iter().filter(is_part).count();
    assert!(
        parts(&small) >= PARTS_MIN && parts(&large) >= 10,
        "{large:?}"
    );
    // Nothing is lost, and no terminal is too small to draw on.
    for size in [(79, 24), (20, 5), (1, 1)] {
        let tiny = rows(&place.picture(latched(), size));
        assert_eq!(tiny.len(), usize::from(size.1));
    }
    let smaller = rows(&place.picture(latched(), (79, 24)));
    assert_has(&smaller, &["smaller than 80 x 24"]);
}

#[test]
fn what_is_not_known_is_said_to_be_so() {
    let mut place = busy("unknown");
    place.wait();
    let word = |place: &Place, live| {
        place.with(live, |facts| {
            let found = condition(facts);
            (found.word, found.why)
        })
    };
    let missing = || Err("/run/sluice/live.json: No such file".to_owned());
    let is = |(word, why): (String, String), expected: (&str, &str)| {
        assert_eq!(word, expected.0, "{why}");
        assert!(why.contains(expected.1), "{why}");
    };
    is(
        word(&place, Ok(live("READY", ""))),
        ("READY", "triggers are taken"),
    );
    is(
        word(&place, missing()),
        ("RUNNING", "READY is on is unknown"),
    );
    let mut old = live("READY", "");
    old.turn_ns = 10_000_000_000;
    is(word(&place, Ok(old)), ("NO ANSWER", "nothing for 50 s"));
    // It answers, and nothing is inspected.
    let mut stuck = live("READY", "");
    stuck.finished_ns = 1;
    place.station.engine.self_check_ms = 1000;
    place.station.engine.timeout_ms = 1000;
    assert_has(
        &rows(&place.picture(Ok(stuck), (80, 24))),
        &["! no inspection or self-check has ended for 59 s"],
    );
    // The station ends.
    place.journal = None;
    place.wait();
    is(
        word(&place, Ok(live("READY", ""))),
        ("NOT RUNNING", "every part is rejected"),
    );
    // Another journal.
    fs::remove_file(place.directory.join("journal-000001.jsonl")).unwrap();
    place.journal = Some(open(&place.directory));
    place.parts = 0;
    place.part(&Verdict::Pass, "");
    place.wait();
    let shown = rows(&place.picture(missing(), (80, 24)));
    assert_has(&shown, &["triggers               1 "]);
    assert!(place.following.status().replaced.is_some());
    // The directory is gone.
    place.journal = None;
    fs::remove_dir_all(&place.directory).unwrap();
    let end = Instant::now() + PATIENCE;
    while word(&place, missing()).0 != "UNKNOWN" {
        assert!(Instant::now() < end, "{:?}", place.following.status());
        thread::sleep(Duration::from_millis(5));
    }
}

/// `docs/top.svg` is this terminal. `SLUICE_WRITE=1` writes it.
#[test]
fn the_drawing_in_the_pages_is_what_is_drawn() {
    let mut place = busy("drawing");
    place.drift();
    place.part(&Verdict::Pass, "");
    place.wait();
    let svg = svg(&place.picture(Ok(live("READY", "")), (80, 28)));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/top.svg");
    if env::var_os("SLUICE_WRITE").is_some() {
        fs::write(&path, &svg).unwrap();
    }
    let written = fs::read_to_string(path).unwrap_or_default();
    assert!(
        written == svg,
        "docs/top.svg is old: run this test with SLUICE_WRITE=1"
    );
}

/// A terminal as a drawing.
fn svg(buffer: &Buffer) -> String {
    const WIDTH: f32 = 8.4;
    const HEIGHT: u16 = 18;
    let (columns, count) = (buffer.area.width, buffer.area.height);
    let x = |column: usize| 10.0 + f32::from(u16::try_from(column).unwrap()) * WIDTH;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{}\" font-family=\"monospace\" font-size=\"14\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#181a1b\"/>\n",
        f32::from(columns) * WIDTH + 20.0,
        count * HEIGHT + 20
    );
    for (row, cells) in (1..).zip(buffer.content.chunks(usize::from(columns))) {
        let y = 6 + row * HEIGHT;
        for run in cells.chunk_by(|a, b| a.style() == b.style()) {
            // The place of the run in its row.
            let column = (run.as_ptr().addr() - cells.as_ptr().addr()) / size_of::<Cell>();
            let text: String = run.iter().map(Cell::symbol).collect();
            if text.trim().is_empty() {
                continue;
            }
            let colour = match run[0].fg {
                Color::Red => "#ff7b72",
                Color::Green => "#7ee787",
                Color::Yellow => "#e3b341",
                _ => "#dddddd",
            };
            let is_reversed = run[0].modifier.contains(Modifier::REVERSED);
            let length = x(run.len()) - 10.0;
            if is_reversed {
                let _ = writeln!(
                    svg,
                    "<rect x=\"{}\" y=\"{}\" width=\"{length}\" height=\"{HEIGHT}\" fill=\"{colour}\"/>",
                    x(column),
                    y - 14
                );
            }
            let fill = if is_reversed { "#181a1b" } else { colour };
            let bold = if run[0].modifier.contains(Modifier::BOLD) {
                " font-weight=\"bold\""
            } else {
                ""
            };
            let text = text.replace('&', "&amp;").replace('<', "&lt;");
            let _ = writeln!(
                svg,
                "<text x=\"{}\" y=\"{y}\" textLength=\"{length}\" xml:space=\"preserve\" fill=\"{fill}\"{bold}>{text}</text>",
                x(column)
            );
        }
    }
    svg + "</svg>\n"
}
