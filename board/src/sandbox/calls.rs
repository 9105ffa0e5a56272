//! seccomp: system calls that a station never makes. They fail with `EPERM`.
//!
//! The list names what is forbidden, not what is allowed: another version of the C library may make
//! calls that are not known here, and a station must not stop for that.

use super::{Limited, SandboxError};
use nix::libc::{self, c_long};
use seccompiler::{
    BpfProgram, Error, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition,
    SeccompFilter, SeccompRule, TargetArch, apply_filter,
};
use std::collections::BTreeMap;
use std::env::consts::ARCH;

/// Administration: file systems, modules, other kernels, users, clocks, power.
const ADMINISTRATION: [c_long; 42] = [
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_pivot_root,
    libc::SYS_chroot,
    libc::SYS_move_mount,
    libc::SYS_open_tree,
    libc::SYS_fsopen,
    libc::SYS_fsmount,
    libc::SYS_fspick,
    libc::SYS_fsconfig,
    libc::SYS_mount_setattr,
    libc::SYS_quotactl,
    libc::SYS_swapon,
    libc::SYS_swapoff,
    libc::SYS_acct,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_delete_module,
    libc::SYS_kexec_load,
    libc::SYS_reboot,
    libc::SYS_sethostname,
    libc::SYS_setdomainname,
    libc::SYS_settimeofday,
    libc::SYS_clock_settime,
    libc::SYS_clock_adjtime,
    libc::SYS_adjtimex,
    libc::SYS_setuid,
    libc::SYS_setgid,
    libc::SYS_setreuid,
    libc::SYS_setregid,
    libc::SYS_setresuid,
    libc::SYS_setresgid,
    libc::SYS_setfsuid,
    libc::SYS_setfsgid,
    libc::SYS_setgroups,
    libc::SYS_capset,
    libc::SYS_unshare,
    libc::SYS_setns,
    libc::SYS_vhangup,
    libc::SYS_syslog,
    libc::SYS_personality,
    libc::SYS_open_by_handle_at,
];

/// Other processes, the kernel's own secrets, and interfaces with a large attack surface.
const INTRUSION: [c_long; 15] = [
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_pidfd_getfd,
    libc::SYS_kcmp,
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    libc::SYS_userfaultfd,
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    libc::SYS_fanotify_init,
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_keyctl,
];

pub(super) fn limit() -> Result<Limited, SandboxError> {
    let Ok(processor) = TargetArch::try_from(ARCH) else {
        return Ok(Limited::Not);
    };
    let filter = filter(processor).map_err(|error| SandboxError::new("system calls", &error))?;
    match apply_filter(&filter) {
        Ok(()) => Ok(Limited::Fully),
        // A kernel that was built without seccomp.
        Err(Error::Prctl(_) | Error::Seccomp(_)) => Ok(Limited::Not),
        Err(error) => Err(SandboxError::new("system calls", &error)),
    }
}

fn filter(processor: TargetArch) -> Result<BpfProgram, seccompiler::BackendError> {
    // Every socket but those of this machine, which are files: for the service manager and for
    // commands.
    let of_network = SeccompCondition::new(
        0,
        SeccompCmpArgLen::Dword,
        SeccompCmpOp::Ne,
        u64::from(libc::AF_UNIX.unsigned_abs()),
    )?;
    let mut rules: BTreeMap<c_long, Vec<SeccompRule>> = BTreeMap::new();
    for call in ADMINISTRATION.into_iter().chain(INTRUSION) {
        rules.insert(call, Vec::new());
    }
    rules.insert(libc::SYS_socket, vec![SeccompRule::new(vec![of_network])?]);
    let refused = SeccompAction::Errno(libc::EPERM.unsigned_abs());
    SeccompFilter::new(rules, SeccompAction::Allow, refused, processor)?.try_into()
}
