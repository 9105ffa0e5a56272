//! One object of the configuration file, read key by key. What is wrong is collected.

use core::cell::RefCell;
use core::fmt::Display;
use core::ops::RangeInclusive;
use serde_json::{Map, Value};
use sluice::bounded::file;
use std::collections::BTreeSet;
use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

/// Bytes of a file with a secret or with certificates, at most.
const FILE_BYTES_MAX: u64 = 1024 * 1024;

/// Rights of those who are neither owner nor of the group.
const OTHERS: u32 = 0o007;

/// What is wrong with the file.
#[derive(Debug, Default)]
pub(super) struct Problems {
    errors: RefCell<Vec<String>>,
    warnings: RefCell<Vec<String>>,
}

impl Problems {
    pub(super) fn add(&self, text: impl Display) {
        self.errors.borrow_mut().push(text.to_string());
    }

    /// The errors and the warnings.
    pub(super) fn into_lines(self) -> (Vec<String>, Vec<String>) {
        (self.errors.into_inner(), self.warnings.into_inner())
    }
}

/// An object of the file.
#[derive(Debug)]
pub(super) struct Section<'a> {
    /// Its key with a dot; empty for the file.
    path: String,
    values: &'a Map<String, Value>,
    known: BTreeSet<&'static str>,
    problems: &'a Problems,
}

impl<'a> Section<'a> {
    /// The file.
    pub(super) fn root(value: &'a Value, problems: &'a Problems) -> Option<Self> {
        Self::new(String::new(), value, problems)
    }

    fn new(path: String, value: &'a Value, problems: &'a Problems) -> Option<Self> {
        let Value::Object(values) = value else {
            let name = if path.is_empty() {
                "the file"
            } else {
                path.trim_end_matches('.')
            };
            problems.add(format_args!("{name}: must be an object, {{ ... }}"));
            return None;
        };
        Some(Self {
            path,
            values,
            known: BTreeSet::new(),
            problems,
        })
    }

