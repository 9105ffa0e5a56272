//! How long a stall a station file tolerates.
//!
//! A stall is a time in which the station does not run: a stopped process, a starved thread, or a
//! slow driver. The lines keep their levels meanwhile. Every figure here is a sum over keys of
//! the station file, and its text names them.

use crate::station::Station;
use crate::station::file::GateStyle;
use core::fmt;

/// How long the guard takes to make the lines safe after the station's death, at most.
const GUARD_MS: u32 = 500;
/// How long the gate stays ready after the recorder's last turn.
const LEASE_MS: u32 = 1_000;

/// The settings that decide what a stall does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stalls {
    style: GateStyle,
    /// The keys behind `delay_ms` and `pulse_ms`.
    delay_key: &'static str,
    pulse_key: &'static str,
    delay_ms: u32,
    deadline_ms: u32,
    pulse_ms: u32,
    late_max_ms: u32,
    interval_ms: u32,
    self_check_ms: u32,
    watchdog_ms: Option<u32>,
    alive_line: bool,
    by_trigger: bool,
}

impl From<&Station> for Stalls {
    fn from(station: &Station) -> Self {
        let gate = &station.gate;
        let watchdog = station.watchdog.as_ref();
        Self {
            style: gate.style,
            delay_key: match gate.delay_ticks {
                Some(_) => "gate.delay_ticks at encoder.ticks_per_s_max",
                None => "gate.delay_ms",
            },
            pulse_key: match gate.pulse_ticks {
                Some(_) => "gate.pulse_ticks at encoder.ticks_per_s_max, longer on a slower belt",
                None => "gate.pulse_ms",
            },
            delay_ms: gate.delay_ms,
            deadline_ms: gate.deadline_ms,
            pulse_ms: gate.pulse_ms,
            late_max_ms: gate.late_max_ms(),
            interval_ms: gate.part_interval_ms.max(1),
            self_check_ms: station.engine.self_check_ms,
            watchdog_ms: watchdog.map(|watchdog| watchdog.timeout_s.saturating_mul(1_000)),
            alive_line: station.lines.alive.is_some(),
            by_trigger: station.trigger.is_some(),
        }
    }
}

impl Stalls {
    /// The longest stall at the gate after which no movement is late: `gate.late_max_ms`.
    pub const fn tolerated_ms(&self) -> u32 {
        self.late_max_ms
    }

    /// How long the reject is held, and READY off, after a late movement: until the last part that
    /// was due during the stall must be gone.
    pub const fn held_ms(&self) -> u32 {
        self.pulse_ms
    }

    /// How late an edge or a picture may be seen so that its part still gets its movement in time.
    pub const fn before_gate_ms(&self) -> u32 {
        if self.by_trigger {
            self.delay_ms
        } else {
            self.deadline_ms
        }
    }

    /// Parts that can be due in a time of this length.
    pub const fn parts_in(&self, time_ms: u32) -> u32 {
        time_ms / self.interval_ms + 1
    }

    /// Parts that can be late after a stall of this length at the gate.
    pub const fn late_after(&self, stall_ms: u32) -> u32 {
        if stall_ms <= self.late_max_ms {
            0
        } else {
            self.parts_in(stall_ms - self.late_max_ms - 1)
        }
    }

    /// How long a relay on the alive line stays on after the line's last change, as the documents
    /// ask for; nothing without self-checks.
    const fn relay_ms(&self) -> Option<u32> {
        if self.self_check_ms == 0 {
            return None;
        }
        let checks_ms = self.self_check_ms.saturating_mul(3);
        Some(checks_ms.saturating_add(self.deadline_ms.saturating_mul(2)))
    }

    /// Whether nothing ends a stop of the whole station that lets parts through.
    pub const fn is_unbounded(&self) -> bool {
        self.watchdog_ms.is_none() && !self.alive_line
    }

    /// What a stop of the whole station does to the parts, and what ends it.
    pub fn whole_station(&self) -> impl fmt::Display {
        let stalls = *self;
        fmt::from_fn(move |f: &mut fmt::Formatter<'_>| {
            f.write_str("a station that is stopped as a whole (SIGSTOP, a debugger) ")?;
            f.write_str(match stalls.style {
                GateStyle::Pulse => "lets parts through, because the gate is open at rest (gate.style pulse)",
                GateStyle::Divert => {
                    "rejects, because the gate is closed at rest (gate.style divert), unless it stopped while open for a part"
                }
            })?;
            match stalls.watchdog_ms {
                Some(ms) => write!(
                    f,
                    "; the board's watchdog ends it after {ms} ms (watchdog.timeout_s): {} parts at most",
                    stalls.parts_in(ms)
                )?,
                None => f.write_str("; no watchdog of the board ends it")?,
            }
            match (stalls.alive_line, stalls.relay_ms()) {
                (true, None) => f.write_str("; a relay on lines.alive ends it after its own time"),
                (true, Some(ms)) => write!(
                    f,
                    "; a relay on lines.alive ends it after {ms} ms (3 x engine.self_check_ms + 2 x gate.deadline_ms): {} parts at most",
                    stalls.parts_in(ms)
                ),
                (false, _) if stalls.watchdog_ms.is_none() => f.write_str(
                    ", nor a relay: add watchdog, or lines.alive with a relay that closes the gate",
                ),
                (false, _) => Ok(()),
            }
        })
    }
}

