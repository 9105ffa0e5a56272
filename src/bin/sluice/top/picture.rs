//! What the terminal shows. 80 columns and 24 rows are enough for all; more rows show more parts.

use super::alarms::{Alarm, alarms};
use super::condition::condition;
use super::facts::{Disk, Facts};
use super::units::{clock, seconds_between, size, span_s};
use ratatui_core::layout::Rect;
use ratatui_core::style::{Color, Modifier, Style};
use ratatui_core::terminal::Frame;
use ratatui_core::text::{Line, Span};
use sluice::journal::{Account, Period, Stage, WallTime};
use sluice::status::LastPart;

/// Rows of the parts at least.
const PARTS_MIN: usize = 3;
/// Below this size not everything that matters is visible.
const SMALLEST: (u16, u16) = (80, 24);
const KEY: Style = Style::new().add_modifier(Modifier::DIM);
const BOLD: Style = Style::new().add_modifier(Modifier::BOLD);

/// Draws everything.
pub fn draw(facts: &Facts<'_>, frame: &mut Frame<'_>) {
    let area = frame.area();
    let lines = lines(facts, area);
    let buffer = frame.buffer_mut();
    for (row, line) in (area.top()..area.bottom()).zip(&lines) {
        buffer.set_line(area.left(), row, line, area.width);
    }
}