    fn get(&mut self, key: &'static str) -> Option<&'a Value> {
        self.known.insert(key);
        self.values.get(key)
    }

    /// Whether the key is there.
    pub(super) fn has(&self, key: &str) -> bool {
        self.values.contains_key(key)
    }

    /// Notes what is wrong with a key.
    pub(super) fn wrong(&self, key: &str, what: impl Display) {
        self.problems
            .add(format_args!("{}{key}: {what}", self.path));
    }

    /// Notes what may be wrong with a key, and does not keep the link from starting.
    pub(super) fn warn(&self, key: &str, what: impl Display) {
        let mut warnings = self.problems.warnings.borrow_mut();
        warnings.push(format!("{}{key}: {what}", self.path));
    }

    /// Warns of a file with a secret that every user of the machine may read.
    pub(super) fn warn_if_others_may_read(&self, key: &str, path: &str) {
        let metadata = fs::metadata(path);
        if metadata.is_ok_and(|metadata| metadata.mode() & OTHERS != 0) {
            self.warn(
                key,
                format_args!("{path} is open to every user of this machine: chmod o= {path}"),
            );
        }
    }

    /// An object in this one, if it is there.
    pub(super) fn section(&mut self, key: &'static str) -> Option<Section<'a>> {
        let value = self.get(key)?;
        Self::new(format!("{}{key}.", self.path), value, self.problems)
    }

    /// A text of this many bytes.
    pub(super) fn text(
        &mut self,
        key: &'static str,
        bytes: RangeInclusive<usize>,
    ) -> Option<String> {
        if !self.has(key) {
            self.known.insert(key);
            self.wrong(key, "missing");
            return None;
        }
        self.optional_text(key, bytes)
    }

    /// As [`Self::text`], if the key is there.
    pub(super) fn optional_text(
        &mut self,
        key: &'static str,
        bytes: RangeInclusive<usize>,
    ) -> Option<String> {
        match self.get(key)? {
            Value::String(text) if bytes.contains(&text.len()) => Some(text.clone()),
            other => {
                let (least, most) = (bytes.start(), bytes.end());
                self.wrong(
                    key,
                    format_args!("{other}; allowed: a text of {least} to {most} bytes"),
                );
                None
            }
        }
    }

    /// A text, or this one if the key is not there.
    pub(super) fn text_or(&mut self, key: &'static str, otherwise: &str) -> Option<String> {
        if self.get(key).is_none() {
            return Some(otherwise.to_owned());
        }
        self.optional_text(key, 1..=1000)
    }

    /// A list of texts of at most 253 bytes, if the key is there.
    pub(super) fn texts(&mut self, key: &'static str, most: usize) -> Option<Vec<String>> {
        let value = self.get(key)?;
        let text = |value: &Value| match value.as_str() {
            Some(text) if (1..=253).contains(&text.len()) => Some(text.to_owned()),
            _ => None,
        };
        let list = value.as_array().filter(|list| list.len() <= most);
        let texts = list.and_then(|list| list.iter().map(text).collect());
        if texts.is_none() {
            self.wrong(
                key,
                format_args!("{value}; allowed: a list of up to {most} texts of 1 to 253 bytes"),
            );
        }
        texts
    }

    /// A whole number, or this one if the key is not there.
    pub(super) fn number_or(
        &mut self,
        key: &'static str,
        allowed: RangeInclusive<u64>,
        otherwise: u64,
    ) -> Option<u64> {
        let Some(value) = self.get(key) else {
            return Some(otherwise);
        };
        let number = value.as_u64().filter(|number| allowed.contains(number));
        if number.is_none() {
            let (least, most) = (allowed.start(), allowed.end());
            self.wrong(key, format_args!("{value}; allowed: {least} to {most}"));
        }
        number
    }

    /// An address with a port.
    pub(super) fn address(&mut self, key: &'static str) -> Option<SocketAddr> {
        let text = self.text(key, 1..=100)?;
        let address = text.parse().ok();
        if address.is_none() {
            self.wrong(
                key,
                format_args!(
                    "{text:?}; allowed: an address and a port, such as 127.0.0.1:8410 or [::1]:8410"
                ),
            );
        }
        address
    }

    /// The first line of the file that the key names, if the key is there.
    pub(super) fn secret(&mut self, key: &'static str) -> Option<String> {
        let path = self.optional_text(key, 1..=1000)?;
        let text = self.read(key, &path)?;
        self.warn_if_others_may_read(key, &path);
        let secret = text.lines().next().map(str::trim).unwrap_or_default();
        if secret.is_empty() || secret.len() > 1000 {
            self.wrong(
                key,
                format_args!("{path}: its first line must have 1 to 1000 characters"),
            );
            return None;
        }
        Some(secret.to_owned())
    }

    /// The path and the text of the file that the key names. `is_needed`: a key that is not there
    /// is an error.
    pub(super) fn file(&mut self, key: &'static str, is_needed: bool) -> Option<(String, String)> {
        let path = if is_needed {
            self.text(key, 1..=1000)?
        } else {
            self.optional_text(key, 1..=1000)?
        };
        let text = self.read(key, &path)?;
        Some((path, text))
    }

    fn read(&self, key: &str, path: &str) -> Option<String> {
        let text = file::read_text(Path::new(path), FILE_BYTES_MAX);
        text.map_err(|error| self.wrong(key, format_args!("{path} cannot be read: {error}")))
            .ok()
    }

    /// Notes each key that was not asked for.
    pub(super) fn end(&self) {
        for key in self.values.keys() {
            if !self.known.contains(key.as_str()) {
                let known: Vec<_> = self.known.iter().copied().collect();
                self.wrong(
                    key,
                    format_args!("unknown; known here: {}", known.join(", ")),
                );
            }
        }
    }
}
