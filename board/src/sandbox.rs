//! Gives up what a station does not need: writing elsewhere than where its files are, programs
//! other than its own, the network, and system calls for administrators.
//!
//! An attacker who finds an error in a decoder still cannot change the system. Reading is not
//! limited: the user's rights and the service's settings do that. Landlock limits the files (Linux
//! 5.13) and the network (6.7), seccomp the calls. What the kernel does not have is reported, and
//! the station works without it.

mod calls;
mod files;

use core::fmt;
use std::path::Path;
use thiserror::Error;

/// What stays allowed.
#[derive(Debug, Clone, Copy, Default)]
pub struct Allowed<'a> {
    /// Directories in which files are created, written, renamed and deleted, with all below; and
    /// single files that are written. Those that do not exist are left out.
    pub written: &'a [&'a Path],
    /// Devices that are written and controlled, or directories of such.
    pub devices: &'a [&'a Path],
    /// Programs that are started, or directories of such.
    pub executed: &'a [&'a Path],
}

/// How far a limit is in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limited {
    /// All of it.
    Fully,
    /// As far as this kernel can: an older one does not limit renames between directories, cutting
    /// files, calls of devices, or the network.
    Partly,
    /// Not at all: the kernel cannot, or its configuration forbids it.
    Not,
}

impl fmt::Display for Limited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Fully => "limited",
            Self::Partly => "LIMITED IN PART",
            Self::Not => "NOT LIMITED",
        })
    }
}

/// What the process has given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sandbox {
    /// Files, programs and network, by Landlock.
    pub files: Limited,
    /// System calls, by seccomp.
    pub calls: Limited,
}

impl Sandbox {
    /// Whether everything is given up.
    pub fn is_complete(&self) -> bool {
        self.files == Limited::Fully && self.calls == Limited::Fully
    }
}

/// `files limited, system calls limited`.
impl fmt::Display for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "files {}, system calls {}", self.files, self.calls)
    }
}

/// Giving something up failed in a way that no kernel should show.
#[derive(Debug, Error)]
#[error("sandbox: {doing}: {why}")]
pub struct SandboxError {
    /// What failed.
    doing: &'static str,
    /// The library's message.
    why: String,
}

impl SandboxError {
    fn new(doing: &'static str, why: &dyn fmt::Display) -> Self {
        let why = why.to_string();
        Self { doing, why }
    }
}

/// Limits the calling thread, and all threads and processes that it starts from now on. Call it
/// before the first thread starts. It cannot be undone. Allocates.
///
/// # Errors
/// A limit is refused, although the kernel has it.
pub fn enter(allowed: Allowed<'_>) -> Result<Sandbox, SandboxError> {
    Ok(Sandbox {
        files: files::limit(allowed)?,
        calls: calls::limit()?,
    })
}

#[cfg(test)]
mod tests;
