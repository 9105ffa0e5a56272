//! Stations with input lines beside the trigger. The same FIFO changes their levels.

use super::trigger::Stimulus;
use super::{Site, lines, wait_for};
use sluice::journal::{ConfirmationFault, Control, Record};
use std::process::Output;

/// The offsets of the input lines.
pub const RUN: u32 = 20;
pub const TEST: u32 = 21;
pub const RESET: u32 = 22;
pub const LAMP_TEST: u32 = 23;
pub const BIN_FULL: u32 = 24;
pub const CONFIRM: u32 = 25;
pub const CHALLENGE: u32 = 26;
pub const RECIPE_0: u32 = 27;
pub const RECIPE_1: u32 = 28;

impl Site {
    /// Adds these input lines, active high and without debounce. The stimulus must exist already.
    pub fn add_inputs(&self, names: &[(&str, u32)]) {
        let line = |(name, offset): &(&str, u32)| {
            format!(
                r#""{name}": {{ "offset": {offset}, "active": "high", "bias": "pull_down", "debounce_us": 0 }}"#
            )
        };
        let lines: Vec<_> = names.iter().map(line).collect();
        let section = format!("\"inputs\": {{ {} }},\n  \"display\": {{", lines.join(", "));
        self.change(&[("\"display\": {", &section)]);
    }

    /// Adds the section `limits`.
    pub fn add_limits(&self, limits: &str) {
        let section = format!("\"limits\": {{ {limits} }},\n  \"display\": {{");
        self.change(&[("\"display\": {", &section)]);
    }

    /// The changes of the station in the journal, as `change by`, without lamp tests.
    pub fn controls(&self) -> Vec<String> {
        let records = self.control_records().into_iter();
        let changes = records.filter(|control| control.change != "lamp_test");
        changes
            .map(|control| format!("{} {}", control.change, control.by))
            .collect()
    }

    /// Waits until the station has read everything that was written to the FIFO: the lamp test
    /// comes after it. The station must have the line.
    pub fn flush(&self, inputs: &mut Stimulus) {
        self.wait_line(lines::BUSY, false);
        inputs.set(LAMP_TEST, true);
        self.wait_line(lines::BUSY, true);
        inputs.set(LAMP_TEST, false);
        self.wait_line(lines::BUSY, false);
    }

    pub fn control_records(&self) -> Vec<Control> {
        let entries = self.journal().into_iter();
        let control = entries.filter_map(|entry| match entry.content {
            Ok(Record::Control(control)) => Some(control),
            _ => None,
        });
        control.collect()
    }

    /// Waits until the last change in the journal is this one, as `change by`.
    pub fn wait_control(&self, last: &str) {
        wait_for(&format!("{last} in the journal"), || {
            (self.controls().last().map(String::as_str) == Some(last)).then_some(())
        });
    }

    /// The faults that the sensor behind the gate showed.
    pub fn confirmation_faults(&self) -> Vec<ConfirmationFault> {
        let entries = self.journal().into_iter();
        let faults = entries.filter_map(|entry| match entry.content {
            Ok(Record::Confirmation(fault)) => Some(fault),
            _ => None,
        });
        faults.collect()
    }

    /// Runs a command against the station, and returns its exit code and what it printed.
    pub fn ask(&self, words: &[&str]) -> (Option<i32>, String) {
        let arguments = [words, &["--station", "station.json"]].concat();
        let Output {
            status,
            stdout,
            stderr,
        } = self.output(&arguments);
        let text = String::from_utf8([stdout, stderr].concat()).unwrap();
        (status.code(), text)
    }
}