fn lines(facts: &Facts<'_>, area: Rect) -> Vec<Line<'static>> {
    let (width, height) = (usize::from(area.width), usize::from(area.height));
    let mut lines = head(facts, width);
    lines.extend(figures(facts));
    let foot = foot(facts, area);
    let alarms = alarms(facts);
    let left = height.saturating_sub(lines.len() + foot.len() + 2);
    let space = left.saturating_sub(PARTS_MIN);
    lines.push(title("ALARMS, and what to do", width));
    lines.extend(rows_of(&alarms, width, space));
    lines.push(title("LAST PARTS", width));
    let left = height.saturating_sub(lines.len() + foot.len());
    let parts = facts.status.parts().map(part);
    let parts: Vec<_> = parts.take(left).collect();
    let empty = left.saturating_sub(parts.len());
    lines.extend(parts);
    lines.extend(core::iter::repeat_n(Line::default(), empty));
    lines.extend(foot);
    lines
}

/// The station, its state, and where it gets its parts from.
fn head(facts: &Facts<'_>, width: usize) -> Vec<Line<'static>> {
    let status = facts.status;
    let name = facts.station.station.name.to_string();
    let time = clock(facts.wall);
    let gap = width.saturating_sub(name.chars().count() + time.len() + 12);
    let condition = condition(facts);
    let badge = Style::new()
        .fg(condition.colour)
        .add_modifier(Modifier::REVERSED | Modifier::BOLD);
    let live = facts.live.as_ref().ok();
    let recipe = live
        .map(|live| live.recipe.to_string())
        .or(status.recipe.clone());
    let mode = status.mode.as_deref().unwrap_or("not named");
    let since = |record: WallTime| match seconds_between(record, facts.wall) {
        Some(seconds) => format!("{} ago", span_s(seconds)),
        None => "later than now: the clock was set back".to_owned(),
    };
    let record = status.last_record.map_or("none".to_owned(), since);
    // Without self-checks, no inspection ends while no part comes.
    let is_checked = facts.station.engine.self_check_ms > 0;
    let life = live.and_then(|live| match is_checked {
        true => live.since_finished(facts.now),
        false => Some(live.since_turn(facts.now)),
    });
    let life = life.map_or("unknown".to_owned(), |life| {
        format!("{:.1} s ago", life.as_secs_f64())
    });
    vec![
        Line::from(vec![
            Span::styled("sluice top  ", KEY),
            Span::styled(name, BOLD),
            Span::raw(" ".repeat(gap)),
            Span::raw(time),
        ]),
        Line::from(vec![
            Span::styled(format!(" {} ", condition.word), badge),
            Span::raw("  "),
            Span::raw(condition.why),
        ]),
        Line::styled(
            format!("  {}", condition.advice),
            Style::new().fg(condition.colour),
        ),
        pairs(&[
            ("recipe", recipe.unwrap_or_else(|| "none yet".to_owned())),
            ("mode", mode.to_owned()),
            ("sign of life", life),
            ("last record", record),
        ]),
        pairs(&[("parts from", source(facts))]),
    ]
}

fn source(facts: &Facts<'_>) -> String {
    let station = facts.station;
    let place = match (&station.source.directory, &station.source.camera) {
        (Some(directory), _) => format!("directory {}", directory.path),
        (None, Some(camera)) => format!(
            "camera {}, {} x {}",
            camera.device, camera.width, camera.height
        ),
        (None, None) => "nowhere".to_owned(),
    };
    let Some(trigger) = &station.trigger else {
        return format!("{place}, without a trigger");
    };
    let chip = if trigger.chip.is_empty() {
        &station.lines.chip
    } else {
        &trigger.chip
    };
    let line = match trigger.offset {
        Some(offset) => offset.to_string(),
        None => trigger.name.to_string(),
    };
    format!("{place}, trigger {chip} line {line}")
}

/// The counters beside the stage times.
fn figures(facts: &Facts<'_>) -> Vec<Line<'static>> {
    let accounts = facts.status.accounts();
    let total = accounts.account(Period::Total);
    let shift = accounts.shift().map(|shift| {
        let name: String = shift.name.chars().take(10).collect();
        (name, accounts.account(Period::Shift))
    });
    let times = facts.status.times();
    let heading = format!(
        "{:<13}{:>11}{:>11}   {:<18}{:>8}{:>8}{:>8}",
        "PARTS",
        "all",
        shift.as_ref().map_or("", |(name, _)| name),
        format!("MS, LAST {} PARTS", times.parts()),
        "p50",
        "p99",
        "max"
    );
    let mut lines = vec![Line::styled(heading, BOLD)];
    let shift = shift.map(|(_, account)| account);
    for ((name, colour, count), stage) in COUNTS.into_iter().zip(Stage::ALL) {
        let mut spans = counted(name, colour, count, total, shift);
        let ms = |us: u32| format!("{:.1}", f64::from(us) / 1000.0);
        let row = match times.of(stage) {
            Some(of) => format!("{:>8}{:>8}{:>8}", ms(of.p50), ms(of.p99), ms(of.max)),
            None => format!("{:>8}{:>8}{:>8}", "-", "-", "-"),
        };
        spans.push(Span::styled(format!("   {:<18}", meaning(stage)), KEY));
        spans.push(Span::raw(row));
        lines.push(Line::from(spans));
    }
    let gate = total.counters().gate;
    lines.push(pairs(&[
        ("at the gate: passed", gate.passed.to_string()),
        ("rejected", gate.rejected.to_string()),
        ("of them good", gate.good_rejected.to_string()),
        ("wrong way", total.counters().unconfirmed.to_string()),
    ]));
    lines
}

type Count = fn(&Account) -> u64;
const COUNTS: [(&str, Color, Count); 6] = [
    ("triggers", Color::Reset, |account| {
        account.counters().triggers
    }),
    ("pass", Color::Green, |account| account.counters().pass),
    ("reject", Color::Yellow, |account| account.counters().reject),
    ("fault", Color::Red, |account| account.counters().fault),
    ("missed", Color::Red, |account| account.counters().missed),
    ("late", Color::Red, |account| account.counters().late),
];

fn counted(
    name: &'static str,
    colour: Color,
    count: Count,
    total: &Account,
    shift: Option<&Account>,
) -> Vec<Span<'static>> {
    let value = count(total);
    let colour = if value > 0 { colour } else { Color::Reset };
    let shift = shift.map_or(String::new(), |shift| count(shift).to_string());
    vec![
        Span::styled(format!("{name:<13}"), KEY),
        Span::styled(format!("{value:>11}"), Style::new().fg(colour)),
        Span::raw(format!("{shift:>11}")),
    ]
}

const fn meaning(stage: Stage) -> &'static str {
    match stage {
        Stage::Wait => "wait for decoding",
        Stage::Decode => "decode",
        Stage::Engine => "engine",
        Stage::Verdict => "verdict",
        Stage::Total => "trigger to verdict",
        Stage::Gate => "due to movement",
    }
}

/// The alarms in at most this many rows: with all their text if there is space, otherwise each with
/// the beginnings of what it is and of what to do.
fn rows_of(alarms: &[Alarm], width: usize, space: usize) -> Vec<Line<'static>> {
    if alarms.is_empty() {
        return vec![Line::styled("  none", KEY)];
    }
    let red = Style::new().fg(Color::Red);
    let of = |alarm: &Alarm| {
        let text = wrapped("! ", &alarm.text, width);
        (text, wrapped("  ", &alarm.advice, width))
    };
    let mut all: Vec<_> = alarms.iter().map(of).collect();
    let rows: usize = all
        .iter()
        .map(|(text, advice)| text.len() + advice.len())
        .sum();
    let mut shown = all.len();
    if rows > space {
        for (text, advice) in &mut all {
            text.truncate(1);
            advice.truncate(1);
        }
        if shown * 2 > space {
            shown = space.saturating_sub(1) / 2;
        }
    }
    let more = alarms.len() - shown;
    let mut rows = Vec::new();
    for (text, advice) in all.into_iter().take(shown) {
        rows.extend(text.into_iter().map(|row| Line::styled(row, red)));
        rows.extend(advice.into_iter().map(Line::raw));
    }
    if more > 0 {
        let text = format!("! {more} more: make the terminal higher");
        rows.push(Line::styled(text, red));
    }
    rows
}

