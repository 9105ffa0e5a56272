//! What identifies a picture: an inode's content between two closings.

use nix::sys::stat::{FileStat, SFlag};
use serde::{Deserialize, Serialize};

/// A picture's identity, as it was when the station saw the picture.
///
/// Times can change without the content. So equal times prove that the content is the same, but
/// other times do not prove that it is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct Identity {
    /// The size in bytes.
    pub size: u64,
    /// When the content last changed, in nanoseconds since 1970 (`mtime`). Any program can set this
    /// time.
    pub mtime_ns: i64,
    /// The number of the file's inode.
    pub inode: u64,
    /// When the file was last written, renamed, linked or had its times set, in nanoseconds since
    /// 1970 (`ctime`). No program can set this time. 0 in a record of version 0.1.0.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub ctime_ns: i64,
    /// A number for each content since the station started, from 1. 0 in the journal.
    #[serde(skip)]
    pub content: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
const fn is_zero(ctime_ns: &i64) -> bool {
    *ctime_ns == 0
}

impl Identity {
    /// The identity of a regular file; `None` for anything else.
    pub(super) fn of(stat: &FileStat) -> Option<Self> {
        if SFlag::from_bits_truncate(stat.st_mode) & SFlag::S_IFMT != SFlag::S_IFREG {
            return None;
        }
        Some(Self {
            size: u64::try_from(stat.st_size).unwrap_or(0),
            mtime_ns: nanoseconds(stat.st_mtime, stat.st_mtime_nsec),
            inode: stat.st_ino,
            ctime_ns: nanoseconds(stat.st_ctime, stat.st_ctime_nsec),
            content: 0,
        })
    }

    /// Whether both have the same inode and size. Neither events nor bytes are needed to tell.
    pub(super) const fn may_be(&self, other: &Self) -> bool {
        self.inode == other.inode && self.size == other.size
    }

    /// Whether both have the same inode, size and modification time, so that the content has not
    /// changed if no program has set that time.
    pub(super) const fn has_content_of(&self, other: &Self) -> bool {
        self.may_be(other) && self.mtime_ns == other.mtime_ns
    }

    /// Whether the file was not written, renamed, linked or touched between the two. If one is of
    /// version 0.1.0, which has no `ctime`, the modification time decides.
    pub(super) const fn is_untouched(&self, other: &Self) -> bool {
        self.has_content_of(other)
            && (self.ctime_ns == other.ctime_ns || self.ctime_ns == 0 || other.ctime_ns == 0)
    }
}

const fn nanoseconds(seconds: i64, nanoseconds: i64) -> i64 {
    seconds
        .saturating_mul(1_000_000_000)
        .saturating_add(nanoseconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PICTURE: Identity = Identity {
        size: 1,
        mtime_ns: 2,
        inode: 3,
        ctime_ns: 4,
        content: 5,
    };

    #[test]
    fn inode_and_size_tell_what_a_file_may_be() {
        assert!(PICTURE.may_be(&Identity {
            mtime_ns: 9,
            ctime_ns: 9,
            content: 9,
            ..PICTURE
        }));
        assert!(!PICTURE.may_be(&Identity { size: 9, ..PICTURE }));
        assert!(!PICTURE.may_be(&Identity {
            inode: 9,
            ..PICTURE
        }));
    }

    #[test]
    fn both_times_tell_that_a_file_is_untouched_if_both_are_known() {
        assert!(PICTURE.is_untouched(&Identity {
            content: 9,
            ..PICTURE
        }));
        let others = [
            Identity { size: 9, ..PICTURE },
            Identity {
                mtime_ns: 9,
                ..PICTURE
            },
            Identity {
                ctime_ns: 9,
                ..PICTURE
            },
        ];
        assert!(others.iter().all(|other| !PICTURE.is_untouched(other)));
        let old = Identity {
            ctime_ns: 0,
            ..PICTURE
        };
        assert!(PICTURE.is_untouched(&old) && old.is_untouched(&PICTURE));
    }

    #[test]
    fn a_record_has_a_change_time_only_if_it_is_known() {
        let text = |identity: &Identity| {
            let mut buffer = [0; 200];
            let used = serde_json_core::to_slice(identity, &mut buffer).unwrap();
            String::from_utf8(buffer[..used].to_vec()).unwrap()
        };
        assert_eq!(
            text(&PICTURE),
            r#"{"size":1,"mtime_ns":2,"inode":3,"ctime_ns":4}"#
        );
        let old = Identity {
            ctime_ns: 0,
            ..PICTURE
        };
        assert_eq!(text(&old), r#"{"size":1,"mtime_ns":2,"inode":3}"#);
    }
}
