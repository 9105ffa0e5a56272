//! Sluice.
#![forbid(unsafe_code)]
