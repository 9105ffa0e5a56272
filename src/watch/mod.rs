//! A directory in which pictures arrive.
