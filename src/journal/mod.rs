//! One checksummed line for each part.
