//! The metrics, as Prometheus's text format 0.0.4 and as OpenMetrics 1.0.

use super::refused::Refused;
use crate::mqtt::Broker;
use crate::status::Status;
use core::fmt::{Display, Write as _};
use sluice::control::Latch;
use sluice::journal::{Period, Stage};

/// How the metrics are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// Prometheus's text format.
    Text,
    /// OpenMetrics.
    OpenMetrics,
}

impl Format {
    /// The format that a header `Accept` asks for.
    pub(super) fn of(accepted: Option<&str>) -> Self {
        if accepted.is_some_and(|accepted| accepted.contains("application/openmetrics-text")) {
            Self::OpenMetrics
        } else {
            Self::Text
        }
    }

    pub(super) const fn content_type(self) -> &'static str {
        match self {
            Self::Text => "text/plain; version=0.0.4; charset=utf-8",
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
        }
    }
}

/// All metrics of this state. `broker`: `None` without one. `refused`: `None` without TLS.
pub(super) fn page(
    status: &Status,
    broker: Option<Broker>,
    refused: Option<&Refused>,
    format: Format,
) -> String {
    let mut page = Page {
        text: String::with_capacity(8192),
        format,
    };
    station(&mut page, status);
    parts(&mut page, status);
    times(&mut page, status);
    journal(&mut page, status);
    if let Some(broker) = broker {
        link(&mut page, &broker);
    }
    if let Some(refused) = refused {
        page.family(
            "sluice_link_http_refused",
            "counter",
            "Clients whose handshake of TLS failed.",
        );
        for (why, count) in refused.counts() {
            page.sample("sluice_link_http_refused_total", &[("why", why)], count);
        }
    }
    if format == Format::OpenMetrics {
        page.text.push_str("# EOF\n");
    }
    page.text
}

struct Page {
    text: String,
    format: Format,
}

impl Page {
    /// Begins a family of metrics. The name of a counter is given without `_total`.
    fn family(&mut self, name: &str, kind: &str, help: &str) {
        // Prometheus's format names a counter with `_total`, OpenMetrics without.
        let suffix = if kind == "counter" && self.format == Format::Text {
            "_total"
        } else {
            ""
        };
        let _ = writeln!(self.text, "# HELP {name}{suffix} {help}");
        let _ = writeln!(self.text, "# TYPE {name}{suffix} {kind}");
    }

    fn sample(&mut self, name: &str, labels: &[(&str, &str)], value: impl Display) {
        self.text.push_str(name);
        for (index, (label, value)) in labels.iter().enumerate() {
            let _ = write!(
                self.text,
                "{}{label}=\"",
                if index == 0 { '{' } else { ',' }
            );
            for character in value.chars() {
                match character {
                    '\\' => self.text.push_str("\\\\"),
                    '"' => self.text.push_str("\\\""),
                    '\n' => self.text.push_str("\\n"),
                    other => self.text.push(other),
                }
            }
            self.text.push('"');
        }
        if !labels.is_empty() {
            self.text.push('}');
        }
        let _ = writeln!(self.text, " {value}");
    }

    fn gauge(&mut self, name: &str, help: &str, value: impl Display) {
        self.family(name, "gauge", help);
        self.sample(name, &[], value);
    }

    fn counter(&mut self, name: &str, help: &str, value: u64) {
        self.family(name, "counter", help);
        self.sample(&format!("{name}_total"), &[], value);
    }
}

fn station(page: &mut Page, status: &Status) {
    if let Some(station) = &status.station {
        page.family(
            "sluice_station",
            "gauge",
            "Names the station, its program and its model; always 1.",
        );
        let labels = [
            ("station", station.as_str()),
            ("version", status.version.as_deref().unwrap_or_default()),
            (
                "model_sha256",
                status.model_sha256.as_deref().unwrap_or_default(),
            ),
        ];
        page.sample("sluice_station", &labels, 1);
    }
    if let Some(is_running) = status.is_running() {
        page.gauge(
            "sluice_station_running",
            "Whether a station has the journal open.",
            u8::from(is_running),
        );
    }
    if let Some(mode) = &status.mode {
        page.family(
            "sluice_mode",
            "gauge",
            "The mode, if the journal shows it since the start.",
        );
        for known in ["run", "test", "stopped"] {
            page.sample("sluice_mode", &[("mode", known)], u8::from(known == mode));
        }
    }
    page.family(
        "sluice_latched",
        "gauge",
        "Whether this cause waits for a reset.",
    );
    let latched: Vec<_> = status.latches().causes().collect();
    for latch in Latch::ALL {
        let is_latched = u8::from(latched.contains(&latch));
        page.sample("sluice_latched", &[("cause", latch.word())], is_latched);
    }
    let has_unknown = u8::from(status.latches().has_unknown());
    page.sample("sluice_latched", &[("cause", "unknown")], has_unknown);
}

