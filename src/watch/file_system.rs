//! The file system of a directory: whether inotify sees all writers, and how fine its times are.

use nix::errno::Errno;
use nix::sys::statfs::statfs;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::time::Duration;

/// File systems on which inotify does not report what other computers do, or what happens on the
/// other side of the mount. The numbers are `f_type` of statfs(2), from `linux/magic.h` or the file
/// system's source.
const BLIND: [(u32, &str); 17] = [
    (0x0000_6969, "NFS"),
    (0x0000_517b, "SMB (smbfs)"),
    (0xff53_4d42, "SMB (cifs)"),
    (0xfe53_4d42, "SMB (cifs, SMB 2 and 3)"),
    (
        0x6573_5546,
        "FUSE (sshfs, bindfs, virtiofs, ntfs-3g and others)",
    ),
    (0x0102_1997, "9p"),
    (0x00c3_6400, "Ceph"),
    (0x5346_414f, "AFS"),
    (0x6b41_4653, "AFS (kAFS)"),
    (0x7375_7245, "Coda"),
    (0x0000_564c, "NCP"),
    (0x0116_1970, "GFS2"),
    (0x7461_636f, "OCFS2"),
    (0x786f_4256, "VirtualBox's shared folder"),
    (0x0bd0_0bd0, "Lustre"),
    (0x4750_4653, "GPFS"),
    (0x1983_0326, "BeeGFS"),
];

/// File systems whose directories list each file with the inode number that lstat(2) returns.
const INODES_LISTED: [u32; 5] = [
    0x0000_ef53, // ext2, ext3 and ext4
    0x5846_5342, // XFS
    0x0102_1994, // tmpfs
    0x9123_683e, // Btrfs
    0xf2f5_2010, // F2FS
];

/// Whether the inode number in a directory's entry is the file's. Elsewhere, as on FAT and FUSE,
/// the file must be examined.
pub(super) fn lists_inodes(directory: &str) -> bool {
    statfs(directory).is_ok_and(|found| {
        let kind = u64::from_ne_bytes(found.filesystem_type().0.to_ne_bytes());
        INODES_LISTED
            .iter()
            .any(|number| kind & u64::from(u32::MAX) == u64::from(*number))
    })
}

/// A file system on which inotify misses changes by other hosts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BlindFileSystem {
    /// The name of the file system, for messages.
    pub name: &'static str,
}

impl BlindFileSystem {
    /// Returns the directory's file system if inotify there misses changes by other hosts. Then
    /// `source.directory.poll_ms` must be set.
    ///
    /// # Errors
    /// The error number of statfs(2).
    pub fn of(directory: &Path) -> Result<Option<Self>, Errno> {
        let kind = statfs(directory)?.filesystem_type().0;
        // The type has 64 bits on the station's platforms, signed or not.
        Ok(Self::from_kind(u64::from_ne_bytes(kind.to_ne_bytes())))
    }

    /// Finds the file system by its type. Only the lower 32 bits count, since some platforms extend
    /// the sign.
    fn from_kind(kind: u64) -> Option<Self> {
        let of = |(number, name): &(u32, &'static str)| {
            (kind & u64::from(u32::MAX) == u64::from(*number)).then_some(Self { name })
        };
        BLIND.iter().find_map(of)
    }
}

/// The step of the file times in this directory, if it is one second. `None` if it is finer.
///
/// If the directory's own time is in whole seconds, this writes a hidden file several times, checks
/// its time and removes it. That takes about 50 ms.
///
/// # Errors
/// The hidden file cannot be written or read.
pub fn coarse_times(directory: &Path) -> io::Result<Option<Duration>> {
    if fs::metadata(directory)?.ctime_nsec() != 0 {
        return Ok(None);
    }
    let path = directory.join(format!(".sluice-times-{}", std::process::id()));
    let result = sample(&path);
    let removed = fs::remove_file(&path);
    let coarse = result?;
    removed?;
    Ok(coarse.then_some(Duration::from_secs(1)))
}

/// Whether the file's change time has no fraction of a second after each of several writes.
fn sample(path: &Path) -> io::Result<bool> {
    let mut file = File::create(path)?;
    for _ in 0..5 {
        file.write_all(b"x")?;
        file.sync_all()?;
        if file.metadata()?.ctime_nsec() != 0 {
            return Ok(false);
        }
        std::thread::sleep(Duration::from_millis(7));
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_known_by_their_lower_32_bits() {
        let name = |kind| BlindFileSystem::from_kind(kind).map(|system| system.name);
        assert_eq!(name(0xff53_4d42), Some("SMB (cifs)"));
        assert_eq!(name(0xffff_ffff_ff53_4d42), Some("SMB (cifs)"));
        assert_eq!(name(0x6969), Some("NFS"));
        assert_eq!(name(0xef53), None, "ext4");
        assert_eq!(name(0x0102_1994), None, "tmpfs");
    }

    #[test]
    fn file_times_of_this_computer_are_fine_and_no_file_is_left() {
        let directory = std::env::temp_dir();
        assert_eq!(coarse_times(&directory).unwrap(), None);
        let path = directory.join(format!(".sluice-times-{}", std::process::id()));
        assert!(!sample(&path).unwrap());
        fs::remove_file(path).unwrap();
    }
}
