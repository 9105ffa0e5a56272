//! The input lines as a waveform in a terminal: one row a line, now on the right.

use crate::devices::{InputLines, open_inputs};
use crate::interrupt::Interrupt;
use crate::terminal::Drawing;
use board::Timestamp;
use board::edge::{Edge, Edges};
use board::line::LineError;
use core::time::Duration;
use embedded_hal::digital::PinState;
use ratatui_core::style::{Color, Modifier, Style};
use ratatui_core::terminal::Frame;
use ratatui_core::text::{Line, Span};
use sluice::station::Station;
use std::collections::VecDeque;

/// How much time a row shows.
const SPAN: Duration = Duration::from_secs(8);
/// How often the queues of the kernel are emptied. They hold 16 edges or more.
const TURN: Duration = Duration::from_millis(5);
/// How often the terminal is drawn.
const REDRAW: Duration = Duration::from_millis(50);
/// Edges of a line that are remembered. Before them the row shows many edges.
const EDGES_MAX: usize = 4096;
/// Edges of a line that are read before it is the turn of the next one.
const EDGES_A_TURN: u32 = 256;
/// Columns of a row before the waveform: name, level, edges, lost edges.
const LEGEND: usize = 40;
const QUIET: Style = Style::new().add_modifier(Modifier::DIM);

/// Shows each input line of the station file until the person or a signal ends it. Returns the
/// edges of each line as text, to be printed behind it.
///
/// # Errors
/// A line cannot be opened or read, or the terminal is gone.
pub fn show(station: &Station) -> Result<String, String> {
    let interrupt = Interrupt::new()?;
    let mut lines = open(station)?;
    if lines.is_empty() {
        return Err("the station file has no trigger, no encoder and no inputs".to_owned());
    }
    let mut drawing = Drawing::begin(interrupt)?;
    let mut drawn: Option<Timestamp> = None;
    loop {
        let mut has_more = false;
        for (edges, wave) in &mut lines {
            let name = wave.name;
            let failed = |error: LineError| format!("{name}: {error}");
            // A line that chatters must not keep the others, the person and the signals waiting.
            let mut left = EDGES_A_TURN;
            while left > 0
                && let Some(edge) = edges.next_edge().map_err(failed)?
            {
                wave.add(edge);
                left -= 1;
            }
            has_more |= left == 0;
        }
        let now = Timestamp::now();
        if drawn.is_none_or(|drawn| now.since(drawn) >= REDRAW) {
            drawn = Some(now);
            let waves: Vec<_> = lines.iter().map(|(_, wave)| wave).collect();
            drawing.draw(|frame| draw(&waves, now, frame))?;
        }
        let pause = if has_more { Duration::ZERO } else { TURN };
        if drawing.is_ended(pause) {
            break;
        }
    }
    let sums = lines.iter().map(|(_, wave)| wave.sum());
    Ok(sums.collect::<Vec<_>>().join("\n"))
}

type Watched<'s> = (Box<dyn Edges + 's>, Wave);

fn open(station: &Station) -> Result<Vec<Watched<'_>>, String> {
    let InputLines {
        trigger,
        encoder,
        inputs,
    } = open_inputs(station)?;
    let trigger = trigger.map(|line| ("trigger", line.edges));
    let encoder = ["encoder", "encoder.line_b"].into_iter().zip(encoder);
    let inputs = inputs.into_iter().map(|line| (line.name.key(), line.edges));
    let all = trigger.into_iter().chain(encoder).chain(inputs);
    all.map(|(name, mut edges)| {
        let level = edges.level().map_err(|error| format!("{name}: {error}"))?;
        Ok((edges, Wave::new(name, level)))
    })
    .collect()
}

/// The levels of one line.
#[derive(Debug)]
struct Wave {
    name: &'static str,
    /// The level before the first edge that is remembered.
    before: PinState,
    edges: VecDeque<(Timestamp, PinState)>,
    /// The last edge that is not remembered.
    forgotten: Option<Timestamp>,
    count: u64,
    lost: u64,
}

impl Wave {
    const fn new(name: &'static str, level: PinState) -> Self {
        Self {
            name,
            before: level,
            edges: VecDeque::new(),
            forgotten: None,
            count: 0,
            lost: 0,
        }
    }

    fn add(&mut self, edge: Edge) {
        self.count += 1;
        self.lost += u64::from(edge.lost);
        if self.edges.len() >= EDGES_MAX
            && let Some((at, level)) = self.edges.pop_front()
        {
            self.before = level;
            self.forgotten = Some(at);
        }
        self.edges.push_back((edge.at, edge.level));
    }

    fn level(&self) -> PinState {
        self.edges.back().map_or(self.before, |(_, level)| *level)
    }

    fn sum(&self) -> String {
        format!("{}: {} edges, {} lost", self.name, self.count, self.lost)
    }

