//! What is recorded of the parts, and where: journal, screen, printed lines, watchdogs.

pub(in crate::run) mod join;
pub(in crate::run) mod journal;
pub(in crate::run) mod line;
pub(in crate::run) mod moved_late;
pub(in crate::run) mod overlaps;
pub(in crate::run) mod printing;
pub(in crate::run) mod recorder;
pub(in crate::run) mod screen;
pub(in crate::run) mod unwritten;
pub(in crate::run) mod watchdogs;
