//! What a scan learns of a file from the contents that were given out.

use crate::hash::Sha256;
use crate::part::PartId;

/// Proof that a file still has the content by which a part was judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Proof {
    pub(super) part: PartId,
    pub(super) sha256: Sha256,
    /// The `ctime` of the inspected file. A file that was created later is a new one, even with the
    /// same bytes.
    pub(super) ctime_ns: i64,
}

/// Whether a file that a scan finds was given out before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Recognition {
    /// As far as is known, it was not.
    New,
    /// It was.
    Taken,
    /// It was if its bytes still have this hash.
    IfSame(Proof),
}
