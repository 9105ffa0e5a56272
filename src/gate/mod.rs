//! The physical output.