fn parts(page: &mut Page, status: &Status) {
    let recipes = status.accounts().account(Period::Total).recipes();
    page.family(
        "sluice_parts",
        "counter",
        "Triggers since the last reset of the counts, by what became of them.",
    );
    for of in recipes {
        let counters = of.counters;
        for (verdict, count) in [
            ("pass", counters.pass),
            ("reject", counters.reject),
            ("fault", counters.fault),
            ("missed", counters.missed),
        ] {
            page.sample(
                "sluice_parts_total",
                &[("recipe", of.recipe.as_str()), ("verdict", verdict)],
                count,
            );
        }
    }
    page.family("sluice_gate", "counter", "Parts by what the gate did.");
    for of in recipes {
        let gate = of.counters.gate;
        for (outcome, count) in [
            ("passed", gate.passed),
            ("rejected", gate.rejected),
            ("not_on_line", gate.not_on_line),
        ] {
            page.sample(
                "sluice_gate_total",
                &[("recipe", of.recipe.as_str()), ("outcome", outcome)],
                count,
            );
        }
    }
    for (name, help) in [
        (
            "sluice_good_rejected",
            "Parts with the verdict PASS that the gate rejected.",
        ),
        (
            "sluice_late",
            "Parts whose verdict or movement came too late.",
        ),
        (
            "sluice_unconfirmed",
            "Parts that went the wrong way, by the sensor behind the gate.",
        ),
    ] {
        page.family(name, "counter", help);
        for of in recipes {
            let count = match name {
                "sluice_good_rejected" => of.counters.gate.good_rejected,
                "sluice_late" => of.counters.late,
                _ => of.counters.unconfirmed,
            };
            page.sample(
                &format!("{name}_total"),
                &[("recipe", of.recipe.as_str())],
                count,
            );
        }
    }
}

fn times(page: &mut Page, status: &Status) {
    let account = status.accounts().account(Period::Total);
    page.family(
        "sluice_stage_seconds",
        "summary",
        "Time of each stage since the last reset of the counts.",
    );
    for stage in Stage::ALL {
        let times = account.times(stage);
        let figures = times.statistics();
        let (sum_us, _, _) = times.range();
        let name = stage.name();
        for (quantile, time_us) in [
            ("0.5", figures.p50),
            ("0.99", figures.p99),
            ("0.999", figures.p999),
        ] {
            let labels = [("stage", name), ("quantile", quantile)];
            page.sample("sluice_stage_seconds", &labels, seconds(time_us.into()));
        }
        page.sample(
            "sluice_stage_seconds_sum",
            &[("stage", name)],
            seconds(sum_us),
        );
        page.sample(
            "sluice_stage_seconds_count",
            &[("stage", name)],
            figures.count,
        );
    }
}

fn journal(page: &mut Page, status: &Status) {
    if let Some(time) = status.last_record {
        page.gauge(
            "sluice_last_record_timestamp_seconds",
            "Time of the journal's last record, by the station's clock.",
            seconds(time.unix_us()),
        );
    }
    page.gauge(
        "sluice_link_journal_readable",
        "Whether the link has read the journal to its end within the last 5 s.",
        u8::from(status.is_readable()),
    );
    page.counter(
        "sluice_journal_lines",
        "Lines of the journal that were read.",
        status.lines,
    );
    page.counter(
        "sluice_journal_damaged_lines",
        "Lines of the journal that are damaged.",
        status.damaged,
    );
    page.counter(
        "sluice_journal_gaps",
        "Places of the journal at which lines are missing.",
        status.gaps,
    );
}

fn link(page: &mut Page, broker: &Broker) {
    let sums = broker.sums;
    page.gauge(
        "sluice_link_mqtt_connected",
        "Whether the broker is connected and takes what is published.",
        u8::from(broker.is_connected),
    );
    if let Some(failure) = &broker.failure {
        page.family(
            "sluice_link_mqtt_failing",
            "gauge",
            "What kind of failure ended the last connection to the broker; only while it takes nothing.",
        );
        let kind = failure.kind.word();
        page.sample("sluice_link_mqtt_failing", &[("kind", kind)], 1);
    }
    page.counter(
        "sluice_link_mqtt_failures",
        "Connections to the broker that ended, or that it refused.",
        broker.failures,
    );
    page.counter(
        "sluice_link_mqtt_sent",
        "Lines given to the broker, repeated ones included.",
        sums.sent,
    );
    page.counter(
        "sluice_link_mqtt_acknowledged",
        "Lines that the broker has acknowledged.",
        sums.acknowledged,
    );
    page.counter(
        "sluice_link_mqtt_gaps",
        "Places at which lines are missing and were not published.",
        sums.gaps,
    );
}

/// Microseconds as seconds, without rounding.
fn seconds(time_us: u64) -> String {
    format!("{}.{:06}", time_us / 1_000_000, time_us % 1_000_000)
}

#[cfg(test)]
mod tests;
