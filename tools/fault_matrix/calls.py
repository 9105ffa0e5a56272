"""The system calls that fail, and how."""

# Each call of a station, and an error that it can return.
CALLS = {
    "openat": "EMFILE", "read": "EIO", "pread64": "EIO", "write": "ENOSPC", "pwrite64": "EIO", "close": "EIO",
    "fdatasync": "EIO", "fsync": "EIO", "ftruncate": "EIO", "lseek": "EIO", "fcntl": "EMFILE", "flock": "ENOLCK",
    "mkdir": "EACCES", "rename": "EIO", "renameat2": "EIO", "rmdir": "EIO", "unlink": "EIO", "chmod": "EPERM", "access": "EACCES", "mknodat": "EACCES",
    "newfstatat": "EIO", "statx": "EIO", "getdents64": "EIO", "readlink": "EIO", "getcwd": "ENOENT",
    "inotify_init1": "EMFILE", "inotify_add_watch": "ENOSPC", "inotify_rm_watch": "EINVAL", "eventfd2": "EMFILE",
    "pipe2": "EMFILE", "signalfd4": "EMFILE", "epoll_create1": "EMFILE", "epoll_ctl": "ENOMEM", "epoll_wait": "EINTR", "timerfd_create": "EMFILE", "timerfd_settime": "EINVAL",
    "poll": "ENOMEM", "ppoll": "ENOMEM", "ioctl": "EIO", "dup2": "EMFILE", "setpgid": "EPERM",
    "socket": "EMFILE", "socketpair": "EMFILE", "bind": "EADDRINUSE", "listen": "EADDRINUSE", "accept4": "EMFILE",
    "getsockopt": "ENOBUFS", "setsockopt": "ENOBUFS", "sendto": "ENOBUFS", "recvfrom": "ENOBUFS",
    "clone3": "EAGAIN", "mmap": "ENOMEM", "mprotect": "ENOMEM", "mlockall": "EPERM", "sched_setscheduler": "EPERM",
    "setpriority": "EPERM", "sched_getaffinity": "EPERM", "prctl": "EPERM", "seccomp": "EINVAL",
    "landlock_create_ruleset": "ENOMEM", "landlock_add_rule": "EBADF", "landlock_restrict_self": "E2BIG",
    "prlimit64": "EPERM", "execve": "ENOMEM", "wait4": "ECHILD", "kill": "EPERM",
}
# Calls that the kernel does not let fail, or whose failure the C library or Rust's own library
# ignores or turns into an abort.
NOT_TRIED = {
    "futex", "rt_sigaction", "rt_sigprocmask", "rt_sigtimedwait", "rt_sigreturn", "sigaltstack", "clock_nanosleep",
    "getrandom", "brk", "munmap", "madvise", "mremap", "arch_prctl", "set_tid_address", "set_robust_list", "rseq",
    "getpid", "getppid", "gettid", "geteuid", "getuid", "getgid", "getegid", "getpgid", "getpgrp", "uname", "umask",
    "getrusage", "sched_yield", "exit", "exit_group", "restart_syscall", "tgkill", "sched_getscheduler", "sysinfo",
    "getpriority",
}
# Calls that may hang on a disk, a device, a socket or a terminal.
HANGS = {
    "openat", "read", "write", "pwrite64", "fdatasync", "fsync", "ftruncate", "close", "rename", "renameat2", "unlink", "mkdir",
    "newfstatat", "statx", "getdents64", "readlink", "flock", "inotify_add_watch", "sendto", "recvfrom", "accept4",
    "timerfd_settime", "ioctl", "wait4",
}
# How long a call that hangs does so here.
HANG_MS = 1500
# Without memory the loader, Rust's start and its allocator abort; the guard makes the lines safe.
WITHOUT_MEMORY = {"mmap", "mprotect"}
