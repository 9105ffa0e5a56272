//! The Linux devices of the station.
