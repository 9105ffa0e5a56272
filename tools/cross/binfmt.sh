# shellcheck shell=bash
# Lets this kernel run programs for aarch64, by qemu, in the user namespace of the calling process
# alone (Linux 6.7). Sourced; needs SLUICE_CROSS, and root and a mount namespace of one's own.

register_aarch64() {
    # The first bytes of an ELF file for aarch64, and the mask of the bits that count.
    local magic='\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00' place=/proc/sys/fs/binfmt_misc
    local mask='\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff'
    if ! mount -t binfmt_misc none $place; then
        echo "this kernel has no binfmt_misc for a single command; install binfmt-support and qemu-user-static" >&2
        return 1
    fi
    printf %s ":qemu-aarch64:M::$magic:$mask:$SLUICE_CROSS/user/usr/bin/qemu-aarch64-static:F" > $place/register
}
