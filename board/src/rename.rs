//! Renaming a file so that it never takes the place of another.

use nix::NixPath;
use nix::errno::Errno;
use nix::libc;

/// Renames a file in one step, unless the new name is taken. Allocates nothing for paths under 1 KiB.
///
/// The system call itself: glibc has a function for it only since 2.28, and a board may have 2.27.
///
/// # Errors
/// `EEXIST` when the name is taken; `EINVAL` or `ENOSYS` where the file system or a kernel before 3.15 cannot do it in one
/// step; else as rename(2).
pub fn rename_new(from: &[u8], to: &[u8]) -> Result<(), Errno> {
    let status = from.with_nix_path(|from| {
        to.with_nix_path(|to| {
            // SAFETY: both are strings that end in a zero byte and live until the call is back; it keeps neither.
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
    fn no_file_takes_the_place_of_another() {
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
