//! The AscendCL ABI on the CPU.