/// One line for each kind of stall that the station itself notices, with its sum.
impl fmt::Display for Stalls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            delay_key,
            pulse_key,
            delay_ms,
            deadline_ms,
            pulse_ms,
            late_max_ms,
            interval_ms,
            ..
        } = *self;
        writeln!(
            f,
            "a stall at the gate of up to {late_max_ms} ms (gate.late_max_ms) makes no movement late"
        )?;
        writeln!(
            f,
            "a longer one makes the parts late that were due more than {late_max_ms} ms before its end: {} for {pulse_ms} ms \
             ({pulse_key}), {} for 1000 ms (gate.part_interval_ms {interval_ms}); those to be rejected may have gone through",
            self.late_after(pulse_ms),
            self.late_after(1_000)
        )?;
        writeln!(
            f,
            "after it the reject is held and READY is off for {} ms ({pulse_key}), and up to {} good parts are rejected",
            self.held_ms(),
            self.parts_in(self.held_ms())
        )?;
        if self.by_trigger {
            writeln!(
                f,
                "an edge that is read up to {delay_ms} ms late ({delay_key}) still gets its movement in time; its decision has \
                 {deadline_ms} ms from the edge (gate.deadline_ms)"
            )?;
        } else {
            writeln!(
                f,
                "a picture that is seen up to {deadline_ms} ms late (gate.deadline_ms) still gets its movement in time, {} ms \
                 before it is due ({delay_key} {delay_ms} - gate.deadline_ms); a later one is a FAULT and holds the gate for {} \
                 ms ({delay_key} + {pulse_key})",
                delay_ms - deadline_ms.min(delay_ms),
                delay_ms.saturating_add(pulse_ms)
            )?;
        }
        write!(
            f,
            "nothing passes later than {LEASE_MS} ms after the recorder's last turn ({} parts); the guard closes the gate at most \
             {GUARD_MS} ms after the station's death ({} parts)",
            self.parts_in(LEASE_MS),
            self.parts_in(GUARD_MS)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::station::file::WatchdogSettings;

    const HOST: &[u8] = include_bytes!("../../board/stations/host.json");

    /// 2000 ms to the gate, decided after 1900, 150 ms at it, late after 75, a part each 200 ms.
    fn stalls(change: impl FnOnce(&mut Station)) -> Stalls {
        let mut station = crate::station::read(HOST).unwrap();
        let gate = &mut station.gate;
        (gate.delay_ms, gate.deadline_ms) = (2_000, 1_900);
        (gate.pulse_ms, gate.part_interval_ms) = (150, 200);
        gate.late_max_ms = Some(75);
        change(&mut station);
        Stalls::from(&station)
    }

    #[test]
    fn a_stall_of_late_max_is_tolerated_and_each_interval_more_costs_a_part() {
        let stalls = stalls(|_| {});
        assert_eq!(stalls.tolerated_ms(), 75);
        for (stall_ms, late) in [(0, 0), (75, 0), (76, 1), (275, 1), (276, 2), (1_075, 5)] {
            assert_eq!(stalls.late_after(stall_ms), late, "{stall_ms} ms");
        }
        assert_eq!((stalls.held_ms(), stalls.parts_in(150)), (150, 1));
    }

    #[test]
    fn the_limit_that_applies_is_used_where_the_file_gives_none() {
        let stalls = stalls(|station| station.gate.late_max_ms = None);
        assert_eq!(stalls.tolerated_ms(), 10);
    }

    #[test]
    fn the_sums_name_their_keys() {
        let text = stalls(|_| {}).to_string();
        for part in [
            "up to 75 ms (gate.late_max_ms)",
            "1 for 150 ms (gate.pulse_ms), 5 for 1000 ms (gate.part_interval_ms 200)",
            "READY is off for 150 ms (gate.pulse_ms), and up to 1 good parts",
            "seen up to 1900 ms late (gate.deadline_ms)",
            "100 ms before it is due (gate.delay_ms 2000 - gate.deadline_ms)",
            "holds the gate for 2150 ms (gate.delay_ms + gate.pulse_ms)",
            "1000 ms after the recorder's last turn (6 parts)",
            "500 ms after the station's death (3 parts)",
        ] {
            assert!(text.contains(part), "\"{part}\" in: {text}");
        }
    }

    #[test]
    fn ticks_are_named_where_the_file_has_ticks() {
        let text = stalls(|station| {
            (station.gate.delay_ticks, station.gate.pulse_ticks) = (Some(800), Some(60));
        });
        let text = text.to_string();
        for part in [
            "1 for 150 ms (gate.pulse_ticks at encoder.ticks_per_s_max, longer on a slower belt)",
            "(gate.delay_ticks at encoder.ticks_per_s_max 2000 - gate.deadline_ms)",
        ] {
            assert!(text.contains(part), "\"{part}\" in: {text}");
        }
        assert!(!text.contains("gate.delay_ms") && !text.contains("gate.pulse_ms"));
    }

    #[test]
    fn what_ends_a_stop_of_the_whole_station_is_named_or_that_nothing_does() {
        let bare = stalls(|station| {
            station.watchdog = None;
            station.lines.alive = None;
        });
        assert!(bare.is_unbounded());
        let text = bare.whole_station().to_string();
        assert!(
            text.contains("lets parts through") && text.contains("add watchdog"),
            "{text}"
        );

        let guarded = stalls(|station| {
            station.gate.style = GateStyle::Divert;
            station.watchdog = Some(WatchdogSettings {
                device: "/dev/watchdog".parse().unwrap(),
                timeout_s: 10,
            });
            station.lines.alive = None;
        });
        assert!(!guarded.is_unbounded());
        let text = guarded.whole_station().to_string();
        let bound = "after 10000 ms (watchdog.timeout_s): 51 parts at most";
        assert!(
            text.contains("closed at rest") && text.contains(bound),
            "{text}"
        );

        let relay = stalls(|station| station.engine.self_check_ms = 1_000);
        assert!(!relay.is_unbounded());
        let text = relay.whole_station().to_string();
        assert!(
            text.contains("after 6800 ms") && text.contains("35 parts at most"),
            "{text}"
        );
    }
}