    /// The waveform up to `now`, in this many columns: high, low, an edge up or down, or several
    /// edges in one column.
    fn columns(&self, now: Timestamp, width: usize) -> String {
        let mut level = self.before;
        let mut edges = self.edges.iter().peekable();
        let columns = u32::try_from(width.max(1)).unwrap_or(u32::MAX);
        let begin = now - SPAN;
        // Edges before the first column only set the level.
        while let Some((_, after)) = edges.next_if(|(at, _)| *at < begin) {
            level = *after;
        }
        let column = |number: u32| {
            let end = begin + SPAN * (number + 1) / columns;
            let mut count = 0;
            while let Some((_, after)) = edges.next_if(|(at, _)| *at <= end) {
                level = *after;
                count += 1;
            }
            if self.forgotten.is_some_and(|at| end <= at) {
                return '\u{2503}';
            }
            match (count, level) {
                (0, PinState::High) => '\u{2594}',
                (0, PinState::Low) => '\u{2581}',
                (1, PinState::High) => '/',
                (1, PinState::Low) => '\\',
                _ => '\u{2503}',
            }
        };
        (0..columns).map(column).collect()
    }
}

fn draw(waves: &[&Wave], now: Timestamp, frame: &mut Frame<'_>) {
    let area = frame.area();
    let width = usize::from(area.width).saturating_sub(LEGEND);
    let heading = format!(
        "{:<20}{:<6}{:>8}{:>5} {}",
        "LINE",
        "NOW",
        "EDGES",
        "LOST",
        format_args!("last {} s, now on the right", SPAN.as_secs())
    );
    let mut rows = vec![Line::styled(heading, QUIET)];
    for wave in waves {
        let (word, colour) = match wave.level() {
            PinState::High => ("high", Color::Green),
            PinState::Low => ("low", Color::Cyan),
        };
        let style = Style::new().fg(colour);
        rows.push(Line::from(vec![
            Span::raw(format!("{:<20}", wave.name)),
            Span::styled(format!("{word:<6}"), style),
            Span::raw(format!("{:>8}{:>5} ", wave.count, wave.lost)),
            Span::styled(wave.columns(now, width), style),
        ]));
        rows.push(Line::default());
    }
    let hint = "/ up, \\ down, \u{2503} several edges; not debounced here; q quits";
    rows.push(Line::styled(hint, QUIET));
    let buffer = frame.buffer_mut();
    for (row, line) in (area.top()..area.bottom()).zip(&rows) {
        buffer.set_line(area.left(), row, line, area.width);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui_core::backend::TestBackend;
    use ratatui_core::terminal::Terminal;

    fn edge(ms: u64, level: PinState, lost: u32) -> Edge {
        Edge {
            at: Timestamp::from_ns(ms * 1_000_000),
            level,
            lost,
        }
    }

    #[test]
    fn a_row_has_the_levels_of_the_last_seconds() {
        let mut wave = Wave::new("trigger", PinState::High);
        for (ms, level, lost) in [
            (1_000, PinState::Low, 0),
            (13_000, PinState::High, 0),
            (15_500, PinState::Low, 0),
            (17_200, PinState::High, 2),
            (17_300, PinState::Low, 0),
        ] {
            wave.add(edge(ms, level, lost));
        }
        // One column for each second from 10 to 18 s.
        let now = Timestamp::from_ns(18_000_000_000);
        assert_eq!(wave.columns(now, 8), "▁▁/▔▔\\▁┃");
        assert_eq!(wave.sum(), "trigger: 5 edges, 2 lost");
        let mut terminal = Terminal::new(TestBackend::new(48, 5)).unwrap();
        terminal.draw(|frame| draw(&[&wave], now, frame)).unwrap();
        terminal.backend().assert_buffer_lines_are(&[
            "LINE                NOW      EDGES LOST last 8 s",
            "trigger             low          5    2 ▁▁/▔▔\\▁┃",
        ]);
    }

    #[test]
    fn many_edges_need_bounded_memory_and_keep_the_level() {
        let mut wave = Wave::new("encoder", PinState::Low);
        for number in 0..u64::try_from(3 * EDGES_MAX).unwrap() {
            let level = PinState::from(number % 2 == 0);
            wave.add(edge(number, level, 0));
        }
        assert_eq!(wave.edges.len(), EDGES_MAX);
        assert_eq!(wave.level(), PinState::Low);
        let later = Timestamp::from_ns(60_000_000_000);
        assert_eq!(wave.columns(later, 3), "▁▁▁");
        // One edge a millisecond: the second half of the row has edges that are remembered.
        let mut wave = Wave::new("encoder", PinState::Low);
        for number in 0..8000 {
            let level = PinState::from(number % 2 == 0);
            wave.add(edge(number, level, 0));
        }
        let now = Timestamp::from_ns(8_000_000_000);
        assert_eq!(wave.columns(now, 4), "┃┃┃┃");
    }

    trait Rows {
        fn assert_buffer_lines_are(&self, expected: &[&str]);
    }

    impl Rows for TestBackend {
        fn assert_buffer_lines_are(&self, expected: &[&str]) {
            let width = usize::from(self.buffer().area.width);
            let rows = self.buffer().content.chunks(width);
            let text = rows.map(|row| row.iter().map(|cell| cell.symbol()).collect::<String>());
            let text: Vec<_> = text.take(expected.len()).collect();
            assert_eq!(text, expected);
        }
    }
}
