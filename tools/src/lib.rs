//! Tools around the station.
#![forbid(unsafe_code)]
