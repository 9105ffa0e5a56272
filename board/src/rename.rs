//! Renames a file without ever replacing another one.

use nix::NixPath;
use nix::errno::Errno;
use nix::libc;

/// Renames a file atomically, unless the new name exists. Allocates nothing for paths under 1 KiB.
///
/// Makes the system call directly: glibc has a function for it only since 2.28, and a board may
/// have 2.27.
///
/// # Errors
/// `EEXIST` when the new name exists. `EINVAL` or `ENOSYS` when the file system or a kernel before
/// 3.15 does not support this. Otherwise the errors of rename(2).
///
/// ```
/// use board::rename::rename_new;
/// use std::os::unix::ffi::OsStrExt as _;
///
/// let directory = std::env::temp_dir().join(format!("rename-{}", std::process::id()));
/// std::fs::create_dir(&directory)?;
/// let [old, new] = ["old", "new"].map(|name| directory.join(name));
/// std::fs::write(&old, "content")?;
/// rename_new(old.as_os_str().as_bytes(), new.as_os_str().as_bytes())?;
/// assert_eq!(std::fs::read(&new)?, b"content");
/// std::fs::remove_dir_all(directory)?;
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn rename_new(from: &[u8], to: &[u8]) -> Result<(), Errno> {
    let status = from.with_nix_path(|from| {
        to.with_nix_path(|to| {
            // SAFETY: `with_nix_path` passes strings that end in a zero byte and live until the
            // call returns. The kernel keeps no pointer to them.
            unsafe {
                libc::syscall(
                    libc::SYS_renameat2,
                    libc::AT_FDCWD,
                    from.as_ptr(),
                    libc::AT_FDCWD,
                    to.as_ptr(),
                    libc::RENAME_NOREPLACE,
                )
            }
        })
    })??;
    Errno::result(status).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::ffi::OsStrExt as _;
    use std::{env, fs, process};

    #[test]
    fn a_rename_never_replaces_a_file() {
        let place = env::temp_dir().join(format!("sluice-rename-{}", process::id()));
        fs::create_dir(&place).unwrap();
        let path = |name| place.join(name);
        for name in ["a", "b"] {
            fs::write(path(name), name).unwrap();
        }
        let rename = |from, to| {
            rename_new(
                path(from).as_os_str().as_bytes(),
                path(to).as_os_str().as_bytes(),
            )
        };
        assert_eq!(rename("a", "b"), Err(Errno::EEXIST));
        assert_eq!(fs::read(path("b")).unwrap(), b"b");
        assert_eq!(rename("a", "c"), Ok(()));
        assert_eq!(fs::read(path("c")).unwrap(), b"a");
        assert_eq!(rename("a", "d"), Err(Errno::ENOENT));
        fs::remove_dir_all(place).unwrap();
    }
}