/// The text in rows of this width, broken between words. Only the first one begins with `mark`.
fn wrapped(mark: &str, text: &str, width: usize) -> Vec<String> {
    let mut rows = vec![mark.to_owned()];
    for word in text.split_whitespace() {
        let Some(row) = rows.last_mut() else { break };
        let is_begun = row.chars().count() > mark.len();
        if is_begun && row.chars().count() + 1 + word.chars().count() > width {
            rows.push(format!("{}{word}", " ".repeat(mark.len())));
        } else {
            if is_begun {
                row.push(' ');
            }
            row.push_str(word);
        }
    }
    rows
}

fn part(part: &LastPart) -> Line<'static> {
    let colour = match part.verdict.as_str() {
        "PASS" => Color::Green,
        "REJECT" => Color::Yellow,
        _ => Color::Red,
    };
    let time = part.time.get(11..19).unwrap_or_default();
    let reason = match (part.code.as_str(), part.detail.as_str()) {
        (code, "") => code.to_owned(),
        (_, detail) if part.verdict == "REJECT" => detail.to_owned(),
        (code, detail) => format!("{code}: {detail}"),
    };
    let golden = if part.is_golden { "golden " } else { "" };
    Line::from(vec![
        Span::styled(format!("{time} "), KEY),
        Span::raw(format!("{:>7} ", part.part)),
        Span::styled(format!("{:<7}", part.verdict), Style::new().fg(colour)),
        Span::raw(format!("{:<9}", part.gate)),
        Span::raw(format!("{:>4} ms ", part.total_us / 1000)),
        Span::raw(format!("{golden}{reason}")),
    ])
}

/// The disks, and what the person can do here.
fn foot(facts: &Facts<'_>, area: Rect) -> Vec<Line<'static>> {
    let disks = facts.disks.iter().map(|disk| {
        let Disk { key, space } = disk;
        let space = space.map_or("?".to_owned(), |(free, _)| size(free));
        format!("{key} {space} free")
    });
    let disks: Vec<_> = disks.collect();
    let version = facts.status.version.as_deref().unwrap_or("unknown");
    let small = area.width < SMALLEST.0 || area.height < SMALLEST.1;
    let hint = if small {
        "q quits; this terminal is smaller than 80 x 24, and something is hidden"
    } else {
        "q quits; a higher terminal shows more parts"
    };
    vec![
        pairs(&[("disks", disks.join(", ")), ("version", version.to_owned())]),
        Line::styled(hint, KEY),
    ]
}

fn title(text: &str, width: usize) -> Line<'static> {
    let dashes = "\u{2500}".repeat(width.saturating_sub(text.len() + 4));
    Line::styled(format!("\u{2500}\u{2500} {text} {dashes}"), BOLD)
}

/// `key value   key value`.
fn pairs(pairs: &[(&'static str, String)]) -> Line<'static> {
    let spans = pairs.iter().flat_map(|(key, value)| {
        [
            Span::styled(format!("{key} "), KEY),
            Span::raw(format!("{value}   ")),
        ]
    });
    Line::from(spans.collect::<Vec<_>>())
}

#[cfg(test)]
mod tests;
